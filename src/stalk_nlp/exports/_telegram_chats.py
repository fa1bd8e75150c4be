"""First pass over a Telegram export: its chats, who writes in them, whose account it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import OWNER
from stalk_nlp.exports._common import Source
from stalk_nlp.exports._json import START, Path, walk
from stalk_nlp.exports._json_values import as_dict, as_text

__all__ = ["CHAT_PATHS", "Chat", "Survey", "entries", "party", "survey"]

#: Where a chat can stand: the whole file, or one of the lists of an account export.
CHAT_PATHS: tuple[Path, ...] = ((), ("chats", "list", "*"), ("left_chats", "list", "*"))
_OPENED = frozenset(
    {
        *CHAT_PATHS,
        *((*chat, "messages") for chat in CHAT_PATHS),
        *(chat[:depth] for chat in CHAT_PATHS[1:] for depth in (1, 2)),
    }
)
_SENDER_KEYS = frozenset({"type", "from", "from_id", "actor", "actor_id"})
_HEAD = ("id", "name", "type")
_DIRECT = ("personal_chat", "bot_chat", "saved_messages")
_OLD_USER_IDS = 1 << 32  # exports of 2018-2020: a plain number, larger ones are no users


@dataclass(slots=True)
class Chat:
    """One chat. `senders`: account key -> name as printed, in order of appearance."""

    head: dict[str, Any] = field(default_factory=dict)
    senders: dict[str, str | None] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)

    @property
    def partner(self) -> str | None:
        """Account key of the other side of a private chat, which the chat's id gives."""
        number = self.head.get("id")
        direct = self.head.get("type") in ("personal_chat", "bot_chat")
        return f"user{number}" if direct and type(number) is int else None

    @property
    def group(self) -> bool:
        """More than two people; where the type is not given, by who writes."""
        kind = self.head.get("type")
        return kind not in _DIRECT if isinstance(kind, str) else len(self.senders) > 2

    @property
    def conversation(self) -> str:
        """The chat's id, or its name where there is none."""
        number = self.head.get("id")
        return str(number) if type(number) is int else (as_text(self.head.get("name")) or "")

    @property
    def bot(self) -> str | None:
        """Account key of the bot, in a chat with a bot."""
        return self.partner if self.head.get("type") == "bot_chat" else None


@dataclass(slots=True)
class Survey:
    """The chats by their number in the file (0 is the file itself), and the owner."""

    chats: dict[int, Chat] = field(default_factory=dict)
    owner: str | None = None
    owner_name: str | None = None
    inferred: bool = False  # the owner was worked out, not printed
    account: bool = False  # an export of the whole account
    messages: int = 0


def party(entry: dict[str, Any]) -> tuple[str | None, str | None]:
    """Account key and printed name of who sent a message or acted in a service entry."""
    service = entry.get("type") == "service"
    name = as_text(entry.get("actor" if service else "from"))
    number = entry.get("actor_id" if service else "from_id")
    if type(number) is int:
        return (f"user{number}" if 0 < number < _OLD_USER_IDS else f"peer{number}"), name
    return as_text(number) or name, name


def entries(source: Source, wanted: frozenset[str] | None = None) -> Iterator[tuple[int, str, Any]]:
    """Chat number, field and value: every message (field ``message``) and chat heading.

    Fields of the file itself have chat number 0. With `wanted`, messages hold those keys
    only. Raises CorruptInputError where the JSON breaks.
    """
    latest = 0
    for path, value in walk(source, _OPENED, wanted):
        parent = path[:-1]
        if value is START:
            latest += path in CHAT_PATHS[1:]
            if path and path[-1] == "messages":
                yield (latest if len(path) > 1 else 0), "messages", value
        elif path[-2:] == ("messages", "*") and path[:-2] in CHAT_PATHS:
            yield (latest if len(path) > 2 else 0), "message", value
        elif path and parent in CHAT_PATHS:
            yield (latest if parent else 0), path[-1], value


def survey(source: Source) -> Survey:
    """Reads the export once for its headings and senders.

    Raises CorruptInputError when it breaks before the first message, or has no messages
    list at all.
    """
    found = Survey()
    lists = 0
    try:
        for number, name, value in entries(source, _SENDER_KEYS):
            chat = found.chats.setdefault(number, Chat())
            found.account |= number > 0
            if name == "message":
                found.messages += 1
                _note_sender(chat, as_dict(value))
            elif name in _HEAD:
                chat.head[name] = value
            elif name == "messages":
                lists += value is START
            elif name == "personal_information" and number == 0:
                found.account = True
                _note_owner(found, as_dict(value))
    except CorruptInputError:
        if found.messages == 0:
            raise
    if not lists and not found.account:
        raise CorruptInputError(
            f"{source.name} holds no Telegram messages; choose another --format or leave it out."
        )
    _settle(found)
    return found


def _note_sender(chat: Chat, entry: dict[str, Any]) -> None:
    key, name = party(entry)
    if key is not None and (name is not None or key not in chat.senders):
        chat.senders[key] = name


def _note_owner(found: Survey, person: dict[str, Any]) -> None:
    number = person.get("user_id")
    if type(number) is int:
        found.owner = f"user{number}"
    names = (as_text(person.get("first_name")), as_text(person.get("last_name")))
    found.owner_name = " ".join(n for n in names if n) or None


def _settle(found: Survey) -> None:
    """Works out the owner where it is not printed, then who takes part in each chat."""
    if found.owner is None:
        others = {k for c in found.chats.values() for k in _exporters(c)}
        if len(others) == 1:
            found.owner, found.inferred = others.pop(), True
    for chat in found.chats.values():
        chat.members = _members(chat, found.owner)


def _exporters(chat: Chat) -> list[str]:
    """Who can be the exporter of a private chat: it is named after the other side.

    Nobody when the id matches none of two senders: then the id is not to be trusted.
    """
    if chat.partner is None:
        return []
    others = [k for k in chat.senders if k != chat.partner]
    return others if len(others) == 1 else []


def _members(chat: Chat, owner: str | None) -> dict[str, None]:
    members = dict.fromkeys(chat.senders)
    if chat.partner is None or len(members.keys() - {chat.partner}) > 1:
        return members
    if len(members) < 2:
        members[chat.partner] = None
    if len(members) < 2:
        members[owner or OWNER] = None
    return members
