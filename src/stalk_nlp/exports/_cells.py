"""What one cell of a generic table or JSON object means: times, kinds, directions, lengths.

Times come out as microseconds since 1970 (UTC, or the wall clock when no zone is known).
Every function answers None, or raises ValueError, for a value it does not know; a value is
never guessed and never put into a message.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from stalk_nlp.errors import AmbiguousDateOrderError
from stalk_nlp.events import KINDS
from stalk_nlp.exports._common import ReadOptions, instant_to_us, local_to_us, tz_basis
from stalk_nlp.exports._dates import (
    MERIDIEM,
    DateOrders,
    OrderFound,
    clock_seconds,
    ordinal,
)

__all__ = ["Times", "flag", "kind_of", "seconds", "side_of", "status_of"]

# Microseconds since 1970: from 1990 (older than any phone message) to about 2103. Wider
# limits would take 20250302211407, a date without signs, for milliseconds.
_EPOCH_FROM, _EPOCH_UNTIL = 631_152_000_000_000, 4_200_000_000_000_000
_EPOCH_UNITS = (1_000_000, 1_000, 1)  # seconds, milliseconds, microseconds
_NUMBER = re.compile(r"\d{1,17}(?:\.\d{1,9})?")
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?")
_PRINTED = re.compile(
    r"(?P<date>\d{1,4}([-/.])\d{1,2}\2\d{1,4})(?:T|,?\s+)"
    r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,](?P<part>\d{1,9}))?"
    rf"(?:\s?(?P<half>{MERIDIEM}))?"
    rf"(?:\s*(?P<zone>Z|\(?(?:UTC|GMT)\)?|\(?(?:UTC|GMT)?{_OFFSET.pattern}\)?))?"
)
_UTC_WORD = re.compile(r"\s*(?:UTC|GMT)$")
_LONGEST_TIME = 64

_KIND_WORDS = {
    **dict.fromkeys(("message", "sms", "mms", "text", "chat", "im"), "msg"),
    **dict.fromkeys(("missed", "missedcall", "missedvoicecall", "missedvideocall"), "call_missed"),
    **dict.fromkeys(("rejected", "rejectedcall", "declined", "declinedcall"), "call_rejected"),
    **dict.fromkeys(("answered", "answeredcall"), "call_answered"),
    **dict.fromkeys(("call", "voicecall", "videocall", "phonecall"), "call"),
    "mail": "email",
    **{kind.replace("_", ""): kind for kind in KINDS},
}
_IN = frozenset(("in", "incoming", "received", "inbound", "inbox", "from"))
_OUT = frozenset(("out", "outgoing", "sent", "outbound", "outbox", "to"))
#: A call that was missed or turned down, or a voicemail, came in.
_IN_KINDS = ("call_missed", "call_rejected", "voicemail")
_STATUS = {
    **{word: word for word in ("sent", "delivered", "read", "failed", "blocked")},
    **dict.fromkeys(("seen", "viewed", "opened"), "read"),
    **dict.fromkeys(("undelivered", "error", "notdelivered"), "failed"),
    **dict.fromkeys(("received",), "delivered"),
}
_FALSE = frozenset(("", "0", "0.0", "false", "no", "n", "none", "null", "intact", "-"))


def _word(value: object) -> str:
    return re.sub(r"[\W_]", "", str(value).casefold())


def kind_of(value: object, duration_s: float | None) -> str | None:
    """One of KINDS, or ``call`` where only a length could tell answered from missed."""
    kind = _KIND_WORDS.get(_word(value))
    if kind != "call" or duration_s is None:
        return kind
    return "call_answered" if duration_s > 0 else "call_missed"


def side_of(value: object) -> str | None:
    """``in`` or ``out`` as seen from the owner of the table."""
    if value is None:
        return None
    word = _word(value)
    if word in _IN or _KIND_WORDS.get(word) in _IN_KINDS:
        return "in"
    return "out" if word in _OUT else None


def status_of(value: object) -> str:
    """Delivery status in our words; ``unknown`` for any other."""
    return "unknown" if value is None else _STATUS.get(_word(value), "unknown")


def flag(value: object) -> bool:
    """A yes/no cell. A date or any other word in it says that the thing happened."""
    return str(value).strip().casefold() not in _FALSE


def seconds(value: object) -> float:
    """A length in seconds, from a number or ``[h:]mm:ss``. Raises ValueError."""
    parts = str(value).strip().split(":")
    if len(parts) > 3 or not all(_NUMBER.fullmatch(p) for p in parts):
        raise ValueError("not a length of time")
    total = 0.0
    for part in parts:
        total = total * 60 + float(part)
    return total


class Times:
    """Reads the time cells of one file.

    column: all the file's time cells from the top, anew at each call. They are read through
    once, when the first date comes up whose order of day and month must be inferred.
    """

    def __init__(self, source: str, options: ReadOptions, column: Callable[[], Iterable[str]]):
        self.note: str | None = None  # what a reader of the report must know about the order
        self._source = source
        self._options = options
        self._column = column

    def read(self, printed: str, zone: dt.timezone | None = None) -> tuple[int, str] | None:
        """Microseconds and tz_basis; None when `printed` is no date with a clock time.

        zone: of times without an offset, where the header names it. Raises
        AmbiguousDateOrderError when the column does not tell day from month.
        """
        if len(printed) > _LONGEST_TIME:
            return None
        try:
            if _NUMBER.fullmatch(printed):
                return _epoch(Decimal(printed))
            moment = _iso(printed) or self._numeric(printed)
            return None if moment is None else self._place(moment, zone)
        except (ValueError, OverflowError):
            return None

    def _place(self, moment: dt.datetime, zone: dt.timezone | None) -> tuple[int, str]:
        if moment.tzinfo is not None:
            return instant_to_us(moment), "offset"
        if zone is not None:
            return instant_to_us(moment.replace(tzinfo=zone)), "export"
        return local_to_us(moment, self._options.tz), tz_basis(self._options)

    def _numeric(self, printed: str) -> dt.datetime | None:
        match = _PRINTED.fullmatch(printed)
        if match is None:
            return None
        date, clock, fraction, half, zone = match.group("date", "clock", "part", "half", "zone")
        day = ordinal(date, "ymd" if date[:4].isdigit() else self.order)
        second = clock_seconds(clock + (half or ""))
        if day is None or second is None:
            return None
        micros = int((fraction or "0")[:6].ljust(6, "0"))
        moment = dt.datetime.fromordinal(day) + dt.timedelta(seconds=second, microseconds=micros)
        return moment if zone is None else moment.replace(tzinfo=_offset(zone))

    @functools.cached_property
    def order(self) -> str:
        """``dmy``, ``mdy`` or ``ymd``: as asked, else as the whole column shows.

        A table may run oldest or newest first. The column is judged both ways; a verdict
        that holds in one direction only, against the other's, is no verdict.
        """
        if self._options.date_order:
            return self._options.date_order
        dates = [sys.intern(m["date"]) for t in self._column() if (m := _PRINTED.fullmatch(t))]
        found = [f for f in (_judge(dates), _judge(dates[::-1])) if f is not None]
        if len({f.order for f in found}) != 1:
            raise AmbiguousDateOrderError(
                f"{self._source} does not show whether its dates begin with the day or the month;"
                " say which with --date-order dmy or --date-order mdy."
            )
        self.note = None if any(f.note is None for f in found) else found[0].note
        return found[0].order


def _judge(dates: Sequence[str]) -> OrderFound | None:
    orders = DateOrders()
    for date in dates:
        orders.step(date, "row")
    return orders.conclude()


def _iso(printed: str) -> dt.datetime | None:
    """ISO 8601 with a clock time; a bare date is no time."""
    if len(printed) <= len("2025-03-02"):
        return None
    try:
        return dt.datetime.fromisoformat(_UTC_WORD.sub("+00:00", printed))
    except ValueError:
        return None


def _epoch(number: Decimal) -> tuple[int, str] | None:
    for unit in _EPOCH_UNITS:
        if _EPOCH_FROM <= number * unit < _EPOCH_UNTIL:
            return int(number * unit), "export"
    return None


def _offset(zone: str) -> dt.timezone:
    """``Z``, ``UTC``, ``+01:00``, ``(UTC+3)``. Raises ValueError beyond a day."""
    found = _OFFSET.search(zone)
    if found is None:
        return dt.UTC
    sign, hours, minutes = found.groups()
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
    return dt.timezone(-offset if sign == "-" else offset)
