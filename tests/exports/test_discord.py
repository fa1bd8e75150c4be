"""The Discord reader: golden pairs, one-sided conversations, broken files."""

import json
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp import exports
from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.events import OWNER, Account, Event, Note, Reject, to_batch
from stalk_nlp.exports import discord
from stalk_nlp.exports._common import Source
from tests.exports._json_golden import DATA, as_json, events, expected, records

HERE = DATA / "discord"


def message(number: int, **fields: object) -> dict[str, object]:
    author = {"id": "11", "name": "ana", "nickname": "Ana", "isBot": False}
    base = {"id": str(number), "type": "Default", "content": "x", "author": author}
    return {**base, "timestamp": "2025-03-02T21:14:07+00:00", **fields}


def write(folder: Path, *messages: object, **channel: object) -> Path:
    head = {"id": "900", "type": "DirectTextChat", "name": "ben", **channel}
    path = folder / "direct.json"
    body = {"guild": {"id": "0"}, "channel": head, "messages": list(messages)}
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


@pytest.mark.parametrize("case", ["direct", "server"])
def test_golden(case: str) -> None:
    found = records(discord, HERE / f"{case}.json")
    assert [as_json(r) for r in found] == expected("discord", case)
    assert exports.identify(Source(f"{case}.json", HERE / f"{case}.json")).NAME == "discord"


@pytest.mark.parametrize(("title", "other"), [("ben", "ben"), ("Ana", OWNER)])
def test_one_sided_conversation(tmp_path: Path, title: str, other: str) -> None:
    (event,) = events(discord, write(tmp_path, message(1), name=title))
    assert (event.sender, event.recipients, event.group) == ("11", (other,), False)


def test_group_conversation(tmp_path: Path) -> None:
    (event,) = events(discord, write(tmp_path, message(1), type="DirectGroupTextChat"))
    assert (event.group, event.recipients) == (True, ())


def test_offsets_and_wall_clocks(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        message(1, timestamp="2025-07-01T12:00:00.1234567+02:00"),
        message(2, timestamp="2025-07-01T12:00:00"),
    )
    first, second = events(discord, path, tz=zoneinfo.ZoneInfo("Europe/London"))
    assert (first.time_us, first.tz_basis) == (1_751_364_000_123_456, "offset")
    assert (second.time_us, second.tz_basis) == (1_751_367_600_000_000, "option")
    assert events(discord, path)[1].tz_basis == "unknown"


@pytest.mark.parametrize("stamp", [None, 5, "", "later", "0001-01-01T00:00:00+14:00", {}])
def test_unusable_time_is_one_reject(tmp_path: Path, stamp: object) -> None:
    found = records(discord, write(tmp_path, message(1, timestamp=stamp), message(2)))
    assert found[-2] == Reject("direct.json", 1, "the message has no usable timestamp")
    assert isinstance(found[-1], Event)


@pytest.mark.parametrize(
    ("kind", "expected_kind"),
    [
        ("Default", "msg"),
        ("Reply", "msg"),
        ("20", "msg"),
        ("SomethingNew", "msg"),
        ("RecipientAdd", "system"),
        ("7", "system"),
        ("46", "system"),
        (None, "msg"),
    ],
)
def test_types(tmp_path: Path, kind: str | None, expected_kind: str) -> None:
    (event,) = events(discord, write(tmp_path, message(1, type=kind)))
    assert event.kind == expected_kind


def test_call_that_ends_before_it_starts(tmp_path: Path) -> None:
    entry = message(1, type="Call", callEndedTimestamp="2025-03-02T21:14:00+00:00")
    (event,) = events(discord, write(tmp_path, entry))
    assert (event.kind, event.duration_s) == ("call_answered", 0.0)


def test_missing_author(tmp_path: Path) -> None:
    (event,) = events(discord, write(tmp_path, message(1, author=None)))
    assert (event.sender, event.recipients) == (None, ())


def test_reactions_without_users_are_not_events(tmp_path: Path) -> None:
    path = write(tmp_path, message(1, reactions=[{"emoji": {"name": "👍"}, "count": 3}]))
    assert len([r for r in records(discord, path) if isinstance(r, Event)]) == 1


def test_reply_to_a_message_that_is_not_there(tmp_path: Path) -> None:
    (event,) = events(discord, write(tmp_path, message(1, reference={"messageId": "77"})))
    assert event.reply_to is None


def test_truncated_file(tmp_path: Path) -> None:
    path = write(tmp_path, message(1), message(2))
    path.write_bytes(path.read_bytes()[:-5])
    found = records(discord, path)
    assert sum(isinstance(r, Event) for r in found) == 1
    assert isinstance(found[-1], Reject)
    assert found[-1].row == 2


def test_other_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"guild": {"id": "0"}, "channel": {"id": "1", "type": "x"}}', encoding="utf-8")
    with pytest.raises(CorruptInputError):
        records(discord, path)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), max_size=5))
def test_any_text_round_trips(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    rows = [message(n, content="~" + t) for n, t in enumerate(texts)]
    path = write(tmp_path_factory.mktemp("t"), *rows)
    healed = ["~" + t.replace("\0", "\ufffd") for t in texts]
    assert [e.text for e in events(discord, path)] == healed


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_bytes_give_records_or_typed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(
        (HERE / data.draw(st.sampled_from(["direct.json", "server.json"]))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("m") / "direct.json"
    path.write_bytes(bytes(raw))
    discord.sniff("direct.json", bytes(raw))
    try:
        found = records(discord, path)
    except InputError:
        return
    to_batch([r for r in found if isinstance(r, Event)])
    assert all(isinstance(r, Event | Reject | Account | Note) for r in found)
