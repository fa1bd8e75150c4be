"""The quick test of codebook 3.6: seeded invented behaviour, 20 seeds a scenario.

It shows only that the rules can be computed and are not absurd; it is no evidence about people.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stalk_nlp.patterns import find_all
from tests.patterns.make import DAY, HOUR, pair, step, stop

SEEDS = range(20)
Steps = list[dict[str, Any]]


def _statuses(steps: Steps, **more: Any) -> dict[str, str]:
    ordered = sorted(steps, key=lambda s: s["t"])
    return {hit.code: hit.status for hit in find_all(pair(ordered, **more))}


def _chat(
    rng: np.random.Generator, days: int, a_day: float, answers: float, *, delay_s: float = 900
) -> Steps:
    """a writes `a_day` times a day between 8 and 23; b answers each with this probability."""
    steps = []
    for day in range(days):
        for _ in range(rng.poisson(a_day)):
            when = day * DAY + rng.uniform(8, 23) * HOUR
            steps.append(step(when, "a"))
            if rng.random() < answers:
                steps.append(step(when + 30 + rng.exponential(delay_s), "b"))
    return steps


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answers", [0.95, 0.7, 0.45])
def test_living_couples_are_not_flagged(seed: int, answers: float) -> None:
    found = _statuses(_chat(np.random.default_rng(seed), 60, 12, answers))
    assert "flagged" not in (found["P1"], found["P3"], found["P4"], found["P7"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_couple_with_one_bad_evening_is_listed_as_guarded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    evening = 40 * DAY + 23.2 * HOUR
    flood = [step(evening + t, "a", "call_missed") for t in np.sort(rng.uniform(0, HOUR, 9))]
    makes_up = step(evening + rng.uniform(6, 12) * HOUR, "b")
    found = _statuses([*_chat(rng, 60, 10, 0.8), *flood, makes_up])
    assert (found["P3"] == "flagged", found["P7"]) == (False, "guarded")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_courier_is_not_flagged(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = [step(t, "a", "call_missed") for t in np.sort(rng.uniform(0, 1200, 3))]
    found = _statuses([*steps, step(1500, "a"), step(1800, "a")])
    assert "flagged" not in found.values()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quiet_teenager_does_not_make_a_parent_flagged(seed: int) -> None:
    found = _statuses(_chat(np.random.default_rng(seed), 60, 4, 0.4, delay_s=3 * HOUR))
    assert found["P3"] in ("below", "guarded")
    assert found["P7"] == "below"


@pytest.mark.parametrize("seed", SEEDS)
def test_unanswered_pursuit_is_flagged(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = _statuses(_chat(rng, 20, 3, 0.0))
    assert found["P3"] == "flagged"


@pytest.mark.parametrize("seed", SEEDS)
def test_fifteen_unanswered_days_after_a_break_up_are_flagged_by_p3_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = [(61 + d + i / 2) * DAY + rng.uniform(8, 10) * HOUR for d in range(15) for i in (0, 1)]
    after = [step(t, "a") for t in times]
    found = _statuses([*_chat(rng, 60, 10, 0.9), *after])
    assert [code for code, status in found.items() if status == "flagged"] == ["P3"]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_polite_messages_after_a_stop_are_flagged_by_p4_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    said = 61 * DAY
    steps = [
        *_chat(rng, 60, 6, 0.8),
        step(said, "b", boundary=True, row=9_000),
        step(said + rng.uniform(1, 4) * DAY, "a", row=9_001),
        step(said + rng.uniform(6, 20) * DAY, "a", row=9_002),
    ]
    found = _statuses(steps, boundaries=(stop(said, 9_000),))
    assert [code for code, status in found.items() if status == "flagged"] == ["P4"]


@pytest.mark.parametrize("seed", SEEDS)
def test_newsletters_are_kept_on_their_own_track(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = [step(d * DAY + rng.uniform(6, 9) * HOUR, "a", automated=True) for d in range(40)]
    assert _statuses(steps)["P3"] == "guarded"
