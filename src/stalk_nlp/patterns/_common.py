"""What the patterns share (codebook section 3): the result, counts, tiers and guards.

Turns, sessions and silent intervals are in `_timeline`, and are offered here too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns._timeline import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    SESSION_GAP,
    Bools,
    Intervals,
    Ints,
    Timeline,
    days,
    one_of,
    sessions,
    silent_intervals,
    timeline,
)

__all__ = [
    "AUTOMATED_SENDER",
    "DAY",
    "HOUR",
    "MINUTE",
    "NO_CALL_LOG",
    "SECOND",
    "SESSION_GAP",
    "Bools",
    "Hit",
    "Intervals",
    "Ints",
    "Timeline",
    "count_sessions",
    "counts",
    "days",
    "inside",
    "one_of",
    "only_automated",
    "parameters",
    "reciprocity",
    "rows_of",
    "sessions",
    "silent_intervals",
    "tier",
    "timeline",
    "within",
]

#: Reciprocity guard (codebook 3.2): look-back, least turns in it, least share of them by b.
GUARD_BEFORE = 14 * DAY
GUARD_TURNS = 10
GUARD_SHARE = 0.20

#: Name of the guard for a sender whose every event is automated or institutional (3.5).
AUTOMATED_SENDER = "automated_sender"
NO_CALL_LOG = "The export holds no call log, so calls are not counted."


@dataclass(frozen=True, slots=True)
class Hit:
    """Result of one pattern for one ordered pair.

    status: flagged | guarded | below | not_computable. computable: yes | partial | no.
    rows: event table rows that the value rests on. guards: names of guards that applied.
    parameters: the limits used. reason: one plain sentence when not (fully) computable.
    """

    code: str
    name: str
    status: str
    value: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    guards: tuple[str, ...] = ()
    computable: str = "yes"
    reason: str = ""


def counts(line: Timeline, chosen: Bools, gap: int = SESSION_GAP) -> dict[str, int]:
    """The four counts of codebook 3.2 for the chosen events: events, turns, sessions, days.

    Turns and sessions are those of the whole pair that hold a chosen event, so a session
    runs on through the other party's events.
    """
    return {
        "events": int(np.count_nonzero(chosen)),
        "turns": _distinct(line.turn[chosen]),
        "sessions": count_sessions(line, chosen, gap),
        "days": _distinct(days(line.time_us)[chosen]),
    }


def count_sessions(line: Timeline, chosen: Bools, gap: int) -> int:
    """Sessions of the pair, of this gap in microseconds, that hold a chosen event."""
    return _distinct(sessions(line.time_us, gap)[chosen])


def _distinct(numbers: Ints) -> int:
    return int(np.unique(numbers).size)


def tier(turns: int, occasions: int, span_us: int) -> str | None:
    """Tier of codebook 3.3. A contact is a turn, an occasion is a session of 6 h.

    Turns rather than events, so that one sentence split over bubbles is one contact. Days
    are reported beside the tier because the law does not say how far apart occasions are.
    """
    if turns >= 10 and span_us >= 28 * DAY:
        return "T2"
    if turns >= 5 and span_us >= 14 * DAY:
        return "T1"
    return "T0" if turns >= 2 and occasions >= 2 else None


def reciprocity(line: Timeline, start: Ints, end: Ints, back_us: int) -> Bools:
    """Reciprocity guard (codebook 3.2) for stretches start..end (positions); shape (m,).

    Holds when, in the 14 days before the stretch, b made at least 0.20 of at least 10 turns
    and b's next voluntary event after the stretch comes within `back_us` of its last contact.
    A turn of b that holds only boundary or automated messages is in the total, not in b's
    share: a boundary is not an answer.
    """
    if not len(start):
        return np.zeros(0, dtype=np.bool_)
    began = line.time_us[line.turn_start]
    replied = np.logical_or.reduceat(line.reply_like, line.turn_start)
    by_b = np.concatenate(([0], np.cumsum(replied)))
    low = np.searchsorted(began, line.time_us[start] - GUARD_BEFORE, side="left")
    high = line.turn[start]
    total = high - low
    shared = (total >= GUARD_TURNS) & (by_b[high] - by_b[low] >= GUARD_SHARE * total)
    return shared & (_wait(line, end, line.voluntary) <= back_us)


def _wait(line: Timeline, end: Ints, wanted: Bools) -> NDArray[np.float64]:
    """Time from each position to the next wanted event after it; inf where there is none."""
    position = np.flatnonzero(wanted)
    times = np.append(line.time_us[position].astype(np.float64), np.inf)
    return times[np.searchsorted(position, end, side="right")] - line.time_us[end]


def within(line: Timeline, end: Ints, wanted: Bools, limit_us: int) -> Bools:
    """Whether a wanted event follows each position within `limit_us`; shape (m,)."""
    return _wait(line, end, wanted) <= limit_us


def inside(line: Timeline, start: Ints, end: Ints) -> Bools:
    """Events from each start to its end (positions, inclusive, not overlapping); shape (n,)."""
    edges = np.zeros(len(line) + 1, dtype=np.int64)
    edges[start] += 1
    edges[end + 1] -= 1
    return np.cumsum(edges[:-1]) > 0


def only_automated(pair: PairEvents) -> bool:
    """Whether a's contact is automated or institutional throughout (own track, codebook 3.5)."""
    sent = pair.automated[pair.by_a]
    return bool(len(sent)) and bool(sent.all())


def rows_of(line: Timeline, chosen: Bools) -> tuple[int, ...]:
    """Event table rows of the chosen events, in time order."""
    return tuple(line.rows[chosen].tolist())


def parameters(limits: Any) -> dict[str, Any]:
    """A limits dataclass as the plain dict that goes into the output."""
    return asdict(limits)
