"""A pair's contact events in order: turns, sessions, V(B) and silent intervals (codebook 3.2).

All durations are in microseconds, as in the event table. A `Timeline` holds the contact
events of one pair and nothing else: traces (reactions, views, drafts, system lines) and
block events are left out, so they neither count nor break a turn.

Events are ordered by time and, at equal times, by event table row. Rows follow the order
of the source, which is the only order there is when an export prints whole minutes; and
the order in which a caller happens to hand over equal-time events changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS, UNANSWERED_CALL_KINDS
from stalk_nlp.pairs import PairEvents

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "SESSION_GAP",
    "Bools",
    "Intervals",
    "Ints",
    "Timeline",
    "days",
    "one_of",
    "sessions",
    "silent_intervals",
    "timeline",
]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

#: Gap within one turn (codebook 3.2 [D]).
TURN_GAP = 90 * SECOND
#: Gap within one session (codebook 3.2 [D]).
SESSION_GAP = 6 * HOUR
#: Kinds that carry words of their own.
TEXT_KINDS = ("msg", "email")
#: An answered call of this many seconds or more is voluntary for both (codebook 3.2).
VOLUNTARY_CALL_S = 30.0
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Contact events of a pair in order; every array has shape (n,).

    voluntary: V(B) of codebook 3.2. Literally: a message of any kind by b that is neither a
    boundary nor automated, or an answered call of 30 s or more by either party. A call of
    unknown length is not taken for one (`unknown_calls` counts them).
    turn: number of the turn each event is in. turn_start: shape (turns,), position of each
    turn's first event.
    """

    rows: Ints
    time_us: Ints
    by_a: Bools
    channel: NDArray[np.object_]
    duration_s: NDArray[np.float64]
    acknowledges: Bools
    is_text: Bools  # a message or e-mail: a kind with words of its own
    is_call: Bools
    answered: Bools
    unanswered: Bools  # missed, rejected or sent to voicemail
    voluntary: Bools
    reply_like: Bools  # by b, neither boundary nor automated: counts in b's share of turns
    turn: Ints
    turn_start: Ints

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def unknown_calls(self) -> int:
        """Answered calls without a length."""
        return int(np.count_nonzero(self.answered & np.isnan(self.duration_s)))


@dataclass(frozen=True, slots=True)
class Intervals:
    """Silent intervals: runs of a's unanswered contacts with no V(B) between.

    start, end: positions in the timeline of the first and last contact; k: turns of a.
    All have shape (m,), in time order. An answered call of 30 s or more ends an interval
    and is not part of one, whoever rang.
    """

    start: Ints
    end: Ints
    k: Ints


def one_of(values: NDArray[np.object_], *groups: Iterable[str]) -> NDArray[np.bool_]:
    """Which strings are in each group; shape (groups, n). One look-up a distinct string."""
    if not len(values):
        return np.zeros((len(groups), 0), dtype=np.bool_)
    coded = pa.array(values, type=pa.string()).dictionary_encode()
    words = coded.dictionary.to_pylist()
    table = np.array([[word in set(group) for word in words] for group in groups])
    found: NDArray[np.bool_] = table[:, coded.indices.to_numpy(zero_copy_only=False)]
    return found


def timeline(pair: PairEvents) -> Timeline:
    """The contact events of a pair, ordered and numbered into turns."""
    kinds = one_of(
        pair.kind, CONTACT_KINDS, TEXT_KINDS, CALL_KINDS, ("call_answered",), UNANSWERED_CALL_KINDS
    )
    order = np.lexsort((pair.rows, pair.time_us))
    order = order[kinds[0][order]]
    _, is_text, is_call, answered, unanswered = kinds[:, order]
    time, by_a, duration = pair.time_us[order], pair.by_a[order], pair.duration_s[order]
    automated = pair.automated[order] | one_of(pair.stance, ("AUTOMATED",))[0][order]
    reply_like = ~by_a & ~pair.is_boundary[order] & ~automated
    starts = _turn_starts(time, by_a, is_call)
    acknowledges = pair.acknowledges if len(pair.acknowledges) else np.zeros(len(pair), np.bool_)
    return Timeline(
        rows=pair.rows[order],
        time_us=time,
        by_a=by_a,
        channel=pair.channel[order],
        duration_s=duration,
        acknowledges=acknowledges[order],
        is_text=is_text,
        is_call=is_call,
        answered=answered,
        unanswered=unanswered,
        voluntary=(reply_like & ~is_call) | (answered & (duration >= VOLUNTARY_CALL_S)),
        reply_like=reply_like,
        turn=np.cumsum(starts, dtype=np.int64) - 1,
        turn_start=np.flatnonzero(starts),
    )


def _turn_starts(time: Ints, by_a: Bools, is_call: Bools) -> Bools:
    """True where a turn begins: other sender, a pause over 90 s, or a call on either side."""
    starts = np.ones(len(time), dtype=np.bool_)
    starts[1:] = (by_a[1:] != by_a[:-1]) | is_call[1:] | is_call[:-1] | (np.diff(time) > TURN_GAP)
    return starts


def sessions(time_us: Ints, gap: int = SESSION_GAP) -> Ints:
    """Session number of each event of a sorted series; shape (n,). A gap equal to `gap` joins."""
    new = np.ones(len(time_us), dtype=np.bool_)
    new[1:] = np.diff(time_us) > gap
    return np.cumsum(new, dtype=np.int64) - 1


def days(time_us: Ints) -> Ints:
    """Day number of each event, in UTC or in the export's wall clock, as the times are."""
    return time_us // DAY


def silent_intervals(line: Timeline) -> Intervals:
    """Every silent interval of the pair (codebook 3.2), also those of one turn."""
    position = np.flatnonzero(line.by_a & ~line.voluntary)
    if not len(position):
        empty = np.zeros(0, dtype=np.int64)
        return Intervals(empty, empty, empty)
    replies = np.cumsum(line.voluntary)[position]
    first = np.flatnonzero(np.diff(replies, prepend=replies[0] - 1))
    last = np.append(first[1:], len(position)) - 1
    own = np.diff(line.turn[position], prepend=-1) > 0
    number = np.cumsum(own)
    return Intervals(position[first], position[last], number[last] - number[first] + 1)
