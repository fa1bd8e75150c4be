from __future__ import annotations

import pytest

from stalk_nlp.patterns import p03_unanswered_streak as p3
from tests.patterns.make import DAY, HOUR, T0, chat, pair, step


def _find(steps, **more):
    return p3.find(pair(steps, **more), p3.LIMITS)


def _run(k: int, hours: float, start: float = 0) -> list[dict]:
    return [step(start + i * hours * HOUR / (k - 1), "a") for i in range(k)]


@pytest.mark.parametrize(
    ("k", "hours", "status"),
    [
        (5, 48, "flagged"),
        (4, 480, "below"),
        (5, 47.999999, "below"),
        (10, 12, "flagged"),
        (10, 11.999999, "below"),
        (9, 12, "below"),
    ],
)
def test_candidate_limits_when_b_never_replied(k: int, hours: float, status: str) -> None:
    hit = _find(_run(k, hours))
    assert hit.status == status
    assert hit.value["longest_k"] == k
    assert hit.value["longest_span_h"] == pytest.approx(hours, abs=1e-5)
    assert hit.rows == (tuple(range(100, 100 + k)) if status == "flagged" else ())


def test_bubbles_are_one_turn() -> None:
    bubbles = [step(i * 20 * HOUR + j * 30, "a") for i in range(4) for j in range(3)]
    hit = _find(bubbles)
    assert (hit.status, hit.value["longest_k"]) == ("below", 4)


def test_value_of_a_flagged_streak() -> None:
    steps = [step(-DAY, "b", boundary=True), *_run(5, 48), step(3 * DAY, "b", "call_missed")]
    hit = _find(steps)
    assert hit.value == {
        "longest_k": 5,
        "longest_span_h": 48.0,
        "replied_voluntarily": False,
        "candidates": [
            {
                "k": 5,
                "span_h": 48.0,
                "other_turns": 2,
                "share": 0.25,
                "expected": 0.00146484,  # N = 2 turns of b: p = 1/4, E = 2 * 3/4 * (1/4)^5
                "never_replied": True,
                "status": "flagged",
                "guards": [],
                "b_call_attempts": 0,
                "start_us": T0,
                "end_us": T0 + 48 * HOUR * 1_000_000,
            }
        ],
    }
    assert hit.rows == (101, 102, 103, 104, 105)


def test_chance_check_decides_once_b_has_replied() -> None:
    """N = 20 others, 10 by a: p = 11/22, E = 20 * 0.5 * 0.5^k."""
    for k, expected, status in ((9, 20 * 0.5**10, "below"), (10, 20 * 0.5**11, "flagged")):
        steps = [*chat(2), *_run(k, 60, start=30 * DAY)]
        hit = _find(steps)
        (candidate,) = hit.value["candidates"]
        assert candidate["k"] == k
        assert candidate["expected"] == pytest.approx(expected, rel=1e-5)
        assert hit.status == status


def test_answered_calls_and_b_messages_end_a_streak() -> None:
    for reply in (step(30 * HOUR, "b"), step(30 * HOUR, "a", "call_answered", duration=30)):
        steps = sorted([*_run(5, 48), reply], key=lambda s: s["t"])
        assert _find(steps).value["longest_k"] == 3
    short = sorted(
        [*_run(5, 48), step(30 * HOUR, "a", "call_answered", duration=29)], key=lambda s: s["t"]
    )
    assert _find(short).value["longest_k"] == 6


def test_a_boundary_is_not_an_answer() -> None:
    steps = sorted([*_run(5, 48), step(30 * HOUR, "b", boundary=True)], key=lambda s: s["t"])
    assert _find(steps).value["longest_k"] == 5


def test_reciprocity_guard_has_seven_days() -> None:
    talk = chat(3)
    quiet = _run(20, 60, start=3 * DAY)
    end = 3 * DAY + 60 * HOUR
    guarded = _find([*talk, *quiet, step(end + 7 * DAY, "b")])
    assert (guarded.status, guarded.guards) == ("guarded", ("reciprocity",))
    assert guarded.rows == tuple(range(130, 150))
    assert _find([*talk, *quiet, step(end + 7 * DAY + 0.001, "b")]).status == "flagged"
    assert _find([*talk, *quiet]).status == "flagged"


def test_automated_sender_is_its_own_track() -> None:
    steps = [s | {"automated": True} for s in _run(6, 240)]
    hit = _find(steps)
    assert (hit.status, hit.guards) == ("guarded", ("automated_sender",))
    assert len(hit.rows) == 6


def test_missing_inputs_are_never_below() -> None:
    assert _find(_run(9, 90), both_sides=False).status == "not_computable"
    assert _find(_run(9, 90), both_sides=False).computable == "no"
    hit = _find(_run(9, 90), has_calls=False)
    assert (hit.status, hit.computable) == ("flagged", "partial")
    hit = _find([*_run(9, 90), step(91 * HOUR, "a", "call_answered")])
    assert (hit.computable, hit.value["longest_k"]) == ("partial", 10)


def test_calls_by_b_inside_the_streak_are_shown() -> None:
    steps = sorted([*_run(5, 48), step(30 * HOUR, "b", "call_missed")], key=lambda s: s["t"])
    (candidate,) = _find(steps).value["candidates"]
    assert candidate["b_call_attempts"] == 1
