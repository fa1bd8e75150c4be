"""Hand-made timelines for the pattern tests.

A step is (seconds, who, kind) with optional fields; seconds count from 1 March 2025,
00:00 UTC, and `who` is "a" or "b". Rows are 100, 101, … in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from stalk_nlp.events import Boundary
from stalk_nlp.pairs import PairEvents

T0 = 1_740_787_200_000_000  # 2025-03-01T00:00:00Z
SECOND = 1_000_000
HOUR = 3600
DAY = 24 * HOUR
FIRST_ROW = 100


def step(seconds: float, who: str, kind: str = "msg", **more: Any) -> dict[str, Any]:
    return {"t": T0 + round(seconds * SECOND), "who": who, "kind": kind, **more}


def pair(steps: Iterable[dict[str, Any]], **more: Any) -> PairEvents:
    events = list(steps)

    def column(name: str, default: Any, dtype: Any) -> np.ndarray:
        return np.array([e.get(name, default) for e in events], dtype=dtype)

    return PairEvents(
        a="Ana",
        b="Ben",
        rows=np.array([e.get("row", FIRST_ROW + i) for i, e in enumerate(events)], dtype=np.int64),
        time_us=column("t", 0, np.int64),
        by_a=np.array([e["who"] == "a" for e in events], dtype=np.bool_),
        kind=column("kind", "msg", object),
        channel=column("channel", "sms", object),
        duration_s=column("duration", np.nan, np.float64),
        delivery=column("delivery", "unknown", object),
        is_boundary=column("boundary", False, np.bool_),
        automated=column("automated", False, np.bool_),
        stance=column("stance", "", object),
        acknowledges=column("ack", False, np.bool_),
        **more,
    )


def stop(seconds: float, row: int, **more: Any) -> Boundary:
    fields = {"type": "B1", "by": "Ben", "to": "Ana", "known": True, **more}
    return Boundary(row=row, time_us=T0 + round(seconds * SECOND), **fields)


def chat(days: int, *, start_day: float = 0.0, share_b: float = 0.5) -> list[dict[str, Any]]:
    """Ten turns a day, 30 minutes apart from noon; b makes `share_b` of them, evenly spread."""
    steps = []
    for day in range(days):
        for i in range(10):
            by_b = int((i + 1) * share_b) > int(i * share_b)
            when = (start_day + day) * DAY + 12 * HOUR + i * 1800
            steps.append(step(when, "b" if by_b else "a"))
    return steps
