"""Safe reading of SQLite evidence: the file itself is only ever copied byte by byte.

SQLite writes `-wal` and `-shm` files beside a database it opens, even for reading, and
with ``immutable=1`` it leaves out everything that is still in the write-ahead log. So the
database and its log are copied to a temporary folder, and the copy is opened.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.exports._common import Source, decode

__all__ = ["Evidence", "columns", "ensure_index", "is_sqlite", "open_copy", "select", "tables_in"]

MAGIC = b"SQLite format 3\0"
#: First bytes of a rollback journal that holds a change still to be undone.
_HOT_JOURNAL = bytes.fromhex("d9d505f920a163d7")
#: Offset of the "file format read version"; 2 means write-ahead log.
_READ_VERSION_AT = 19
_WAL_MODE = 2
_FETCH_ROWS = 512
_CREATE_TABLE = re.compile(rb"CREATE TABLE (?:IF NOT EXISTS )?[\"'`\[]?(\w+)", re.IGNORECASE)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An open copy of a database. `notes`: sentences on how complete it can be."""

    connection: sqlite3.Connection
    notes: tuple[str, ...]


def is_sqlite(head: bytes) -> bool:
    """Does a file that begins with `head` say it is a SQLite 3 database?"""
    return head.startswith(MAGIC)


def tables_in(head: bytes) -> frozenset[str]:
    """Lower-case names of the tables whose CREATE TABLE text lies in `head`."""
    return frozenset(m.group(1).decode("ascii", "replace").lower() for m in _find_tables(head))


def _find_tables(head: bytes) -> Iterator[re.Match[bytes]]:
    return _CREATE_TABLE.finditer(head) if is_sqlite(head) else iter(())


@contextlib.contextmanager
def open_copy(source: Source) -> Iterator[Evidence]:
    """Opens a temporary copy of `source` with its write-ahead log merged.

    Text that is not UTF-8 comes back with U+FFFD in place of the broken bytes. Raises
    CorruptInputError when the file is no database or when SQLite gives up while the body
    of the `with` reads, and InputError when the copy cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix="stalk-nlp-") as folder:
        copy = _copy(source, Path(folder))
        connection = None
        try:
            connection = sqlite3.connect(
                f"{copy.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
            )
            yield Evidence(_prepare(connection), (*_gaps(source), *_damage(connection)))
        # A damaged schema can put bytes that are not UTF-8 into SQLite's own messages.
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise CorruptInputError(
                f"{source.name} is a damaged SQLite database and cannot be read to its end; "
                "try the original file again or recover it with the sqlite3 tool."
            ) from error
        finally:
            if connection is not None:
                connection.close()


def _copy(source: Source, folder: Path) -> Path:
    """The database and its -wal. A -shm is rebuilt by SQLite and may be stale; a -journal
    can name further files, which SQLite would then delete. Both stay behind."""
    copy = folder / "evidence.db"
    try:
        shutil.copyfile(source.path, copy)
        if (log := _beside(source, "-wal")).is_file():
            shutil.copyfile(log, folder / "evidence.db-wal")
    except OSError as error:
        raise InputError(
            f"{source.name} could not be copied to the temporary folder; check that it is "
            "readable and that the disk has room, or set TMPDIR to another folder."
        ) from error
    return copy


def _prepare(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.text_factory = lambda raw: decode(raw)[0]
    # Functions named in a hostile schema must not run; sizes in cells must be plausible.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def _beside(source: Source, ending: str) -> Path:
    return source.path.with_name(source.path.name + ending)


def _gaps(source: Source) -> Iterator[str]:
    with source.open() as stream:
        header = stream.read(_READ_VERSION_AT + 1)
    if header[_READ_VERSION_AT] == _WAL_MODE and not _beside(source, "-wal").is_file():
        yield (
            f"The database keeps its newest changes in a file {source.path.name}-wal, which is "
            "not beside it; the newest messages may be missing."
        )
    journal = _beside(source, "-journal")
    if journal.is_file():
        with journal.open("rb") as stream:
            if stream.read(len(_HOT_JOURNAL)) == _HOT_JOURNAL:
                yield (
                    "The database was copied in the middle of a change (its -journal holds "
                    "undone pages, which are not applied); some rows may be wrong."
                )


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
        sound = verdict is not None and verdict[0] == "ok"
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        yield "The database fails SQLite's integrity check; messages may be missing or damaged."


def columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """Lower-case column names of `table`; empty when there is no such ordinary table.

    Views and virtual tables count as absent: they run code of the file's choosing.
    """
    found = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = ?", (table.lower(),)
    ).fetchone()
    if found is None or not str(found[0]).lower().startswith("create table"):
        return frozenset()
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return frozenset(str(name).lower() for (name,) in rows)


def ensure_index(connection: sqlite3.Connection, table: str, column: str) -> None:
    """Makes look-ups by `column` fast: adds an index to the copy where there is none."""
    query = f'SELECT 1 FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - names are ours
    plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("",)).fetchall()
    if any(str(step[3]).startswith("SCAN") for step in plan):
        connection.execute(f'CREATE INDEX "stalk_nlp_{table}_{column}" ON "{table}" ("{column}")')


def select(connection: sqlite3.Connection, query: str) -> Iterator[Row]:
    """Rows of `query`, a few hundred in memory at a time."""
    cursor = connection.execute(query)
    while rows := cursor.fetchmany(_FETCH_ROWS):
        yield from rows
