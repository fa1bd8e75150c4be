from __future__ import annotations

import pytest

from stalk_nlp.patterns import p07_call_flood as p7
from tests.patterns.make import DAY, HOUR, T0, chat, pair, step

MINUTE = 60


def _find(steps, **more):
    return p7.find(pair(steps, **more), p7.LIMITS)


def _calls(n: int, over_s: float, start: float = 0, kind: str = "call_missed") -> list[dict]:
    return [step(start + i * over_s / (n - 1), "a", kind) for i in range(n)]


@pytest.mark.parametrize(
    ("n", "over_s", "status"),
    [
        (5, HOUR, "flagged"),
        (5, HOUR + 0.000004, "below"),
        (4, 60, "below"),
        (10, DAY, "flagged"),
        (10, DAY + 0.000009, "below"),
        (9, DAY, "below"),
    ],
)
def test_limits(n: int, over_s: float, status: str) -> None:
    hit = _find(_calls(n, over_s))
    assert hit.status == status
    assert hit.rows == (tuple(range(100, 100 + n)) if status == "flagged" else ())


@pytest.mark.parametrize(
    ("kind", "duration", "attempts"),
    [
        ("call_missed", float("nan"), 5),
        ("call_rejected", float("nan"), 5),
        ("voicemail", 40, 5),
        ("call_answered", 9.999, 5),
        ("call_answered", 10, 0),
        ("call_answered", float("nan"), 0),
        ("msg", float("nan"), 0),
    ],
)
def test_what_is_an_unanswered_attempt(kind: str, duration: float, attempts: int) -> None:
    steps = [step(i * 600, "a", kind, duration=duration) for i in range(5)]
    assert _find(steps).value["attempts"] == attempts


def test_redials_are_also_shown_merged() -> None:
    steps = [step(t, "a", "call_missed") for t in (0, 60, 120, 180.000001, 1000, 1060)]
    hit = _find(steps)
    assert hit.value == {
        "attempts": 6,
        "attempts_merged": 3,
        "most_in_1h": 6,
        "most_in_24h": 6,
        "most_in_1h_merged": 3,
        "most_in_24h_merged": 3,
        "floods": [
            {
                "attempts": 6,
                "attempts_merged": 3,
                "most_in_1h": 6,
                "most_in_24h": 6,
                "status": "flagged",
                "guards": [],
                "start_us": T0,
                "end_us": T0 + 1_060_000_000,
            }
        ],
    }


def test_separate_floods_and_quiet_attempts_between() -> None:
    steps = [*_calls(5, 600), step(DAY, "a", "call_missed"), *_calls(6, 600, start=5 * DAY)]
    hit = _find(steps)
    assert [f["attempts"] for f in hit.value["floods"]] == [5, 6]
    assert 105 not in hit.rows
    assert len(hit.rows) == 11


def test_overlapping_windows_are_one_flood() -> None:
    hit = _find(_calls(60, 10 * HOUR))
    assert [f["attempts"] for f in hit.value["floods"]] == [60]


@pytest.mark.parametrize(
    ("after", "guard"),
    [
        (step(600 + 2 * HOUR, "a", "call_answered", duration=30), "answered_call"),
        (step(600 + 2 * HOUR, "b", "call_answered", duration=30), "answered_call"),
        (step(600 + 2 * HOUR, "b", "call_missed"), "call_back"),
        (step(601 + 2 * HOUR, "b", "call_missed"), None),
        (step(601 + 2 * HOUR, "a", "call_answered", duration=30), None),
        (step(600 + HOUR, "a", "call_answered", duration=29), None),
        (step(600 + HOUR, "b"), None),
    ],
)
def test_guards_after_the_last_attempt(after: dict, guard: str | None) -> None:
    hit = _find([*_calls(5, 600), after])
    assert hit.status == ("guarded" if guard else "flagged")
    assert (guard in hit.guards) if guard else hit.guards == ()


def test_one_bad_evening_in_a_living_relation_is_guarded() -> None:
    evening = 5 * DAY + 20 * HOUR
    steps = [*chat(5), *_calls(8, HOUR, start=evening), step(evening + 12 * HOUR, "b")]
    hit = _find(steps)
    assert (hit.status, hit.guards) == ("guarded", ("reciprocity",))
    assert len(hit.rows) == 8
    late = [*chat(5), *_calls(8, HOUR, start=evening), step(evening + 26 * HOUR, "b")]
    assert _find(late).status == "flagged"


def test_missing_inputs() -> None:
    assert _find(_calls(9, 60), has_calls=False).status == "not_computable"
    assert _find(_calls(9, 60), both_sides=False).computable == "partial"


def test_an_automated_dialler_is_its_own_track() -> None:
    hit = _find([s | {"automated": True} for s in _calls(6, 600)])
    assert (hit.status, hit.guards) == ("guarded", ("automated_sender",))
