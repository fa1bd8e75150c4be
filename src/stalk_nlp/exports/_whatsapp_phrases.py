"""What WhatsApp itself writes into an export, in seven languages.

English, German, French, Spanish, Portuguese, Italian and Polish; iOS and Android differ,
and versions differ. Phrases are compared after `plain`: without direction marks, with
plain spaces, lower case, without the closing full stop. Gathered from public parsers,
their test files and bug reports.
"""

from __future__ import annotations

import re

__all__ = [
    "ANSWERED_ELSEWHERE",
    "ATTACHED",
    "BLOCKED",
    "CALL",
    "DECLINED",
    "DELETED",
    "DOCUMENT",
    "EDITED",
    "EDITED_WIDTH",
    "ENCRYPTION",
    "FORWARDED",
    "GROUP_EVENT",
    "HIDDEN",
    "MISSED_CALL",
    "NOTICE",
    "OMITTED",
    "OWNER_WORDS",
    "UNBLOCKED",
    "UNREACHED",
    "VIEW_ONCE",
]


def _table(text: str) -> frozenset[str]:
    """The phrases of `text`, one a line or parted by a spaced bar."""
    return frozenset(part.strip() for part in re.split(r"\n| \| ", text) if part.strip())


def _any(text: str) -> str:
    return "(?:" + "|".join(sorted(_table(text), key=len, reverse=True)) + ")"


#: First words of system lines that speak to the owner of the phone.
OWNER_WORDS = _table(
    "you | you're | your | du | dein | vous | votre | tú | tu | te | você | ty | hai | has"
)

DELETED = _table("""
    this message was deleted | you deleted this message | message deleted
    you deleted this message as admin
    diese nachricht wurde gelöscht | du hast diese nachricht gelöscht
    ce message a été supprimé | vous avez supprimé ce message
    se eliminó este mensaje | este mensaje fue eliminado | este mensaje se eliminó
    eliminaste este mensaje | has eliminado este mensaje | mensaje eliminado
    mensagem apagada | essa mensagem foi apagada | esta mensagem foi apagada
    você apagou esta mensagem | você apagou essa mensagem | apagou esta mensagem
    esta mensagem foi eliminada | eliminou esta mensagem
    questo messaggio è stato eliminato | hai eliminato questo messaggio
    ta wiadomość została usunięta | usunięto tę wiadomość | usunięto wiadomość
    wiadomość została usunięta | usunąłeś tę wiadomość | usunęłaś tę wiadomość
""")

#: Whole bodies that stand for a message this phone cannot show.
HIDDEN = _table("""
    null
    waiting for this message. this may take a while | waiting for this message
    auf diese nachricht wird gewartet. dies kann eine weile dauern
    you sent a view once message | you received a view once message
    view once voice message omitted | view once photo omitted | view once video omitted
""")
VIEW_ONCE = re.compile(r"you (?:sent|received) a view once (?:message|photo|video|voice message)\b")

