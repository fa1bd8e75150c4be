"""Day, month and clock as chat exports print them: which order, and what time.

A printed date such as ``03/04/2024`` does not say whether the day or the month comes
first. `DateOrders` reads the dates of a whole file, in the file's order, and concludes:

1. a date that only one order allows proves it (13/04 is day-first; 2024/04/03 is
   year-first by its four digits);
2. else the order under which time runs forward, if the other makes it jump back by more
   than a day;
3. else the order whose span of dates is at least `SPAN_RATIO` times shorter, once there
   are `SPAN_DATES` different dates;
4. else nothing: a person must say.

Proof both ways is settled only by a majority of `PROOF_RATIO` to one, and then the rows
of the minority cannot be read. A two-digit year is taken to come last, unless the dates
make no sense that way.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

__all__ = ["MARKS", "MERIDIEM", "DateOrders", "OrderFound", "Trail", "clock_seconds", "ordinal"]

#: Direction marks that phones put around and inside printed dates and names.
MARKS = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"

#: WhatsApp's first year; dates before it are a wrong clock or another calendar.
FIRST_YEAR = 2009
LAST_YEAR = 2099
#: Thai phones print the Buddhist year, 543 ahead.
_BUDDHIST_AHEAD = 543

SPAN_RATIO = 10
SPAN_DATES = 4
PROOF_RATIO = 10
#: A year-first reading with two-digit years is believed when it is this much shorter.
_YMD_SPAN_RATIO = 20

#: Day periods as Unicode CLDR and seen exports print them, before or after the time.
_AM = (
    *("am", "ص", "قظ", "上午", "凌晨", "清晨", "早上", "半夜", "午前", "오전", "पूर्वाह्न", "पूर्व"),
    *("πμ", "sa", "öö", "pg", "fm", "de", "dop", "pd", "vorm", "morgens", "nachts"),
    *("da manhã", "da madrugada", "ก่อนเที่ยง"),
)
_PM = (
    *("pm", "م", "بظ", "下午", "中午", "晚上", "午後", "오후", "अपराह्न", "अपर"),
    *("μμ", "ch", "ös", "ptg", "em", "du", "odp", "md", "nachm", "mittags", "abends"),
    *("da tarde", "da noite", "หลังเที่ยง"),
)


def _spelling(word: str) -> str:
    """Regular expression for a day period: ``pm`` is also ``p.m.`` and ``p. m.``."""
    if len(word) == 2 and word.isalpha() and word < "\u0900":
        return rf"{word[0]}\.?\s?{word[1]}\.?"
    return word.replace(" ", r"\s") + r"\.?"


#: Regular expression (no groups, any case) for a day period.
MERIDIEM = (
    "(?i:" + "|".join(_spelling(w) for w in sorted((*_AM, *_PM), key=len, reverse=True)) + ")"
)

_HALF = {w.replace(" ", ""): half for half, words in ((0, _AM), (12, _PM)) for w in words}
#: What is left of a 24-hour time without its digits: nothing, or "15 h 05 min 09 s", "15:05 ч."
_UNITS = frozenset({"", "h", "hmin", "hmins", "ч"})
_NOT_LETTERS = re.compile(rf"[\d\s.:{MARKS}]+")
_NUMBERS = re.compile(r"\d+")


def clock_seconds(printed: str) -> int | None:
    """Seconds after midnight of a printed time, or None if there is no such time.

    12 a.m. is midnight and 12 p.m. noon; an hour of 0 or above 12 beside a day period is
    taken as the 24-hour clock unless the two contradict each other. Any decimal digits.
    """
    numbers = [int(n) for n in _NUMBERS.findall(printed)]
    if not 2 <= len(numbers) <= 3:
        return None
    hour, minute, second = (*numbers, 0)[:3]
    letters = _NOT_LETTERS.sub("", printed).casefold()
    if letters not in _UNITS:
        half = _HALF.get(letters)
        if half is None or (half == 0 and hour > 12):
            return None
        hour = hour % 12 + half if hour <= 12 else hour
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * 3600 + minute * 60 + second


def ordinal(printed: str, order: str) -> int | None:
    """Day number (1 is 0001-01-01) of a printed date under ``dmy``, ``mdy`` or ``ymd``.

    Four digits in first place are the year whatever the order says. None when there is no
    such day, or its year is not one of WhatsApp's.
    """
    parts = _NUMBERS.findall(printed)
    if len(parts) != 3:
        return None
    if len(parts[0]) > 2:
        order = "ymd"
    named = dict(zip(order, parts, strict=True))
    year = int(named["y"])
    if len(named["y"]) <= 2:
        year += 2000
    elif year > LAST_YEAR:
        year -= _BUDDHIST_AHEAD
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, int(named["m"]), int(named["d"])).toordinal()
    except ValueError:
        return None


class Trail:
    """How a file's dates run under one order.

    A line that jumps back by more than a day is believed only from someone who has also
    written a line that does not: pasted chat lines carry old dates and strangers' names.
    """

    def __init__(self, order: str) -> None:
        self.order = order
        self.believed: dict[str, None] = {}  # senders of lines that do not jump back, in order
        self.impossible = 0  # dates this order does not allow
        self.disproved = 0  # of them, dates that another order does allow
        self.jumps = 0  # believed jumps back
        self.first: int | None = None
        self.last = 0
        self._here: int | None = None

    def step(self, day: int | None, sender: str | None) -> bool:
        """Takes one line; True when it is believed and `sender` counts as seen."""
        if day is None:
            return False
        back = self._here is not None and day < self._here - 1
        if back and (sender is None or sender not in self.believed):
            return False
        self.jumps += back
        self._here = day
        self.first = day if self.first is None else min(self.first, day)
        self.last = max(self.last, day)
        if sender is not None and not back:
            self.believed[sender] = None
        return True

    @property
    def span(self) -> int:
        """Days between the first and the last date."""
        return 0 if self.first is None else self.last - self.first


class OrderFound(NamedTuple):
    """The order of a file's dates, and what a reader of the report must know about it."""

    order: str
    note: str | None = None


