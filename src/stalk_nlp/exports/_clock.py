"""Dates and times of day as phones print them, to day numbers, seconds and instants."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from stalk_nlp.exports._common import local_to_us

__all__ = ["MARKS", "MERIDIEM", "WallClock", "clock_seconds", "ordinal"]

#: Direction marks that phones put around and inside printed dates and names.
MARKS = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"

#: WhatsApp's first year; dates before it are a wrong clock or another calendar.
FIRST_YEAR = 2009
LAST_YEAR = 2099
#: Thai phones print the Buddhist year, 543 ahead.
_BUDDHIST_AHEAD = 543

#: `date.toordinal` of 1970-01-01.
_EPOCH_DAY = 719_163
_DAY_US = 86_400_000_000

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


class WallClock:
    """Printed dates and times to microseconds; each spelling is worked out once."""

    def __init__(self, order: str, tz: ZoneInfo | None) -> None:
        self._order = order
        self._tz = tz
        self._days: dict[str, tuple[int | None, int | None]] = {}
        self._times: dict[str, int | None] = {}

    def us(self, date: str, time: str) -> int | None:
        """Microseconds since the epoch, or None when there is no such date or time."""
        day = self._days.get(date)
        if day is None:
            day = self._days[date] = self._day(date)
        seconds = self._times.get(time, -1)
        if seconds == -1:
            seconds = self._times[time] = clock_seconds(time)
        number, midnight = day
        if number is None or seconds is None:
            return None
        if midnight is not None:
            return midnight + seconds * 1_000_000
        return local_to_us(_wall(number) + dt.timedelta(seconds=seconds), self._tz)

    def _day(self, date: str) -> tuple[int | None, int | None]:
        """Day number, and its first microsecond unless the clocks change on that day."""
        number = ordinal(date, self._order)
        if number is None:
            return None, None
        if self._tz is None:
            return number, (number - _EPOCH_DAY) * _DAY_US
        start, end = (local_to_us(_wall(n), self._tz) for n in (number, number + 1))
        return number, start if end - start == _DAY_US else None


def _wall(number: int) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromordinal(number), dt.time())
