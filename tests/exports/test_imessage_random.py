"""iMessage databases of random rows come back as written; damaged ones fail in one way."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.errors import InputError
from stalk_nlp.events import OWNER, Account, Event, Note, Reject, to_batch
from stalk_nlp.exports._common import Source
from stalk_nlp.exports._imessage_reactions import in_words
from stalk_nlp.exports._imessage_rows import to_us
from tests.exports.test_imessage import BEN, GOLDEN, build, events_of, read
from tests.exports.test_imessage_parts import archive

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
        source = build(Path(folder), (GOLDEN / "legacy.sql").read_text("utf-8"))
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
        events = {e.source_row: e for e in events_of(source)}
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
        return build(Path(folder), script).path.read_bytes()


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
            records = read(Source("chat.db", path))
        except InputError:
            return
    assert all(isinstance(r, Event | Reject | Account | Note) for r in records)
    to_batch([r for r in records if isinstance(r, Event)])