class DateOrders:
    """Evidence on the order of one file's dates.

    asked: the order the user asked for; it settles what four-digit years leave open.
    """

    def __init__(self, asked: str | None = None) -> None:
        self.trails = {order: Trail(order) for order in ("dmy", "mdy", "ymd")}
        self._asked = asked
        self._days: dict[str, tuple[int | None, int | None, int | None]] = {}
        self._wide = False  # some year has four digits
        self._last = ""

    def step(self, printed: str, sender: str | None) -> bool:
        """Takes the date of one line; True when each order that allows the date believes it."""
        days = self._days.get(printed)
        if days is None:
            days = self._learn(printed)
        if printed != self._last:
            self._last = printed
            self._weigh(days)
        steps = [t.step(d, sender) for t, d in zip(self.trails.values(), days, strict=True)]
        return any(steps) and all(ok for ok, d in zip(steps, days, strict=True) if d is not None)

    def _learn(self, printed: str) -> tuple[int | None, int | None, int | None]:
        self._wide |= max(map(len, _NUMBERS.findall(printed))) > 2
        days = ordinal(printed, "dmy"), ordinal(printed, "mdy"), ordinal(printed, "ymd")
        self._days[printed] = days
        return days

    def _weigh(self, days: tuple[int | None, int | None, int | None]) -> None:
        dmy, mdy = self.trails["dmy"], self.trails["mdy"]
        for trail, day in zip(self.trails.values(), days, strict=True):
            trail.impossible += day is None
        dmy.disproved += days[0] is None and days[1] is not None
        mdy.disproved += days[1] is None and days[0] is not None

    def conclude(self) -> OrderFound | None:
        """The order, or None when a person must say."""
        dmy, mdy = self.trails["dmy"], self.trails["mdy"]
        if self._asked in ("dmy", "mdy") or (self._asked == "ymd" and not self._wide):
            return OrderFound(str(self._asked))
        if not self._wide and (year_first := self._two_digit_year_first()) is not None:
            return OrderFound("ymd") if year_first else None
        if all(d[0] == d[1] for d in self._days.values()):
            return OrderFound("dmy")  # year-first, or 05/05: both orders say the same
        if dmy.disproved or mdy.disproved:
            return self._by_proof(dmy, mdy)
        if bool(dmy.jumps) != bool(mdy.jumps):
            return OrderFound((mdy if dmy.jumps else dmy).order)
        return self._by_span(dmy, mdy)

    def _two_digit_year_first(self) -> bool | None:
        """True: the dates are yy/mm/dd; False: they may well be; None: they are not."""
        ymd, rivals = self.trails["ymd"], (self.trails["dmy"], self.trails["mdy"])
        if ymd.impossible or ymd.jumps or ymd.first is None:
            return None
        if any(r.first is not None and ymd.span * _YMD_SPAN_RATIO >= r.span for r in rivals):
            return None
        return all(r.impossible for r in rivals)

    @staticmethod
    def _by_proof(dmy: Trail, mdy: Trail) -> OrderFound | None:
        good, bad = sorted((dmy, mdy), key=lambda t: t.disproved)
        if good.disproved * PROOF_RATIO > bad.disproved:
            return None
        if not good.disproved:
            return OrderFound(good.order)
        return OrderFound(
            good.order,
            f"Some dates contradict the order of the others ({good.order}); their rows are "
            "listed as unread. Check them, or pass --date-order.",
        )

    def _by_span(self, dmy: Trail, mdy: Trail) -> OrderFound | None:
        short, long = sorted((dmy, mdy), key=lambda t: t.span)
        if len(self._days) < SPAN_DATES or short.span * SPAN_RATIO > long.span:
            return None
        return OrderFound(
            short.order,
            f"Dates were read as {short.order} because that keeps them close together, not "
            "because any date proves it; pass --date-order to settle it.",
        )
