"""The timeline of a pair as one inline SVG, drawn here so that the page needs no script.

Party A is above each base line and Party B below it, so the drawing does not rest on
colour. Colours come from the page's style sheet by class, and follow its light or dark look.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from stalk_nlp.reports._wording import MONTHS, clean

__all__ = ["Slot", "Timeline", "draw", "months"]

EPOCH = dt.datetime(1970, 1, 1)
WIDTH, LEFT, RIGHT = 760.0, 64.0, 14.0
TOP, MESSAGE_H, CALL_H, GAP, AXIS_H = 38.0, 52.0, 30.0, 26.0, 26.0
#: Bars are a day wide up to this many days, then a week, then 30 days.
DAY_BARS, WEEK_BARS, HOUR_BARS = 400, 2600, 3
MAX_TICKS = 9


class Slot(NamedTuple):
    """What is counted together: an hour since 1970, the sender, and the kind of event."""

    hour: int
    by_a: bool
    what: str  # message | answered | unanswered


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing and what it says in words."""

    svg: Markup
    bar: str  # hour | day | week | 30 days
    unplaced: int


class _Scale:
    """Hours to x, and the width of a bar."""

    def __init__(self, hours: Sequence[int]) -> None:
        first, last = min(hours), max(hours)
        days = (last - first) / 24
        self.step, self.name = next(
            (step, name)
            for limit, step, name in (
                (HOUR_BARS, 1, "hour"),
                (DAY_BARS, 24, "day"),
                (WEEK_BARS, 168, "week"),
                (float("inf"), 720, "30 days"),
            )
            if days <= limit
        )
        self.start = first // self.step * self.step
        self.end = (last // self.step + 1) * self.step
        self.unit = (WIDTH - LEFT - RIGHT) / (self.end - self.start)

    def x(self, hour: float) -> float:
        return LEFT + (hour - self.start) * self.unit

    def bin(self, hour: int) -> int:
        return hour // self.step * self.step

    @property
    def bar_width(self) -> float:
        return min(max(self.step * self.unit - 0.6, 1.4), 22.0)


def draw(
    counts: Counter[Slot],
    boundaries: Sequence[tuple[float, str]],
    names: tuple[str, str],
    key: str,
    unplaced: int = 0,
) -> Timeline | None:
    """The timeline, or None when no event has a time.

    boundaries: (hours since 1970, short label). key: a prefix that makes ids unique.
    """
    hours = [slot.hour for slot in counts] + [int(hour) for hour, _ in boundaries]
    if not hours:
        return None
    scale = _Scale(hours)
    binned: Counter[Slot] = Counter()
    for slot, n in counts.items():
        binned[Slot(scale.bin(slot.hour), slot.by_a, slot.what)] += n
    has_calls = any(slot.what != "message" for slot in binned)
    base = TOP + MESSAGE_H
    bottom = base + MESSAGE_H
    parts = [_lane(binned, scale, base, MESSAGE_H, ("message",), "Messages")]
    if has_calls:
        base = bottom + GAP + CALL_H
        bottom = base + CALL_H
        parts.append(_lane(binned, scale, base, CALL_H, ("answered", "unanswered"), "Calls"))
    parts.append(_axis(scale, bottom + 8))
    parts.append(_boundary_lines(boundaries, scale, bottom + 8))
    height = bottom + 8 + AXIS_H
    head = _words(counts, names, scale, key)
    svg = Markup(
        '<svg class="timeline" role="img" aria-labelledby="{k}-t {k}-d" '
        'viewBox="0 0 {w} {h}">{head}{body}</svg>'
    ).format(k=key, w=_n(WIDTH), h=_n(height), head=head, body=Markup("").join(parts))
    return Timeline(svg, scale.name, unplaced)


def months(counts: Counter[Slot]) -> list[tuple[str, dict[str, int]]]:
    """The numbers behind the drawing: (month, counts by `a_message`, `b_answered`, …)."""
    table: dict[str, Counter[str]] = {}
    for slot, n in counts.items():
        month = _moment(slot.hour).strftime("%Y-%m")
        table.setdefault(month, Counter())[f"{'a' if slot.by_a else 'b'}_{slot.what}"] += n
    return [(month, dict(table[month])) for month in sorted(table)]


def _words(counts: Counter[Slot], names: tuple[str, str], scale: _Scale, key: str) -> Markup:
    total: Counter[tuple[bool, str]] = Counter()
    for slot, n in counts.items():
        total[slot.by_a, slot.what] += n
    said = "; ".join(
        f"Party {letter}: {total[by_a, 'message']} messages, {total[by_a, 'answered']} answered "
        f"and {total[by_a, 'unanswered']} unanswered calls"
        for letter, by_a in (("A", True), ("B", False))
    )
    first, last = _moment(scale.start), _moment(scale.end - 1)
    return Markup(
        '<title id="{k}-t">Events between {a} and {b}</title><desc id="{k}-d">{d}</desc>'
    ).format(
        k=key,
        a=clean(names[0]),
        b=clean(names[1]),
        d=f"From {_day(first)} to {_day(last)}, one bar for each {scale.name}. {said}.",
    )


def _lane(
    binned: Counter[Slot], scale: _Scale, base: float, height: float, what: Sequence[str], name: str
) -> Markup:
    """Bars of A up and of B down from a base line; several kinds are stacked."""
    stacks: Counter[tuple[int, bool]] = Counter()
    for slot, n in binned.items():
        if slot.what in what:
            stacks[slot.hour, slot.by_a] += n
    top = max(stacks.values(), default=1)
    unit = (height - 4) / top
    paths: dict[tuple[bool, str], list[str]] = {}
    level: Counter[tuple[int, bool]] = Counter()
    for slot in sorted(binned, key=lambda s: (what.index(s.what) if s.what in what else -1, s)):
        if slot.what in what:
            place = slot.hour, slot.by_a
            bar = _bar(scale, slot, base, level[place] * unit, binned[slot] * unit)
            paths.setdefault((slot.by_a, slot.what), []).append(bar)
            level[place] += binned[slot]
    drawn = [
        Markup('<path class="{c}" d="{d}"/>').format(
            c=f"{'a' if by_a else 'b'} {kind}", d=" ".join(bars)
        )
        for (by_a, kind), bars in sorted(paths.items())
    ]
    return _frame(base, height, name, top) + Markup("").join(drawn)


def _bar(scale: _Scale, slot: Slot, base: float, low: float, tall: float) -> str:
    centre = scale.x(slot.hour + scale.step / 2)
    x = centre - scale.bar_width / 2
    y = base - low - tall if slot.by_a else base + low
    return f"M{_n(x)} {_n(y)}h{_n(scale.bar_width)}v{_n(tall)}h-{_n(scale.bar_width)}z"


def _frame(base: float, height: float, name: str, top: int) -> Markup:
    return Markup(
        '<path class="grid" d="M{l} {u}H{r}M{l} {d}H{r}"/><path class="base" d="M{l} {y}H{r}"/>'
        '<text class="lane" x="2" y="{h}">{name}</text>'
        '<text class="side" x="{t}" y="{ay}">A</text><text class="side" x="{t}" y="{by}">B</text>'
        '<text class="peak" x="{p}" y="{u4}">{top}</text>'
        '<text class="peak" x="{p}" y="{d4}">{top}</text>'
    ).format(
        l=_n(LEFT), r=_n(WIDTH - RIGHT), u=_n(base - height + 4), d=_n(base + height - 4),
        y=_n(base), h=_n(base - height - 4), name=name, t=_n(LEFT - 46), p=_n(LEFT - 6),
        ay=_n(base - height / 2 + 6), by=_n(base + height / 2 + 3), u4=_n(base - height + 8),
        d4=_n(base + height), top=top,
    )  # fmt: skip


def _axis(scale: _Scale, y: float) -> Markup:
    marks, previous = [], -100.0
    for moment, label in _ticks(scale):
        x = scale.x(_hours(moment))
        if x - previous >= 44:
            marks.append(
                Markup(
                    '<path class="tick" d="M{x} {y}v5"/>'
                    '<text class="when" x="{x}" y="{t}">{label}</text>'
                ).format(x=_n(x), y=_n(y), t=_n(y + 18), label=label)
            )
            previous = x
    line = Markup('<path class="base" d="M{l} {y}H{r}"/>').format(
        l=_n(LEFT), r=_n(WIDTH - RIGHT), y=_n(y)
    )
    return line + Markup("").join(marks)


def _ticks(scale: _Scale) -> list[tuple[dt.datetime, str]]:
    """Month starts; days or hours where the whole is shorter than two months."""
    start, end = _moment(scale.start), _moment(scale.end)
    days = (end - start).total_seconds() / 86400
    if days > 62:
        return _month_ticks(start, end)
    hourly = days <= HOUR_BARS
    step = dt.timedelta(hours=6) if hourly else dt.timedelta(days=max(1, round(days / MAX_TICKS)))
    moment = start.replace(hour=0)
    ticks: list[tuple[dt.datetime, str]] = []
    while moment < end:
        if moment >= start:
            label = _day(moment, year=not ticks)
            clock = hourly and ticks and moment.hour
            ticks.append((moment, f"{moment:%H:%M}" if clock else label))
        moment += step
    return ticks


def _month_ticks(start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, str]]:
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if count / s <= MAX_TICKS)
    ticks: list[tuple[dt.datetime, str]] = []
    for number in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        moment = dt.datetime(number // 12, number % 12 + 1, 1)
        if moment >= start and number % step == 0:
            year = not ticks or moment.month == 1
            name = MONTHS[moment.month - 1]
            ticks.append((moment, f"{name} {moment.year}" if year else name))
    return ticks


def _boundary_lines(
    boundaries: Sequence[tuple[float, str]], scale: _Scale, bottom: float
) -> Markup:
    drawn, ends = [], [-100.0, -100.0]
    for hour, label in sorted(boundaries):
        x = scale.x(hour)
        row = 0 if x - ends[0] >= 24 else 1
        show = x - ends[row] >= 24
        if show:
            ends[row] = x
        drawn.append(
            Markup(
                '<path class="boundary" d="M{x} {y}V{b}"/>'
                '<text class="boundary-label" x="{x}" y="{t}">{label}</text>'
            ).format(
                x=_n(x),
                y=_n(15 + 11 * row),
                b=_n(bottom),
                t=_n(11 + 11 * row),
                label=label if show else "",
            )
        )
    return Markup("").join(drawn)


def _day(moment: dt.datetime, *, year: bool = True) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}" + (f" {moment.year}" if year else "")


def _moment(hour: float) -> dt.datetime:
    return EPOCH + dt.timedelta(hours=hour)


def _hours(moment: dt.datetime) -> float:
    return (moment - EPOCH).total_seconds() / 3600


def _n(value: float) -> str:
    """One decimal, without a trailing zero: the same text on every machine."""
    return f"{value:.1f}".removesuffix(".0")
