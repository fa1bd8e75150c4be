"""The corpus in data/, its splits, and what a row becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stalk_nlp.text_model import TextInput, Turn
from stalk_nlp.text_model.marks import HEAD_COLUMNS
from training import rows, targets
from training.corpus import rules, splits, threads

DATA = Path(__file__).resolve().parents[2] / "data"


def _records(folder: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted((DATA / folder).glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def _thread(name: str) -> dict[str, Any]:
    (line,) = [t for t in _records("threads") if t["id"] == name]
    return threads.keyed(line)


def test_every_record_in_data_keeps_the_rules() -> None:
    faults = {r["id"]: f for r in _records("messages") if (f := rules.item_faults(r))}
    faults |= {r["id"]: f for r in _records("threads") if (f := rules.thread_faults(r))}
    assert faults == {}


def test_ids_are_unique() -> None:
    ids = [record["id"] for folder in ("messages", "threads") for record in _records(folder)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", sorted((DATA / "splits").glob("*.json")), ids=lambda p: p.stem)
def test_splits_do_not_leak(path: Path) -> None:
    records = [*_records("messages"), *_records("threads")]
    assert splits.leaks(records, splits.read(path)) == []


def test_leaks_are_found() -> None:
    split_of = {"w01": "train", "w02": "test"}
    line = "the very same seven words stand here"
    records = [
        {"id": "a", "writer": "w01", "pair_id": "p", "text": line},
        {"id": "b", "writer": "w02", "pair_id": "p", "text": line.upper()},
        {"id": "c", "writer": "w03", "pair_id": None, "text": "hi"},
        {"id": "d", "writer": "w02", "pair_id": None, "text": "hi"},
    ]
    assert splits.leaks(records, split_of) == [
        "b: pair p crosses splits",
        "b: its text stands in another split too",
        "c: writer w03 is in no split",
    ]


def test_a_writer_in_two_splits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"train": ["w01"], "validation": ["w01"], "test": []}')
    with pytest.raises(ValueError, match="a writer stands in two splits"):
        splits.read(path)


def test_heads_match_the_program() -> None:
    assert {head.name: head.columns for head in targets.HEADS} == HEAD_COLUMNS


def test_item_becomes_input_and_targets() -> None:
    item = {
        "id": "t-1",
        "context": [["B", "-3d", "stop"], ["A", "-2h", "[missed call]"], ["C", "-5m", "hi"]],
        "from": "A",
        "to": "B",
        "text": "x",
        "stance": "ACTS",
        **{"F": 0, "O": 1, "U": 2, "R": 0},
        "boundary": None,
        "acts": [["contact", "PERFORMED"], ["watch", "SHOWN"]],
        "risk": ["weapon"],
        "writer": "w99",
    }
    row = rows.from_item(item)
    assert row.input == TextInput(
        "x",
        (
            Turn(False, 259_200.0, "stop"),
            Turn(True, 7200.0, "[missed call]"),
            Turn(False, 300.0, "hi"),
        ),
        0,
    )
    assert row.targets["four"] == [0, 0, 1, 0, 1, 1, 0, 0]
    assert row.targets["stance"] == 0
    assert row.targets["boundary"] == 0
    assert row.targets["acts"] == [0, 1, 0, 0, 0, 0, 0, 1]
    assert row.targets["status"] == 3
    assert row.targets["safeguarding"] == [1]
    assert sum(row.targets["risk"]) == 1


def test_unanswered_counts_the_senders_own_last_turns() -> None:
    mine, theirs = Turn(True, 1.0, "a"), Turn(False, 1.0, "b")
    assert rows.unanswered([mine, theirs, mine, mine]) == 2
    assert rows.unanswered([mine, theirs]) == 0
    assert rows.unanswered([]) == 0


def test_thread_rows_carry_the_state_before_them() -> None:
    thread = _thread("w13-T01")
    found = {row.id: row for row in rows.from_thread(thread)}
    spoken = [e for e in thread["events"] if e["text"].strip()]
    assert len(found) == len(spoken)
    stop = found["w13-T01-e31"]
    assert stop.targets["stance"] == 1
    assert stop.targets["boundary"] == 1
    after = found["w13-T01-e34"]
    assert after.input.boundary
    assert not found["w13-T01-e27"].input.boundary
    assert after.input.unanswered == 2
    assert after.targets["four"] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert after.targets["acts"] == [-1] * 8
    assert found["w13-T01-e49"].targets["safeguarding"] == [1]
    assert found["w13-T01-e1"].targets["stance"] == 6
    assert found["w13-T01-e1"].targets["risk"] == [0] * 25
    assert found["w13-T01-e1"].input.context == ()


def test_a_stance_named_by_the_thread_is_taken() -> None:
    thread = _thread("w13-T01")
    found = rows.from_thread({**thread, "stances": {"e1": "JOKES_FICTION"}})
    assert next(row for row in found if row.id == "w13-T01-e1").targets["stance"] == 4


def test_every_second_ordinary_row_is_bare() -> None:
    thread = _thread("w13-T01")
    talk = list(rows.from_thread(thread))
    stripped = rows.bare(talk, 2)
    ordinary = [k for k, row in enumerate(talk) if row.targets["stance"] == 6]
    changed = [k for k, row in enumerate(stripped) if row.input == TextInput(row.input.text)]
    assert set(ordinary[1::2]) <= set(changed) <= set(ordinary)
    assert [row.targets for row in stripped] == [row.targets for row in talk]
    assert rows.bare(talk, 0) == talk


def test_rows_survive_their_file(tmp_path: Path) -> None:
    thread = _thread("w13-T02")
    made = list(rows.from_thread(thread))
    rows.write(made, tmp_path / "r.jsonl")
    assert rows.read(tmp_path / "r.jsonl") == made


def test_a_thread_survives_its_line() -> None:
    for line in _records("threads"):
        assert threads.listed(threads.keyed(line)) == line


def test_a_boundary_set_by_a_third_person_is_that_persons_stance() -> None:
    thread = _thread("w13-T02")
    third = {
        **thread["events"][5],
        "id": "e99",
        "from": "C",
        "to": "A",
        "text": "she wants it to end",
    }
    thread["events"].insert(6, third)
    thread["gold"]["A->B"]["boundaries"].append(
        {"event": "e99", "type": "B5", "scope": "all", "by": "C"}
    )
    found = {row.id: row for row in rows.from_thread(thread)}
    assert found["w13-T02-e99"].targets["stance"] == targets.STANCES.index("BOUNDARY")
