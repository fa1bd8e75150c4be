"""Whether the dates of a chat export are day-first, month-first or year-first.

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

import re
from typing import NamedTuple

from stalk_nlp.exports._clock import MARKS, MERIDIEM, WallClock, clock_seconds, ordinal

#: `_clock` goes with this module: both are offered here.
__all__ = [
    "MARKS",
    "MERIDIEM",
    "DateOrders",
    "OrderFound",
    "Trail",
    "WallClock",
    "clock_seconds",
    "ordinal",
]

_NUMBERS = re.compile(r"\d+")

SPAN_RATIO = 10
SPAN_DATES = 4
PROOF_RATIO = 10
#: A year-first reading with two-digit years is believed when it is this much shorter.
_YMD_SPAN_RATIO = 20


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
