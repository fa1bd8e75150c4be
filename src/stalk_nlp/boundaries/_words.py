"""Word classes of the boundary rules, and the notation of their tables (codebook 1.3).

A pattern is a row of spaCy token conditions in a short notation, read on lower case:

    word        that token          a|b       one of these tokens
    @name       one of a class      x?        may be missing
    _           any one token
    x*          any number          ~3        up to three tokens, no sentence mark
    #           a number            DONT      "do not" in all its spellings, or "never"
    ^  $        the sentence begins / ends here (polite words, names and signs aside)

Spellings cover text-speak, common typos and British dialects (Scots, northern, Geordie,
London, Irish, Caribbean, Nigerian, South Asian and Polish-influenced English).
"""

from __future__ import annotations

__all__ = ["CHANNEL_FAMILIES", "CLASSES", "MACROS", "PERMITS", "WITHDRAWALS"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CLASSES: dict[str, tuple[str, ...]] = {
    "dont": _words("dont don't dnt dn't donot dinnae dinna dunna doh dun dinny don"),
    "adv": _words(
        "ever even be keep bother fucking fuckin just dare you u try go going please pls really"
        " freaking bloody and to fkn ye"
    ),
    "verb": _words(
        "message msg mssg mesage messag mesg text txt tex contact contct contac ring call phone"
        " fone"
        " bell write email e-mail dm snap ping whatsapp wattsapp inbox facetime approach bother"
        " pester mither add mail buzz messaging msging texting txting ringing calling phoning"
        " contacting writing emailing belling bothering hassle harass hassling follow"
    ),
    "ring": _words("ring call phone fone bell ringing calling phoning belling facetime"),
    "verbing": _words(
        "messaging messagin msging msgin texting textin txting txtin txtn contacting contactin"
        " ringing ringin calling callin phoning phonin belling writing writin emailing emailin"
        " dming dm'ing snapping snappin pinging whatsapping inboxing facetiming approaching"
        " bothering botherin pestering pesterin mithering hassling harassing hounding stalking"
        " following followin adding phone call message msg text txt contact write bell annoying"
        " tormenting"
    ),
    "me": _words("me mi mih us meh oos"),
    "you": _words("you u ye ya yous youse yer yu yew"),
    "youre": _words("you're youre ur your yer u're"),
    "again": _words("again agen agn anymore ever henceforth eva nae"),
    "stop": _words("stop stopp stoppp stp quit stap gie"),
    "leave": _words("leave leev leve lev lea leav leaf lv"),
    "alone": _words("alone alane lone aloan be alown"),
    "thing": _words(
        "message messages msgs texts txts calls emails letters cards dms snaps notes visits"
        " ringing texting messaging calling mithering bells contact phoning telephoning voicemails"
        " greeting call snapchats"
    ),
    "gift": _words(
        "flowers gifts presents cards money letters things stuff parcels plants notes roses gift"
        " chocolates anything pictures pics photos songs memes"
    ),
    "my": _words("my me ma our mi"),
    "number": _words("number numba nmbr no. @ digits snap insta contact email address details num"),
    "ive": _words("i've ive i have am im i'm i we've weve we"),
    "blocked": _words("blocked blockd blocking blockin reported reporting barred"),
    "not": _words("not never haven't havent didn't didnt won't wont nae no isnt isn't wouldn't"),
    "police": _words(
        "police polis feds bizzies 101 999 hr pc dc garda gardai solicitor lawyer uni"
    ),
    "chan": _words(
        "email emails e-mail text texts phone letter letters writing post app portal whatsapp"
        " insta instagram snap snapchat messenger linkedin dms dm inbox landline modmail chat group"
        " solicitor solicitors lawyer office calls sms fb facebook"
    ),
    "place": _words(
        "house flat door home work office school church gym street road shop salon garden drive"
        " property land yard desk nursery uni halls doorstep mum mums nan dad mam danny garage"
        " playground gate window place bit gaff yard room common estate building site library"
    ),
    "them": _words("her him them mum mam dad nan"),
    "kin": _words(
        "brother sister mum mam dad mother father son daughter husband wife partner boyfriend"
        " girlfriend flatmate housemate manager boss rep solicitor friend mate cousin aunt auntie"
        " uncle fella nan agent assistant teacher head union neighbour"
    ),
    "theirs": _words("her his their our my the"),
    "clock": _words(
        "am pm midnight night nights work weekends weekend evenings evening hours tea dinner"
        " bedtime"
        " morning mornings sundays late"
    ),
    "busyword": _words(
        "busy swamped swamped swampt snowed hectic manic rammed slammed stacked mad flat tied"
    ),
    "more": _words("more mair mer"),
    "want": _words("want wanna wish need wanting"),
    "limit": _words("only solely strictly exclusively purely"),
}

MACROS: dict[str, tuple[str, ...]] = {
    "DONT": ("@dont", "do not", "never", "must|should not", "not to"),
    "AGAIN": ("@again", "any|no? @more", "from now on", "at all"),
    "IDONT": ("@dont", "do not", "no longer", "never"),
    "YOUARE": ("@youre", "you|u are|r"),
}

#: The author takes a boundary back in words.
WITHDRAWALS: tuple[str, ...] = (
    "ignore|forget what|everything i said|sed",
    "ignore|forget ~1 my|that|the last message|msg|text|email",
    "@ive ~1 unblocked @you",
    "unblocked @you|u",
    "@you can|could message|text|call|ring|contact|email|phone|write @me",
    "@you can|could message|text|call|ring|contact|email|phone|write to? @me",
    "didn't|didnt did? not? mean it|that|what|any",
    "i take it|that|what ~2 back|said",
    "changed my mind",
    "i was wrong to block|tell|say|cut",
    "sorry ~4 call|ring|text|message me",
)

#: Words after a permission that keep it a limit: "you can message me about the kids".
PERMITS: tuple[str, ...] = _words(
    "about for re if when only on by via through between before after regarding unless during"
)

#: Words that name a way of contact -> family used by `in_scope`.
CHANNEL_FAMILIES: dict[str, str] = {
    word: family
    for family, words in {
        "call": "ring ringing call calls calling phone phoning landline line bell belling voicemail"
        " telephone telephoning fone",
        "text": "text texts texting txt txts sms message messages messaging msg msgs",
        "email": "email emails emailing e-mail",
        "whatsapp": "whatsapp wattsapp",
        "instagram": "insta instagram ig",
        "snapchat": "snap snaps snapchat",
        "messenger": "fb facebook messenger",
        "linkedin": "linkedin",
        "dm": "dm dms inbox inboxing",
        "letter": "letter letters writing post",
        "app": "app portal modmail form",
        "group": "group chat",
        "office": "office surgery shop",
        "solicitor": "solicitor solicitors lawyer lawyers",
    }.items()
    for word in words.split()
}
