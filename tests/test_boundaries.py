"""Boundaries of a thread: what starts one, how it changes, what is known, what is in scope."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.boundaries import (
    Change,
    Found,
    Limits,
    ThreadEvent,
    active_before,
    find,
    state_at,
)
from stalk_nlp.events import Boundary
from stalk_nlp.labels import STANCES
from stalk_nlp.scope import in_scope

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
STOP = "Please don't message me again"


def event(row: int, time_us: int, sender: str, text: str | None = None, **more: Any) -> ThreadEvent:
    other = "ben" if sender == "ana" else "ana"
    more.setdefault("channel", "sms")
    return ThreadEvent(row=row, time_us=time_us, sender=sender, recipient=other, text=text, **more)


def stance(**given_: float) -> list[float]:
    return [given_.get(label, 0.0) for label in STANCES]


def states(found: Found, i: int = 0) -> list[tuple[int, str]]:
    return [(c.row, c.state) for c in found.changes[i]]


# --- what starts a boundary ---


def test_a_stop_starts_one_with_words_and_place() -> None:
    found = find([event(0, 0, "ben", "hi"), event(1, DAY, "ana", STOP)])
    assert found.boundaries == (
        Boundary(row=1, time_us=DAY, type="B1", by="ana", to="ben", span=(7, 29)),
    )
    assert found.soft_refusals == ()
    assert found.changes == ((Change(1, DAY, "active"),),)


def test_both_directions_are_recorded() -> None:
    found = find([event(0, 0, "ana", STOP), event(1, HOUR, "ben", "I've blocked you")])
    assert [(b.type, b.by, b.to) for b in found.boundaries] == [
        ("B1", "ana", "ben"),
        ("B4", "ben", "ana"),
    ]


def test_one_soft_refusal_starts_none() -> None:
    found = find([event(3, 0, "ana", "not tonight")])
    assert found.boundaries == ()
    assert [(b.row, b.type, b.scope) for b in found.soft_refusals] == [(3, "B2", "topic")]


@pytest.mark.parametrize(("gap", "starts"), [(30 * DAY, True), (30 * DAY + 1, False)])
def test_two_soft_refusals_within_thirty_days(gap: int, starts: bool) -> None:
    found = find([event(0, 0, "ana", "not tonight"), event(1, gap, "ana", "I'm seeing someone")])
    assert [(b.row, b.type) for b in found.boundaries] == ([(1, "B2")] if starts else [])
    assert [b.row for b in found.soft_refusals] == ([0] if starts else [0, 1])


def test_soft_refusals_of_two_people_do_not_join() -> None:
    found = find([event(0, 0, "ana", "not tonight"), event(1, DAY, "ben", "not tonight")])
    assert found.boundaries == ()
    assert [b.by for b in found.soft_refusals] == ["ana", "ben"]


def test_drafts_views_and_forwarded_texts_start_none() -> None:
    thread = [
        event(0, 0, "ana", STOP, kind="draft"),
        event(1, 1, "ana", STOP, kind="reaction"),
        event(2, 2, "ana", STOP, forwarded=True),
        event(3, 3, "ana", None, kind="call_missed"),
    ]
    assert find(thread) == Found((), (), ())


# --- rules and model together ---


def test_the_model_adds_what_no_rule_sees() -> None:
    sure = stance(BOUNDARY=0.9, NEUTRAL=0.1)
    types = [0.1, 0.1, 0.1, 0.6, 0.05, 0.0, 0.9]
    text = "my brother reads every one of these now"
    found = find([event(0, 0, "ana", text, stance=sure, boundary=types)])
    assert [(b.type, b.scope, b.span, b.source) for b in found.boundaries] == [
        ("B4", "all", (0, 39), "model")
    ]


def test_the_model_below_its_threshold_adds_nothing() -> None:
    unsure = stance(BOUNDARY=0.49, NEUTRAL=0.51)
    types = [1.0, 0, 0, 0, 0, 0, 0]
    thread = [event(0, 0, "ana", "my brother reads these", stance=unsure, boundary=types)]
    assert find(thread).boundaries == ()
    assert [b.type for b in find(thread, Limits(boundary_at=0.4)).boundaries] == ["B1"]


def test_a_stance_without_a_type_adds_nothing() -> None:
    thread = [event(0, 0, "ana", "my brother reads these", stance=stance(BOUNDARY=1.0))]
    assert find(thread).boundaries == ()


@pytest.mark.parametrize(
    ("probabilities", "sources"),
    [
        (stance(BOUNDARY=0.8, ACTS=0.2), ["both"]),
        (stance(BOUNDARY=0.79, ACTS=0.21), ["rule"]),
        (stance(BOUNDARY=0.02, NEUTRAL=0.98), ["rule"]),
        (stance(BOUNDARY=0.019, JOKES_FICTION=0.981), []),
    ],
)
def test_a_stop_by_rule_and_what_the_model_says(
    probabilities: list[float], sources: list[str]
) -> None:
    found = find([event(0, 0, "ana", STOP, stance=probabilities)])
    assert [b.source for b in found.boundaries] == sources


@pytest.mark.parametrize(("certainty", "kept"), [(0.2, 1), (0.19, 0)])
def test_a_limit_by_rule_needs_more_of_the_model(certainty: float, kept: int) -> None:
    sure = stance(BOUNDARY=certainty, NEUTRAL=1 - certainty)
    found = find([event(0, 0, "ana", "only message me about the kids", stance=sure)])
    assert len(found.boundaries) == kept


def test_a_ban_after_a_stop_does_not_loosen_it() -> None:
    found = find([event(0, 0, "ana", STOP), event(1, DAY, "ana", "do not come to my house")])
    assert [(b.type, b.state) for b in found.boundaries] == [("B1", "active"), ("B3", "active")]


# --- states ---


def test_a_limit_after_a_stop_qualifies_it_and_stands_itself() -> None:
    found = find([event(0, 0, "ana", STOP), event(1, DAY, "ana", "only message me about the kids")])
    assert [(b.type, b.state, b.changed_by) for b in found.boundaries] == [
        ("B1", "qualified", 1),
        ("B3", "active", None),
    ]


def test_a_permission_with_a_limit_qualifies() -> None:
    found = find([event(0, 0, "ana", STOP), event(1, DAY, "ana", "ok you can text me about Leo")])
    assert states(found) == [(0, "active"), (1, "qualified")]


@pytest.mark.parametrize(
    "words",
    [
        "ignore what I said, you can message me",
        "unblocked you, sorry, call me",
        "you can text me",
        "forget what i said yesterday",
    ],
)
def test_taking_it_back_withdraws(words: str) -> None:
    found = find([event(0, 0, "ana", STOP), event(1, DAY, "ana", words)])
    assert states(found) == [(0, "active"), (1, "withdrawn")]
    assert found.boundaries[0].changed_by == 1


def test_the_other_party_cannot_take_it_back() -> None:
    found = find([event(0, 0, "ana", STOP), event(1, DAY, "ben", "ignore what I said, call me")])
    assert states(found) == [(0, "active")]


def test_free_friendly_contact_reopens_and_stays_on_record() -> None:
    thread = [event(0, 0, "ana", STOP), event(1, 9 * DAY, "ana", "hiya, how was the gig?")]
    found = find(thread)
    assert states(found) == [(0, "active"), (1, "reopened")]
    assert state_at(found.changes[0], 0) is None
    assert state_at(found.changes[0], 1) == "active"
    assert state_at(found.changes[0], 9 * DAY) == "active"
    assert state_at(found.changes[0], 9 * DAY + 1) == "reopened"


@pytest.mark.parametrize(
    ("thread", "why"),
    [
        ([event(1, 6 * HOUR, "ana", "hiya")], "same session"),
        ([event(1, 8 * DAY, "ben", "??"), event(2, 9 * DAY, "ana", "hiya")], "reply to pressure"),
        ([event(1, 9 * DAY, "ana", "Leo needs his inhaler")], "practical, about a child"),
        ([event(1, 9 * DAY, "ana", "you are pathetic")], "hostile"),
        ([event(1, 9 * DAY, "ana", kind="call_answered")], "a call"),
        ([event(1, 9 * DAY, "ana", "hiya", stance=stance(ACTS=0.9))], "the model: not neutral"),
        ([event(1, 9 * DAY, "ben", "hiya")], "the other party"),
    ],
)
def test_what_does_not_reopen(thread: list[ThreadEvent], why: str) -> None:
    assert states(find([event(0, 0, "ana", STOP), *thread])) == [(0, "active")], why


def test_reply_to_pressure_ends_after_a_day() -> None:
    thread = [
        event(0, 0, "ana", STOP),
        event(1, 8 * DAY, "ben", "??"),
        event(2, 9 * DAY + 1, "ana", "hiya"),
    ]
    assert states(find(thread)) == [(0, "active"), (2, "reopened")]


def test_contact_outside_the_limit_does_not_reopen_it() -> None:
    text = "only contact me by email"
    kept = find([event(0, 0, "ana", text), event(1, 9 * DAY, "ana", "hiya", channel="email")])
    assert states(kept) == [(0, "active")]
    inside = find([event(0, 0, "ana", text), event(1, 9 * DAY, "ana", "hiya")])
    assert states(inside) == [(0, "active"), (1, "reopened")]


def test_a_new_stop_after_a_reopening_is_a_new_boundary() -> None:
    thread = [
        event(0, 0, "ana", STOP),
        event(1, 9 * DAY, "ana", "hiya"),
        event(2, 10 * DAY, "ana", "stop texting me"),
    ]
    found = find(thread)
    assert [(b.row, b.state) for b in found.boundaries] == [(0, "reopened"), (2, "active")]
    assert not active_before(found, "ana", "ben", 0)
    assert active_before(found, "ana", "ben", 9 * DAY)
    assert not active_before(found, "ana", "ben", 10 * DAY)
    assert active_before(found, "ana", "ben", 10 * DAY + 1)
    assert not active_before(found, "ben", "ana", 10 * DAY + 1)


# --- known ---


@pytest.mark.parametrize(
    ("delivery", "known"),
    [("read", True), ("delivered", True), ("sent", None), ("unknown", None), ("failed", None)],
)
def test_known_by_delivery(delivery: str, known: bool | None) -> None:
    (boundary,) = find([event(4, 0, "ana", STOP, delivery=delivery)]).boundaries
    assert boundary.known is known
    assert boundary.known_by == (4 if known else None)


@pytest.mark.parametrize(
    ("answer", "known_by"),
    [
        (event(1, 10 * MINUTE, "ben", "did you get milk"), None),
        (event(1, 10 * MINUTE + 1, "ben", "did you get milk"), 1),
        (event(1, DAY, "ben", "did you get milk"), 1),
        (event(1, DAY + 1, "ben", "did you get milk"), None),
        (event(1, HOUR, "ben", "did you get milk", channel="whatsapp"), None),
        (event(1, HOUR, "ben", kind="call_missed"), None),
        (event(1, MINUTE, "ben", "ok sorry"), 1),
        (event(1, 7 * DAY, "ben", "I know you said not to write"), 1),
        (event(1, 7 * DAY + 1, "ben", "I know you said not to write"), None),
        (event(1, HOUR, "ana", "ok"), None),
    ],
)
def test_known_by_answer(answer: ThreadEvent, known_by: int | None) -> None:
    boundary = find([event(0, 0, "ana", STOP), answer]).boundaries[0]
    assert boundary.known_by == known_by
    assert boundary.known is (True if known_by is not None else None)


def test_a_boundary_that_failed_to_arrive_needs_words_that_show_it() -> None:
    stop = event(0, 0, "ana", STOP, delivery="failed")
    bland = find([stop, event(1, HOUR, "ben", "did you get milk")]).boundaries[0]
    shown = find([stop, event(1, HOUR, "ben", "why are you blocking me")]).boundaries[0]
    assert (bland.known, shown.known) == (None, True)


# --- scope ---


@pytest.mark.parametrize(
    ("scope", "detail", "channel", "kind", "expected"),
    [
        ("all", "", "sms", "msg", True),
        ("channel", "not:call", "phone", "call_missed", True),
        ("channel", "not:call", "whatsapp", "call_answered", True),
        ("channel", "not:call", "sms", "msg", False),
        ("channel", "not:text", "whatsapp", "msg", True),
        ("channel", "not:text", "email", "email", False),
        ("channel", "not:whatsapp", "whatsapp", "msg", True),
        ("channel", "not:whatsapp", "sms", "msg", False),
        ("channel", "not:dm", "instagram", "msg", True),
        ("channel", "only:email", "email", "email", False),
        ("channel", "only:email", "sms", "msg", True),
        ("channel", "only:email+text", "sms", "msg", False),
        ("channel", "only:solicitor", "email", "email", True),
        ("channel", "not:unnamed", "sms", "msg", None),
        ("channel", "only:group", "whatsapp", "msg", None),
        ("channel", "", "sms", "msg", None),
        ("topic", "only message me about the kids", "sms", "msg", None),
        ("place", "don't come here", "sms", "msg", None),
        ("time", "no texts after ten", "sms", "msg", None),
        ("role", "keep it professional", "sms", "msg", None),
    ],
)
def test_in_scope(scope: str, detail: str, channel: str, kind: str, expected: bool | None) -> None:
    boundary = Boundary(0, 0, "B3", "ana", "ben", scope=scope, scope_detail=detail)
    assert in_scope(boundary, channel, kind) is expected


# --- properties ---

_TEXTS = st.sampled_from(
    [STOP, "hiya", "not tonight", "ok", "you can text me", "Email only please", "blocked", None]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20 * DAY), st.sampled_from(["ana", "ben"]), _TEXTS), max_size=10
    )
)
def test_records_and_changes_agree(steps: list[tuple[int, str, str | None]]) -> None:
    thread, now = [], 0
    for row, (gap, sender, text) in enumerate(steps):
        now += gap
        thread.append(event(row, now, sender, text))
    found = find(thread)
    assert len(found.boundaries) == len(found.changes)
    for boundary, changes in zip(found.boundaries, found.changes, strict=True):
        assert changes[0] == Change(boundary.row, boundary.time_us, "active")
        assert changes[-1].state == boundary.state
        assert boundary.changed_by == (changes[-1].row if len(changes) > 1 else None)
        assert all(x.time_us <= y.time_us for x, y in itertools.pairwise(changes))
        assert boundary.known is not False
        assert (boundary.known is None) == (boundary.known_by is None)
