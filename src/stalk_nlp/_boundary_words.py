"""Word tables of the boundary rules: one table of patterns a type (codebook 1.3).

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

__all__ = ["CHANNEL_FAMILIES", "CLASSES", "MACROS", "PATTERNS", "PERMITS", "WITHDRAWALS"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CLASSES: dict[str, tuple[str, ...]] = {
    "dont": _words("dont don't dnt dn't donot dinnae dinna dunna doh dun dinny don"),
    "adv": _words(
        "ever even be keep bother fucking fuckin just dare you u try go going please pls really"
        " freaking bloody and to fkn ye"
    ),
    "verb": _words(
        "message msg mssg mesage messag mesg text txt tex contact contct contac ring call phone fone"
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
        "am pm midnight night nights work weekends weekend evenings evening hours tea dinner bedtime"
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

#: type -> (scope, detail, patterns). For a channel, the detail begins "only:" or "not:" and
#: the families named in the words are added to it.
PATTERNS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    # B1: an explicit stop of all contact.
    (
        "B1",
        "all",
        "",
        (
            "DONT @adv* @verb to|wid|with? @me",
            "DONT @adv* @verb to|wid|with? @me? AGAIN",
            "DONT @adv* @verb @my|this|the number|phone|line|inbox|account AGAIN?",
            "DONT @adv* get|be in touch|contact",
            "DONT @adv* talk|speak|come to|near @me AGAIN",
            "DONT @adv* come near|neer @me",
            "DONT @adv* @verb|speak|talk to? @me? or|and|n|nor|/ @verb|visit|come|turn|speak",
            "DONT @adv* hit my line|phone",
            "DONT @adv* hit me|us up",
            "@stop getting in touch|contact",
            "can|could|will|would @you please|pls|just? not @verb|reply",
            "like|want|prefer|asking|ask @you formally|just? not to|2 @verb",
            "rather|prefer @you didn't|didnt|did not? @verb",
            "best if? we dont|don't|do not? speak|talk|message",
            "DONT want us in contact",
            "IDONT @want ~1 contact|messages|texts|calls|letters|visits|emails",
            "no @more|further|chats @thing|chats",
            "no @thing or|and|nor|/ @thing",
            "no further contact",
            "get away from me",
            "^ pack it in",
            "@stop asking|askin @me? $",
            "@stop asking|askin @me to",
            "^ let it be $",
            "want this|it|that to stop",
            "want nothing|nowt ~2 to|from do? with? @you",
            "we are|we're|were done talking",
            "DONT send @me ~2 message|messages|text|texts",
            "DONT send message|messages|msg|msgs|text|texts",
            "DONT @verb @me? ,? and|or? DONT @verb|send|come|add",
            "@you not write|message|text|call|ring",
            "not message|msg|text|call|ring|write|contact @me? henceforth|again|@more",
            "@stop @verbing to|wid|with|on? @me",
            "@stop @verbing @my|this|the phone|number|line|inbox",
            "@stop all? @verbing $",
            "@stop all? contact|communication",
            "@stop trying|tryna|tryin to? contact|reach|message|text|ring|call|speak|talk",
            "@stop talking|speaking|talkin|speakin|chatting to @me",
            "@stop with? the|all|ur|your|these|them the? @thing",
            "@stop sending|sendin|writing @me? ~1 @thing",
            "stop it|this|that i mean it",
            "stop it|this|that now|please|pls $",
            "^ just|please|pls|now|so stop $",
            "^ stop now|please|pls? $",
            "i said|sed stop $",
            "need|want|asking|told|askin|telling|tellin|asked @you ~3 to? stop|leave",
            "@you are? need|have|are|got to|2 stop",
            "has|have|needs|need|got|gotta to? stop now? $",
            "@leave @me tf|the? hell|fuck|heck? @alone",
            "@leave @me in? peace",
            "@leave it there yeah|please|pls|now",
            "^ let @me|us be $",
            "gie|give us|me peace",
            "allow me yeah|bruv|man|fam|bro|g|please|pls|now|nah",
            "like properly? allow me",
            "abeg free|leave me",
            "^ free me abeg|jare|o $",
            "lose|delete|bin|forget|remove|scrub|erase @my @number",
            "delete|lose|bin|forget the|this number|numba",
            "this number ~3 delete it",
            "take @my name|number|numba out|off",
            "IDONT @want to|2? hear from @you",
            "IDONT @want to|2? speak|talk|see|know|be to? @you",
            "wanna hear from|off @you $",
            "IDONT @want @you ~1 contacting|ringing|texting|messaging|calling|writing|phoning",
            "IDONT @want @you to contact|ring|text|message|call|write|phone",
            "IDONT @want any|no|nothing|anything ~4 contact|you|u|ye",
            "IDONT @want to|2 be contacted",
            "want|need no more|further? contact",
            "^ no more|further contact|messages|msgs|texts|calls|emails|letters|cards|notes|visits",
            "no @more @thing and no @more @thing",
            "no @thing ,? and|or? no @thing",
            "no contact please|pls|with @me",
            "^ no|nae @more please|pls? $",
            "@more $ no|nae reply",
            "nothing after this please|pls",
            "^ dim mwy",
            "enough now",
            "^ enough is enough",
            "stay|keep the? fuck|hell? away from @me",
            "^ stay|keep the? fuck|hell? away|awa $",
            "stay|keep|get out of @my life",
            "^ go away and|now|please|pls",
            "^ jog on $",
            "^ do one and? $",
            "^ get lost $",
            "gan|go on and? stop",
            "do one and dont|don't",
            "let|hope that|this ~3 be|been the last",
            "let that be the last",
            "last time i|im|i'm am? tell|telling|ask|asking|tellin|askin @you",
            "time i|im|i'm am? telling|asking|tellin @you",
            "take me off ~3 list",
            "stopping|cutting|ending|ceasing all? contact|communication",
            "stopping|cutting|cut|ending off? all? contact|ties",
            "not talking|speaking to @you AGAIN",
            "not talking|speaking to @you on any",
            "nothing more|left|else? to say to @you",
            "not|won't|wont be? replying|answering|responding|reply|answer|respond @again|to? @you",
            "not|won't|wont be? replying|answering|responding any more",
            "find someone|sumone else to? bother|annoy|text|message|pester",
            "give it up $",
            "must|should cease contact|contacting|all",
            "paid â|a|tecstio|ffonio|cysylltu|a'i",
            "gad|gadael lonydd",
            "message|msg|call|phone|text mat karo|karna|kar|kijiye",
            "nie pisz|dzwoń|dzwon",
            "zostaw mnie",
        ),
    ),
    # B2: a soft refusal or deflection.
    (
        "B2",
        "topic",
        "",
        (
            "i'm|im|i|am am? sort|kinda|kind of? seeing|talking to? someone|sumone|some1",
            "started|been seeing someone|sumone",
            "seeing|talking to? someone|sumone|some1 else|rn|now|atm|at",
            "i've|ive|i|got have? got? a boyfriend|girlfriend|partner|bf|gf|husband|wife|fella",
            "i'm|im|am happily married|engaged|taken",
            "not really|rly|actually? looking for|4 anything|a|sumthin|something|dating|someone|that",
            "not really|rly|that|actually? interested $",
            "not ready for|to date|anything|that|a",
            "bit|quite|mad|so|super|pretty|rly|really|honestly|proper|too|v|very @busyword under?"
            " atm|rn|tbh|this|at|til|till|until|with|right|these|lately|just",
            "@busyword under? til|till|until ~2 easter|june|may|exams|deadlines|christmas|next|after",
            "snowed|swamped|rammed|manic under? atm|rn|tbh|this|til|till|until|with",
            "not tonight|2nite|tonite x|thanks|thank|ta|love|hun|mate? $",
            "i'd|id|i would? sooner|rather|prefer not|to|if|we|keep ~4",
            "think i'll|ill|i will leave|pass|give ~2",
            "let's|lets|we leave it at",
            "maybe another|some other time",
            "maybe one day",
            "better off? as just? friends|mates",
            "just be|as|see|c ~3 friends|mates",
            "see|c @you as a? friend|mate|brother|sister",
            "need|want some|a|sum bit? of? space|time to",
            "go|going|gonna ~1 quiet for a",
            "that's|thats|you're|your|youre very|really|rly|so? kind|sweet|lovely|flattering"
            " ~4 but|i|but|can't|we",
            "sweet|kind|lovely of|rly|but|i'm|ive|i've|im but|i've|ive|im|i'm",
            "i'm|im|am ok|okay|grand|good|fine|alright for ~2 now|shopping|lifts|thanks|that",
            "^ no @more ~1 thanks|thank|ta",
            "@dont|not meet ppl|people|anyone|folk off",
            "better as ~2 friends|nods|mates|colleagues|neighbours",
            "can't|cant accept|take presents|gifts|it|them|this",
            "best if we stick|keep|leave",
            "not comfortable|comfy|up with|for ~2 meeting|that|this|meeting|date|dates",
            "i keep sundays|weekends|my for",
            "@dont think|fink of? @you ~1 that|in way",
            "not my type $",
            "not ~1 meeting|meetin up|you|u",
            "answer|answers 's|is? the|still same|no",
            "not|don't|dont think ~3 a? good idea",
            "not a good idea",
            "not up for it|that|this|meeting|a",
            "can't|cant this wk|week|weekend",
            "dont|don't think i|we can|could",
            "have|going|gonna to pass",
            "thanks|thank|appreciate|flattered ~3 but no|i'm|im|i've|ive|i'd|id|we|i'll|not",
            "not|nt dating atm|rn|at|anyone|right",
            "not in ~1 right|good place|headspace|space",
            "didn't|didnt|not feel|feeling a|the|any spark|connection|chemistry|click",
            "just got out of",
            "focus|focusing|focussing on myself|me",
            "perhaps|maybe another time",
            "got plans",
            "i'm settled",
        ),
    ),
    # B3: a limit on the channel, place, topic, time or role.
    (
        "B3",
        "channel",
        "not:",
        (
            "DONT @adv* @ring @me? , text|email|message|txt|write",
            "DONT @adv* @ring the|my|our|me ~1 landline|work|office|shop|house|home|line|surgery",
            "DONT @adv* @verb @me? on|through|via|by|over|in my|the|this|here|insta|whatsapp|fb ~2",
            "@stop @verbing @me on|through|via|by|over|in my|the|here|insta|whatsapp|fb|linkedin",
            "not on|in|to|via|through? my|the? ~1 dms|inbox|linkedin|landline",
            "not my|me ~2 phone|email|address|dms|inbox|linkedin|landline",
            "not doing this in|on|by|over here|dms|text|whatsapp",
            "won't|wont answer|reply|respond|be ~1 here|there",
            "not here|there please|pls",
            "keep my inbox|dms|number|phone for",
            "don't|dont start conversations|convos",
            "i don't|dont text|message|dm customers|clients|students|patients|parents",
        ),
    ),
    (
        "B3",
        "channel",
        "only:",
        (
            "by|via|in|through? @chan @limit",
            "@limit|just @verb|reach @me? by|on|via|through|thru|at|using ~2 @chan|here|there",
            "@limit by|via|in|through|on ~2 @chan",
            "use|used|using|stick|keep|kept|confine ~3 @limit? to|on|in|the|only|by the|my|our? ~2"
            " portal|app|modmail|email|emails|group|chat|form|writing|text|texts|letters",
            "goes|go|comes|come|went in|through|thru|via the|my|our ~1 app|solicitor|lawyer|portal"
            "|office|solicitors|email",
            "through|thru|via my|the|our solicitor|lawyer|solicitors|lawyers|app|office",
            "contact|speak|talk|email|write|send to? ~1 my solicitor|lawyer|solicitors",
            "direct|send|address|confine|put all|any|further|future|your|our* correspondence"
            "|communication|communications|queries|query|contact|emails|letters",
            "calls|texts|messages|letters to ~2 only",
            "ring|email|text|message the office|surgery , ~2 don't|dont|not",
            "use|stick to|on? ~4 from now on",
            "everything|anything|all|queries|contact|questions ~2 through|via|thru my|the|our|hr|reception|him|her",
            "go|come through the|them|hr|reception|my|our secretary|solicitor|office|union|agent|please|while",
            "contact ~3 should be|go|come through|via",
            "put it in writing",
            "in|by writing|email|letter please|pls|only|from|now",
            "^ in writing",
            "written notice please|pls",
        ),
    ),
    (
        "B3",
        "place",
        "",
        (
            "DONT @adv* come|cum|turn|show|be near|to|by|over|up|on|in|into|onto|at|outside|past"
            " to|at|on? my|the|our|mine|danny's|me|her|his ~1 @place",
            "DONT @adv* come|turn|show|be near|to|by|up|past|outside at|to? mine|here|ours|work",
            "DONT @adv* come here|round|roon|over|back|near|up AGAIN? $",
            "DONT @adv* come|sit|approach|follow up|with|near|to to|with? me|us ~1 at|in|on|outside",
            "@stop coming|turning|showing|waiting|standing|hanging|driving|parking|sitting|walking"
            "|comin|turnin|waitin|sittin ~2 to|at|outside|by|round|near|in|past|up|here|with",
            "@stop coming|comin to|up|round|over|here|by",
            "not at|to|in|outside|near my|our|me ~1 @place",
            "^ not at|to the ~1 @place",
            "DONT @adv* come up|near|over to? @me at|in|on",
            "^ not ~1 's? school|work|church",
            "stay|keep off|out|away from|of? my|the|our|me ~2 @place",
            "stay|keep your|ur|to|on own|your|ur? side",
            "YOUARE barred|banned|not welcome|allowed? from|here|at|in",
            "YOUARE not coming in|near|to|here|round|over? $",
            "rather|prefer|sooner @you didn't|didnt|did|don't not? come|sit|turn|visit|wait|stand",
            "can't|cant|not keep|be coming|turning|sitting|waiting ~1 to|up|outside|here|at",
            "^ go home $",
            "stay|keep off|out|away of|from? my|our|me _",
            "DONT @adv* be|hang|hanging|wait|park|stand|lurk there|round|around|outside|about|by|near",
            "DONT @adv* come on|to|into site|work|school|court|church|practice|training|rehearsal",
            "get|go away from|off my|our|me _",
            "@stop walking|following|driving|hanging|sitting behind|past|round|outside|near",
            "DONT @adv* go round|to|near my|our|me _",
            "IDONT @want you|u round|here|there|near|at|in|outside|coming|turning",
        ),
    ),
    (
        "B3",
        "topic",
        "",
        (
            "@limit|just please? @verb @me? ~1 about|for|if|when|re|4 ~2",
            "@limit @verb @me about|for|if|when|re|with",
            "@limit about ~3",
            "about ~3 only",
            "keep|stick|kept|limit|keeping ~2 to|about work|business|the|kids|cases|rota|bins|choir"
            "|school|handover|handovers|rent ~2",
            "business|work|school|rota matters|stuff|things|chat only",
            "not be replying to anything else",
            "won't|wont|not be? replying|reply|answer|answering ~2 anything else",
            "DONT @adv* ask|talk|speak|message|text|mention|bring to|me|it|up me|it|up? about|again",
            "@stop asking|askin|going|messaging|texting on|me|us? me|us? about",
            "@stop watching|checking|screenshotting|looking|going|liking|commenting|tracking|reading"
            "|tagging|screenshottin|watchin|checkin|lookin|viewing|googling at|on|through|thru? my"
            "|me|our|when|where",
            "DONT @adv* send|bring|leave|buy|give|post @me? any|no? @more? @gift|more|mair",
            "DONT send|bring|leave|buy any|no more",
            "@stop sending|leaving|bringing|buying|sendin|giving @me? ~1 @gift",
            "not|isn't|isnt|aren't|no up for discussion",
            "off limits",
            "not discussing|talking ~4 with you|u",
            "taking|taken @you off find|my",
            "happy to talk ~3 $ not my",
            "IDONT @want ~2 @gift|books|lift|lifts",
            "no @more @gift|requests|books|lifts|surprises",
            "DONT @adv* comment|tag|like|react on|my|me|to",
            "this number is for ~2",
            "never on the pictures|photos",
        ),
    ),
    (
        "B3",
        "time",
        "",
        (
            "no|not|nae texts|calls|messages|ringing|texting|calling after|before|past #",
            "^ no|not|nae|nothing after|past #",
            ", no|not|nae|nothing after|past #|five|six",
            "no|not|nae texts|calls|messages|ringing|texting|calling? after|past tea|bedtime|dinner",
            "DONT @adv* @verb @me? ~1 after|before|past|during|between|until|till|til|while|whilst"
            "|this|so|that ~2",
            "DONT @adv* @verb @me? ~2 at night|work|weekends|this|that|dinner|tea",
            "@stop @verbing @me? ~1 after|before|past|during|at night|#|ten|work|this|weekends",
            "office|working|work|business hours please|pls|only",
            "keep ~3 to office|working|work hours",
            "mornings|evenings|weekdays|weekends|sundays|mondays|afternoons only",
            "after|past # the|my phone goes|is|will",
            "@limit between|before|after #",
        ),
    ),
    (
        "B3",
        "role",
        "",
        (
            "keep|kept ~3 professional|strictly|civil",
            "not as my husband|wife|partner|boyfriend|girlfriend|friend|mate",
            "i'm|im|am your colleague|manager|teacher|carer|coach|doctor|boss|tutor|nurse not",
            "i'm|im not your|ur girlfriend|boyfriend|wife|husband|partner|mate|friend|babe",
        ),
    ),
    # B4: notice of a block, a report, or evidence being kept.
    (
        "B4",
        "all",
        "",
        (
            "@ive ~1 @blocked @you",
            "@ive had to block|report @you|this|your",
            "^ @blocked this|your|ur|that one|number|account|too",
            "i'm|im|am|be reporting|recording|logging|screenshotting @you|this|these|it|all|every",
            "this|these|it|all is|are|be being|all? logged|recorded|saved|reported|screenshotted",
            "police|polis have|has|got your|ur|these|all|this|it",
            "report|reporting this|it|you|u ~1 as|to",
            "@ive ~1 @blocked this|your|ur|all|the|every ~1 number|account|accounts|numbers|profile",
            "^ ~1 @blocked @you",
            "will|i'll|ill|gonna|gona|gunna ~1 block|report @you",
            "im|i'm|am going to block|report @you",
            "YOUARE now|all|getting|gettin|so|being? @blocked",
            "that|right|all thats|that's|is|it ~2 @blocked $",
            "^ @blocked $",
            "^ @blocked ~1 @blocked",
            "all|both|everywhere @blocked",
            "@blocked on everything|everywhere|all",
            "phone|number|line 's|is|s? barred to @you",
            "keeping|saving|keepin|savin|kept|saved|logging|logged|screenshotting|screenshotted"
            "|recording|keep|save ~3 police|polis|record|evidence|log|everything|solicitor|copies",
            "kept|keeping|saved|saving|logged|logging every|all|each ~1 one|them|message|text|these"
            "|it|messages|single",
            "got|have it|them|everything|this all? logged|saved|screenshotted|recorded",
            "record|log|diary|file of|on these|this|your|every|all|you",
            "everything|all|anything @you send|write|say|post",
            "goes|going|go|sent|send|sending ~2 to the|my? @police",
            "sent|forwarded|passed|shown|showing|sending|passing this|these|it|them|your|all ~2 to|on"
            " to? the|my? @police",
            "i've|ive|have|i|we've told|rung|called|contacted|phoned|informed|gone|been|spoken|rang"
            " to|with? the|my? @police",
            "i'll|ill|i|im|i'm|gonna|will|going|we ~3 call|calling|ring|ringing|phone|phoning|involve"
            "|get|getting|going to? the|my? police|polis|feds|101|999|bizzies|gardai",
            "next|another ~4 police|polis|101|hr|solicitor",
            "police|polis are|r|have|has|know|been|will ~2 told|informed|involved|aware|know|hear",
            "reported|reporting this|it|these|your|ur ~2 to",
            "screenshot|screenshots|copy|copies in|has|have|for the|a? folder|file|police",
        ),
    ),
    # B5: a boundary set by another for them.
    (
        "B5",
        "all",
        "",
        (
            "@stop @verbing|sending|leaving|coming to? @them|my|our @kin?",
            "@leave @them @alone now|please|pls|or|and? $",
            "@leave @them tf|the? fuck|hell? @alone",
            "@leave my|our @kin @alone",
            "stay|keep the? fuck|hell? away from @them|my|our @kin|daughter?",
            "DONT @adv* @verb @them|my|our @kin? AGAIN",
            "DONT @adv* @verb|approach|go near? @them @kin? directly|on|here|at",
            "@youre|you're not to ring|contact|text|call|message|approach|come|write",
            "you are not to ring|contact|text|call|message|approach|come|write",
            "asked|ordered|advised|required not to ~2 contact|approach|message|visit|come|call|write",
            "she|he|they|mum|mam|dad|nan doesn't|doesnt|don't|dont|does|do not? @want ~1 to|2 hear"
            "|see|speak|talk|be",
            "she|he|they|mum|mam|dad|nan doesn't|doesnt|don't|dont|does|do not? @want @you|calls"
            "|contact|any|your|anything|the|cards|visits",
            "not wish to be approached|contacted|hear",
            "would|she'd|he'd|they'd ~1 like|wants|want to be left alone|in",
            "asked|asks me to tell|let @you",
            "asked|asks me to say",
            "have no further contact with",
            "DONT contact|approach|attend|visit mrs|mr|ms|miss|dr|our|him|her|them",
            "she|he|they wants|want no messages|contact|calls|more|texts",
            "has|have asked me to mention|say",
            "asks that|if|you readers|you|everyone|nobody|no|please",
            "we act for|on",
            "we|i are|am instructed by|on",
            "my|our client|clients ~3 asks|ask|asked|does|do|wish|wishes|requests",
            "on behalf of ~5 please|kindly|you|she|he",
            "knock|could ~3 messages|texts|calls on the head",
            "isn't|isnt|not|cant|can't able|allowed to take|accept ~2 from",
            "isn't|isnt coming|comin down|out|to",
            "committee|school|company|club|practice|board|head has|have asked me",
        ),
    ),
    # Who speaks for them: makes B5 of another cue or a refusal, and nothing when alone.
    (
        "B5",
        "all",
        "speaker",
        (
            "writing|acting as|for ~2 rep|solicitor|union|representative|advocate",
            "^ this|its|it|im|i'm is|'s|am? @theirs ~1 @kin",
            "^ this|its|it is|'s? _ 's? @kin",
            "^ this is _ _ 's? @kin",
            "@kin here",
            "team|owner|manager|security|reception|moderator|admin here",
            "i look after ~2 correspondence|mail|account|page",
        ),
    ),
    # B6: a formal notice or order. Orders themselves are entered by a person.
    (
        "B6",
        "all",
        "",
        (
            "order|injunction was|has|is|have been? served|granted|made|in",
            "@you have|are|were ~2 served with",
            "served with a|the|an ~3 order|injunction",
            "under|breach|terms|conditions of the|your|a|my ~2 order|bail|injunction",
            "@you are|r ~1 prohibited|forbidden|ordered|required from|not|by",
            "bail conditions|condition",
            "cease and desist",
            "formal|official|final notice|warning ~3 to|that|not|under|you",
            "police|harassment information? warning|notice",
            "order|bail says|states|means ~2 @you|no|not",
            "restraining|non-molestation|non-mol|protection|protective order|injunction ~3 says|means"
            "|you|against you|in",
        ),
    ),
)

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
