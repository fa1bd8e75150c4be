"""P3 Unanswered streak (codebook 3.4): long runs of a's turns with no voluntary reply by b.

Long runs also happen by chance between people who talk every day. So a candidate is flagged
only if b never replied voluntarily at all, or if so long a run is unlikely given a's share
of the pair's other turns. Ordinary couples with one quiet week are caught by the guard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns import _common as c

CODE = "P3"
NAME = "unanswered_streak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Candidate and chance limits of codebook 3.4 P3, all [D] (five turns echo tier T1)."""

    turns_long: int = 5
    span_long_h: float = 48.0
    turns_dense: int = 10
    span_dense_h: float = 12.0
    expected_max: float = 0.01
    guard_back_days: float = 7.0


LIMITS = Limits()
_ONE_SIDE = "The export cannot hold the other party's replies, so silence cannot be seen."
_NO_CALLS = "The export holds no call log, so a call that was a reply cannot be seen."
_NO_LENGTHS = "Answered calls have no length here, so none is taken for a reply."


def find(pair: PairEvents, limits: Limits) -> c.Hit:
    """Silent intervals long enough to be candidates, each with its chance and guards.

    value: longest_k (turns) and longest_span_h of the interval with most turns,
    replied_voluntarily, and candidates: k, span_h, other_turns (N), share (p), expected (E),
    never_replied, status, guards, b_call_attempts (calls by b inside it that were not
    voluntary replies), start_us, end_us.
    """
    if not pair.both_sides:
        return c.Hit(
            CODE, NAME, "not_computable", {}, c.parameters(limits), (), (), "no", _ONE_SIDE
        )
    line = c.timeline(pair)
    silent = c.silent_intervals(line)
    runs = _candidates(line, silent, limits)
    found = _judge(pair, line, runs, limits)
    unknown = line.unknown_calls > 0
    return c.Hit(
        CODE,
        NAME,
        _status(found),
        {**_longest(line, silent), "candidates": found},
        c.parameters(limits),
        c.rows_of(line, c.inside(line, runs.start, runs.end) & line.by_a),
        tuple(dict.fromkeys(guard for one in found for guard in one["guards"])),
        "yes" if pair.has_calls and not unknown else "partial",
        "" if pair.has_calls and not unknown else _NO_LENGTHS if unknown else _NO_CALLS,
    )


def _span(line: c.Timeline, runs: c.Intervals) -> NDArray[np.int64]:
    return line.time_us[runs.end] - line.time_us[runs.start]


def _candidates(line: c.Timeline, runs: c.Intervals, limits: Limits) -> c.Intervals:
    span = _span(line, runs)
    long = (runs.k >= limits.turns_long) & (span >= limits.span_long_h * c.HOUR)
    dense = (runs.k >= limits.turns_dense) & (span >= limits.span_dense_h * c.HOUR)
    keep = long | dense
    return c.Intervals(runs.start[keep], runs.end[keep], runs.k[keep])


def chance(
    line: c.Timeline, runs: c.Intervals
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """N, p and E = N(1-p)p^k for each interval; shapes (m,).

    N: the pair's turns outside the interval. p: a's share of those, add-one smoothed,
    (a + 1) / (N + 2). Turns of b that are not replies (boundaries) and lie inside the
    interval are in neither. With N = 0 the expectation is 0.
    """
    by_a = line.by_a[line.turn_start]
    first, last = line.turn[runs.start], line.turn[runs.end]
    others = len(by_a) - (last - first + 1)
    p = (np.count_nonzero(by_a) - runs.k + 1) / (others + 2)
    return others, p, others * (1 - p) * p**runs.k


def _judge(
    pair: PairEvents, line: c.Timeline, runs: c.Intervals, limits: Limits
) -> list[dict[str, Any]]:
    never = not line.voluntary.any()
    others, p, expected = chance(line, runs)
    back = c.reciprocity(line, runs.start, runs.end, round(limits.guard_back_days * c.DAY))
    rung = np.concatenate(([0], np.cumsum(~line.by_a & line.is_call)))
    calls = rung[runs.end + 1] - rung[runs.start]
    span_h = _span(line, runs) / c.HOUR
    automated = (c.AUTOMATED_SENDER,) if c.only_automated(pair) else ()
    found = []
    for i in range(len(runs.k)):  # one entry a candidate, a handful even in long exports
        guards = (("reciprocity",) if back[i] else ()) + automated
        unlikely = never or bool(expected[i] <= limits.expected_max)
        found.append(
            {
                "k": int(runs.k[i]),
                "span_h": round(float(span_h[i]), 6),
                "other_turns": int(others[i]),
                "share": float(f"{p[i]:.6g}"),
                "expected": float(f"{expected[i]:.6g}"),
                "never_replied": never,
                "status": "below" if not unlikely else "guarded" if guards else "flagged",
                "guards": list(guards),
                "b_call_attempts": int(calls[i]),
                "start_us": int(line.time_us[runs.start[i]]),
                "end_us": int(line.time_us[runs.end[i]]),
            }
        )
    return found


def _status(found: list[dict[str, Any]]) -> str:
    seen = {one["status"] for one in found}
    return next((status for status in ("flagged", "guarded") if status in seen), "below")


def _longest(line: c.Timeline, runs: c.Intervals) -> dict[str, Any]:
    best = int(np.argmax(runs.k)) if len(runs.k) else None
    span_h = _span(line, runs) / c.HOUR
    return {
        "longest_k": 0 if best is None else int(runs.k[best]),
        "longest_span_h": 0.0 if best is None else round(float(span_h[best]), 6),
        "replied_voluntarily": bool(line.voluntary.any()),
    }
