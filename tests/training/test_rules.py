"""Each label rule catches the item that breaks it; sound records pass."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from training.corpus import rules, threads
from training.corpus.import_seed import closed_term, load_terms

ITEM: dict[str, Any] = {
    "id": "t-001",
    "context": [["B", "-3d", "please stop"], ["A", "-2h", "[missed call]"]],
    "from": "A",
    "to": "B",
    "text": "still here, still counting your lights",
    "stance": "ACTS",
    "F": 0,
    "O": 2,
    "U": 2,
    "R": 1,
    "boundary": None,
    "acts": [["watch", "SHOWN"]],
    "risk": ["knows_movements"],
    "spans": [["O", "counting your lights"], ["watch", "your lights"]],
    "relation": "neighbour",
    "register": "cold",
    "dialect": "standard",
    "pair_id": None,
    "writer": "w99",
    "why": "made for a test",
}


def test_a_sound_item_has_no_faults() -> None:
    assert rules.item_faults(ITEM) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"stance": "NEUTRAL", "spans": []}, "only stance ACTS may carry a FOUR level above 0"),
        (
            {"boundary": {"type": "B1", "scope": "all"}},
            "boundary belongs on BOUNDARY items and only there",
        ),
        (
            {"stance": "BOUNDARY", "O": 0, "U": 0, "R": 0, "spans": []},
            "boundary belongs on BOUNDARY items and only there",
        ),
        ({"to": "A"}, "sender and addressee are the same"),
        ({"text": "  ", "spans": []}, "the text is blank"),
        (
            {"acts": [["watch", "REPORTED"]]},
            "an act of the sender is never REPORTED on an ACTS item",
        ),
        ({"spans": [["O", "not there"]]}, "the span of O does not occur in the text"),
        ({"spans": [["F", "lights"]]}, "a span shows F, whose level is 0"),
        ({"spans": [["gift", "lights"]]}, "a span shows gift, which is not among the labels"),
        ({"relation": "penfriend"}, "relation: 'penfriend' is not in the closed list"),
        ({"register": "Polite"}, "register: 'Polite' is not in the closed list"),
        ({"dialect": "Scots"}, "dialect: 'Scots' is not in the closed list"),
        ({"risk": ["rudeness"]}, "risk.0: 'rudeness' is not in the closed list"),
        ({"acts": [["stare", "SHOWN"]]}, "acts.0.0: 'stare' is not in the closed list"),
        ({"acts": [["watch", "GUESSED"]]}, "acts.0.1: 'GUESSED' is not in the closed list"),
        ({"F": 3}, "F: 3 is not in the closed list"),
        (
            {"context": [["B", "yesterday", "hm"]]},
            "context.0.1: breaks the schema rule 'pattern'",
        ),
        ({"context": [["B", "-1d", "x"]] * 7}, "context: breaks the schema rule 'maxItems'"),
        ({"writer": "someone"}, "writer: breaks the schema rule 'pattern'"),
    ],
)
def test_each_violation_is_named(change: dict[str, Any], fault: str) -> None:
    assert fault in rules.item_faults({**copy.deepcopy(ITEM), **change})


def test_missing_and_extra_fields_are_named() -> None:
    item = {key: value for key, value in ITEM.items() if key != "why"} | {"mood": "low"}
    assert len(rules.item_faults(item)) == 2


def test_boundary_without_words_is_no_label_of_a_text() -> None:
    change = {"stance": "BOUNDARY", "O": 0, "U": 0, "R": 0, "spans": []}
    item = {**ITEM, **change, "boundary": {"type": "B7", "scope": "all"}}
    assert rules.item_faults(item) == [
        "B7 is a departure without words and cannot be the label of a text"
    ]


def _thread() -> dict[str, Any]:
    events = [
        {
            "id": f"e{k}",
            "t": f"2025-01-01T10:{k:02d}:00",
            "from": "AB"[k % 2],
            "to": "BA"[k % 2],
            "channel": "sms",
            "kind": "msg",
            "text": f"line {k}",
        }
        for k in range(25)
    ]
    gold = {
        **dict.fromkeys("FOUR", 0),
        "boundaries": [{"event": "e1", "type": "B1", "scope": "all", "by": "B"}],
        "boundary_event": "e1",
        "contacts_after_boundary": ["e2"],
        "course_of_conduct": False,
        "safeguarding": [],
        "event_labels": {"e2": {"F": 0, "O": 0, "U": 2, "R": 0}},
    }
    return {
        "id": "t-T1",
        "relation": "ex-partner",
        "parties": {"A": "Ana", "B": "Ben"},
        "owner": "A",
        "events": events,
        "gold": {"A->B": gold},
        "writer": "w99",
        "why": "made for a test",
    }


def test_a_sound_thread_has_no_faults() -> None:
    assert rules.thread_faults(threads.listed(_thread())) == []


def test_thread_faults_are_named() -> None:
    thread = _thread()
    thread["events"][3]["t"] = "2024-01-01T00:00:00"
    thread["events"][4]["id"] = "e5"
    gold = thread["gold"]["A->B"]
    gold["contacts_after_boundary"] = ["e3"]
    gold["boundary_event"] = "e77"
    thread["gold"]["A->C"] = {**gold, "safeguarding": ["e88"]}
    assert rules.thread_faults(threads.listed(thread)) == [
        "two events share an id",
        "events are not in time order",
        "gold of A->B labels an event that A did not send",
        "the boundary event of A->B does not exist",
        "gold of A->C names an event that does not exist",
        "the boundary event of A->C does not exist",
        "gold of A->C names a party the thread does not have",
    ]


def test_free_terms_are_mapped_to_the_closed_lists() -> None:
    terms = load_terms()
    for name, table in terms.items():
        allowed = rules.validator("item").schema["properties"][name]["enum"]
        assert set(table.values()) <= set(allowed), name
        assert not set(table) & set(allowed), name
    dialects = rules.validator("item").schema["properties"]["dialect"]["enum"]
    assert closed_term("South Asian British English", terms["dialect"], dialects) == "south-asian"
    assert closed_term("AAE", terms["dialect"], dialects) == "aae"
    assert closed_term("Martian", terms["dialect"], dialects) == "Martian"
