"""Telegram Desktop's ``result.json``: one chat, or the whole account.

What the export prints
- ``date_unixtime`` (seconds, UTC, a string) since 2021; before that only ``date``, the wall
  clock of the exporting computer, read with --tz.
- ``from_id`` ("user123") is the account key; ``from`` is its name, null once the account
  is deleted. Without ids the name is the key.
- In a private chat ``id`` is the other side's number, so the one other sender is the owner.
  An account export names the owner in ``personal_information.user_id``.
- ``phone_call`` entries carry ``duration_seconds`` only when the two were connected, and
  ``discard_reason`` (busy, missed, hangup, disconnect). With a duration: answered. Busy:
  rejected. All else: missed, for nobody talked. A group call without ``duration`` has only
  begun: a system line.
- Control characters stand as ``\\xNN``, which is not JSON; `_json.CleanStream` heals them.

`source_row` is the place among all messages of the file, from 1, across its chats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import Account, Event, Note, Reject
from stalk_nlp.exports._common import ReadOptions, Source, tz_basis
from stalk_nlp.exports._json import outline
from stalk_nlp.exports._json_values import (
    Recipients,
    Replies,
    as_dict,
    as_list,
    as_text,
    broken_at,
    epoch_us,
    wall_us,
)
from stalk_nlp.exports._telegram_chats import CHAT_PATHS, Chat, Survey, entries, party, survey

__all__ = ["NAME", "NEEDS", "PLATFORM", "TITLE", "read", "sniff"]

NAME = "telegram"
TITLE = "Telegram Desktop JSON (one chat or the whole account)"
NEEDS = "--owner for a single group chat; --tz for exports made before 2021"
PLATFORM = "telegram"

_CHAT_TYPES = (
    b"personal_chat bot_chat saved_messages private_group private_supergroup public_supergroup"
    b" private_channel public_channel"
).split()
_GIFT = re.compile(r"send_\w*gift")
_SECOND = 1_000_000


def sniff(name: str, head: bytes) -> bool:  # noqa: ARG001  (the content is enough)
    """A map with Telegram's messages, chat types or personal information."""
    paths = outline(head)
    for chat in CHAT_PATHS:
        message = (*chat, "messages", "*")
        if (*message, "date_unixtime") in paths:
            return True
        if {(*message, "date"), (*message, "type")} <= paths and (
            (*message, "from") in paths or (*message, "actor") in paths
        ):
            return True
    if {("messages",), ("type",), ("id",)} <= paths:
        return any(b'"%b"' % kind in head for kind in _CHAT_TYPES)
    return ("personal_information", "user_id") in paths and ("about",) in paths


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:
    """Accounts and notes, then the records of every chat in the file's order.

    Raises CorruptInputError when not one message can be read.
    """
    found = survey(source)
    yield from _accounts(found)
    yield from _notes(source, found)
    chats: dict[int, _Reader] = {}
    row = 0
    try:
        for number, name, value in entries(source):
            if name == "message":
                row += 1
                if number not in chats:
                    chats = {number: _Reader(source, options, found.chats[number])}
                yield from chats[number].records(row, value)
    except CorruptInputError:
        yield broken_at(source, row + 1)


def _accounts(found: Survey) -> Iterator[Account]:
    names: dict[str, str | None] = {}
    for chat in found.chats.values():
        for key, name in chat.senders.items():
            if name is not None and name != key:
                names[key] = name
        if chat.partner in chat.members:
            names.setdefault(chat.partner, as_text(chat.head.get("name")))
    if found.owner is not None:
        name = found.owner_name or names.pop(found.owner, None)
        names.pop(found.owner, None)
        yield Account(PLATFORM, found.owner, name, owner=True)
    for key, name in names.items():
        if name is not None:
            yield Account(PLATFORM, key, name)


def _notes(source: Source, found: Survey) -> Iterator[Note]:
    if found.inferred:
        yield Note(
            source.name,
            "The owner is not printed; it was taken to be the one sender besides the person"
            " a private chat is named after.",
        )
    elif found.owner is None:
        yield Note(
            source.name,
            "This export does not say whose account it is, so messages have no direction"
            " until --owner names the account holder.",
            asks="owner",
        )
    if found.account:
        yield Note(
            source.name,
            "Of groups, an account export holds only what its settings asked for, often"
            " the owner's messages alone.",
        )


