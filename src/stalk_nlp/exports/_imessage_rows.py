"""One row of the `message` table: checked fields, and what the codes in it mean."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

__all__ = [
    "FIELDS",
    "BadRowError",
    "MessageRow",
    "channel",
    "check",
    "delivery",
    "system_text",
    "to_us",
]

#: 2001-01-01T00:00:00Z, the zero of Apple's clock, in seconds since 1970.
_APPLE_EPOCH_S = 978_307_200
#: macOS 10.12 and iOS 10 store seconds, later systems nanoseconds. 1e10 s is the year 2317
#: and 1e15 ns is 12 January 2001, before any of these programs existed.
_MAX_SECONDS = 10**10
_MIN_NANOSECONDS = 10**15
_MAX_NANOSECONDS = _MAX_SECONDS * 10**9

_CHANNELS = {
    "imessage": "imessage",
    "imessagelite": "imessage",  # over satellite
    "madrid": "imessage",  # its name before release
    "sms": "sms",
    "satellitesms": "sms",
    "rcs": "rcs",
    "jabber": "jabber",
    "aim": "aim",
}

#: (item_type, group_action_type) of the lines a chat shows between messages.
_SYSTEM = {
    (1, 0): "member added",
    (1, 1): "member removed",
    (3, 0): "member left",
    (3, 1): "group photo changed",
    (3, 2): "group photo removed",
    (5, 0): "audio message kept",
    (6, 0): "shared activity",
}
_RENAMED = 2
_LOCATION = 4


class BadRowError(Exception):
    """A field of a row is of a type it cannot have. The message names the column only."""


class MessageRow(NamedTuple):
    """A row of `message`; absent numbers are 0, absent texts and blobs None."""

    guid: str | None
    text: str | None
    subject: str | None
    service: str | None
    group_title: str | None
    associated_message_guid: str | None
    associated_message_emoji: str | None
    thread_originator_guid: str | None
    date: int | float
    date_read: int | float
    date_delivered: int | float
    date_edited: int | float
    date_retracted: int | float
    is_from_me: int | float
    is_read: int | float
    is_delivered: int | float
    is_sent: int | float
    is_forward: int | float
    is_auto_reply: int | float
    error: int | float
    item_type: int | float
    group_action_type: int | float
    share_status: int | float
    associated_message_type: int | float
    attributedBody: bytes | None  # noqa: N815 - the column's name
    message_summary_info: bytes | None
    handle_id: Any


FIELDS = MessageRow._fields
_FIRST_NUMBER = FIELDS.index("date")
_FROM_ME = FIELDS.index("is_from_me")
_FIRST_BLOB = FIELDS.index("attributedBody")


def check(values: tuple[Any, ...]) -> MessageRow:
    """Values in the order of `FIELDS`, with their types checked. Raises BadRowError."""
    pairs = list(zip(FIELDS, values, strict=True))
    texts = [_text(*pair) for pair in pairs[:_FIRST_NUMBER]]
    numbers = [_number(*pair) for pair in pairs[_FIRST_NUMBER:_FIRST_BLOB]]
    if values[_FROM_ME] is None:
        raise BadRowError("is_from_me is empty")
    blobs = [value if isinstance(value, bytes) else None for value in values[_FIRST_BLOB:-1]]
    return MessageRow._make((*texts, *numbers, *blobs, values[-1]))


def _text(column: str, value: object) -> str | None:
    if isinstance(value, bytes):
        raise BadRowError(f"{column} is not text")
    return None if value is None else str(value)


def _number(column: str, value: object) -> int | float:
    if value is None:
        return 0
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadRowError(f"{column} is not a number")
    return value


def to_us(date: int | float) -> int | None:
    """Microseconds since 1970 UTC of an Apple date; seconds or nanoseconds by its size.

    None for 0 and for values that no clock of these systems can have written.
    """
    if 0 < date < _MAX_SECONDS:
        since = int(date * 1_000_000)
    elif _MIN_NANOSECONDS <= date < _MAX_NANOSECONDS:
        since = int(date) // 1000
    else:
        return None
    return since + _APPLE_EPOCH_S * 1_000_000


def delivery(row: MessageRow) -> str:
    """How far a message got, as the owner's device knows it.

    A received message is here, so it was delivered at least.
    """
    if row.error:
        return "failed"
    if row.is_read or row.date_read > 0:
        return "read"
    if row.is_delivered or row.date_delivered > 0 or not row.is_from_me:
        return "delivered"
    return "sent" if row.is_sent else "unknown"


def channel(*services: str | None) -> str:
    """Channel of the first service named; iMessage where none is known."""
    known = (_CHANNELS.get(s.strip().lower()) for s in services if s)
    return next((c for c in known if c), "imessage")


def system_text(row: MessageRow) -> str:
    """What a line between messages says, in plain words."""
    if row.item_type == _RENAMED:
        return f"group renamed: {row.group_title}" if row.group_title else "group name removed"
    if row.item_type == _LOCATION:
        return "location sharing stopped" if row.share_status else "location sharing started"
    key = (int(row.item_type), int(row.group_action_type))
    return _SYSTEM.get(key, f"system event {int(row.item_type)}")
