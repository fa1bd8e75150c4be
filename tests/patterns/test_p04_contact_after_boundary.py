from __future__ import annotations

import pytest

from stalk_nlp.patterns import p03_unanswered_streak as p3
from stalk_nlp.patterns import p04_contact_after_boundary as p4
from stalk_nlp.patterns import p07_call_flood as p7
from tests.patterns.make import DAY, HOUR, chat, pair, step, stop

STOP = step(0, "b", boundary=True)  # row 100
MINUTE = 60


def _find(steps, boundaries=None, **more):
    boundaries = (stop(0, 100),) if boundaries is None else boundaries
    return p4.find(pair([STOP, *steps], boundaries=tuple(boundaries), **more), p4.LIMITS)


def _one(steps, **boundary):
    hit = _find(steps, [stop(0, 100, **boundary)])
    return hit, hit.value["each"][0]


def test_the_ten_minutes_are_exact_to_the_microsecond() -> None:
    hit, each = _one([step(10 * MINUTE, "a")])
    assert (hit.status, each["crossing"], each["rows"]) == ("below", [101], [])
    hit, each = _one([step(10 * MINUTE + 0.000001, "a")])
    assert (hit.status, each["crossing"], each["rows"]) == ("flagged", [], [101])


def test_two_polite_messages_are_seen_here_and_nowhere_else() -> None:
    steps = [*chat(5, start_day=-6), STOP, step(2 * DAY, "a"), step(9 * DAY, "a")]
    events = pair(steps, boundaries=(stop(0, 150),))
    hit = p4.find(events, p4.LIMITS)
    assert hit.status == "flagged"
    assert {k: hit.value[k] for k in ("events", "turns", "sessions", "days", "tier")} == {
        "events": 2,
        "turns": 2,
        "sessions": 2,
        "days": 2,
        "tier": "T0",
    }
    assert hit.rows == (151, 152)
    assert hit.value["each"][0]["hours_to_first"] == 48.0
    assert p3.find(events, p3.LIMITS).status == "below"
    assert p7.find(events, p7.LIMITS).status == "below"


def test_one_contact_flags_and_is_not_t0() -> None:
    hit = _find([step(HOUR, "a"), step(HOUR + 30, "a")])
    assert (hit.status, hit.value["tier"], hit.value["sessions"]) == ("flagged", None, 1)


def test_contact_before_and_by_b_is_not_counted() -> None:
    hit = _find([step(-1, "a"), step(HOUR, "b"), step(2 * HOUR, "a", "reaction")])
    assert (hit.status, hit.value["events"]) == ("below", 0)


def test_at_the_same_second_the_row_decides() -> None:
    later = p4.find(pair([STOP, step(0, "a")], boundaries=(stop(0, 100),)), p4.LIMITS)
    assert later.value["each"][0]["crossing"] == [101]
    earlier = p4.find(pair([step(0, "a"), STOP], boundaries=(stop(0, 101),)), p4.LIMITS)
    assert earlier.value["each"][0]["crossing"] == []


@pytest.mark.parametrize(
    ("steps", "apart", "counted"),
    [
        ([step(HOUR, "a", ack=True)], [101], []),
        ([step(DAY, "a", ack=True)], [101], []),
        ([step(DAY + 0.000001, "a", ack=True)], [], [101]),
        ([step(HOUR, "a"), step(2 * HOUR, "a", ack=True)], [], [101, 102]),
        ([step(HOUR, "a", ack=True), step(2 * HOUR, "a", ack=True)], [101], [102]),
        ([step(HOUR, "a", "call_missed"), step(2 * HOUR, "a", ack=True)], [102], [101]),
        ([step(60, "a", ack=True), step(HOUR, "a", ack=True)], [], [102]),
        ([step(60, "a"), step(HOUR, "a", ack=True)], [102], []),
        ([step(HOUR, "a")], [], [101]),
    ],
)
def test_the_one_acknowledgement(steps: list, apart: list[int], counted: list[int]) -> None:
    _, each = _one(steps)
    assert (each["acknowledgement"], each["rows"]) == (apart, counted)


