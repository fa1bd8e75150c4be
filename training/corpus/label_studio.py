"""Labelled messages to and from Label Studio tasks, without loss.

    python -m training.corpus.label_studio export data/messages/w101.jsonl tasks.json
    python -m training.corpus.label_studio import tasks.json data/messages/w101.jsonl

`label_studio.xml` beside this file is the labelling interface. What a reader changes there
(stance, levels, boundary, acts, risk markers, spans) comes back as the item's own fields;
what is only shown (context, relation, writer …) travels in the task's data.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stalk_nlp.labels import BOUNDARY_SCOPES
from training.corpus import rules

Record = dict[str, Any]
#: Fields that are shown and not labelled.
SHOWN = ("id", "from", "to", "relation", "register", "dialect", "pair_id", "writer", "why")


def to_task(item: Record) -> Record:
    """A labelled message as a task with one finished annotation."""
    context = "\n".join(f"{who} {age}: {text}" for who, age, text in item["context"])
    data = {**{k: item[k] for k in SHOWN}, "text": item["text"], "context": item["context"]}
    results = [
        _choice("stance", [item["stance"]]),
        *(_choice(letter, [str(item[letter])]) for letter in "FOUR"),
        *([_choice("boundary", list(item["boundary"].values()))] if item["boundary"] else []),
        *([_choice("acts", ["/".join(a) for a in item["acts"]])] if item["acts"] else []),
        *([_choice("risk", item["risk"])] if item["risk"] else []),
        *_span_results(item),
    ]
    return {"data": {**data, "conversation": context}, "annotations": [{"result": results}]}


def from_task(task: Record) -> Record:
    """The labelled message of a task's newest annotation. Raises ValueError on a fault."""
    data = task["data"]
    found: dict[str, list[str]] = {}
    spans: list[list[str]] = []
    for result in task["annotations"][-1]["result"]:
        value = result["value"]
        if result["type"] == "labels":
            words = data["text"][value["start"] : value["end"]]
            spans += [[label, words] for label in value["labels"]]
        else:
            found[result["from_name"]] = value["choices"]
    boundary = found.get("boundary", [])
    kind = next((b for b in boundary if b not in BOUNDARY_SCOPES), None)
    scope = next((b for b in boundary if b in BOUNDARY_SCOPES), "all")
    item = {
        "id": data["id"],
        "context": data["context"],
        "from": data["from"],
        "to": data["to"],
        "text": data["text"],
        "stance": found["stance"][0],
        **{letter: int(found[letter][0]) for letter in "FOUR"},
        "boundary": {"type": kind, "scope": scope} if kind else None,
        "acts": [act.split("/") for act in found.get("acts", [])],
        "risk": found.get("risk", []),
        "spans": spans,
        **{k: data[k] for k in ("relation", "register", "dialect", "pair_id", "writer", "why")},
    }
    if faults := rules.item_faults(item):
        raise ValueError(f"{item['id']}: {'; '.join(faults)}")
    return item


def _choice(name: str, values: list[str]) -> Record:
    return {
        "from_name": name,
        "to_name": "text",
        "type": "choices",
        "value": {"choices": list(values)},
    }


def _span_results(item: Record) -> Iterator[Record]:
    for label, words in item["spans"]:
        start = item["text"].index(words)
        value = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
        yield {"from_name": "spans", "to_name": "text", "type": "labels", "value": value}


def _lines(items: Iterable[Record]) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.corpus.label_studio")
    parser.add_argument("direction", choices=("export", "import"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    text = options.source.read_text(encoding="utf-8")
    if options.direction == "export":
        tasks = [to_task(json.loads(line)) for line in text.splitlines()]
        result = json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"
    else:
        result = _lines(from_task(task) for task in json.loads(text))
    options.target.write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
