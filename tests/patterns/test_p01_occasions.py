from __future__ import annotations

from stalk_nlp.patterns import p01_occasions as p1
from tests.patterns.make import DAY, HOUR, T0, chat, pair, step


def test_exact_counts() -> None:
    steps = [
        step(0, "a"),
        step(60, "a"),
        step(120, "b"),
        step(2 * HOUR, "a", "call_missed"),
        step(2 * HOUR + 5, "a", "call_missed"),
        step(10 * HOUR, "a", delivery="failed"),
        step(2 * DAY, "a", "reaction"),
        step(3 * DAY, "a", "payment_ref", channel="bank"),
    ]
    hit = p1.find(pair(steps), p1.LIMITS)
    assert (hit.code, hit.name, hit.status, hit.computable) == ("P1", "occasions", "below", "yes")
    assert hit.value == {
        "events": 6,
        "turns": 5,
        "sessions": 3,
        "days": 2,
        "sessions_1h": 4,
        "sessions_12h": 2,
        "days_basis": "UTC",
        "first_us": T0,
        "last_us": T0 + 3 * DAY * 1_000_000,
        "span_days": 3.0,
        "tier": "T0",
        "tier_by_day": "T0",
    }
    assert hit.rows == (100, 101, 103, 104, 105, 107)
    assert hit.parameters == {"session_h": 6.0, "session_short_h": 1.0, "session_long_h": 12.0}


def test_wanted_contact_is_counted_and_never_flagged() -> None:
    hit = p1.find(pair(chat(40)), p1.LIMITS)
    assert hit.status == "below"
    assert hit.value["tier"] == "T2"
    assert (hit.value["events"], hit.value["sessions"], hit.value["days"]) == (200, 40, 40)


def test_two_contacts_in_one_evening_over_midnight_reach_t0_by_day_only() -> None:
    hit = p1.find(pair([step(DAY - 300, "a"), step(DAY + 300, "a")]), p1.LIMITS)
    assert (hit.value["tier"], hit.value["tier_by_day"]) == (None, "T0")


def test_no_contact() -> None:
    value = p1.find(pair([step(0, "b")]), p1.LIMITS).value
    assert (value["events"], value["first_us"], value["tier"]) == (0, None, None)


def test_unknown_zone_and_missing_call_log_are_said() -> None:
    hit = p1.find(pair([step(0, "a")], zone_known=False, has_calls=False), p1.LIMITS)
    assert hit.value["days_basis"] == "wall clock"
    assert (hit.computable, hit.reason) == (
        "partial",
        "The export holds no call log, so calls are not counted.",
    )


def test_automated_senders_are_counted_and_named() -> None:
    steps = [step(i * DAY, "a", automated=True) for i in range(3)]
    hit = p1.find(pair(steps), p1.LIMITS)
    assert hit.value["events"] == 3
    assert hit.guards == ("automated_sender",)
    steps[0]["automated"] = False
    assert p1.find(pair(steps), p1.LIMITS).guards == ()
