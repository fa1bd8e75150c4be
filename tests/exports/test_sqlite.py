"""SQLite evidence is copied, never opened, and read as completely as it can be."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.exports import _sqlite
from stalk_nlp.exports._common import Source


def _database(path: Path, script: str) -> Source:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return Source(path.name, path)


def _rows(source: Source, query: str = "SELECT word FROM t ORDER BY rowid") -> list[object]:
    with _sqlite.open_copy(source) as evidence:
        return [value for (value,) in _sqlite.select(evidence.connection, query)]


def _notes(source: Source) -> tuple[str, ...]:
    with _sqlite.open_copy(source) as evidence:
        return evidence.notes


def _state(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.fixture
def wal(tmp_path: Path) -> Source:
    """A database of which one row is still in the write-ahead log, copied while in use."""
    live = sqlite3.connect(tmp_path / "live.db")
    live.executescript(
        "PRAGMA journal_mode = WAL; CREATE TABLE t (word TEXT); INSERT INTO t VALUES ('old');"
        "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 0;"
        "INSERT INTO t VALUES ('new');"
    )
    folder = tmp_path / "evidence"
    folder.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(tmp_path / f"live.db{ending}", folder / f"chat.db{ending}")
    live.close()
    return Source("chat.db", folder / "chat.db")


def test_the_log_is_merged_and_the_evidence_stays_as_it_was(wal: Source) -> None:
    before = _state(wal.path.parent)
    assert set(before) == {"chat.db", "chat.db-wal"}
    assert _rows(wal) == ["old", "new"]
    assert _notes(wal) == ()
    assert _state(wal.path.parent) == before


def test_a_missing_log_is_said(wal: Source) -> None:
    wal.path.with_name("chat.db-wal").unlink()
    assert _rows(wal) == ["old"]
    assert _notes(wal) == (
        "The database keeps its newest changes in a file chat.db-wal, which is not beside it; "
        "the newest messages may be missing.",
    )
    assert set(_state(wal.path.parent)) == {"chat.db"}


def test_a_read_only_folder_is_enough(wal: Source) -> None:
    wal.path.chmod(0o444)
    wal.path.parent.chmod(0o555)
    try:
        assert _rows(wal) == ["old", "new"]
    finally:
        wal.path.parent.chmod(0o755)


def test_the_copy_is_removed(tmp_path: Path, wal: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with _sqlite.open_copy(wal):
        assert len(list(scratch.iterdir())) == 1
    assert list(scratch.iterdir()) == []
    with pytest.raises(RuntimeError), _sqlite.open_copy(wal):
        raise RuntimeError
    assert list(scratch.iterdir()) == []


def test_a_journal_with_undone_pages_is_said_and_left_behind(tmp_path: Path) -> None:
    source = _database(tmp_path / "a.db", "CREATE TABLE t (word); INSERT INTO t VALUES ('x')")
    journal = tmp_path / "a.db-journal"
    journal.write_bytes(bytes(512))
    assert _notes(source) == ()
    journal.write_bytes(bytes.fromhex("d9d505f920a163d7") + bytes(504))
    (note,) = _notes(source)
    assert "in the middle of a change" in note
    assert _rows(source) == ["x"]
    assert set(_state(tmp_path)) == {"a.db", "a.db-journal"}


@pytest.mark.parametrize("content", [b"no database at all" * 50, _sqlite.MAGIC + b"\xff" * 84])
def test_no_database_is_a_typed_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chat.db"
    path.write_bytes(content)
    with pytest.raises(CorruptInputError, match=r"^chat\.db is a damaged SQLite database"):
        _rows(Source("chat.db", path))


def test_a_file_that_cannot_be_copied_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be copied"):
        _rows(Source("gone.db", tmp_path / "gone.db"))


def test_reading_into_a_broken_page_is_a_typed_error(tmp_path: Path) -> None:
    source = _database(
        tmp_path / "a.db",
        "PRAGMA page_size = 512; CREATE TABLE t (word TEXT);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
        "INSERT INTO t SELECT 'word number ' || i FROM n;",
    )
    raw = bytearray(source.path.read_bytes())
    raw[-512:] = b"\xff" * 512
    source.path.write_bytes(raw)
    assert _notes(source) == (
        "The database fails SQLite's integrity check; messages may be missing or damaged.",
    )
    with pytest.raises(CorruptInputError):
        _rows(source)


def test_broken_text_is_marked_not_fatal(tmp_path: Path) -> None:
    source = _database(
        tmp_path / "a.db",
        "CREATE TABLE t (word TEXT); INSERT INTO t VALUES (CAST(X'61ff62' AS TEXT)),"
        "(CAST(X'610062' AS TEXT));",
    )
    assert _rows(source) == ["a\ufffdb", "a\ufffdb"]


def test_only_ordinary_tables_have_columns(tmp_path: Path) -> None:
    source = _database(
        tmp_path / "a.db",
        'CREATE TABLE t (Word TEXT, "two words" INT); CREATE VIEW v AS SELECT 1 AS word;'
        "CREATE VIRTUAL TABLE f USING fts4(word);",
    )
    with _sqlite.open_copy(source) as evidence:
        seen = {n: _sqlite.columns(evidence.connection, n) for n in ("t", "T", "v", "f", "none")}
    words = frozenset({"word", "two words"})
    empty: frozenset[str] = frozenset()
    assert seen == {"t": words, "T": words, "v": empty, "f": empty, "none": empty}


def test_an_index_is_added_only_where_there_is_none(tmp_path: Path) -> None:
    source = _database(tmp_path / "a.db", "CREATE TABLE t (a TEXT UNIQUE, b TEXT);")
    count = "SELECT count(*) FROM sqlite_master WHERE type = 'index'"
    with _sqlite.open_copy(source) as evidence:
        found = []
        for column in ("a", "b", "b"):
            _sqlite.ensure_index(evidence.connection, "t", column)
            found.append(evidence.connection.execute(count).fetchone()[0])
    assert found == [1, 2, 2]
    assert _rows(source, count) == [1]


def test_tables_are_found_in_the_first_bytes(tmp_path: Path) -> None:
    source = _database(
        tmp_path / "a.db", 'CREATE TABLE "One" (a); create table two(a); CREATE TABLE [three] (a);'
    )
    assert _sqlite.tables_in(source.head()) == {"one", "two", "three"}
    assert _sqlite.tables_in(b"CREATE TABLE message (a)") == frozenset()
