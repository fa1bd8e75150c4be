"""The Messenger reader: golden pairs, real exports, whose file it is, broken files."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp import exports
from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.events import Account, Event, Note, Reject, to_batch
from stalk_nlp.exports import instagram, messenger
from stalk_nlp.exports._common import Source, fix_mojibake
from tests.exports._json_golden import DATA, as_json, events, expected, records

HERE = DATA / "messenger"
FIXTURES = "fixtures/facebook_messenger/msgvault_"


def thread(*messages: object, **keys: object) -> dict[str, object]:
    people = [{"name": "Ana"}, {"name": "Ben"}]
    base = {"participants": people, "thread_path": "inbox/ben_1", **keys}
    return {**base, "messages": list(messages)}


def message(**fields: object) -> dict[str, object]:
    return {"sender_name": "Ana", "timestamp_ms": 1_740_950_000_000, "content": "x", **fields}


def write(folder: Path, document: object) -> Path:
    path = folder / "message_1.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def one(folder: Path, **fields: object) -> Event:
    (event,) = events(messenger, write(folder, thread(message(**fields))))
    return event


@pytest.mark.parametrize("case", ["classic", "encrypted"])
def test_golden(case: str) -> None:
    found = records(messenger, HERE / f"{case}.json")
    assert [as_json(r) for r in found] == expected("messenger", case)
    assert exports.identify(Source("message_1.json", HERE / f"{case}.json")).NAME == "messenger"


def test_simple_inbox_and_archive(shared: Path) -> None:
    inbox = events(
        messenger, shared / f"{FIXTURES}json_simple__inbox__alice_ABC123__message_1.json"
    )
    archive = events(
        messenger, shared / f"{FIXTURES}json_simple__archived_threads__zoe_ARCH__message_1.json"
    )
    assert (len(inbox), len(archive)) == (3, 1)
    assert [e.text for e in inbox] == ["See you soon", "café time?", "Hello"]
    assert [e.source_row for e in inbox] == [1, 2, 3]
    assert inbox[1].recipients == ("Test User",)
    assert archive[0].conversation == "archived_threads/zoe_ARCH"


def test_thread_in_several_files(shared: Path) -> None:
    found = [
        event
        for number in (1, 2, 10)
        for event in events(
            messenger,
            shared / f"{FIXTURES}json_multifile__inbox__dave_MULTI__message_{number}.json",
        )
    ]
    assert len(found) == 4
    assert {e.conversation for e in found} == {"inbox/dave_MULTI"}
    order = sorted(found, key=lambda e: e.time_us or 0)
    assert ["".join(str(e.text).split()[1:2]) for e in order] == ["A", "B", "C", "D"]


def test_what_is_not_text(shared: Path) -> None:
    path = shared / f"{FIXTURES}json_nontext__inbox__sam_NONTXT__message_1.json"
    found = events(messenger, path)
    assert [(e.kind, e.text, e.duration_s) for e in found] == [
        ("msg", None, None),
        ("msg", None, None),
        ("call_answered", None, 192.0),
        ("call_missed", None, None),
        ("msg", "Example share text\nhttps://example.com/article", None),
        ("system", "Sam left the chat", None),
    ]


def test_encrypted_chat_keeps_the_unsent_message(shared: Path) -> None:
    found = events(messenger, shared / f"{FIXTURES}e2ee_simple__alice_1.json")
    assert [(e.text, e.deleted) for e in found] == [
        ("Hello", False),
        ("café time?", False),
        ("See you soon", False),
        ("oops", True),
    ]
    assert {e.conversation for e in found} == {"Alice Example"}


def test_broken_thread_and_its_sibling(shared: Path) -> None:
    name = "messages/inbox/broken_BAD/message_1.json"
    broken = Source(name, shared / f"{FIXTURES}corrupt__inbox__broken_BAD__message_1.json")
    assert exports.identify(broken).NAME == "messenger"
    with pytest.raises(CorruptInputError):
        list(exports.read(broken))
    good = events(messenger, shared / f"{FIXTURES}corrupt__inbox__goodsibling_OK__message_1.json")
    assert [e.text for e in good] == ["Still valid"]


def test_only_messenger_claims_them(shared: Path) -> None:
    paths = sorted((shared / "fixtures/facebook_messenger").glob("*.json"))
    whole = [p for p in paths if "broken" not in p.name]
    assert len(whole) == 8
    for path in whole:
        assert exports.identify(Source(path.name, path)).NAME == "messenger"


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("message_1.json", "messenger"),
        ("instagram/export.json", "instagram"),
        ("your_instagram_activity/messages/inbox/ana_1/message_1.json", "instagram"),
        ("instagram-ana.zip/messages/inbox/ana_1/message_1.json", "instagram"),
        ("your_activity_across_facebook/messages/inbox/instagram_1/message_1.json", "messenger"),
        ("messages/inbox/instagram_1/message_1.json", "messenger"),
        ("facebook case/your_instagram_activity/messages/inbox/a_1/message_2.json", "instagram"),
    ],
)
@pytest.mark.parametrize("body", [b'{"messages": [{"sender_name": "A", "timestamp_ms": 1', b"{bad"])
def test_the_path_names_the_service(name: str, service: str, body: bytes) -> None:
    claimed = [m.NAME for m in (messenger, instagram) if m.sniff(name, body)]
    if body == b"{bad" and "inbox" not in name:
        assert claimed == []
    else:
        assert claimed == [service]


def test_media_paths_name_the_service() -> None:
    body = json.dumps(
        thread(message(photos=[{"uri": "your_instagram_activity/messages/inbox/a/1.jpg"}]))
    ).encode()
    assert instagram.sniff("message_1.json", body)
    assert not messenger.sniff("message_1.json", body)
    talk = json.dumps(thread(message(content="see your_instagram_activity/ there"))).encode()
    assert messenger.sniff("message_1.json", talk)


@pytest.mark.parametrize(
    ("fields", "kind", "seconds"),
    [
        ({"call_duration": 30}, "call_answered", 30.0),
        ({"call_duration": 0.5, "type": "Call"}, "call_answered", 0.5),
        ({"call_duration": 0}, "call_missed", None),
        ({"type": "Call"}, "call_missed", None),
        ({"call_duration": 9, "missed": True}, "call_missed", None),
        ({"type": "Unsubscribe"}, "system", None),
        ({"content": "You missed a call from Ana."}, "call_missed", None),
        ({"content": "Ben missed your call."}, "call_missed", None),
        ({"content": "Ana missed your call."}, "system", None),
        ({"content": "Zed missed your call."}, "msg", None),
        ({"content": "Reacted 😡 to your message "}, "reaction", None),
        ({"content": "I liked a message"}, "msg", None),
    ],
)
def test_kinds(tmp_path: Path, fields: dict[str, object], kind: str, seconds: float | None) -> None:
    path = write(tmp_path, thread(message(**fields)))
    (event,) = [r for r in records(messenger, path) if isinstance(r, Event)]
    assert (event.kind, event.duration_s) == (kind, seconds)


def test_senders_left_out_of_the_participants_count(tmp_path: Path) -> None:
    path = write(tmp_path, thread(message(sender_name="Cleo"), message()))
    assert [(e.recipients, e.group) for e in events(messenger, path)] == [
        (("Ana", "Ben"), True),
        (("Ben", "Cleo"), True),
    ]


def test_shared_name_of_deleted_accounts_is_noted(tmp_path: Path) -> None:
    path = write(tmp_path, thread(message(sender_name="Facebook user")))
    notes = [r.text for r in records(messenger, path) if isinstance(r, Note)]
    assert any("deleted account" in n for n in notes)


@pytest.mark.parametrize("stamp", [None, True, "soon", 0, -5, 10**18, [], 1e300])
def test_unusable_time_is_one_reject(tmp_path: Path, stamp: object) -> None:
    path = write(tmp_path, thread(message(timestamp_ms=stamp), message(content="kept")))
    found = records(messenger, path)
    assert found[-2] == Reject("message_1.json", 1, "the message has no usable timestamp")
    assert isinstance(found[-1], Event)
    assert found[-1].text == "kept"


def test_text_that_is_not_mojibake_stays(tmp_path: Path) -> None:
    assert one(tmp_path, content="naïve 🙂").text == "naïve 🙂"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), max_size=5))
def test_any_text_round_trips(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("t") / "message_1.json"
    stored = [t.encode().decode("latin-1") for t in texts]
    write(path.parent, thread(*(message(content="~" + t) for t in stored)))
    healed = ["~" + t.replace("\0", "\ufffd") for t in texts]
    plain = [t for t in texts if "\0" not in t]
    assert [fix_mojibake("~" + t.encode().decode("latin-1")) for t in plain] == [
        "~" + t for t in plain
    ]
    if len(plain) == len(texts):
        assert [e.text for e in events(messenger, path)] == healed


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_bytes_give_records_or_typed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(
        (HERE / data.draw(st.sampled_from(["classic.json", "encrypted.json"]))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("m") / "message_1.json"
    path.write_bytes(bytes(raw))
    claims = [m.sniff("message_1.json", bytes(raw)) for m in (messenger, instagram)]
    assert sum(claims) <= 1
    try:
        found = records(messenger, path)
    except InputError:
        return
    to_batch([r for r in found if isinstance(r, Event)])
    assert all(isinstance(r, Event | Reject | Account | Note) for r in found)
