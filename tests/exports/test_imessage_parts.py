"""The binary columns, dates and reactions of iMessage rows."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stalk_nlp.events import format_time
from stalk_nlp.exports._imessage_body import Summary, body_text, read_summary
from stalk_nlp.exports._imessage_reactions import Reaction, SeenTexts, by_code, in_words
from stalk_nlp.exports._imessage_rows import to_us

PREFIX = bytes.fromhex("040b") + b"streamtyped" + bytes.fromhex("81e80384014084848419")


def archive(text: str) -> bytes:
    """An attributedBody as macOS writes it, up to the first attribute."""
    raw = text.encode()
    if len(raw) < 0x80:
        length = bytes([len(raw)])
    elif len(raw) < 0x8000:
        length = b"\x81" + len(raw).to_bytes(2, "little")
    else:
        length = b"\x82" + len(raw).to_bytes(4, "little")
    classes = b"NSMutableAttributedString\0\x84\x84\x12NSAttributedString\0\x84\x84\x08NSObject\0"
    string = b"\x85\x92\x84\x84\x84\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95\x84\x01+"
    return PREFIX + classes + string + length + raw + b"\x86\x84\x02iI\x01\x05\x92\x86\x86"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
@example("x" * 127)
@example("x" * 128)
@example("ↄ\x86" * 20_000)
def test_bodies_round_trip(text: str) -> None:
    expected = text.replace("\0", "\ufffd")
    assert body_text(archive(text)) == expected
    # Another version of a class: the usual opening does not fit, so the decoder reads it.
    assert body_text(archive(text).replace(b"NSMutableString\x01", b"NSMutableString\x02")) == (
        expected
    )
    # Without the header the decoder gives up and the marks are found instead.
    assert body_text(b"?" + archive(text)) == expected


def test_a_body_of_no_text_is_none() -> None:
    assert [body_text(b) for b in (None, b"", b"\x01+", b"nothing here", b"\x01+\x05ab")] == [
        None
    ] * 5


def test_a_wrong_length_falls_back_to_the_end_mark() -> None:
    blob = b"?" + archive("short").replace(b"\x01+\x05", b"\x01+\x70")
    assert body_text(blob) == "short"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 150), st.binary(max_size=8))
def test_hostile_bodies_and_summaries_never_raise(raw: bytes, at: int, patch: bytes) -> None:
    body = bytearray(archive("a text that will be damaged"))
    body[at : at + len(patch)] = patch
    plist = bytearray(plistlib.dumps({"rp": [0], "ec": {"0": []}}, fmt=plistlib.FMT_BINARY))
    plist[8 + at : 8 + at + len(patch)] = patch
    for blob in (raw, bytes(body)):
        assert isinstance(body_text(blob), str | None)
    for blob in (raw, bytes(plist), b"bplist00" + raw):
        assert isinstance(read_summary(blob), Summary)


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"rp": [0]}, Summary(edited=False, retracted=True)),
        ({"ec": {"0": [{"d": 1.0}]}, "ep": [0]}, Summary(edited=True, retracted=False)),
        ({"rp": [], "ust": True}, Summary()),
        (["rp"], Summary()),
    ],
)
def test_summaries(info: Any, expected: Summary) -> None:
    assert read_summary(plistlib.dumps(info, fmt=plistlib.FMT_BINARY)) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (470_000_000, "2015-11-23T19:33:20Z"),
        (470_000_000.5, "2015-11-23T19:33:20.500Z"),
        (760_000_000_000_000_000, "2025-01-31T07:06:40Z"),
        (0, None),
        (-5, None),
        (10**12, None),
        (9_223_372_036_854_775_807, "2293-04-11T23:47:16.854Z"),
        (1e300, None),
    ],
)
def test_dates_by_size(date: float, expected: str | None) -> None:
    assert format_time(to_us(date), "export") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Loved “a”", Reaction("love", "a")),
        ('Disliked "a"', Reaction("dislike", "a")),
        ("Laughed at “two\nlines”", Reaction("laugh", "two\nlines")),
        ("Emphasised “a”", Reaction("emphasize", "a")),
        ("Questioned “a”", Reaction("question", "a")),
        ("Reacted 👍🏽 to “a”", Reaction("👍🏽", "a")),
        ("Removed an exclamation from “a”", Reaction("removed: emphasize", "a")),
        ("Removed 👋 from “a”", Reaction("removed: 👋", "a")),
        ("Loved it", None),
        ("I Loved “a”", None),
        ("Loved “a” very much", None),
    ],
)
def test_reactions_in_words(text: str, expected: Reaction | None) -> None:
    assert in_words(text) == expected


def test_reactions_by_code() -> None:
    names = ["love", "like", "dislike", "laugh", "emphasize", "question"]
    assert [by_code(2000 + i, None) for i in range(6)] == [Reaction(n) for n in names]
    assert [by_code(3000 + i, None) for i in range(6)] == [Reaction(f"removed: {n}") for n in names]
    assert by_code(3006, "🎈") == Reaction("removed: 🎈")
    assert by_code(2006, None) == Reaction("emoji")
    assert [by_code(c, None) for c in (0, 2, 1000, 4000)] == [None] * 4


def test_only_the_newest_texts_are_remembered() -> None:
    seen = SeenTexts(limit=2)
    for text in ("one", "two", "one", "three"):
        seen.add("c", text)
    assert [seen.has("c", t) for t in ("one", "two", "three")] == [True, False, True]
    assert seen.has("d", "one") is False
