"""What the JSON readers share to make sense of decoded values: types, times, replies."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stalk_nlp.events import Reject
from stalk_nlp.exports._common import Source, local_to_us

__all__ = [
    "MAX_RECIPIENTS",
    "Recipients",
    "Replies",
    "as_dict",
    "as_list",
    "as_text",
    "broken_at",
    "epoch_us",
    "wall_us",
]

#: A group with more people than this is stored without naming every recipient: the list
#: would be repeated on each message, and contact is counted between two people only.
MAX_RECIPIENTS = 64
#: Messages whose text is remembered, so that a reply can show what it answers.
_REPLY_MEMORY = 5_000
_REPLY_CHARS = 4_096  # Telegram's own limit for one message

#: Seconds at the start of the year 10000, past which no date can be printed.
_LAST_SECOND = 253_402_300_800


def broken_at(source: Source, row: int) -> Reject:
    """The reject that closes a file whose JSON stops before message `row` is whole."""
    return Reject(source.name, row, "the JSON breaks off here; nothing after it could be read")


def as_text(value: object) -> str | None:
    """A string that holds more than white space, as it is; None for all else."""
    return value if isinstance(value, str) and value.strip() else None


def as_list(value: object) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def as_dict(value: object) -> dict[str, Any]:
    """The map, or an empty one."""
    return value if isinstance(value, dict) else {}


def epoch_us(value: object, unit_us: int) -> int | None:
    """Microseconds since 1970 of an epoch count (number or digits) of `unit_us` each.

    None for what is no number, for zero and below, and for the year 10000 and later.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if not 0 < value < _LAST_SECOND * 1_000_000 // unit_us:
        return None
    return int(value * unit_us)


def wall_us(value: object, tz: zoneinfo.ZoneInfo | None) -> int | None:
    """Microseconds of an ISO 8601 wall clock reading in `tz` (as printed if None).

    None for what is no such reading; a time with its own offset is none.
    """
    if not isinstance(value, str):
        return None
    try:
        wall = dt.datetime.fromisoformat(value)
        return local_to_us(wall, tz) if wall.tzinfo is None else None
    except (ValueError, OverflowError):
        return None


class Recipients:
    """Everyone in a conversation but the sender."""

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = tuple(members)
        self._known: dict[str | None, tuple[str, ...]] = {None: ()}

    def of(self, sender: str | None) -> tuple[str, ...]:
        """Empty when the sender is unknown, and in a group of over `MAX_RECIPIENTS`."""
        if len(self._members) > MAX_RECIPIENTS:
            return ()
        if sender not in self._known:
            self._known[sender] = tuple(key for key in self._members if key != sender)
        return self._known[sender]


class Replies:
    """The texts of the latest messages by their id, so that memory stays bounded."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def add(self, key: str | None, text: str | None) -> None:
        """Remembers a text; the oldest goes when there are too many."""
        if key is None or text is None:
            return
        self._texts[key] = text[:_REPLY_CHARS]
        if len(self._texts) > _REPLY_MEMORY:
            del self._texts[next(iter(self._texts))]

    def get(self, key: object) -> str | None:
        """The text of a message, if it was among the latest."""
        return self._texts.get(str(key)) if isinstance(key, str | int) else None
