"""The healing stream and the walk under the JSON readers."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import Event, Reject, to_batch
from stalk_nlp.exports import _json, discord, instagram, messenger, telegram
from stalk_nlp.exports._common import Source
from stalk_nlp.exports._json import START, TOO_BIG, CleanStream, outline, walk
from stalk_nlp.exports._json_values import Replies, epoch_us
from tests.exports._json_golden import DATA, records

ROOT = frozenset({(), ("messages",)})


def healed(raw: bytes) -> bytes:
    stream = CleanStream(io.BytesIO(raw), "x")
    return b"".join(iter(lambda: stream.read(10), b""))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (b'\xef\xbb\xbf"a"', b'"a"'),
        (b'"\\x1f"', b'"\\u001f"'),
        (b'"\\x00 \\u0000"', b'"\\ufffd \\ufffd"'),
        (b'"\\q \\\\q \\\\\\q"', b'"\\\\q \\\\q \\\\\\\\q"'),
        (b'"\\ud83d\\ude42 \\ud83d \\ude42"', b'"\\ud83d\\ude42 \\ufffd \\ufffd"'),
        (b'"a\x01b\xffc"', '"a\ufffdb\ufffdc"'.encode()),
        (b'"cut \\', b'"cut \\\\'),
        (b'"cut \\u00', b'"cut \\\\u00'),
        (b'"tab\\t \\/ \\""', b'"tab\\t \\/ \\""'),
    ],
)
def test_healing(raw: bytes, clean: bytes) -> None:
    assert healed(raw) == clean


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.text() | st.integers() | st.none(), st.lists), st.booleans())
def test_sound_json_keeps_its_meaning(value: object, ascii_: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_)
    if "\\u0000" not in text:
        assert json.loads(healed(text.encode())) == value


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"\\", b"u", b"x", b"d83d", b"de42", b"00", b'"', b"\xf0\x9f", b"z"])
    ),
    st.integers(1, 7),
)
def test_chunk_borders_change_nothing(parts: list[bytes], size: int) -> None:
    raw = b"".join(parts)
    whole = healed(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_json, "_CHUNK", size)
        assert healed(raw) == whole


@pytest.mark.parametrize("chunk", [7, 4_099, 65_536])
def test_endless_numbers_are_cut_and_digits_in_texts_are_not(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(_json, "_CHUNK", chunk)
    digits = "7" * 5_000
    document = f'{{"t": "{digits}\\"{digits}\\\\", "n": -1, "u": "{digits}"}}'
    assert healed(document.encode()).decode() == document
    if chunk > 5_000:
        assert healed(f'{{"n": -{digits}, "t": "a"}}'.encode()) == b'{"n": -0, "t": "a"}'


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "1." + "9" * 5_000, "1e999999"])
def test_endless_number_is_one_reject(tmp_path: Path, number: str) -> None:
    path = tmp_path / "x.json"
    row = '{"sender_name": "A", "timestamp_ms": %s, "content": "x"}'
    path.write_text(f'{{"messages": [{row % number}, {row % 1_740_950_000_000}]}}')
    found = [r for r in records(messenger, path) if isinstance(r, Event | Reject)]
    assert [type(r) for r in found][-1] is Event
    assert len(found) == 2
    assert outline(path.read_bytes()) >= {("messages", "*", "timestamp_ms")}


def test_walk_enters_only_what_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": {"b": [1, 2.5]}, "messages": [{"c": null}, 7, []], "z": true}')
    found = list(walk(Source("x.json", path), ROOT))
    assert found[0] == ((), START)
    assert found[1] == (("a",), {"b": [1, 2.5]})
    assert found[2] == (("messages",), START)
    assert found[3:] == [
        (("messages", "*"), {"c": None}),
        (("messages", "*"), 7),
        (("messages", "*"), []),
        (("z",), True),
    ]


def test_records_over_the_caps_are_skipped_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    wide = [0] * 200_001
    body = {"messages": [{"w": wide}, {"n": {"m": wide}}, {"ok": 1}], "after": wide}
    path.write_text(json.dumps(body))
    assert [value for _, value in walk(Source("x.json", path), ROOT)][2:] == [
        TOO_BIG,
        TOO_BIG,
        {"ok": 1},
        TOO_BIG,
    ]


def test_everything_before_the_break_is_walked(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"messages": [{"n": 1}, {"n": 2}, {"n": tru}]}')
    seen: list[object] = []

    def read_all() -> None:
        for _, value in walk(Source("x.json", path), ROOT):
            seen.append(value)

    with pytest.raises(CorruptInputError, match=r"x\.json is not whole"):
        read_all()
    assert seen[2:] == [{"n": 1}, {"n": 2}]


def test_wanted_keys_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    body = {
        "head": {"a": 1},
        "messages": [{"a": 1, "b": {"a": 2}, "c": [{"a": 3}], "d": 4}, 5, [6]],
    }
    path.write_text(json.dumps(body))
    found = list(walk(Source("x.json", path), ROOT, frozenset({"a", "c"})))
    assert found[1] == (("head",), {"a": 1})
    assert [v for p, v in found if p == ("messages", "*")] == [{"a": 1, "c": [{"a": 3}]}, 5, {}]


def test_outline_of_a_cut_head() -> None:
    head = b'{"chats": {"list": [{"id": 3, "messages": [{"date_unixtime": "1", "te'
    assert outline(head) == {
        ("chats",),
        ("chats", "list"),
        ("chats", "list", "*", "id"),
        ("chats", "list", "*", "messages"),
        ("chats", "list", "*", "messages", "*", "date_unixtime"),
    }
    assert outline(b'["a"]') == frozenset()


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1740950047", 1_000_000, 1_740_950_047_000_000),
        (1_740_950_047_123, 1_000, 1_740_950_047_123_000),
        (253_402_300_799, 1_000_000, 253_402_300_799_000_000),
        (253_402_300_800, 1_000_000, None),
        ("9" * 30, 1_000_000, None),
        ("١٢٣", 1_000_000, None),
        (True, 1_000, None),
        (0, 1_000, None),
        (-1, 1_000, None),
    ],
)
def test_epochs(value: object, unit: int, expected: int | None) -> None:
    assert epoch_us(value, unit) == expected


def test_replies_forget_the_oldest() -> None:
    replies = Replies()
    for number in range(5_001):
        replies.add(str(number), "text")
    assert replies.get(0) is None
    assert replies.get("1") == "text"
    assert replies.get(None) is None


CASES = [
    (telegram, "private_chat"),
    (telegram, "account"),
    (messenger, "classic"),
    (messenger, "encrypted"),
    (instagram, "thread"),
    (discord, "direct"),
    (discord, "server"),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


def replace_one(draw: st.DrawFn, value: object) -> object:
    """The document with one value, anywhere in it, replaced by any other."""
    if isinstance(value, list | dict) and value and draw(st.integers(0, 5)):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = draw(st.sampled_from(keys))
        value[key] = replace_one(draw, value[key])  # type: ignore[index]
        return value
    return draw(ANYTHING)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_value_anywhere_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    reader, case = data.draw(st.sampled_from(CASES))
    with (DATA / reader.NAME / f"{case}.json").open("rb") as stream:
        clean = CleanStream(stream, "x")
        document = json.loads(b"".join(iter(clean.read, b"")))
    path = tmp_path_factory.mktemp("v") / "message_1.json"
    path.write_text(json.dumps(replace_one(data.draw, document)), encoding="utf-8")
    try:
        found = records(reader, path)
    except CorruptInputError:
        return
    to_batch([r for r in found if isinstance(r, Event)])
