"""Segments: what is the sender's own, and the way back from own words to the text."""

import itertools
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.segments import KINDS, Segment, own_text, own_words, split

#: (text, its segments as (kind, words))
CASES = [
    ("see you at six", [("own", "see you at six")]),
    ("don't, I can't, 'cause I won't", [("own", "don't, I can't, 'cause I won't")]),
    ("'til then, rock 'n' roll", [("own", "'til then, rock 'n' roll")]),
    (
        "he said 'I'll find you' again",
        [("own", "he said "), ("quoted", "'I'll find you'"), ("own", " again")],
    ),
    ('your "best friend" rang', [("own", 'your "best friend" rang')]),
    (
        "she wrote “you owe me this” so",
        [("own", "she wrote "), ("quoted", "“you owe me this”"), ("own", " so")],
    ),
    ("«ne me quitte pas» ok", [("quoted", "«ne me quitte pas»"), ("own", " ok")]),
    (
        "he said 'the girls' night was good' ok",
        [("own", "he said "), ("quoted", "'the girls' night was good'"), ("own", " ok")],
    ),
    (
        "he put 'I was goin' home to you' there",
        [("own", "he put "), ("quoted", "'I was goin' home to you'"), ("own", " there")],
    ),
    ('an unclosed "quote that runs on', [("own", 'an unclosed "quote that runs on')]),
    ('a 12" record and a 7" one', [("own", 'a 12" record and a 7" one')]),
    (
        "> I'll be outside yours\nDo NOT come here",
        [("quoted", "> I'll be outside yours"), ("own", "\nDo NOT come here")],
    ),
    (">:( not funny", [("own", ">:( not funny")]),
    (
        '[Forwarded] "I\'ll be outside yours" mum look',
        [("forwarded", '[Forwarded] "I\'ll be outside yours"'), ("own", " mum look")],
    ),
    (
        "[Forwarded]\nfirst line\nsecond\n\nis this him?",
        [("forwarded", "[Forwarded]\nfirst line\nsecond"), ("own", "\n\nis this him?")],
    ),
    (
        "fyi\n---------- Forwarded message ---------\nhello\n\nyou",
        [("own", "fyi\n"), ("forwarded", "---------- Forwarded message ---------\nhello\n\nyou")],
    ),
    (
        "ok\n\nOn Tue, 4 Mar 2025 at 10:00, Sam wrote:\nhello\n\nthere",
        [("own", "ok\n\n"), ("reply", "On Tue, 4 Mar 2025 at 10:00, Sam wrote:\nhello\n\nthere")],
    ),
    (
        "On 4 Feb Sam wrote:\n> I shall come\n\nFor the file",
        [("reply", "On 4 Feb Sam wrote:\n> I shall come"), ("own", "\n\nFor the file")],
    ),
    ("on tuesday i wrote: 3 cards", [("own", "on tuesday i wrote: 3 cards")]),
    (
        "no\n-----Original Message-----\nFrom: Sam\nstop ignoring me",
        [("own", "no\n"), ("reply", "-----Original Message-----\nFrom: Sam\nstop ignoring me")],
    ),
    (
        "no\nFrom: Sam\nSent: Monday\nSubject: us\n\ncall me",
        [("own", "no\n"), ("reply", "From: Sam\nSent: Monday\nSubject: us\n\ncall me")],
    ),
    (
        "🎶 ring me ring me 🎶 cheers for that",
        [("lyric", "🎶 ring me ring me 🎶"), ("own", " cheers for that")],
    ),
    (
        "♪ you belong to me. this song is on repeat",
        [("lyric", "♪ you belong to me."), ("own", " this song is on repeat")],
    ),
    ("love this tune 🎵", [("own", "love this tune 🎵")]),
    (
        "look https://example.org/a?b=c, ok",
        [("own", "look "), ("link", "https://example.org/a?b=c"), ("own", ", ok")],
    ),
    (
        "[12/03/2025, 10:11:12] Sam: where are you\nthis is him",
        [("quoted", "[12/03/2025, 10:11:12] Sam: where are you"), ("own", "\nthis is him")],
    ),
    (
        "12/03/2025, 10:11 - Sam: where are you",
        [("quoted", "12/03/2025, 10:11 - Sam: where are you")],
    ),
    ("[screenshot] where r u | who with", [("quoted", "[screenshot] where r u | who with")]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_split(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(kind, text[a:b]) for a, b, kind in split(text)] == expected


def test_forwarded_flag_takes_everything_but_a_short_comment() -> None:
    text = "you will hear from me\nevery day\n\nmum what do i do"
    cut = text.index("mum")
    assert split(text, forwarded=True) == (
        Segment(0, cut, "forwarded"),
        Segment(cut, len(text), "own"),
    )
    assert split("leave me alone", forwarded=True) == (Segment(0, 14, "forwarded"),)
    long = "one\n\n" + "word " * 16
    assert split(long, forwarded=True) == (Segment(0, len(long), "forwarded"),)


def test_repeated_reply_text_is_a_reply_segment() -> None:
    text = "I will wait for you no you won't"
    assert split(text, reply_to="I will wait for you") == (
        Segment(0, 19, "reply"),
        Segment(19, len(text), "own"),
    )
    assert split("ok then", reply_to="ok") == (Segment(0, 7, "own"),)


def test_own_words_map_back() -> None:
    text = "You said 'I'll find you anywhere'. Never message me again."
    own = own_text(text, split(text))
    assert own.text == "You said . Never message me again."
    start = own.text.index("Never")
    a, b = own.locate(start, start + 16)
    assert text[a:b] == "Never message me"
    a, b = own.locate(4, start + 5)
    assert text[a:b] == "said 'I'll find you anywhere'. Never"


@pytest.mark.parametrize("span", [(0, 0), (-1, 3), (2, 99), (8, 9)])
def test_locate_refuses_spans_that_hold_no_own_words(span: tuple[int, int]) -> None:
    text = "You said 'I'll find you anywhere' ok"
    own = own_text(text, split(text))
    assert own.text == "You said ok"
    with pytest.raises(ValueError, match="span"):
        own.locate(*span)


_PIECES = st.sampled_from(
    (
        *("'", '"', "“", "”", "«", "»", "> ", "\n", "\n\n", "🎶", "İ", "[Forwarded]", "Fwd: "),
        *("www.x.org ", "wrote:", "On 4 Feb Sam wrote:\n", "don't ", "I will find you "),
        "From: a\nSent: b\n",
    )
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=12).map("".join)), st.booleans())
def test_segments_cover_any_text_exactly(text: str, forwarded: bool) -> None:
    parts = split(text, forwarded=forwarded)
    assert "".join(text[a:b] for a, b, _ in parts) == text
    assert all(a < b and kind in KINDS for a, b, kind in parts)
    assert all(x.end == y.start for x, y in itertools.pairwise(parts))


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_every_own_piece_maps_back_to_itself(text: str) -> None:
    parts = split(text)
    own = own_text(text, parts)
    assert own.text == own_words(text, parts)
    for start, _, length in own.pieces:
        a, b = own.locate(start, start + length)
        assert text[a:b] == own.text[start : start + length]


def test_plain_texts_are_quick() -> None:
    texts = ["see you at six then", "don't forget the milk, it's on the list"] * 5000
    begin = time.perf_counter()
    for text in texts:
        split(text)
    assert len(texts) / (time.perf_counter() - begin) > 10_000


def test_importing_loads_no_spacy() -> None:
    code = "import sys, stalk_nlp.boundaries; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
