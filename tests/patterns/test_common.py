"""Turns, sessions, V(B), silent intervals and the reciprocity guard."""

from __future__ import annotations

import numpy as np
import pytest

from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS, STATE_KINDS, TRACE_KINDS
from stalk_nlp.patterns import _common as c
from tests.patterns.make import DAY, HOUR, chat, pair, step


def _turns(*steps: dict) -> list[int]:
    return c.timeline(pair(steps)).turn.tolist()


def test_a_gap_of_exactly_90_seconds_stays_one_turn() -> None:
    assert _turns(step(0, "a"), step(90, "a")) == [0, 0]
    assert _turns(step(0, "a"), step(90.000001, "a")) == [0, 1]


def test_the_gap_is_between_neighbours_not_from_the_start() -> None:
    assert _turns(*(step(80 * i, "a") for i in range(5))) == [0, 0, 0, 0, 0]


def test_the_other_side_ends_a_turn_also_with_a_boundary() -> None:
    assert _turns(step(0, "a"), step(1, "b"), step(2, "a")) == [0, 1, 2]
    assert _turns(step(0, "a"), step(1, "b", boundary=True), step(2, "a")) == [0, 1, 2]


@pytest.mark.parametrize("kind", CALL_KINDS)
def test_each_call_is_its_own_turn(kind: str) -> None:
    assert _turns(step(0, "a"), step(1, "a", kind), step(2, "a", kind), step(3, "a")) == [
        0,
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("kind", [*TRACE_KINDS, *STATE_KINDS])
def test_traces_and_blocks_are_neither_contact_nor_a_break(kind: str) -> None:
    line = c.timeline(pair([step(0, "a"), step(1, "b", kind), step(2, "a", kind), step(3, "a")]))
    assert line.rows.tolist() == [100, 103]
    assert line.turn.tolist() == [0, 0]
    assert not line.voluntary.any()


@pytest.mark.parametrize("kind", CONTACT_KINDS)
def test_contact_kinds_all_count(kind: str) -> None:
    assert c.counts(*_all(pair([step(0, "a", kind)]))) == {
        "events": 1,
        "turns": 1,
        "sessions": 1,
        "days": 1,
    }


def _all(events) -> tuple[c.Timeline, np.ndarray]:
    line = c.timeline(events)
    return line, line.by_a


@pytest.mark.parametrize("delivery", ["failed", "blocked"])
def test_failed_attempts_count(delivery: str) -> None:
    line, chosen = _all(pair([step(0, "a", delivery=delivery)]))
    assert c.counts(line, chosen)["events"] == 1


def test_voluntary_events_of_b() -> None:
    steps = [
        step(0, "b"),
        step(1, "b", boundary=True),
        step(2, "b", automated=True),
        step(3, "b", stance="AUTOMATED"),
        step(4, "b", "reaction"),
        step(5, "b", "call_missed"),
        step(6, "b", "call_answered", duration=29.9),
        step(7, "b", "call_answered", duration=30),
        step(8, "a", "call_answered", duration=30),
        step(9, "a", "call_answered", duration=29.9),
        step(10, "b", "call_answered"),
        step(11, "a"),
        step(12, "b", "email"),
    ]
    line = c.timeline(pair(steps))
    assert line.rows[line.voluntary].tolist() == [100, 107, 108, 112]
    assert line.unknown_calls == 1


def test_sessions_run_on_through_both_parties_and_break_over_six_hours() -> None:
    steps = [step(0, "a"), step(6 * HOUR, "b"), step(12 * HOUR, "a"), step(18 * HOUR + 1, "a")]
    line, chosen = _all(pair(steps))
    assert c.counts(line, chosen) == {"events": 3, "turns": 3, "sessions": 2, "days": 1}
    assert c.count_sessions(line, chosen, c.HOUR) == 3
    assert c.count_sessions(line, chosen, 12 * c.HOUR) == 1


def test_days_change_at_midnight() -> None:
    line, chosen = _all(pair([step(DAY - 1, "a"), step(DAY, "a")]))
    assert c.counts(line, chosen) == {"events": 2, "turns": 1, "sessions": 1, "days": 2}


def test_silent_intervals() -> None:
    steps = [
        step(0, "a"),
        step(10, "a"),  # same turn
        step(200, "b", boundary=True),  # not an answer
        step(300, "a"),
        step(400, "b"),
        step(500, "a"),
        step(600, "a", "call_answered", duration=31),  # ends it and is not part of it
        step(700, "a", "call_missed"),
        step(701, "a", "call_missed"),
    ]
    runs = c.silent_intervals(c.timeline(pair(steps)))
    assert runs.start.tolist() == [0, 5, 7]
    assert runs.end.tolist() == [3, 5, 8]
    assert runs.k.tolist() == [2, 1, 2]


def test_no_contact_by_a_has_no_silent_interval() -> None:
    assert len(c.silent_intervals(c.timeline(pair([step(0, "b")]))).k) == 0
    assert len(c.silent_intervals(c.timeline(pair([]))).k) == 0


@pytest.mark.parametrize(
    ("turns", "occasions", "span_days", "expected"),
    [
        (1, 1, 0, None),
        (2, 1, 0, None),
        (2, 2, 0, "T0"),
        (5, 5, 13.999999, "T0"),
        (5, 5, 14, "T1"),
        (4, 4, 40, "T0"),
        (10, 5, 27.999999, "T1"),
        (10, 5, 28, "T2"),
        (9, 5, 28, "T1"),
    ],
)
def test_tiers(turns: int, occasions: int, span_days: float, expected: str | None) -> None:
    assert c.tier(turns, occasions, round(span_days * c.DAY)) == expected


def _guard(before: list[dict], back_s: float | None, **more: bool) -> bool:
    steps = [*before, step(20 * DAY, "a"), step(20 * DAY + 600, "a")]
    if back_s is not None:
        steps.append(step(20 * DAY + 600 + back_s, "b", **more))
    line = c.timeline(pair(steps))
    start = np.array([len(before)])
    return bool(c.reciprocity(line, start, start + 1, c.DAY)[0])


def test_reciprocity_needs_both_the_share_and_the_return() -> None:
    assert _guard(chat(1, start_day=18), 60)
    assert _guard(chat(1, start_day=18), DAY)
    assert not _guard(chat(1, start_day=18), DAY + 0.000001)
    assert not _guard(chat(1, start_day=18), None)
    assert not _guard(chat(1, start_day=18), 60, boundary=True)


def test_reciprocity_share_is_a_fifth_of_ten_turns_in_14_days() -> None:
    def mixed(a: int, b: int, start_day: float = 18) -> list[dict]:
        whos = ["a"] * a + ["b"] * b
        return [step(start_day * DAY + i * 600, who) for i, who in enumerate(whos)]

    assert _guard(mixed(8, 2), 60)
    assert not _guard(mixed(9, 2), 60)  # 2 of 11
    assert not _guard(mixed(7, 2), 60)  # 9 turns
    assert _guard(mixed(8, 2, start_day=6), 60)  # from exactly 14 days before
    assert not _guard(mixed(8, 2, start_day=5.999), 60)  # the first turn is too old


def test_boundary_messages_are_not_a_share_of_talk() -> None:
    before = [step(18 * DAY + i * 600, "a") for i in range(8)]
    before += [step(19 * DAY + i * 600, "b", boundary=True) for i in range(4)]
    assert not _guard(before, 60)


def test_equal_times_follow_the_source_order() -> None:
    steps = [step(0, who, row=row) for row, who in enumerate("abab")]
    for order in ([0, 1, 2, 3], [3, 1, 2, 0], [1, 3, 0, 2]):
        line = c.timeline(pair([steps[i] for i in order]))
        assert line.rows.tolist() == [0, 1, 2, 3]
        assert line.turn.tolist() == [0, 1, 2, 3]