def test_channel_scopes() -> None:
    steps = [
        step(HOUR, "a", "call_missed", channel="phone"),
        step(2 * HOUR, "a", channel="whatsapp"),
        step(3 * HOUR, "a", "email", channel="email"),
    ]

    def rows(detail: str) -> tuple[list[int], list[int], list[int]]:
        _, each = _one(steps, type="B3", scope="channel", scope_detail=detail)
        return each["rows"], each["out_of_scope"], each["exceptions"]

    assert rows("not:call") == ([101], [102, 103], [])
    assert rows("not:whatsapp") == ([102], [101, 103], [])
    assert rows("only:email") == ([101, 102], [], [103])
    assert rows("only:call") == ([102, 103], [], [101])


@pytest.mark.parametrize("scope", ["topic", "place", "time", "role"])
def test_scopes_that_metadata_cannot_judge(scope: str) -> None:
    hit, each = _one([step(HOUR, "a")], type="B3", scope=scope, scope_detail="children")
    assert (hit.status, hit.computable) == ("not_computable", "no")
    assert (each["not_assessable_scope"], each["rows"]) == ([101], [])
    quiet, _ = _one([step(HOUR, "b")], type="B3", scope=scope)
    assert (quiet.status, quiet.computable) == ("below", "yes")
    both = _find([step(HOUR, "a")], [stop(0, 100), stop(0, 100, type="B3", scope=scope)])
    assert (both.status, both.computable) == ("flagged", "partial")


def test_a_channel_scope_without_a_channel_cannot_be_judged() -> None:
    _, each = _one([step(HOUR, "a")], scope="channel")
    assert each["not_assessable_scope"] == [101]


@pytest.mark.parametrize("state", ["qualified", "reopened", "withdrawn"])
def test_state_at_each_contact(state: str) -> None:
    steps = [step(HOUR, "a"), step(2 * HOUR, "b"), step(3 * HOUR, "a")]
    hit, each = _one(steps, state=state, changed_by=102)
    assert each["rows"] == [101]
    assert each[f"after_{state}"] == [103]
    assert hit.value["events"] == 1
    others = {"qualified", "reopened", "withdrawn"} - {state}
    assert all(each[f"after_{name}"] == [] for name in others)


def test_an_undated_change_of_state_is_partial() -> None:
    hit, each = _one([step(HOUR, "a")], state="withdrawn")
    assert (hit.status, hit.computable, each["after_withdrawn"]) == ("below", "partial", [101])


def test_known_and_not_shown_to_be_known() -> None:
    steps = [step(HOUR, "a"), step(DAY, "a"), step(2 * DAY, "a")]

    def series(**boundary) -> tuple[int, int]:
        value = _one(steps, **boundary)[0].value
        assert len(value["each"][0]["known_rows"]) == value["known"]["events"]
        return value["known"]["events"], value["not_shown_known"]["events"]

    assert series(known=True) == (3, 0)
    assert series(known=True, known_by=100) == (3, 0)
    assert series(known=True, known_by=102) == (2, 1)
    assert series(known=None) == (0, 3)
    assert series(known=False) == (0, 3)


def test_two_boundaries_are_each_counted_and_joined_once() -> None:
    steps = [step(DAY, "a"), step(2 * DAY, "b", boundary=True), step(3 * DAY, "a")]
    hit = _find(steps, [stop(0, 100, known=None), stop(2 * DAY, 102)])
    assert [one["rows"] for one in hit.value["each"]] == [[101, 103], [103]]
    assert (hit.value["boundaries"], hit.value["events"], hit.rows) == (2, 2, (101, 103))
    assert (hit.value["known"]["events"], hit.value["not_shown_known"]["events"]) == (1, 1)


def test_channels_are_counted() -> None:
    steps = [step(HOUR, "a", channel="sms"), step(DAY, "a", "payment_ref", channel="bank")]
    _, each = _one([*steps, step(2 * DAY, "a", channel="sms")])
    assert each["by_channel"] == {"bank": 1, "sms": 2}


def test_without_a_boundary() -> None:
    hit = _find([step(HOUR, "a")], [])
    assert (hit.status, hit.value) == ("below", {"boundaries": 0})
    hit = _find([step(HOUR, "a")], [], both_sides=False)
    assert (hit.status, hit.computable) == ("not_computable", "no")


def test_reciprocity_and_automation_never_clear_it() -> None:
    steps = [s | {"automated": s["who"] == "a"} for s in chat(5, start_day=1)]
    hit = _find(steps)
    assert (hit.status, hit.guards, hit.value["events"]) == ("flagged", ("automated_sender",), 25)
