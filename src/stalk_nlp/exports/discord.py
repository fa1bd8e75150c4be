"""Discord: the JSON of DiscordChatExporter (one file a channel or direct conversation).

What the export prints
- ``guild`` (id "0" for direct messages), ``channel`` with its type, ``messages``; times in
  ISO 8601 with an offset. The author's id is the account key.
- A direct conversation lists nobody but its authors; ``channel.name`` is the other side's
  name. The account of the exporter is not marked.
- A ``Call`` has the time it was started and ``callEndedTimestamp``, and no word on who
  joined. With an end it is stored as answered, with the seconds between, and a note says
  that it may not have been; without an end as missed.
- ``reactions`` name their users in newer exports and never their time.

`source_row` is the place in the file's ``messages`` list, from 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import OWNER, Account, Event, Note, Reject
from stalk_nlp.exports._common import ReadOptions, Source, instant_to_us, tz_basis
from stalk_nlp.exports._json import START, Path, outline, walk
from stalk_nlp.exports._json_values import (
    Recipients,
    Replies,
    as_dict,
    as_list,
    as_text,
    broken_at,
    wall_us,
)

__all__ = ["NAME", "NEEDS", "PLATFORM", "TITLE", "read", "sniff"]

NAME = "discord"
TITLE = "Discord JSON (DiscordChatExporter)"
NEEDS = "--owner"
PLATFORM = "discord"

_OPENED: frozenset[Path] = frozenset({(), ("messages",)})
_MESSAGE: Path = ("messages", "*")

_SURVEY_KEYS = frozenset({"author", "type"})

#: Discord's message types that are no person's words; the exporter prints the names it
#: knows and the numbers of the rest (Discord developer documentation, "Message Types").
_SYSTEM_TYPES = {
    "RecipientAdd",
    "RecipientRemove",
    "ChannelNameChange",
    "ChannelIconChange",
    "ChannelPinnedMessage",
    "GuildMemberJoin",
    "ThreadCreated",
    *(str(n) for n in (*range(1, 19), 22, *range(24, 47)) if n != 3),
}
_CALL_TYPES = ("Call", "3")
#: The one account that stands for every deleted one.
_DELETED_USER = "456226577798135808"

_NO_OWNER = (
    "This export does not say whose account it is, so messages have no direction until"
    " --owner names the account holder."
)
_CALLS = (
    "Discord exports do not say who joined a call; one shown as answered may have rung"
    " without an answer."
)
_SHARED_ACCOUNT = (
    "A deleted account is shown as the one Deleted User; two people may stand behind it."
)


@dataclass(slots=True)
class _Channel:
    """What is known of the conversation before its messages are read."""

    head: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)  # authors, in order
    members: dict[str, None] = field(default_factory=dict)
    calls: int = 0
    messages: int = 0

    @property
    def group(self) -> bool:
        """All but a direct conversation of two."""
        kind = self.head.get("type")
        return kind != "DirectTextChat" if isinstance(kind, str) else len(self.names) > 2


def sniff(name: str, head: bytes) -> bool:  # noqa: ARG001  (the content is enough)
    """A map with a guild, a channel and messages, as DiscordChatExporter writes it."""
    paths = outline(head)
    return {("guild", "id"), ("channel", "id"), ("channel", "type")} <= paths


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:
    """Accounts and notes, then the records of the channel in the file's order.

    Raises CorruptInputError when not one message can be read.
    """
    channel = _survey(source)
    for key, name in channel.names.items():
        if name is not None and name != key:
            yield Account(PLATFORM, key, name)
    yield Note(source.name, _NO_OWNER, asks="owner")
    if channel.calls:
        yield Note(source.name, _CALLS)
    if _DELETED_USER in channel.names:
        yield Note(source.name, _SHARED_ACCOUNT)
    reader = _Reader(source, options, channel)
    row = 0
    try:
        for path, value in walk(source, _OPENED):
            if path == _MESSAGE:
                row += 1
                yield from reader.records(row, value)
    except CorruptInputError:
        yield broken_at(source, row + 1)


def _survey(source: Source) -> _Channel:
    """First pass: the channel and its authors."""
    channel = _Channel()
    has_list = False
    try:
        for path, value in walk(source, _OPENED, _SURVEY_KEYS):
            if path == _MESSAGE:
                channel.messages += 1
                message = as_dict(value)
                channel.calls += message.get("type") in _CALL_TYPES
                key, name = _account(message.get("author"))
                if key is not None:
                    channel.names[key] = name
            elif path == ("channel",):
                channel.head = as_dict(value)
            elif path == ("messages",):
                has_list = value is START
    except CorruptInputError:
        if channel.messages == 0:
            raise
    if not has_list:
        raise CorruptInputError(
            f"{source.name} holds no list of messages; choose another --format or leave it out."
        )
    channel.members = _members(channel)
    return channel


def _members(channel: _Channel) -> dict[str, None]:
    """The authors; in a one-sided direct conversation also the silent side.

    It is the account holder when the channel bears the author's name, else whoever the
    channel is named after.
    """
    members = dict.fromkeys(channel.names)
    title = as_text(channel.head.get("name"))
    if not channel.group and len(members) == 1 and title is not None:
        members[OWNER if title in channel.names.values() else title] = None
    return members


def _account(person: object) -> tuple[str | None, str | None]:
    """Account key and name: the id, and the name shown in the conversation."""
    user = as_dict(person)
    name = as_text(user.get("nickname")) or as_text(user.get("name"))
    return as_text(user.get("id")) or name, name


class _Reader:
    """Turns the messages of one channel into records."""

    def __init__(self, source: Source, options: ReadOptions, channel: _Channel) -> None:
        self._source = source
        self._options = options
        self._others = Recipients(channel.members)
        self._group = channel.group
        head = channel.head
        self._conversation = as_text(head.get("id")) or as_text(head.get("name")) or source.name
        self._replies = Replies()

    def records(self, row: int, message: object) -> Iterator[Event | Reject]:
        """The event of one message and those of its reactions, or a reject."""
        if not isinstance(message, dict):
            yield Reject(self._source.name, row, "the message is not a map, or far too large")
            return
        time_us, basis = _time(message.get("timestamp"), self._options)
        if time_us is None:
            yield Reject(self._source.name, row, "the message has no usable timestamp")
            return
        event = self._event(row, message, time_us, basis)
        yield event
        self._replies.add(event.input_id, event.text)
        for reaction in as_list(message.get("reactions")):
            yield from self._reactions(event, as_dict(reaction))

    def _event(self, row: int, message: dict[str, Any], time_us: int, basis: str) -> Event:
        author = message.get("author")
        sender, _ = _account(author)
        kind, duration = self._kind(message, time_us)
        lent = as_dict(message.get("forwardedMessage"))
        text = as_text(message.get("content")) or as_text(lent.get("content"))
        reference = as_dict(message.get("reference"))
        return Event(
            source=self._source.name,
            source_row=row,
            time_us=time_us,
            time_raw=str(message["timestamp"]),
            tz_basis=basis,
            platform=PLATFORM,
            channel=PLATFORM,
            kind=kind,
            sender=sender,
            recipients=self._others.of(sender),
            conversation=self._conversation,
            text=None if kind.startswith("call_") else text,
            input_id=as_text(message.get("id")),
            group=self._group,
            edited=as_text(message.get("timestampEdited")) is not None,
            duration_s=duration,
            forwarded=bool(lent),
            reply_to=self._replies.get(reference.get("messageId")) if kind == "msg" else None,
            automated=as_dict(author).get("isBot") is True,
        )

    def _kind(self, message: dict[str, Any], time_us: int) -> tuple[str, float | None]:
        """Event kind, and the seconds from the start of a call to its end."""
        kind = message.get("type")
        if kind in _CALL_TYPES:
            end, _ = _time(message.get("callEndedTimestamp"), self._options)
            if end is None:
                return "call_missed", None
            return "call_answered", max(0, end - time_us) / 1_000_000
        return ("system" if str(kind) in _SYSTEM_TYPES else "msg"), None

    def _reactions(self, event: Event, reaction: dict[str, Any]) -> Iterator[Event]:
        """One event a user who is named; none where the export gives a count alone."""
        for user in as_list(reaction.get("users")):
            sender, _ = _account(user)
            yield Event(
                source=event.source,
                source_row=event.source_row,
                time_us=None,
                time_raw="",
                tz_basis="unknown",
                platform=PLATFORM,
                channel=PLATFORM,
                kind="reaction",
                sender=sender,
                recipients=() if event.sender in (None, sender) else (str(event.sender),),
                conversation=event.conversation,
                text=as_text(as_dict(reaction.get("emoji")).get("name")),
                group=event.group,
                automated=as_dict(user).get("isBot") is True,
            )


def _time(value: object, options: ReadOptions) -> tuple[int | None, str]:
    """Microseconds and time-zone basis of an ISO 8601 moment; a wall clock without offset."""
    if not isinstance(value, str):
        return None, "unknown"
    try:
        moment = dt.datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return instant_to_us(moment), "offset"
    except (ValueError, OverflowError):
        return None, "unknown"
    return wall_us(value, options.tz), tz_basis(options)
