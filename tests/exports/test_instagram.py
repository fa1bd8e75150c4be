"""The Instagram reader: golden pair, a real export, and never two readers for one file."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp import exports
from stalk_nlp.errors import InputError
from stalk_nlp.events import Account, Event, Note, Reject, to_batch
from stalk_nlp.exports import instagram, messenger
from stalk_nlp.exports._common import Source
from tests.exports._json_golden import DATA, as_json, events, expected, records

HERE = DATA / "instagram"
PATH = "your_instagram_activity/messages/inbox/cleopark_7/message_1.json"


def test_golden() -> None:
    found = records(instagram, HERE / "thread.json")
    assert [as_json(r) for r in found] == expected("instagram", "thread")
    for name in (PATH, "message_1.json"):  # a media path inside shows the service too
        assert exports.identify(Source(name, HERE / "thread.json")).NAME == "instagram"


def test_minimal_file_of_another_project(shared: Path) -> None:
    path = shared / "fixtures/instagram/chatminer_test_export.json"
    source = Source("instagram/chatminer_test_export.json", path)
    assert exports.identify(source).NAME == "instagram"
    found = [r for r in exports.read(source) if isinstance(r, Event)]
    assert [(e.sender, e.recipients, e.text, e.time_us) for e in found] == [
        ("John Doe", ("Jane Doe",), "Hello Jane!", 1_579_294_140_000_000),
        ("Jane Doe", ("John Doe",), "Hello John!", 1_577_186_580_000_000),
    ]
    assert {e.channel for e in found} == {"instagram"}


def test_minimal_file_without_its_folder(shared: Path) -> None:
    source = Source("export.json", shared / "fixtures/instagram/chatminer_test_export.json")
    assert exports.identify(source).NAME == "messenger"
    assert exports.identify(source, "instagram").NAME == "instagram"
    assert len(events(instagram, source.path)) == 2


def test_conversation_from_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "message_1.json"
    body = {"messages": [{"sender_name": "a", "timestamp_ms": 1_740_950_000_000}]}
    path.write_text(json.dumps(body), encoding="utf-8")
    (event,) = events(instagram, path, PATH)
    assert event.conversation == "inbox/cleopark_7"
    assert event.text is None


def test_empty_thread_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "message_1.json"
    body = {"participants": [{"name": "a"}], "messages": [], "thread_path": "inbox/a_1"}
    path.write_text(json.dumps(body), encoding="utf-8")
    assert exports.identify(Source(PATH, path)).NAME == "instagram"
    assert [type(r) for r in records(instagram, path)] == [Note]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=5))
def test_any_text_round_trips(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("t") / "message_1.json"
    stored = [("~" + t).encode().decode("latin-1") for t in texts]
    rows = [{"sender_name": "a", "timestamp_ms": 1_740_950_000_000, "content": t} for t in stored]
    path.write_text(json.dumps({"messages": rows}), encoding="utf-8")
    assert [e.text for e in events(instagram, path)] == ["~" + t for t in texts]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_bytes_give_records_or_typed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray((HERE / "thread.json").read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("m") / "message_1.json"
    path.write_bytes(bytes(raw))
    assert sum(m.sniff(PATH, bytes(raw)) for m in (messenger, instagram)) <= 1
    try:
        found = records(instagram, path)
    except InputError:
        return
    to_batch([r for r in found if isinstance(r, Event)])
    assert all(isinstance(r, Event | Reject | Account | Note) for r in found)
