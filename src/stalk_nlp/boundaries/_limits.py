"""Boundary rules that refuse or limit: B2 and B3 (codebook 1.3).

Each entry is (type, scope, detail, patterns); the notation is that of `_words`.
For a channel, the detail begins "only:" or "not:" and the families named in the words
are added to it.
"""

from __future__ import annotations

__all__ = ["LIMITS"]

LIMITS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    # B2: a soft refusal or deflection.
    (
        "B2",
        "topic",
        "",
        (
            "i'm|im|i|am am? sort|kinda|kind? of? seeing|talking to? someone|sumone|some1",
            "started|been seeing someone|sumone",
            "seeing|talking to? someone|sumone|some1 else|rn|now|atm|at",
            "i've|ive|i|got have? got? a boyfriend|girlfriend|partner|bf|gf|husband|wife|fella",
            "i'm|im|am happily married|engaged|taken",
            "not really|rly|actually? looking for|4 anything|a|sumthin|something|dating|someone"
            "|that",
            "not really|rly|that|actually? interested $",
            "not ready for|to date|anything|that|a",
            "bit|quite|mad|so|super|pretty|rly|really|honestly|proper|too|v|very @busyword under?"
            " atm|rn|tbh|this|at|til|till|until|with|right|these|lately|just",
            "@busyword under? til|till|until ~2 easter|june|may|exams|deadlines|christmas|next"
            "|after",
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
            "^ sorry|but|and? i'm|im|am taken|married|spoken",
            "i'm|im|am good|ok|okay|fine thanks|thank|ta|thx $",
            "^ no thank you|u $",
            "^ no thanks|ta|thx $",
            "IDONT see|think @you ~2 that|in way",
            "just want|wanna to? be friends|mates",
            "^ sorry? ,? not for me $",
            "it's|its|it a no from me",
            "need|want some|a|sum|my bit? of? space|distance",
            "not ready to|for ~1 meet|date|this|anything|that",
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
            "everything|anything|all|queries|contact|questions ~2 through|via|thru my|the|our"
            "|hr|reception|him|her",
            "go|come through the|them|hr|reception|my|our secretary|solicitor|office|union"
            "|agent|please|while",
            "contact ~3 should be|go|come through|via",
            "put it in writing",
            "^ just|please use|email|text|message email|text|me|portal|app from|only|please"
            "|instead|now",
            "^ please use email|text|the|our|my email|portal|app|group|form?",
            "prefer|rather @you emailed|texted|messaged|used email|text",
            "i'd|id|i prefer email|emails|texts|text",
            "in|by writing|email|letter please|pls|only|from|now",
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
            "DONT @adv* come round|roon|over|up here|there AGAIN?",
            "DONT @adv* come here|round|roon|over|back|near|up AGAIN? $",
            "DONT @adv* come|sit|approach|follow up|with|near|to to|with? me|us ~1 at|in|on"
            "|outside",
            "@stop coming|turning|showing|waiting|standing|hanging|driving|parking|sitting|walking"
            "|comin|turnin|waitin|sittin ~2 to|at|outside|by|round|near|in|past|up|here|with",
            "@stop coming|comin to|up|round|over|here|by",
            "not at|to|in|outside|near my|our|me ~1 @place",
            "^ not at|to the ~1 @place",
            "DONT @adv* come up|near|over to? @me at|in|on",
            "^ not ~1 's? school|work|church",
            "stay|keep off|out|away from|of? my|the|our|me ~2 @place",
            "stay|keep your|ur|to|on own|your|ur? side",
            "YOUARE barred|banned from|here|at|in",
            "YOUARE not welcome|allowed",
            "YOUARE not coming in|near|to|here|round|over? $",
            "rather|prefer|sooner @you didn't|didnt|did|don't not? come|sit|turn|visit|wait|stand",
            "can't|cant|not keep|be coming|turning|sitting|waiting ~1 to|up|outside|here|at",
            "^ go home $",
            "DONT @adv* wait|hang|stand|lurk|sit for|about|around|by|near me|us|my",
            "can't|cant|cannot|not just turn|show|come|be turning? up|round|here|over|to",
            "nobody|no one comes|come|coming in|here|round",
            "stay|keep off|out|away of|from? my|our|me _",
            "DONT @adv* be|hang|hanging|wait|park|stand|lurk there|round|around|outside|about"
            "|by|near",
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
            "DONT @adv* ask|talk|speak|message|text|mention|bring to|me|it|up me|it|up? about"
            "|again",
            "@stop asking|askin|going|messaging|texting on|me|us? me|us? about",
            "@stop watching|checking|screenshotting|looking|going|liking|commenting|tracking"
            "|reading"
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
            "talk about work|kids|business but nothing|not",
            "IDONT want to discuss|talk|go ~1 it|that|this|about|into",
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
            "no|not|nae texts|calls|messages|ringing|texting|calling? after|past tea|bedtime"
            "|dinner",
            "DONT @adv* @verb @me? ~1 after|before|past|during|between|until|till|til|while"
            "|whilst ~2",
            "DONT @adv* @verb @me? this|so|that late|early|time",
            "DONT @adv* @verb @me? ~2 at night|work|weekends|dinner|tea",
            "@stop @verbing @me? ~1 after|before|past|during|at night|#|ten|work|this|weekends",
            "office|working|work|business hours please|pls|only",
            "keep ~3 to office|working|work hours",
            "mornings|evenings|weekdays|weekends|sundays|mondays|afternoons only",
            "after|past # the|my phone goes|is|will",
            "@limit between|before|after #",
            "can't|cant|not talk|text|speak|reply after|before|past #",
            "@limit ring|call|text|message in|for emergencies|emergency|an ~1",
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
)
