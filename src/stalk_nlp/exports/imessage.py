"""iMessage, SMS and RCS as Apple devices keep them: chat.db (macOS) and sms.db (iOS).

A SQLite database: `message` rows point to a `handle` (number or address) and hang on a
`chat` by `chat_message_join`. Dates are UTC. Columns came and went with every system
version, so each is looked for first. Names of people are not in this file.

Behaviour follows the schemas of macOS 10.11 to 15 and iOS 9 to 18. Deleted rows that
SQLite has not yet overwritten are not carved out of free pages.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import Account, Event, Note, Reject
from stalk_nlp.exports._common import HEAD_BYTES, ReadOptions, Source
from stalk_nlp.exports._imessage_body import Summary, body_text, clean, read_summary
from stalk_nlp.exports._imessage_chats import Parties, load_directory, pick
from stalk_nlp.exports._imessage_reactions import STICKER, Reaction, SeenTexts, by_code, in_words
from stalk_nlp.exports._imessage_rows import (
    FIELDS,
    BadRowError,
    MessageRow,
    channel,
    check,
    delivery,
    system_text,
    to_us,
)
from stalk_nlp.exports._sqlite import (
    columns,
    ensure_index,
    is_sqlite,
    open_copy,
    select,
    tables_in,
)

NAME = "imessage"
TITLE = "iMessage database (chat.db of a Mac, sms.db of an iPhone)"
NEEDS = ""
PLATFORM = "imessage"

_TABLES = {"message", "handle", "chat_message_join"}
#: The last is the name sms.db has in an iTunes or Finder backup: SHA-1 of
#: "HomeDomain-Library/SMS/sms.db".
_FILE_NAMES = {"chat.db", "sms.db", "3d0d7e5fb2ce288813306e4d4636395e047a3d28"}
#: "e:" marks an address and "p:" a number in `message.account`.
_ACCOUNT_MARK = re.compile(r"^[ep]:", re.IGNORECASE)
_OWNER_COLUMNS = ("account", "destination_caller_id")
#: Without is_from_me nobody could say who wrote what (iOS 5 and older kept it in `flags`).
_NEEDED = {"date", "is_from_me"}
_JOIN_COLUMNS = {"chat_id", "message_id"}
_RECOVERABLE = "chat_recoverable_message_join"


def sniff(name: str, head: bytes) -> bool:
    """SQLite with the tables of Messages, or with its file name where the schema lies further
    in than `head` reaches."""
    if not is_sqlite(head):
        return False
    if tables_in(head) >= _TABLES:
        return True
    return len(head) >= HEAD_BYTES and PurePosixPath(name).name.lower() in _FILE_NAMES


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:
    """Every message by date; orphan rows and missing parts of the database become notes.

    Reactions come as kind ``reaction``, member and name changes as ``system``, unsent and
    recently deleted messages with ``deleted``. The file itself is never opened by SQLite.
    Raises CorruptInputError when there is no `message` table or SQLite cannot go on.
    """
    del options  # dates are UTC and the owner is marked: nothing to be told
    with open_copy(source) as evidence:
        yield from (Note(source.name, text) for text in evidence.notes)
        yield from _Reader(source, evidence.connection).records()


class _Reader:
    """Reads one open database."""

    def __init__(self, source: Source, connection: sqlite3.Connection) -> None:
        self._source = source
        self._connection = connection
        self._columns = columns(connection, "message")
        if not self._columns >= _NEEDED:
            raise CorruptInputError(
                f"{source.name} has no message table with date and is_from_me; check that it is "
                "the chat.db of a Mac or the sms.db of an iPhone with iOS 6 or later."
            )
        self._joins = [
            table
            for table in ("chat_message_join", _RECOVERABLE)
            if columns(connection, table) >= _JOIN_COLUMNS
        ]
        self._directory = load_directory(connection)
        self._seen = SeenTexts()
        self._without_chat = self._without_sender = 0

    def records(self) -> Iterator[Event | Reject | Account | Note]:
        yield from self._owner_accounts()
        if {"guid", "text"} <= self._columns:
            ensure_index(self._connection, "message", "guid")
        for row_id, chat_id, deleted_from, *values in select(self._connection, self._query()):
            try:
                row = check(tuple(values))
            except BadRowError as error:
                yield Reject(self._source.name, row_id, str(error))
                continue
            chat = deleted_from if chat_id is None else chat_id
            yield self._event(row_id, chat, deleted_from is not None, row)
        yield from (Note(self._source.name, text) for text in self._notes())

    def _owner_accounts(self) -> Iterator[Account]:
        """The owner's own numbers and addresses, which every row names."""
        present = [name for name in _OWNER_COLUMNS if name in self._columns]
        keys: set[str] = set()
        for name in present:
            query = f'SELECT DISTINCT "{name}" FROM message'  # noqa: S608 - names are ours
            values = (value for (value,) in select(self._connection, query))
            keys.update(_ACCOUNT_MARK.sub("", v.strip()) for v in values if isinstance(v, str))
        yield from (Account(PLATFORM, key, owner=True) for key in sorted(keys - {""}))

    def _query(self) -> str:
        # One chat a message: a plain join would repeat a message that hangs on two.
        joins, chat_ids = "", []
        for table in ("chat_message_join", _RECOVERABLE):
            if table not in self._joins:
                chat_ids.append("NULL")
                continue
            chat_ids.append(f"{table}.chat_id")
            joins += (
                f" LEFT JOIN (SELECT message_id, min(chat_id) AS chat_id FROM {table}"  # noqa: S608
                f" GROUP BY message_id) AS {table} ON {table}.message_id = m.ROWID"
            )
        fields = pick("m", FIELDS, self._columns)
        return (
            f"SELECT m._rowid_, {', '.join(chat_ids)}, {fields} FROM message AS m{joins}"  # noqa: S608
            " ORDER BY m.date, m._rowid_"
        )

    def _event(self, row_id: int, chat_id: Any, recoverable: bool, row: MessageRow) -> Event:
        parties = self._directory.parties(chat_id, row.handle_id, bool(row.is_from_me))
        self._without_chat += chat_id is None
        self._without_sender += parties.sender is None
        summary = read_summary(row.message_summary_info)
        kind, text, reply_to = self._content(row, parties)
        return Event(
            source=self._source.name,
            source_row=row_id,
            time_us=to_us(row.date),
            time_raw=str(row.date),
            tz_basis="export",
            platform=PLATFORM,
            channel=channel(row.service, parties.service),
            kind=kind,
            sender=parties.sender,
            recipients=parties.recipients,
            conversation=parties.conversation,
            text=text,
            input_id=row.guid,
            group=parties.group,
            deleted=recoverable or summary.retracted or row.date_retracted > 0,
            edited=_edited(row, summary),
            delivery=delivery(row),
            forwarded=bool(row.is_forward),
            reply_to=reply_to,
            automated=bool(row.is_auto_reply),
        )

    def _content(self, row: MessageRow, parties: Parties) -> tuple[str, str | None, str | None]:
        """Kind, text and the words replied to."""
        if row.item_type:
            return "system", system_text(row), None
        code = int(row.associated_message_type)
        if coded := by_code(code, row.associated_message_emoji):
            return "reaction", coded.text, self._text_of(row.associated_message_guid)
        if code == STICKER:
            return "msg", None, self._text_of(row.associated_message_guid)
        body = clean(row.text) or clean(body_text(row.attributedBody))
        if body is None:
            return "msg", clean(row.subject), self._text_of(row.thread_originator_guid)
        if said := self._reaction_in_words(body, parties):
            return "reaction", said.text, said.quoted
        self._seen.add(parties.conversation, body)
        subject = clean(row.subject)
        text = body if subject is None else f"{subject}\n{body}"
        return "msg", text, self._text_of(row.thread_originator_guid)

    def _reaction_in_words(self, body: str, parties: Parties) -> Reaction | None:
        said = in_words(body)
        if said is None or said.quoted is None:
            return None
        return said if self._seen.has(parties.conversation, said.quoted) else None

    def _text_of(self, guid: str | None) -> str | None:
        """Words of the message with this guid ("p:0/…" and "bp:…" name a part of it)."""
        if not guid or not {"guid", "text"} <= self._columns:
            return None
        plain = guid.rpartition("/")[2].removeprefix("bp:")
        fields = pick("m", ("text", "attributedBody"), self._columns)
        query = f"SELECT {fields} FROM message AS m WHERE m.guid = ? LIMIT 1"  # noqa: S608
        found = self._connection.execute(query, (plain,)).fetchone()
        if found is None:
            return None
        text, body = found
        words = clean(text) if isinstance(text, str) else None
        return words or clean(body_text(body if isinstance(body, bytes) else None))

    def _notes(self) -> Iterator[str]:
        yield from self._directory.notes
        if "chat_message_join" not in self._joins:
            yield "The database does not say which message belongs to which chat."
        elif self._without_chat:
            yield f"{self._without_chat} message(s) belong to no chat; they go by their handle."
        if self._without_sender:
            yield f"{self._without_sender} message(s) name no sender."
        if lost := self._lost_rows():
            yield (
                f"{lost} entries of chat_message_join point to messages that are no longer in "
                "the database: messages were removed from it."
            )

    def _lost_rows(self) -> int:
        if "chat_message_join" not in self._joins:
            return 0
        query = (
            "SELECT count(*) FROM chat_message_join WHERE message_id NOT IN"
            " (SELECT ROWID FROM message WHERE ROWID IS NOT NULL)"
        )
        return int(self._connection.execute(query).fetchone()[0])


def _edited(row: MessageRow, summary: Summary) -> bool:
    """`date_edited` is also set when a message is unsent; that alone is no edit."""
    return summary.edited or (row.date_edited > 0 and not summary.retracted)