#: Media left out of the export (between "<" and ">" on Android).
OMITTED = _table("""
    media omitted | image omitted | photo omitted | video omitted | audio omitted | gif omitted
    sticker omitted | contact card omitted | video note omitted | video message omitted
    voice message omitted | document omitted
    medien ausgeschlossen | medien weggelassen | bild weggelassen | video weggelassen
    audio weggelassen | gif weggelassen | sticker weggelassen | kontaktkarte ausgelassen
    kontaktkarte weggelassen | videonachricht weggelassen | dokument weggelassen
    médias omis | média omis | fichier omis | image absente | image omise | vidéo absente
    vidéo omise | audio omis | audio absent | gif retiré | gif omis | gif absent
    sticker omis | sticker absent | fiche contact omise | carte de contact omise | document omis
    multimedia omitido | medios omitidos | archivo omitido | imagen omitida | video omitido
    vídeo omitido | audio omitido | gif omitido | sticker omitido
    tarjeta de contacto omitida | contacto omitido | documento omitido
    mídia oculta | mídia omitida | arquivo de mídia oculto | ficheiro não revelado
    ficheiro omitido | imagem ocultada | imagem oculta | imagem omitida | vídeo ocultado
    áudio ocultado | áudio omitido | gif ocultado | figurinha omitida | figurinha ocultada
    cartão do contato omitido | cartão de contato omitido | cartão de contacto omitido
    documento ocultado
    media omessi | media omesso | file omesso | immagine omessa | video omesso | audio omesso
    gif esclusa | gif omessa | sticker non incluso | sticker omesso | scheda contatto omessa
    documento omesso
    pominięto multimedia | multimedia pominięto | multimedia pominięte | pliki pominięto
    obraz pominięto | pominięto obraz | obraz pominięty | grafika pominięta | pominięto grafikę
    film pominięty | film pominięto | pominięto film | wideo pominięto | wideo pominięte
    pominięto wideo | audio pominięto | audio pominięte | pominięto audio | dźwięk pominięty
    naklejka pominięta | pominięto naklejkę | gif pominięto | gif pominięty | pominięto gif
    wizytówka pominięta | pominięto wizytówkę | dokument pominięto | dokument pominięty
    pominięto dokument
""")
#: Of these, the ones iOS puts after a file name: what stands before is no caption.
DOCUMENT = frozenset(p for p in OMITTED if "dokument" in p or "document" in p)

#: ``IMG-20240302-WA0001.jpg (file attached)`` opens a body on Android,
#: ``<attached: 00000012-PHOTO.jpg>`` opens or ends one on iOS. A file name with spaces needs
#: WhatsApp's mark before it: without, the words may be the sender's.
ATTACHED = re.compile(
    "\\A(?:[\u200e\u200f][^\\n]{1,255}|[^\\s<]{1,255})"
    r"\.\w{1,8} \("
    + _any("""
        file attached | Datei angehängt | fichier joint | archivo adjunto | arquivo anexado
        ficheiro anexado | file allegato | plik załączony | plik dołączony | załączono plik
    """)
    + r"\)(?=\n|\Z)|<"
    + _any("""
        attached | Anhang | pièce jointe | adjunto | anexado | anexo | allegato | załącznik
        załączono
    """)
    + r"\s?: [^<>\n]{1,255}>",
    re.IGNORECASE,
)

#: Within the last `EDITED_WIDTH` characters of a body.
EDITED_WIDTH = 100
EDITED = re.compile(
    "<"
    + _any("""
        This message was edited | Diese Nachricht wurde bearbeitet | Ce message a été modifié
        Se editó este mensaje | Este mensaje fue editado | Este mensaje se editó
        Mensaje editado | Mensagem editada | Esta mensagem foi editada
        Essa mensagem foi editada | Questo messaggio è stato modificato
        Ta wiadomość została zmodyfikowana | Ta wiadomość została edytowana
        Wiadomość edytowana | Wiadomość została edytowana | Edytowano tę wiadomość
    """)
    + r"\.?>\s*\Z",
    re.IGNORECASE,
)

#: The forwarded mark, only where WhatsApp's own direction mark comes before it.
FORWARDED = re.compile(
    "\\A[\u200e\u200f]"
    + _any("""
        Forwarded many times | Forwarded | Häufig weitergeleitet | Weitergeleitet | Transféré
        Reenviado | Encaminhada | Reencaminhada | Inoltrato | Przekazano dalej | Przekazane
    """)
    + r"[.:]?(?:\n|\Z)"
)

