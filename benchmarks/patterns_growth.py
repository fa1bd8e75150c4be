"""Growth of the shared counting (turns, V(B), silent intervals) and of all patterns.

Three sizes in one run, each beside a plain Python loop that does the same counting. Prints
the ratio and, from one size to the next, how much longer the work takes than the size grew
(1.0 is linear). Run: python benchmarks/patterns_growth.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from stalk_nlp.patterns import _common as c
from stalk_nlp.patterns import find_all
from stalk_nlp.patterns._timeline import TURN_GAP, VOLUNTARY_CALL_S
from stalk_nlp.people import PairEvents

SIZES = (10_000, 40_000, 160_000)
ROUNDS = 5


def make(n: int, seed: int = 7) -> PairEvents:
    """Invented traffic of two people: bursts of messages and calls, half by each."""
    rng = np.random.default_rng(seed)
    kinds = np.array(["msg", "msg", "msg", "call_missed", "call_answered", "reaction"], object)
    kind = kinds[rng.integers(0, len(kinds), n)]
    duration = np.where(kind == "call_answered", rng.exponential(60, n), np.nan)
    return PairEvents(
        a="Ana",
        b="Ben",
        rows=np.arange(n),
        time_us=np.cumsum(rng.exponential(1200, n) * c.SECOND).astype(np.int64),
        by_a=rng.random(n) < 0.5,
        kind=kind,
        channel=np.full(n, "sms", object),
        duration_s=duration,
        delivery=np.full(n, "unknown", object),
        is_boundary=rng.random(n) < 0.01,
        automated=np.zeros(n, np.bool_),
        stance=np.full(n, "", object),
    )


def by_loop(pair: PairEvents) -> tuple[int, list[int]]:
    """Turns and silent-interval lengths, one event after the other."""
    turns, runs, fresh = 0, [], True
    last_time, last_a, last_call, new_run_turn = 0, None, False, True
    for i in range(len(pair)):
        kind, by_a = pair.kind[i], bool(pair.by_a[i])
        if kind in ("reaction", "view", "draft", "system", "block", "unblock"):
            continue
        call = kind.startswith("call") or kind == "voicemail"
        new = by_a != last_a or call or last_call or pair.time_us[i] - last_time > TURN_GAP
        turns += new
        last_time, last_a, last_call = pair.time_us[i], by_a, call
        talked = kind == "call_answered" and pair.duration_s[i] >= VOLUNTARY_CALL_S
        if talked or (not by_a and not call and not pair.is_boundary[i]):
            fresh = True
        elif by_a:
            if fresh:
                runs.append(0)
                fresh, new_run_turn = False, True
            runs[-1] += new or new_run_turn
            new_run_turn = False
    return turns, runs


def by_arrays(pair: PairEvents) -> tuple[int, list[int]]:
    line = c.timeline(pair)
    return len(line.turn_start), c.silent_intervals(line).k.tolist()


def seconds(work: Callable[[PairEvents], object], pair: PairEvents) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work(pair)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    print("events    loop ms  arrays ms  ratio  all patterns ms  growth arrays  growth patterns")
    before: tuple[int, float, float] | None = None
    for n in SIZES:
        pair = make(n)
        if by_loop(pair) != by_arrays(pair):
            raise SystemExit("The loop and the arrays count differently.")
        loop, arrays, every = (seconds(w, pair) for w in (by_loop, by_arrays, find_all))
        growth = ""
        if before:
            factor = n / before[0]
            growth = f"{arrays / before[1] / factor:13.2f}  {every / before[2] / factor:15.2f}"
        print(
            f"{n:7d} {loop * 1e3:9.1f} {arrays * 1e3:10.2f} {loop / arrays:6.1f}"
            f" {every * 1e3:16.1f}  {growth}"
        )
        before = (n, arrays, every)


if __name__ == "__main__":
    main()
