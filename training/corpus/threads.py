"""Threads as lines of a file and as the tables that code looks things up in.

A file holds lists only (gold per pair, labels per event, stances per event), because the
datasets library wants the same columns in every line. In memory they are tables by pair
("A->B") and by event id.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def keyed(line: Record) -> Record:
    """A line of data/threads/*.jsonl with gold, event labels and stances as tables."""
    thread = {**line, "gold": {gold["pair"]: _keyed_gold(gold) for gold in line["gold"]}}
    if line.get("stances") is not None:
        thread["stances"] = {s["event"]: s["stance"] for s in line["stances"]}
    return thread


def listed(thread: Record) -> Record:
    """The line to write for a thread with tables; `keyed` undoes it."""
    line = {**thread, "gold": [_listed_gold(*entry) for entry in thread["gold"].items()]}
    if thread.get("stances") is not None:
        line["stances"] = [{"event": e, "stance": s} for e, s in thread["stances"].items()]
    return line


def _keyed_gold(gold: Record) -> Record:
    table = {name: value for name, value in gold.items() if name != "pair"}
    table["event_labels"] = {
        label["event"]: {letter: label[letter] for letter in "FOUR"}
        for label in gold["event_labels"]
    }
    return table


def _listed_gold(pair: str, gold: Record) -> Record:
    labels = [{"event": event, **levels} for event, levels in gold["event_labels"].items()]
    return {"pair": pair, **gold, "event_labels": labels}
