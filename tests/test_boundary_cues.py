"""Boundary cues: words that set a boundary, over types and dialects, and words that do not."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.boundaries import Cue, cues, main_cue
from stalk_nlp.segments import split

#: (message, type, scope, scope_detail)
POSITIVE = [
    ("Please don't contact me again", "B1", "all", ""),
    ("dnt msg me again", "B1", "all", ""),
    ("leev me alone", "B1", "all", ""),
    ("stop txtin me", "B1", "all", ""),
    ("STOP MESSAGING ME", "B1", "all", ""),
    ("lose my number", "B1", "all", ""),
    ("dinnae phone me again", "B1", "all", ""),
    ("Dinnae contact me", "B1", "all", ""),
    ("doh call mih again", "B1", "all", ""),
    ("abeg leave me alone", "B1", "all", ""),
    ("nah man allow me yeah", "B1", "all", ""),
    ("please you stop write to me", "B1", "all", ""),
    ("gan away and stop botherin us", "B1", "all", ""),
    ("Don't be ringing me any more", "B1", "all", ""),
    ("I don't want to hear from you", "B1", "all", ""),
    ("i dont want u contacting me", "B1", "all", ""),
    ("I no longer wish to speak to you", "B1", "all", ""),
    ("No more messages please", "B1", "all", ""),
    ("no calls, no texts", "B1", "all", ""),
    ("I've asked you twice. Do not contact me again in any way.", "B1", "all", ""),
    ("I told you to stop texting me", "B1", "all", ""),
    ("Can you stop messaging me?", "B1", "all", ""),
    ("This has to stop.", "B1", "all", ""),
    ("stay away from me", "B1", "all", ""),
    ("delete my number and forget it", "B1", "all", ""),
    ("Don’t ever text me again", "B1", "all", ""),
    ("kindly do not message henceforth", "B1", "all", ""),
    ("Don't ring or text me", "B1", "all", ""),
    ("I'd rather you didn't contact me", "B1", "all", ""),
    ("leave me the fuck alone 😂 no seriously", "B1", "all", ""),
    ("gie us peace will ye", "B1", "all", ""),
    ("We are instructed by Ms Cole. Stop contacting her.", "B5", "all", ""),
    ("this is her brother, stop texting her", "B5", "all", ""),
    ("Leave her alone now", "B5", "all", ""),
    ("She doesn't want to hear from you", "B5", "all", ""),
    ("stay away from my sister", "B5", "all", ""),
    ("Kaz's brother here. leave it now, stop", "B5", "all", ""),
    ("We act for Mr Penn.", "B5", "all", ""),
    ("im blocking u", "B4", "all", ""),
    ("I've blocked you on everything", "B4", "all", ""),
    ("Blocked and reported.", "B4", "all", ""),
    ("ur blocked", "B4", "all", ""),
    ("I'm keeping all these for the police", "B4", "all", ""),
    ("I've told the police about you", "B4", "all", ""),
    ("next message goes to the police", "B4", "all", ""),
    ("I'm keeping a record of these emails", "B4", "all", ""),
    ("You have been served with a non-molestation order", "B6", "all", ""),
    ("you are prohibited from contacting my client", "B6", "all", ""),
    ("Don't ring me, text me", "B3", "channel", "not:call"),
    ("Email only from now on please", "B3", "channel", "only:email"),
    ("only contact me by email", "B3", "channel", "only:email"),
    ("don't message me on whatsapp", "B3", "channel", "not:whatsapp"),
    ("Speak to my solicitor", "B3", "channel", "only:solicitor"),
    ("don't come to my house", "B3", "place", "don't come to my house"),
    ("dinnae come roon here again", "B3", "place", "dinnae come roon here again"),
    ("stop waiting outside my work", "B3", "place", "stop waiting outside"),
    ("stay away from my work", "B3", "place", "stay away from my work"),
    ("You're not welcome here", "B3", "place", "you're not welcome"),
    ("only message me about the kids", "B3", "topic", "only message me about the kids"),
    ("stop checking when I'm online", "B3", "topic", "stop checking when"),
    ("don't send me any more flowers", "B3", "topic", "don't send me any more flowers"),
    ("Please don't message me before 9", "B3", "time", "don't message me before 9"),
    ("no texts after ten pls", "B3", "time", "no texts after ten"),
    ("Let's keep it professional", "B3", "role", "keep it professional"),
    ("I'm seeing someone", "B2", "topic", "i'm seeing someone"),
    ("im not really looking for anything", "B2", "topic", "not really looking for anything"),
    ("aw thanks but I've got a partner x", "B2", "topic", "i've got a partner"),
    ("bit busy atm", "B2", "topic", "bit busy atm"),
    ("not tonight x", "B2", "topic", "not tonight x"),
    ("Maybe another time", "B2", "topic", "maybe another time"),
]

NEGATIVE = [
    "I told him to stop texting me",
    "she told him to leave her alone and he still turned up",
    "she said stop texting me so i did",
    "leave me alone 😂",
    "restraining order incoming",
    "stop it 😂",
    "stop by anytime",
    "don't contact the office, they're useless",
    "leave me alone a sec",
    "leave me alone with him and I'd talk all night",
    "🎶 leave me alone, stop dogging me around 🎶",
    "he said 'don't ever contact me again'",
    "> stop messaging me\nwhat does that mean",
    "please don't leave me alone",
    "why don't you text me any more",
    "you never call me",
    "you don't message me any more",
    "did I say stop messaging me?",
    "don't call me crazy",
    "don't call me that again in front of the lads",
    "I can't stop texting you",
    "have you blocked me?",
    "you blocked me",
    "I haven't blocked you",
    "did you report me",
    "she blocked him ages ago",
    "he's told the police about her",
    "the sink is blocked again",
    "bus stop by the school",
    "tell him to leave us alone",
    "want me to stop calling you?",
    "I'll stop messaging you now, sorry",
    "I won't contact you again",
    "call me when you get this",
    "don't forget to message me",
    "text me when you're home",
    "can you ring me about the kids",
    "leave the keys under the mat",
    "leave it with me",
    "no more milk left",
    "that's enough pasta for four",
    "I only want to talk to you",
    "the office is only open until five",
    "meet you at the house after six",
    "is your phone off",
    "you're the only one I text about this",
    "we're busy people",
    "what time does it stop",
    "stop at the shop for bread",
    "don't worry about it",
    "dont be late",
    "never mind",
    "I miss you, talk to me",
    "please answer me",
    "my order was delivered",
    "in order to get there you need the A6",
    "police are on our road again, no idea why",
    "report is due on friday",
    "thanks for the email",
    "I'm sorry for messaging you so much",
    "lol you are so blocked",
    "hahaha don't ever text me again you legend",
    "Fwd: please do not contact me again",
    "[12/03/2025, 10:11:12] Sam: leave me alone",
    "they want people to stop messaging us at work",
    "Leave her a message",
]


def found(text: str) -> Cue | None:
    return main_cue(cues(text, split(text)))


@pytest.mark.parametrize(("text", "kind", "scope", "detail"), POSITIVE)
def test_positive(text: str, kind: str, scope: str, detail: str) -> None:
    cue = found(text)
    assert cue is not None
    assert cue[:3] == (kind, scope, detail)
    assert 0 <= cue.span[0] < cue.span[1] <= len(text)


@pytest.mark.parametrize("text", NEGATIVE)
def test_negative(text: str) -> None:
    assert cues(text, split(text)) == ()


def test_tables_are_large_enough_to_mean_something() -> None:
    assert len(POSITIVE) >= 60
    assert len(NEGATIVE) >= 60


def test_spans_are_offsets_in_the_whole_message() -> None:
    text = "You said 'I'll find you wherever you go'. Never message me again."
    (cue,) = cues(text, split(text))
    assert cue == Cue("B1", "all", "", (42, 64))
    assert text[slice(*cue.span)] == "Never message me again"


def test_the_formal_and_the_wide_name_the_message() -> None:
    text = "Don't come to my house. Stop texting me. I've blocked you."
    assert [c.type for c in cues(text, split(text))] == ["B3", "B1", "B4"]
    main = found(text)
    assert main is not None
    assert main.type == "B1"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from("stop don't message me , . ? leave alone İ ’ 😂 not to you only 9".split()),
        max_size=12,
    ).map(" ".join)
    | st.text(max_size=60)
)
def test_any_text_gives_cues_inside_it_that_do_not_overlap(text: str) -> None:
    spans = [c.span for c in cues(text, split(text))]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(x[1] <= y[0] for x, y in itertools.pairwise(spans))