_TAIL = (
    r"(?:[.,]? (?:tap|click|zum zurückrufen|tippe|appuyez|touchez|toca|pulsa|presiona|toque"
    r"|tocca|dotknij|stuknij|kliknij|naciśnij|focus mode|fokus|mode concentration)\b[^\n]{0,60}"
    r"|\ (?:at|um|à|a las|às|alle|o)\ \d{1,2}[:.]\d{2}[^\n]{0,8})?"
)
MISSED_CALL = re.compile(
    _any(r"""
        missed (?:group )?(?:voice |video )?call | silenced (?:missed )?(?:voice |video )?call
        missed group (?:voice|video) call
        verpasster (?:sprachanruf|videoanruf|gruppenanruf|anruf)
        verpasster gruppen-(?:sprachanruf|videoanruf|anruf)
        stummgeschalteter (?:sprachanruf|videoanruf)
        appel (?:vocal |vidéo |audio )?(?:de groupe )?manqué
        appel (?:vocal|vidéo) en absence
        llamada (?:de voz |de video |de vídeo |grupal |de grupo )?perdida
        videollamada (?:grupal |de grupo )?perdida
        (?:chamada|ligação) (?:de voz |de vídeo |em grupo )?(?:perdida|não atendida)
        videochamada (?:perdida|não atendida)
        chiamata (?:vocale |video |di gruppo )?(?:persa|senza risposta)
        videochiamata (?:di gruppo )?persa
        nieodebrane połączenie(?: głosowe| wideo| grupowe)?
        nieodebrana (?:rozmowa|wideorozmowa)(?: głosowa| wideo)?
    """)
    + _TAIL
)
#: A call with its outcome: ``Voice call. 3 min``, ``Videoanruf, Keine Antwort``.
CALL = re.compile(
    _any(r"""
        (?:group )?(?:voice|video) call | group call
        sprachanruf | videoanruf | gruppenanruf | gruppen-(?:sprachanruf|videoanruf)
        appel (?:vocal|vidéo|audio)(?: de groupe)? | appel de groupe
        llamada de (?:voz|video|vídeo|grupo) | llamada grupal | videollamada(?: grupal)?
        (?:chamada|ligação) de (?:voz|vídeo)(?: em grupo)? | chamada em grupo | videochamada
        chiamata vocale(?: di gruppo)? | videochiamata(?: di gruppo)? | chiamata di gruppo
        połączenie (?:głosowe|wideo|grupowe) | rozmowa (?:głosowa|wideo) | wideorozmowa
    """)
    + r"[.,] ([^\n]{1,60})"
)
UNREACHED = _table("""
    no answer | not answered | unanswered | call failed | connection failed
    keine antwort | nicht angenommen | unbeantwortet | anruf fehlgeschlagen
    pas de réponse | sans réponse | aucune réponse
    sin respuesta | no contestada | no respondida
    sem resposta | não atendida
    nessuna risposta | senza risposta
    brak odpowiedzi | bez odpowiedzi | nie odebrano | nieodebrane
""")
DECLINED = _table("""
    declined | rejected | abgelehnt | refusé | appel refusé | rechazada | recusada
    rejeitada | rifiutata | odrzucono | odrzucone
""")
ANSWERED_ELSEWHERE = re.compile(
    r"answered on (?:other|another) device|auf anderem gerät angenommen"
    r"|répondu sur un autre appareil|(?:respondida|contestada|atendida) en otro dispositivo"
    r"|atendida em outro dispositivo|risposta su un altro dispositivo"
    r"|odebrano na innym urządzeniu|\d+ (?:people )?joined"
)

BLOCKED = re.compile(
    r"you blocked (?:this contact|this business)\b|du hast diesen kontakt blockiert"
    r"|(?:vous avez|tu as) bloqué ce contact|(?:bloqueaste|has bloqueado) a este contacto"
    r"|(?:você )?bloqueou (?:este|esse) (?:contato|contacto)|hai bloccato questo contatto"
    r"|zablokowano ten kontakt|ten kontakt został zablokowany|zablokował[ae]ś ten kontakt"
)
UNBLOCKED = re.compile(
    r"you unblocked (?:this contact|this business)\b"
    r"|du hast (?:diesen kontakt freigegeben|die blockierung dieses kontakts aufgehoben)"
    r"|(?:vous avez|tu as) débloqué ce contact|(?:desbloqueaste|has desbloqueado) a este contacto"
    r"|(?:você )?desbloqueou (?:este|esse) (?:contato|contacto)|hai sbloccato questo contatto"
    r"|odblokowano ten kontakt|ten kontakt został odblokowany|odblokował[ae]ś ten kontakt"
)

