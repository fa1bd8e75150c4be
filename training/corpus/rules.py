"""What every labelled item must satisfy: the JSON schema, then the label rules.

`item_faults` and `thread_faults` return plain sentences, one a fault; an empty list means
the record is sound. Rules come from the codebook (1.2, 1.3, 2.1) and the corpus brief.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

from training.corpus import threads

Record = dict[str, Any]
LETTERS = "FOUR"


@functools.cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """The compiled schema `item` or `thread`."""
    text = Path(__file__).with_name(f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def item_faults(item: Record) -> list[str]:
    """Faults of one labelled message."""
    faults = _schema_faults("item", item)
    return faults or list(_label_faults(item))


def thread_faults(line: Record) -> list[str]:
    """Faults of one labelled thread, as it stands in its file."""
    faults = _schema_faults("thread", line)
    return faults or list(_reference_faults(threads.keyed(line)))


def _schema_faults(name: str, record: Record) -> list[str]:
    errors = sorted(validator(name).iter_errors(record), key=lambda e: list(map(str, e.path)))
    return [f"{'.'.join(map(str, e.path)) or 'record'}: {_brief(e)}" for e in errors]


def _brief(error: jsonschema.ValidationError) -> str:
    if error.validator == "enum":
        return f"{error.instance!r} is not in the closed list"
    if error.validator in ("additionalProperties", "required"):
        return str(error.message)
    return f"breaks the schema rule {error.validator!r}"


def _label_faults(item: Record) -> Iterator[str]:
    if item["stance"] != "ACTS" and any(item[letter] for letter in LETTERS):
        yield "only stance ACTS may carry a FOUR level above 0"
    if (item["stance"] == "BOUNDARY") != (item["boundary"] is not None):
        yield "boundary belongs on BOUNDARY items and only there"
    if item["boundary"] and item["boundary"]["type"] == "B7":
        yield "B7 is a departure without words and cannot be the label of a text"
    if item["from"] == item["to"]:
        yield "sender and addressee are the same"
    if item["stance"] == "ACTS" and not item["spans"]:
        yield "an ACTS item needs the words that carry it; the whole text where context does"
    if not item["text"].strip():
        yield "the text is blank"
    for status in {status for _, status in item["acts"]}:
        if (status == "REPORTED") and item["stance"] == "ACTS":
            yield "an act of the sender is never REPORTED on an ACTS item"
    yield from _span_faults(item)


def _span_faults(item: Record) -> Iterator[str]:
    codes = {code for code, _ in item["acts"]} | set(item["risk"])
    if item["boundary"]:
        codes.add(item["boundary"]["type"])
    for label, words in item["spans"]:
        if words not in item["text"]:
            yield f"the span of {label} does not occur in the text"
        if label in LETTERS and not item[label]:
            yield f"a span shows {label}, whose level is 0"
        if label not in LETTERS and label not in codes:
            yield f"a span shows {label}, which is not among the labels"


def _reference_faults(thread: Record) -> Iterator[str]:
    ids = [event["id"] for event in thread["events"]]
    senders = {event["id"]: event["from"] for event in thread["events"]}
    if len(set(ids)) != len(ids):
        yield "two events share an id"
    times = [event["t"] for event in thread["events"]]
    if times != sorted(times):
        yield "events are not in time order"
    if set(thread.get("stances", {})) - set(ids):
        yield "a stance names an event that does not exist"
    for pair, gold in thread["gold"].items():
        first, second = pair.split("->")
        named = {*gold["contacts_after_boundary"], *gold["safeguarding"], *gold["event_labels"]}
        if named - set(ids):
            yield f"gold of {pair} names an event that does not exist"
        elif any(senders[event] != first for event in named):
            yield f"gold of {pair} labels an event that {first} did not send"
        if any(senders.get(b["event"]) is None for b in gold["boundaries"]):
            yield f"a boundary of {pair} names an event that does not exist"
        if gold["boundary_event"] and senders.get(gold["boundary_event"]) is None:
            yield f"the boundary event of {pair} does not exist"
        if not {first, second} <= set(thread["parties"]):
            yield f"gold of {pair} names a party the thread does not have"
