"""chat.db and sms.db: golden databases, other projects' files, and hostile bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import plistlib
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.events import OWNER, Account, Event, Note, Reject, format_time, to_batch
from stalk_nlp.exports import imessage
from stalk_nlp.exports._common import HEAD_BYTES, ReadOptions, Source
from stalk_nlp.exports._imessage_body import Summary, body_text, read_summary
from stalk_nlp.exports._imessage_reactions import Reaction, SeenTexts, by_code, in_words
from stalk_nlp.exports._imessage_rows import to_us

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "exports" / "imessage"
BEN = "+447700900102"
PREFIX = bytes.fromhex("040b") + b"streamtyped" + bytes.fromhex("81e80384014084848419")


def _build(folder: Path, script: str, name: str = "chat.db") -> Source:
    path = folder / name
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return Source(name, path)


def _read(source: Source) -> list[Event | Reject | Account | Note]:
    return list(imessage.read(source, ReadOptions()))


def _events(source: Source) -> list[Event]:
    return [r for r in _read(source) if isinstance(r, Event)]


def _notes(source: Source) -> list[str]:
    return [r.text for r in _read(source) if isinstance(r, Note)]


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


# --- golden pairs -----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(p.stem for p in GOLDEN.glob("*.sql")))
def test_golden(name: str, tmp_path: Path) -> None:
    source = _build(tmp_path, (GOLDEN / f"{name}.sql").read_text("utf-8"))
    found = [{"record": type(r).__name__, **r._asdict()} for r in _read(source)]
    assert json.loads(json.dumps(found)) == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def test_there_are_three_golden_pairs() -> None:
    assert {p.stem for p in GOLDEN.glob("*.sql")} == {"modern", "legacy", "bare"}
    assert {p.stem for p in GOLDEN.glob("*.json")} == {"modern", "legacy", "bare"}


def test_a_message_with_two_attachments_or_chats_comes_once(tmp_path: Path) -> None:
    source = _build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    rows = Counter(e.source_row for e in _events(source))
    assert rows[5] == rows[26] == 1
    assert len(rows) == 29
    assert set(rows.values()) == {1}


def test_events_fit_the_event_table(tmp_path: Path) -> None:
    source = _build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    assert to_batch(_events(source)).num_rows == 29


def test_rejects_hold_no_message_text(tmp_path: Path) -> None:
    source = _build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    assert sorted(r for r in _read(source) if isinstance(r, Reject)) == [
        Reject("chat.db", 34, "date is not a number"),
        Reject("chat.db", 35, "text is not text"),
    ]


def test_the_evidence_folder_stays_as_it_was(tmp_path: Path) -> None:
    source = _build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    before = hashlib.sha256(source.path.read_bytes()).hexdigest()
    assert len(_read(source)) == 35
    assert [p.name for p in tmp_path.iterdir()] == ["chat.db"]
    assert hashlib.sha256(source.path.read_bytes()).hexdigest() == before


# --- sniff ------------------------------------------------------------------------------


def test_sniff_by_tables(tmp_path: Path) -> None:
    source = _build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"), "copy.sqlite")
    assert imessage.sniff(source.name, source.head()) is True


def test_sniff_by_name_needs_a_database_larger_than_the_head() -> None:
    large = b"SQLite format 3\0".ljust(HEAD_BYTES, b"\0")
    names = [
        "chat.db",
        "phone.zip/Library/SMS/sms.db",
        hashlib.sha1(b"HomeDomain-Library/SMS/sms.db").hexdigest(),
    ]
    assert [imessage.sniff(n, large) for n in names] == [True, True, True]
    assert [imessage.sniff(n, large[:4096]) for n in names] == [False, False, False]
    others = ["mmssms.db", "msgstore.db", "contacts2.db", "my_chat.db", "chat.db-wal"]
    assert [imessage.sniff(n, large) for n in others] == [False] * 5
    assert imessage.sniff("chat.db", b"[01/02/2025, 10:00] Ana: hi" * 4000) is False


def test_sniff_leaves_other_databases_alone(tmp_path: Path) -> None:
    script = "CREATE TABLE message (_id, text); CREATE TABLE chat (_id); CREATE TABLE jid (_id);"
    source = _build(tmp_path, script, "msgstore.db")
    assert imessage.sniff("chat.db", source.head()) is False


def test_sniff_on_shared_fixtures(shared: Path) -> None:
    heads = {
        p.name: imessage.sniff(p.name, p.read_bytes()[:HEAD_BYTES])
        for p in (shared / "fixtures").rglob("*")
        if p.is_file()
    }
    assert [name for name, claimed in heads.items() if claimed] == ["plaso_imessage_chat.db"]
    assert {"plaso_mmssms.db", "plaso_contacts2.db"} <= set(heads)


# --- other projects' files ----------------------------------------------------------------


def test_plaso_database_in_seconds_with_orphan_join_rows(shared: Path) -> None:
    folder = shared / "fixtures" / "imessage"
    before = sorted(p.name for p in folder.iterdir())
    source = Source("chat.db", folder / "plaso_imessage_chat.db")
    events = _events(source)
    assert len(events) == 10
    assert [e.sender == OWNER for e in events].count(True) == 5
    assert format_time(events[0].time_us, "export") == "2015-11-22T18:09:46Z"
    assert {e.kind for e in events} == {"msg"}
    assert all(len(e.recipients) == 1 and not e.group for e in events)
    assert [n for n in _notes(source) if "226 entries of chat_message_join" in n]
    assert sorted(p.name for p in folder.iterdir()) == before


def _load_dumps(path: Path, folder: Path) -> None:
    connection = sqlite3.connect(path)
    for dump in sorted(folder.glob("ica_*.json")):
        rows = json.loads(dump.read_text("utf-8"))
        names = list(dict.fromkeys(key for row in rows for key in row))
        table = dump.stem.removeprefix("ica_")
        connection.execute(f'CREATE TABLE "{table}" ({", ".join(names)})')
        marks = ", ".join("?" for _ in names)
        values = [[_cell(row.get(name)) for name in names] for row in rows]
        connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
    connection.commit()
    connection.close()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("base64:"):
        return base64.b64decode(value.removeprefix("base64:"))
    return value


def test_ica_dumps_with_text_keys_and_reactions_in_words(shared: Path, tmp_path: Path) -> None:
    _load_dumps(tmp_path / "chat.db", shared / "fixtures" / "imessage")
    events = _events(Source("chat.db", tmp_path / "chat.db"))
    assert len(events) == 38
    jane = [e for e in events if e.conversation == "+12234567890"]
    kinds = Counter((e.kind, e.sender) for e in jane)
    assert kinds == {("msg", OWNER): 5, ("msg", "+12234567890"): 4, ("reaction", "+12234567890"): 2}
    assert [e.text for e in jane if e.kind == "reaction"] == ["👋", "emphasize"]
    # One “Loved …” of the third thread quotes words nobody wrote: it stays a message.
    rest = Counter(e.kind for e in events if e.conversation == "thomas.riverstone@example.com")
    assert rest == {"msg": 17, "reaction": 6}
    group = [e for e in events if e.group]
    assert [e.recipients for e in group] == [("+12123456789", "+12234567890")]


# --- text, dates, reactions ---------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
@example("x" * 127)
@example("x" * 128)
@example("ↄ\x86" * 20_000)
def test_bodies_round_trip(text: str) -> None:
    expected = text.replace("\0", "\ufffd")
    assert body_text(archive(text)) == expected
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


# --- degraded databases ---------------------------------------------------------------------


def test_no_message_table(tmp_path: Path) -> None:
    source = _build(tmp_path, "CREATE TABLE handle (id TEXT);")
    with pytest.raises(CorruptInputError, match=r"^chat\.db has no message table with dates"):
        _read(source)


def test_a_view_named_message_is_not_run(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i AS date"
    source = _build(tmp_path, f"CREATE VIEW message AS {endless} FROM n;")
    with pytest.raises(CorruptInputError):
        _read(source)


def test_a_direct_chat_names_the_sender_when_the_handle_is_gone(tmp_path: Path) -> None:
    source = _build(
        tmp_path,
        "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text, date, is_from_me, handle_id);"
        "CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, style, chat_identifier);"
        "CREATE TABLE chat_message_join (chat_id, message_id);"
        f"INSERT INTO chat VALUES (1, 45, '{BEN}'), (2, 43, 'chat9');"
        "INSERT INTO message VALUES (1, 'a', 470000000, 0, 7), (2, 'b', 470000001, 0, 7);"
        "INSERT INTO chat_message_join VALUES (1, 1), (2, 2);",
    )
    assert [(e.sender, e.recipients, e.group) for e in _events(source)] == [
        (BEN, (OWNER,), False),
        (None, (OWNER,), True),
    ]
    assert _notes(source) == [
        "The database has no handle table; senders are taken from the chats where possible.",
        "1 message(s) name no sender.",
    ]


def test_the_newest_messages_come_from_the_log(tmp_path: Path) -> None:
    live = sqlite3.connect(tmp_path / "live.db")
    live.executescript("PRAGMA journal_mode = WAL;" + (GOLDEN / "legacy.sql").read_text("utf-8"))
    live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    live.execute(
        "INSERT INTO message (ROWID, guid, text, handle_id, date, is_from_me)"
        " VALUES (8, 'L8', 'in the log', 1, 470000070, 0)"
    )
    live.commit()
    folder = tmp_path / "evidence"
    folder.mkdir()
    for ending in ("", "-wal"):
        (folder / f"chat.db{ending}").write_bytes((tmp_path / f"live.db{ending}").read_bytes())
    live.close()
    source = Source("chat.db", folder / "chat.db")
    assert [e.text for e in _events(source)][-1] == "in the log"
    (folder / "chat.db-wal").unlink()
    assert len(_events(source)) == 7
    assert [n for n in _notes(source) if "chat.db-wal" in n]


# --- properties -----------------------------------------------------------------------------

_ROW = st.tuples(
    st.text(min_size=1).filter(lambda t: t.replace("\ufffc", "").strip() and in_words(t) is None),
    st.integers(1, 10**9) | st.integers(10**15, 2**63 - 1),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, 1]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, max_size=12))
def test_random_rows_round_trip(rows: list[tuple[str, int, bool, bool, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = _build(Path(folder), (GOLDEN / "legacy.sql").read_text("utf-8"))
        connection = sqlite3.connect(source.path)
        connection.execute("DELETE FROM message")
        connection.execute("DELETE FROM chat_message_join")
        for n, (text, date, mine, in_body, read) in enumerate(rows, 1):
            values = (n, f"R{n}", None if in_body else text, archive(text) if in_body else None)
            connection.execute(
                "INSERT INTO message (ROWID, guid, text, attributedBody, date, is_from_me,"
                " handle_id, is_read) VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
                (*values, date, mine, read),
            )
            connection.execute("INSERT INTO chat_message_join VALUES (1, ?, 0)", (n,))
        connection.commit()
        connection.close()
        events = {e.source_row: e for e in _events(source)}
    assert len(events) == len(rows)
    for n, (text, date, mine, _, read) in enumerate(rows, 1):
        event = events[n]
        assert event.text == text.replace("\0", "\ufffd")
        assert event.time_us == to_us(date) is not None
        assert event.time_raw == str(date)
        assert (event.sender, event.recipients) == ((OWNER, (BEN,)) if mine else (BEN, (OWNER,)))
        assert (event.delivery == "read") is bool(read)


@pytest.fixture(scope="module")
def small_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        script = "PRAGMA page_size = 1024;" + (GOLDEN / "modern.sql").read_text("utf-8")
        return _build(Path(folder), script).path.read_bytes()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_damaged_databases_raise_typed_errors_only(
    small_database: bytes, data: st.DataObject
) -> None:
    raw = bytearray(small_database)
    patches = data.draw(
        st.lists(st.tuples(st.integers(16, len(raw) - 1), st.binary(min_size=1, max_size=16)))
    )
    for at, patch in patches:
        raw[at : at + len(patch)] = patch
    del raw[data.draw(st.integers(1024, len(raw))) :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chat.db"
        path.write_bytes(raw)
        try:
            records = _read(Source("chat.db", path))
        except InputError:
            return
    assert all(isinstance(r, Event | Reject | Account | Note) for r in records)
    to_batch([r for r in records if isinstance(r, Event)])
