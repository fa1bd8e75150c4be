"""Handles and chats of an iMessage database: who is on the other side of a message."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stalk_nlp.events import OWNER
from stalk_nlp.exports._sqlite import columns, select

__all__ = ["Chat", "Directory", "Parties", "load_directory", "pick"]

_GROUP_STYLE = 43  # ASCII "+"
_DIRECT_STYLE = 45  # ASCII "-"
_GROUP_IDENTIFIER = re.compile(r"chat\d+")


class Chat(NamedTuple):
    """A thread. `others`: addresses of everyone in it but the owner, sorted."""

    conversation: str
    group: bool
    others: tuple[str, ...]
    service: str | None


class Parties(NamedTuple):
    """Who wrote a message to whom, in which thread."""

    sender: str | None
    recipients: tuple[str, ...]
    conversation: str
    group: bool
    service: str | None


@dataclass(slots=True)
class Directory:
    """`handles` and `chats` by their ROWID; `notes` on what the database lacks.

    Both fit in memory: a phone has thousands of them where it has millions of messages.
    """

    handles: dict[Any, str] = field(default_factory=dict)
    chats: dict[Any, Chat] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def parties(self, chat_id: Any, handle_id: Any, from_me: bool) -> Parties:
        """The thread decides where it is known; a message of no thread goes by its handle."""
        handle = self.handles.get(handle_id)
        chat = self.chats.get(chat_id) if chat_id is not None else None
        if chat is None:
            others = (handle,) if handle else ()
            chat = Chat(handle or "", False, others, None)
        if from_me:
            to = chat.others or ((handle,) if handle and not chat.group else ())
            return Parties(OWNER, to, chat.conversation, chat.group, chat.service)
        sender = handle
        if sender is None and not chat.group and len(chat.others) == 1:
            sender = chat.others[0]
        rest = tuple(o for o in chat.others if o != sender) if chat.group else ()
        return Parties(sender, (OWNER, *rest), chat.conversation, chat.group, chat.service)


def pick(alias: str, wanted: tuple[str, ...], present: frozenset[str]) -> str:
    """SQL list of the wanted columns, NULL for those this schema does not have."""
    return ", ".join(f'{alias}."{name}"' if name.lower() in present else "NULL" for name in wanted)


def load_directory(connection: sqlite3.Connection) -> Directory:
    """Handles and chats, as far as their tables are there."""
    directory = Directory()
    if "id" in columns(connection, "handle"):
        for row_id, address in select(connection, "SELECT ROWID, id FROM handle"):
            if isinstance(address, str) and address.strip():
                directory.handles[row_id] = address.strip()
    else:
        directory.notes.append(
            "The database has no handle table; senders are taken from the chats where possible."
        )
    if columns(connection, "chat"):
        directory.chats.update(_load_chats(connection, _members(connection, directory.handles)))
    else:
        directory.notes.append(
            "The database has no chat table; group messages cannot be told from direct ones."
        )
    return directory


def _members(connection: sqlite3.Connection, handles: dict[Any, str]) -> dict[Any, set[str]]:
    members: dict[Any, set[str]] = {}
    if {"chat_id", "handle_id"} <= columns(connection, "chat_handle_join"):
        query = "SELECT chat_id, handle_id FROM chat_handle_join"
        for chat_id, handle_id in select(connection, query):
            if handle_id in handles:
                members.setdefault(chat_id, set()).add(handles[handle_id])
    return members


def _load_chats(
    connection: sqlite3.Connection, members: dict[Any, set[str]]
) -> Iterator[tuple[Any, Chat]]:
    wanted = ("style", "chat_identifier", "guid", "service_name")
    fields = pick("c", wanted, columns(connection, "chat"))
    query = f"SELECT c.ROWID, {fields} FROM chat c"  # noqa: S608 - names are ours
    for row_id, style, identifier, guid, service in select(connection, query):
        name = next((n for n in (identifier, guid) if isinstance(n, str) and n.strip()), None)
        others = tuple(sorted(members.get(row_id, ())))
        group = _is_group(style, others, name or "")
        if not others and not group and isinstance(identifier, str) and identifier.strip():
            others = (identifier.strip(),)
        channel = service if isinstance(service, str) else None
        yield row_id, Chat((name or f"chat {row_id}").strip(), group, others, channel)


def _is_group(style: object, others: tuple[str, ...], name: str) -> bool:
    """By style; old tables without it by the number of people, then by the made-up name."""
    if style in (_GROUP_STYLE, _DIRECT_STYLE):
        return style == _GROUP_STYLE
    return len(others) > 1 or (not others and _GROUP_IDENTIFIER.fullmatch(name) is not None)
