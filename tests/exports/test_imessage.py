"""chat.db and sms.db: golden databases, other projects' files, and hostile bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import OWNER, Account, Event, Note, Reject, format_time, to_batch
from stalk_nlp.exports import imessage
from stalk_nlp.exports._common import HEAD_BYTES, ReadOptions, Source

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "exports" / "imessage"
BEN = "+447700900102"


def build(folder: Path, script: str, name: str = "chat.db") -> Source:
    path = folder / name
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous = OFF;" + script)
    connection.close()
    return Source(name, path)


def read(source: Source) -> list[Event | Reject | Account | Note]:
    return list(imessage.read(source, ReadOptions()))


def events_of(source: Source) -> list[Event]:
    return [r for r in read(source) if isinstance(r, Event)]


def _notes(source: Source) -> list[str]:
    return [r.text for r in read(source) if isinstance(r, Note)]


# --- golden pairs -----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(p.stem for p in GOLDEN.glob("*.sql")))
def test_golden(name: str, tmp_path: Path) -> None:
    source = build(tmp_path, (GOLDEN / f"{name}.sql").read_text("utf-8"))
    found = [{"record": type(r).__name__, **r._asdict()} for r in read(source)]
    assert json.loads(json.dumps(found)) == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def test_there_are_three_golden_pairs() -> None:
    assert {p.stem for p in GOLDEN.glob("*.sql")} == {"modern", "legacy", "bare"}
    assert {p.stem for p in GOLDEN.glob("*.json")} == {"modern", "legacy", "bare"}


def test_a_message_with_two_attachments_or_chats_comes_once(tmp_path: Path) -> None:
    source = build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    rows = Counter(e.source_row for e in events_of(source))
    assert rows[5] == rows[26] == 1
    assert len(rows) == 29
    assert set(rows.values()) == {1}


def test_events_fit_the_event_table(tmp_path: Path) -> None:
    source = build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    assert to_batch(events_of(source)).num_rows == 29


def test_rejects_hold_no_message_text(tmp_path: Path) -> None:
    source = build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    assert sorted(r for r in read(source) if isinstance(r, Reject)) == [
        Reject("chat.db", 34, "date is not a number"),
        Reject("chat.db", 35, "text is not text"),
    ]


def test_the_evidence_folder_stays_as_it_was(tmp_path: Path) -> None:
    source = build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"))
    before = hashlib.sha256(source.path.read_bytes()).hexdigest()
    assert len(read(source)) == 35
    assert [p.name for p in tmp_path.iterdir()] == ["chat.db"]
    assert hashlib.sha256(source.path.read_bytes()).hexdigest() == before


# --- sniff ------------------------------------------------------------------------------


def test_sniff_by_tables(tmp_path: Path) -> None:
    source = build(tmp_path, (GOLDEN / "modern.sql").read_text("utf-8"), "copy.sqlite")
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
    source = build(tmp_path, script, "msgstore.db")
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
    events = events_of(source)
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
    events = events_of(Source("chat.db", tmp_path / "chat.db"))
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


# --- degraded databases ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE handle (id TEXT);",
        "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, address, date, text, flags);",
    ],
)
def test_no_message_table_that_can_beread(tmp_path: Path, script: str) -> None:
    with pytest.raises(CorruptInputError, match=r"^chat\.db has no message table with date and"):
        read(build(tmp_path, script))


def test_a_row_that_does_not_say_who_wrote_it_is_rejected(tmp_path: Path) -> None:
    script = (
        "CREATE TABLE message (text, date, is_from_me); INSERT INTO message VALUES ('a', 1, {});"
    )
    records = read(build(tmp_path, script.format("NULL")))
    assert [r for r in records if not isinstance(r, Note)] == [
        Reject("chat.db", 1, "is_from_me is empty")
    ]


def test_a_view_named_message_is_not_run(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i AS date"
    source = build(tmp_path, f"CREATE VIEW message AS {endless} FROM n;")
    with pytest.raises(CorruptInputError):
        read(source)


def test_a_direct_chat_names_the_sender_when_the_handle_is_gone(tmp_path: Path) -> None:
    source = build(
        tmp_path,
        "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text, date, is_from_me, handle_id);"
        "CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, style, chat_identifier);"
        "CREATE TABLE chat_message_join (chat_id, message_id);"
        f"INSERT INTO chat VALUES (1, 45, '{BEN}'), (2, 43, 'chat9');"
        "INSERT INTO message VALUES (1, 'a', 470000000, 0, 7), (2, 'b', 470000001, 0, 7);"
        "INSERT INTO chat_message_join VALUES (1, 1), (2, 2);",
    )
    assert [(e.sender, e.recipients, e.group) for e in events_of(source)] == [
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
    assert [e.text for e in events_of(source)][-1] == "in the log"
    (folder / "chat.db-wal").unlink()
    assert len(events_of(source)) == 7
    assert [n for n in _notes(source) if "chat.db-wal" in n]
