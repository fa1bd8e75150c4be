"""What must hold for any timeline."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.events import KINDS
from stalk_nlp.patterns import _common as c
from stalk_nlp.patterns import find_all, patterns
from tests.patterns.make import pair, step, stop

STEPS = st.lists(
    st.builds(
        step,
        st.integers(0, 40).map(lambda n: n * 1800) | st.integers(0, 200),
        st.sampled_from("ab"),
        st.sampled_from(KINDS),
        boundary=st.booleans(),
        automated=st.booleans(),
        ack=st.booleans(),
        duration=st.sampled_from([0.0, 9.9, 10.0, 30.0, 300.0, float("nan")]),
        channel=st.sampled_from(["sms", "whatsapp"]),
    ),
    max_size=40,
)
FLAGS = st.fixed_dictionaries({"has_calls": st.booleans(), "both_sides": st.booleans()})
STOPS = st.lists(
    st.builds(
        stop,
        st.integers(0, 20).map(lambda n: n * 1800),
        st.integers(100, 139),
        scope=st.sampled_from(["all", "channel", "topic"]),
        scope_detail=st.sampled_from(["", "sms", "calls", "except:sms"]),
        state=st.sampled_from(["active", "qualified", "reopened", "withdrawn"]),
        changed_by=st.none() | st.integers(100, 139),
        known=st.sampled_from([True, False, None]),
        known_by=st.none() | st.integers(100, 139),
    ),
    max_size=3,
)


def _numbers(value: Any, name: str = "") -> list[float]:
    """Every number in a value but those that name rows and times."""
    if isinstance(value, dict):
        return [n for key, v in value.items() for n in _numbers(v, key)]
    if isinstance(value, list):
        return [n for v in value for n in _numbers(v, name)]
    counted = isinstance(value, int | float) and not isinstance(value, bool)
    return [value] if counted and not name.endswith("_us") else []


@settings(max_examples=80, deadline=None)
@given(STEPS, STOPS, FLAGS)
def test_counts_are_never_negative_and_nest(steps: list, stops: list, flags: dict) -> None:
    for hit in find_all(pair(steps, boundaries=tuple(stops), **flags)):
        assert all(n >= 0 for n in _numbers(hit.value)), hit
        assert set(hit.rows) <= set(range(100, 140))
        assert hit.status in ("flagged", "guarded", "below", "not_computable")
        assert (hit.status == "not_computable") == (hit.computable == "no")
        assert bool(hit.reason) == (hit.computable != "yes")


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_events_turns_sessions_nest_for_either_party(steps: list) -> None:
    line = c.timeline(pair(steps))
    for chosen in (line.by_a, ~line.by_a):
        four = c.counts(line, chosen)
        assert four["sessions"] <= four["turns"] <= four["events"] == int(chosen.sum())
        assert c.count_sessions(line, chosen, 12 * c.HOUR) <= four["sessions"]
        assert four["sessions"] <= c.count_sessions(line, chosen, c.HOUR)


@settings(max_examples=80, deadline=None)
@given(STEPS, STOPS, st.randoms(use_true_random=False))
def test_the_order_handed_over_changes_nothing(steps: list, stops: list, random: Any) -> None:
    rows = [one | {"row": 100 + i} for i, one in enumerate(steps)]
    first = find_all(pair(rows, boundaries=tuple(stops)))
    random.shuffle(rows)
    assert find_all(pair(rows, boundaries=tuple(stops))) == first


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_silent_intervals_against_a_plain_loop(steps: list) -> None:
    line = c.timeline(pair(steps))
    expected: list[list[int]] = []
    fresh = True
    for i in range(len(line)):
        if line.voluntary[i]:
            fresh = True
        elif line.by_a[i]:
            if fresh:
                expected.append([i, i, 1])
                fresh = False
            elif line.turn[i] != line.turn[expected[-1][1]]:
                expected[-1][2] += 1
            expected[-1][1] = i
    runs = c.silent_intervals(line)
    assert np.stack([runs.start, runs.end, runs.k], axis=1).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(STEPS, STOPS)
def test_p4_puts_every_later_contact_in_exactly_one_place(steps: list, stops: list) -> None:
    p4 = next(p for p in patterns() if p.CODE == "P4")
    events = pair(steps, boundaries=tuple(stops))
    line = c.timeline(events)
    for one in p4.find(events, p4.LIMITS).value.get("each", []):
        later = line.by_a & (line.time_us > one["time_us"])
        later |= line.by_a & (line.time_us == one["time_us"]) & (line.rows > one["row"])
        listed = [
            row
            for key, value in one.items()
            if isinstance(value, list)
            for row in value
            if key != "known_rows"
        ]
        assert sorted(listed) == sorted(line.rows[later].tolist())