class _Reader:
    """Turns the entries of one chat into records."""

    def __init__(self, source: Source, options: ReadOptions, chat: Chat) -> None:
        self._source = source
        self._options = options
        self._others = Recipients(chat.members)
        self._conversation = chat.conversation or source.name
        self._group = chat.group
        self._bot = chat.bot
        self._replies = Replies()

    def records(self, row: int, entry: object) -> Iterator[Event | Reject]:
        """The event of one entry and those of its reactions, or a reject."""
        if not isinstance(entry, dict):
            yield Reject(self._source.name, row, "the message is not a map, or far too large")
            return
        if entry.get("type", "message") not in ("message", "service"):
            yield Reject(self._source.name, row, "the export marks this entry as unsupported")
            return
        time_us, raw, basis = self._time(entry)
        if time_us is None:
            yield Reject(self._source.name, row, "the message has no usable date")
            return
        event = self._event(row, entry, time_us, raw, basis)
        yield event
        self._replies.add(event.input_id, event.text)
        for reaction in as_list(entry.get("reactions")):
            yield from self._reactions(event, as_dict(reaction))

    def _time(self, entry: dict[str, Any]) -> tuple[int | None, str, str]:
        """Microseconds, the text they come from, and the time-zone basis."""
        unix = entry.get("date_unixtime")
        time_us = epoch_us(unix, _SECOND)
        if time_us is not None:
            return time_us, str(unix), "export"
        wall = entry.get("date")
        return wall_us(wall, self._options.tz), str(wall), tz_basis(self._options)

    def _event(self, row: int, entry: dict[str, Any], time_us: int, raw: str, basis: str) -> Event:
        sender, _ = party(entry)
        number = entry.get("id")
        kind, duration = _kind(entry)
        return Event(
            source=self._source.name,
            source_row=row,
            time_us=time_us,
            time_raw=raw,
            tz_basis=basis,
            platform=PLATFORM,
            channel=PLATFORM,
            kind=kind,
            sender=sender,
            recipients=self._others.of(sender),
            conversation=self._conversation,
            text=_text(entry, kind),
            input_id=str(number) if type(number) is int else as_text(number),
            group=self._group,
            edited="edited" in entry or "edited_unixtime" in entry,
            duration_s=duration,
            forwarded="forwarded_from" in entry or "forwarded_from_id" in entry,
            reply_to=self._replies.get(entry.get("reply_to_message_id")),
            automated=sender is not None and sender == self._bot,
        )

    def _reactions(self, event: Event, reaction: dict[str, Any]) -> Iterator[Event]:
        """One event a named actor; one without a sender where the export names nobody.

        A reaction's ``date`` is a wall clock, even where the message has UTC.
        """
        for actor in as_list(reaction.get("recent")) or [{}]:
            key, _ = party({**as_dict(actor), "type": "message"})
            wall = as_dict(actor).get("date")
            time_us = wall_us(wall, self._options.tz)
            yield Event(
                source=event.source,
                source_row=event.source_row,
                time_us=time_us,
                time_raw="" if time_us is None else str(wall),
                tz_basis="unknown" if time_us is None else tz_basis(self._options),
                platform=PLATFORM,
                channel=PLATFORM,
                kind="reaction",
                sender=key,
                recipients=() if event.sender in (None, key) else (str(event.sender),),
                conversation=event.conversation,
                text=as_text(reaction.get("emoji")),
                group=event.group,
                automated=key is not None and key == self._bot,
            )


def _kind(entry: dict[str, Any]) -> tuple[str, float | None]:
    """Event kind, and the seconds an answered call lasted."""
    if entry.get("type") != "service":
        return "msg", None
    action = entry.get("action")
    if action == "phone_call":
        lasted = epoch_us(entry.get("duration_seconds"), _SECOND)
        if lasted:
            return "call_answered", lasted / _SECOND
        return ("call_rejected" if entry.get("discard_reason") == "busy" else "call_missed"), None
    if action == "group_call":
        lasted = epoch_us(entry.get("duration"), _SECOND)
        return ("call_answered", lasted / _SECOND) if lasted else ("system", None)
    if isinstance(action, str) and _GIFT.fullmatch(action):
        return "gift_notice", None
    return "system", None


def _text(entry: dict[str, Any], kind: str) -> str | None:
    """The words of a message, caption or gift; of a system line, the export's name for it."""
    if kind.startswith("call_"):
        return None
    if kind == "gift_notice":
        return as_text(_plain(entry.get("gift_text")))
    words = as_text(_plain(entry.get("text"))) or as_text(_plain(entry.get("text_entities")))
    if words is None and kind == "msg":
        return as_text(as_dict(entry.get("poll")).get("question"))
    return words or as_text(entry.get("action"))


def _plain(text: object) -> object:
    """The characters of a text that may be a string or a list of strings and styled parts."""
    if not isinstance(text, list):
        return text
    parts = (part.get("text") if isinstance(part, dict) else part for part in text)
    return "".join(part for part in parts if isinstance(part, str))
