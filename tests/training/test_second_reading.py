"""The second reading: what is drawn, what is at fault, and the figures of agreement."""

from __future__ import annotations

import pytest

from training.corpus import second_reading as second

ITEM = {
    "id": "w90-001",
    "context": [["B", "-2d", "line one\nline two"]],
    "from": "A",
    "to": "B",
    "text": "still here",
    "boundary": {"type": "B3", "scope": "time"},
    "stance": "BOUNDARY",
    **dict.fromkeys("FOUR", 0),
}


def test_the_draw_takes_the_share_of_every_writer_and_is_the_same_twice() -> None:
    records = [{"id": f"{w}-{k}", "writer": w} for w in ("w1", "w2") for k in range(9)]
    drawn = second.draw(records, 0.25)
    assert [r["writer"] for r in drawn] == ["w1"] * 3 + ["w2"] * 3
    assert second.draw(reversed(records), 0.25) == drawn


def test_a_reader_sees_text_and_context_only() -> None:
    assert second.plain(ITEM) == ("# w90-001\nB -2d | 'line one\\nline two'\nA>B | 'still here'\n")


def test_a_thread_is_shown_without_its_gold() -> None:
    line = {"t": "2025-03-04T06:41:07", "channel": "sms"}
    text = {**line, "id": "e1", "from": "A", "to": "B", "kind": "msg", "text": "up?\n"}
    call = {**line, "id": "e2", "from": "B", "to": "A", "kind": "call_missed", "text": ""}
    thread = {"id": "w90-T01", "parties": {"A": "Jo"}, "events": [text, call], "gold": "secret"}
    assert second.plain_thread(thread).splitlines() == [
        "# w90-T01 {'A': 'Jo'}",
        "e1 2025-03-04T06:41 A>B sms | 'up?\\n'",
        "e2 2025-03-04T06:41 B>A sms [call_missed] | ",
    ]


def test_labels_of_an_item_name_the_boundary_type() -> None:
    assert second.item_labels(ITEM) == {
        "stance": "BOUNDARY",
        "F": 0,
        "O": 0,
        "U": 0,
        "R": 0,
        "boundary": "B3",
    }


FINAL = {"a": {"stance": "ACTS", "F": 1}, "b": {"stance": "NEUTRAL", "F": 0}}


def test_a_difference_nobody_settled_is_a_fault() -> None:
    read = {"a": {"stance": "ACTS", "F": 2}, "c": {"stance": "ACTS"}}
    assert list(second.faults(FINAL, read, [])) == [
        "a: the readers differ on F and nobody settled it",
        "the second reading names c, which does not exist",
    ]


@pytest.mark.parametrize(
    ("verdict", "fault"),
    [
        ({"second": 2, "final": 1}, []),
        ({"second": 2, "final": 2}, ["a: F is not what was settled"]),
        ({"second": 0, "final": 1}, ["a: F was settled for another second label"]),
    ],
)
def test_a_settled_difference_must_fit(verdict: dict[str, int], fault: list[str]) -> None:
    settled = [{"id": "a", "field": "F", "first": 0, **verdict}]
    assert list(second.faults(FINAL, {"a": {"stance": "ACTS", "F": 2}}, settled)) == fault


def test_agreement_is_measured_before_the_differences_were_settled() -> None:
    first = second.first_labels(FINAL, [{"id": "a", "field": "F", "first": 2}])
    assert first == {"a": {"stance": "ACTS", "F": 2}, "b": {"stance": "NEUTRAL", "F": 0}}
    read = {"a": {"stance": "ACTS", "F": 0}, "b": {"stance": "NEUTRAL", "F": 0}}
    table = second.agreement(first, read)
    assert table["stance"] == {"read": 2.0, "same": 1.0, "kappa": 1.0}
    assert table["F"] == {"read": 2.0, "same": 0.5, "kappa": 0.0}


def test_quadratic_kappa_by_hand() -> None:
    # squared distances: observed 1, by chance (1*2*1 + 4*2*1 + 4*2*2 + 1*2*1) / 4 = 7
    first = {str(k): {"U": level} for k, level in enumerate((0, 0, 2, 2))}
    read = {str(k): {"U": level} for k, level in enumerate((0, 0, 2, 1))}
    row = second.agreement(first, read)["U"]
    assert row["same"] == 0.75
    assert row["kappa"] == pytest.approx(1 - 1 / 7)


def test_contacts_after_a_boundary_are_compared_by_f1() -> None:
    first = {"t": {"A->B.contacts_after_boundary": ["e1", "e2"], "B->A.F": 0}}
    read = {"t": {"A->B.contacts_after_boundary": ["e2"], "B->A.F": 0}}
    row = second.agreement(first, read)["contacts_after_boundary"]
    assert row == {"read": 1.0, "same": 0.0, "f1": pytest.approx(2 / 3)}


def test_the_data_hold_no_fault() -> None:
    assert second.all_faults() == []
