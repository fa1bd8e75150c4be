"""P7 Call flood (codebook 3.4): many unanswered call attempts in an hour or a day.

Bursts of calls are one-sided in ordinary life too, more than bursts of texts, so three
guards apply and each one alone is enough to list a flood without flagging it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns import _common as c

CODE = "P7"
NAME = "call_flood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of codebook 3.4 P7, all [D].

    short_call_s: an answered call shorter than this is an unanswered attempt. redial_s:
    attempts up to this far apart are also shown as one. answered_h: an answered call of 30 s
    or more this soon after the last attempt is a guard; the same time is taken for a
    call-back by b, for which the codebook gives none. guard_back_h: b's voluntary return
    for the reciprocity guard (codebook 3.2).
    """

    attempts_1h: int = 5
    attempts_24h: int = 10
    short_call_s: float = 10.0
    redial_s: float = 60.0
    answered_h: float = 2.0
    guard_back_h: float = 24.0


LIMITS = Limits()
_NO_LOG = "The export holds no call log."
_ONE_SIDE = "The export cannot hold the other party's messages, so not every guard can be seen."


def find(pair: PairEvents, limits: Limits) -> c.Hit:
    """Floods: windows of 1 h or 24 h over a limit, joined where they overlap.

    value: attempts (all unanswered), attempts_merged (redials as one), most_in_1h,
    most_in_24h, most_in_1h_merged, most_in_24h_merged and floods: attempts,
    attempts_merged, most_in_1h, most_in_24h, status, guards, start_us, end_us. A window
    is closed: attempts exactly 1 h apart are in one.
    """
    if not pair.has_calls:
        return c.Hit(CODE, NAME, "not_computable", {}, c.parameters(limits), (), (), "no", _NO_LOG)
    line = c.timeline(pair)
    tries = np.flatnonzero(_unanswered(line, limits))
    merged = tries[_redial_starts(line.time_us[tries], limits)]
    floods, rows = _floods(pair, line, tries, limits)
    seen = {one["status"] for one in floods}
    most = _most(line.time_us[tries])
    most_merged = _most(line.time_us[merged])
    value = {
        "attempts": len(tries),
        "attempts_merged": len(merged),
        "most_in_1h": most[0],
        "most_in_24h": most[1],
        "most_in_1h_merged": most_merged[0],
        "most_in_24h_merged": most_merged[1],
        "floods": floods,
    }
    return c.Hit(
        CODE,
        NAME,
        next((status for status in ("flagged", "guarded") if status in seen), "below"),
        value,
        c.parameters(limits),
        rows,
        tuple(dict.fromkeys(guard for one in floods for guard in one["guards"])),
        "yes" if pair.both_sides else "partial",
        "" if pair.both_sides else _ONE_SIDE,
    )


def _unanswered(line: c.Timeline, limits: Limits) -> c.Bools:
    """a's missed, rejected and voicemail calls, and answered ones too short to be one."""
    short = line.answered & (line.duration_s < limits.short_call_s)
    return line.by_a & (line.unanswered | short)


def _redial_starts(times: c.Ints, limits: Limits) -> c.Bools:
    new = np.ones(len(times), dtype=np.bool_)
    new[1:] = np.diff(times) > limits.redial_s * c.SECOND
    return new


def _in_window(times: c.Ints, length: int) -> c.Ints:
    """How many attempts lie in [t, t + length] for each attempt t; shape (n,)."""
    return np.searchsorted(times, times + length, side="right") - np.arange(len(times))


def _most(times: c.Ints) -> tuple[int, int]:
    if not len(times):
        return 0, 0
    return int(_in_window(times, c.HOUR).max()), int(_in_window(times, c.DAY).max())


def _floods(
    pair: PairEvents, line: c.Timeline, tries: c.Ints, limits: Limits
) -> tuple[list[dict[str, Any]], tuple[int, ...]]:
    start, end = _stretches(line.time_us[tries], limits)
    if not len(start):
        return [], ()
    first, last = tries[start], tries[end]
    guards = _guards(pair, line, first, last, limits)
    times = line.time_us[tries]
    fresh = np.concatenate(([0], np.cumsum(_redial_starts(times, limits))))
    found = []
    for i in range(len(start)):  # one entry a flood
        most = _most(times[start[i] : end[i] + 1])
        found.append(
            {
                "attempts": int(end[i] - start[i] + 1),
                "attempts_merged": int(fresh[end[i] + 1] - fresh[start[i] + 1] + 1),
                "most_in_1h": most[0],
                "most_in_24h": most[1],
                "status": "guarded" if guards[i] else "flagged",
                "guards": list(guards[i]),
                "start_us": int(times[start[i]]),
                "end_us": int(times[end[i]]),
            }
        )
    chosen = np.zeros(len(line), dtype=np.bool_)
    chosen[tries] = c.inside(line, first, last)[tries]
    return found, c.rows_of(line, chosen)


def _stretches(times: c.Ints, limits: Limits) -> tuple[c.Ints, c.Ints]:
    """First and last attempt (index among attempts) of each run of overlapping windows."""
    reach = np.full(len(times), -1, dtype=np.int64)
    here = np.arange(len(times))
    for length, least in ((c.HOUR, limits.attempts_1h), (c.DAY, limits.attempts_24h)):
        inside = _in_window(times, length)
        reach = np.maximum(reach, np.where(inside >= least, here + inside - 1, -1))
    hot = np.flatnonzero(reach >= 0)
    if not len(hot):
        return hot, hot
    covered = np.maximum.accumulate(reach[hot])
    new = np.ones(len(hot), dtype=np.bool_)
    new[1:] = hot[1:] > covered[:-1]
    first = np.flatnonzero(new)
    return hot[first], covered[np.append(first[1:], len(hot)) - 1]


def _guards(
    pair: PairEvents, line: c.Timeline, first: c.Ints, last: c.Ints, limits: Limits
) -> list[tuple[str, ...]]:
    soon = round(limits.answered_h * c.HOUR)
    long_call = line.is_call & line.voluntary
    applied = {
        "reciprocity": c.reciprocity(line, first, last, round(limits.guard_back_h * c.HOUR)),
        "answered_call": c.within(line, last, long_call, soon),
        "call_back": c.within(line, last, line.reply_like & line.is_call, soon),
        c.AUTOMATED_SENDER: np.full(len(first), c.only_automated(pair)),
    }
    return [tuple(g for g, on in applied.items() if on[i]) for i in range(len(first))]
