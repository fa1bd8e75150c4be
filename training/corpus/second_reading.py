"""The second, blind reading of the labelled data: what is drawn, and how far readers agree.

    python -m training.corpus.second_reading draw FOLDER    what to read, without its labels
    python -m training.corpus.second_reading agree          agreement per field

Kept in data/second_reading/:

- messages.jsonl, threads.jsonl: one line a record read, with the second reader's labels;
- adjudicated.jsonl: one line a field on which the two differ: both labels, the final one and
  the reason. The item or thread itself carries the final label.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from training.config import ROOT
from training.corpus import describe

Record = dict[str, Any]
FOLDER = ROOT / "data" / "second_reading"
#: Share of every writer's messages, and of all threads, that are read twice (corpus brief).
MESSAGES, THREADS = 0.25, 0.20
ITEM_FIELDS = ("stance", "F", "O", "U", "R", "boundary")
PAIR_FIELDS = (
    *"FOUR",
    "course_of_conduct",
    "boundary_event",
    "contacts_after_boundary",
)


def draw(records: Iterable[Record], share: float) -> list[Record]:
    """The given share of each writer's records, rounded up, chosen by the hash of their id."""
    by_writer: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_writer[record["writer"]].append(record)
    chosen = []
    for group in by_writer.values():
        count = -int(-len(group) * share // 1)
        chosen += sorted(group, key=lambda r: hashlib.sha256(r["id"].encode()).digest())[:count]
    return sorted(chosen, key=lambda r: str(r["id"]))


def plain(item: Record) -> str:
    """What a second reader sees: the context and the target, nothing else."""
    lines = [f"# {item['id']}"]
    lines += [f"{who} {age} | {text!r}" for who, age, text in item["context"]]
    return "\n".join([*lines, f"{item['from']}>{item['to']} | {item['text']!r}", ""])


def plain_thread(line: Record) -> str:
    """A thread as a second reader sees it: one line an event, no labels."""
    lines = [f"# {line['id']} {line['parties']}"]
    for event in line["events"]:
        words = repr(event["text"]) if event["text"] else ""
        kind = "" if event["kind"] in ("msg", "email") else f" [{event['kind']}]"
        lines.append(
            f"{event['id']} {event['t'][:16]} {event['from']}>{event['to']}"
            f" {event['channel']}{kind} | {words}"
        )
    return "\n".join([*lines, ""])


def item_labels(item: Record) -> Record:
    """The fields of a message that are read twice."""
    boundary = item["boundary"]
    return {**{f: item[f] for f in ITEM_FIELDS}, "boundary": boundary and boundary["type"]}


def thread_labels(line: Record) -> Record:
    """The fields of a thread that are read twice, as "A->B.F"."""
    found: Record = {}
    for gold in line["gold"]:
        for field in PAIR_FIELDS:
            value = gold[field]
            found[f"{gold['pair']}.{field}"] = sorted(value) if isinstance(value, list) else value
    return found


def read(name: str, folder: Path = FOLDER) -> list[Record]:
    """The lines of a file of second readings."""
    text = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def faults(
    final: dict[str, Record], second: dict[str, Record], settled: Iterable[Record]
) -> Iterator[str]:
    """Sentences on readings that name no record, and on disagreements nobody settled.

    final, second: id -> field -> label. settled: the lines of adjudicated.jsonl.
    """
    verdicts = {(line["id"], line["field"]): line for line in settled}
    for name, labels in second.items():
        if name not in final:
            yield f"the second reading names {name}, which does not exist"
            continue
        for field, label in labels.items():
            verdict = verdicts.get((name, field))
            if verdict is None and label != final[name][field]:
                yield f"{name}: the readers differ on {field} and nobody settled it"
            elif verdict and verdict["final"] != final[name][field]:
                yield f"{name}: {field} is not what was settled"
            elif verdict and verdict["second"] != label:
                yield f"{name}: {field} was settled for another second label"


def first_labels(final: dict[str, Record], settled: Iterable[Record]) -> dict[str, Record]:
    """The labels as they stood before the readers' differences were settled."""
    found = {name: dict(labels) for name, labels in final.items()}
    for line in settled:
        if line["id"] in found:
            found[line["id"]][line["field"]] = line["first"]
    return found


def agreement(first: dict[str, Record], second: dict[str, Record]) -> dict[str, dict[str, float]]:
    """Field -> records both read, share on which they agree, and Cohen's kappa.

    Kappa is quadratic for the levels of F, O, U and R and plain for the rest; for threads the
    field of every ordered pair counts once, and events are compared by F1 over their ids.
    """
    pairs: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for name, labels in second.items():
        for field, label in labels.items():
            pairs[field.rpartition(".")[2]].append((first[name][field], label))
    return {field: _agree(field, both) for field, both in pairs.items()}


def _agree(field: str, both: list[tuple[Any, Any]]) -> dict[str, float]:
    found = {"read": float(len(both)), "same": float(np.mean([a == b for a, b in both]))}
    if field == "contacts_after_boundary":
        hits = sum(len(set(a) & set(b)) for a, b in both)
        named = sum(len(a) + len(b) for a, b in both)
        return {**found, "f1": 2 * hits / named if named else float("nan")}
    one, two = ([str(pair[k]) for pair in both] for k in (0, 1))
    if field in "FOUR":
        kappa = cohen_kappa_score(one, two, labels=["0", "1", "2"], weights="quadratic")
    else:
        kappa = cohen_kappa_score(one, two)
    return {**found, "kappa": float(kappa)}


def all_faults() -> list[str]:
    """Faults of data/second_reading."""
    settled = read("adjudicated")
    return [fault for final, second in _both() for fault in faults(final, second, settled)]


def _both() -> Iterator[tuple[dict[str, Record], dict[str, Record]]]:
    items = {item["id"]: item_labels(item) for item in describe.read("messages")}
    lines = {line["id"]: thread_labels(line) for line in describe.read("threads")}
    for final, name in ((items, "messages"), (lines, "threads")):
        yield final, {line["id"]: line["labels"] for line in read(name)}


def tables() -> list[dict[str, dict[str, float]]]:
    """Agreement on messages, then on threads."""
    settled = read("adjudicated")
    return [agreement(first_labels(final, settled), second) for final, second in _both()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.corpus.second_reading")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("draw").add_argument("folder", type=Path)
    commands.add_parser("agree")
    options = parser.parse_args()
    if options.command == "agree":
        for name, table in zip(("messages", "threads"), tables(), strict=True):
            for field, row in table.items():
                print(name, field, *(f"{k} {v:.3f}" for k, v in row.items()))
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, share, show in (("messages", MESSAGES, plain), ("threads", THREADS, plain_thread)):
        drawn = draw(describe.read(name), share)
        path = options.folder / f"{name}.txt"
        path.write_text("\n".join(show(record) for record in drawn), encoding="utf-8")
        print(f"{len(drawn)} {name} to read in {path}")


if __name__ == "__main__":
    main()