#: The notice that opens every chat; the only system sentence believed without marks.
ENCRYPTION = re.compile(
    r"messages and calls are end-to-end encrypted\. "
    r"|messages (?:to|you send to) this (?:chat|group) .{0,40}are now secured with end-to-end"
    r"|nachrichten und anrufe sind ende-zu-ende-verschlüsselt\. "
    r"|les messages et les appels sont chiffrés de bout en bout\. "
    r"|los mensajes y las llamadas están cifrados de extremo a extremo\. "
    r"|as mensagens e as? (?:chamadas|ligações) são (?:protegidas com a criptografia|encriptadas|"
    r"criptografadas) de ponta a ponta"
    r"|i messaggi e le chiamate sono crittografati end-to-end\. "
    r"|wiadomości i połączenia są (?:w pełni )?szyfrowane end-to-end"
)

#: Sentences about the chat itself.
NOTICE = re.compile(
    ENCRYPTION.pattern + r"|end-to-end encrypted\b.*(?:can read|whatsapp)"
    r"|\bsecurity code\b.* changed|\bsicherheitsnummer\b.* geändert|code de sécurité .*changé"
    r"|código de seguridad .*cambi|código de segurança .*mudou|codice di sicurezza .*cambiat"
    r"|kod zabezpieczeń .*zmieni"
    r"|disappearing messages\b|message timer\b|selbstlöschende nachrichten|messages éphémères"
    r"|mensajes temporales|mensagens temporárias|messaggi effimeri|znikające wiadomości"
    r"|phone number (?:was )?changed|changed (?:their|your|his|her) phone number"
    r"|hat (?:die|seine|ihre) telefonnummer|a changé (?:de|son) numéro|cambió su número"
    r"|mudou (?:de|o) número|ha cambiato (?:il )?numero|zmienił\(?a?\)? numer telefonu"
    r"|this (?:business|chat) (?:is with|uses|works with|is now)\b|is a contact$|business account"
)

#: Things done to a group. Short, one line, naming who did it.
GROUP_EVENT = re.compile(
    r"\bcreated (?:the |this )?(?:group|community)\b|\badded\b(?! privacy)|\bremoved\b"
    r"|\bleft(?: the group)?$|\bjoined (?:using|from|the group|via)\b|\bnow an admin\b"
    r"|\bchanged (?:the subject|the group|this group|the settings)"
    r"|gruppe .*erstellt|hinzugefügt|gruppe verlassen|aus der gruppe entfernt|hat .*entfernt$"
    r"|(?:betreff|gruppenname|gruppenbild|gruppenbeschreibung|gruppennamen).*geändert"
    r"|einladungslink .*beigetreten"
    r"|créé (?:le |ce )?groupe|\b(?:a|avez) ajouté|quitté (?:le |ce )?groupe|\ba quitté$|\ba retiré"
    r"|a rejoint le groupe|(?:changé|modifié) (?:le (?:sujet|nom|objet)|l['’]ic[ôo]ne)"
    r"|(?:changé|modifié) la description"
    r"|(?:creó|creaste) (?:el|este) grupo|\b(?:añadió|añadiste|agregó|agregaste)\b"
    r"|\bsalió del grupo|\bsalió$|se unió (?:al grupo|usando)"
    r"|cambi(?:ó|aste) (?:el (?:asunto|nombre|[íi]cono)|la descripción)"
    r"|criou (?:o|este|esse) grupo|\badicionou\b|\bsaiu(?: do grupo)?$|entrou usando o link"
    r"|mud(?:ou|aste) (?:o (?:assunto|nome)|a (?:imagem|descrição))"
    r"|creato (?:il|questo) gruppo|\b(?:ha|hai) (?:aggiunto|rimosso)\b"
    r"|abbandonato il gruppo|è uscit[oa]|cambiato (?:l['’](?:oggetto|icona)|il nome|la descrizione)"
    r"|utworzył\(?a?\)? grupę|utworzono grupę|\bdodał\(?a?\)?\b|\bopuścił\(?a?\)?"
    r"|\busunął\(?ęła\)?\b|zmienił\(?a?\)? (?:temat|nazwę|ikonę|opis)"
)
