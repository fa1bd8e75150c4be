"""Labelled rows as the model meets them: text input, targets, weight, where they come from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stalk_nlp.labels import STANCES
from stalk_nlp.text_model.encode import MAX_TURNS, TextInput, Turn
from training import targets

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_557_600}
SPOKEN = ("msg", "email", "voicemail", "payment_ref")


class LabelledRow(NamedTuple):
    """One example. kind: "item" (message corpus) or "thread" (a message of a thread)."""

    id: str
    writer: str
    kind: str
    input: TextInput
    targets: dict[str, Any]


def age_seconds(age: str) -> float:
    """Seconds of a corpus age such as "-3d"."""
    return float(int(age[1:-1]) * SECONDS[age[-1]])


def unanswered(turns: Iterable[Turn]) -> int:
    """The sender's own turns at the end of a context."""
    count = 0
    for turn in reversed(tuple(turns)):
        if not turn.by_sender:
            break
        count += 1
    return count


def from_item(item: dict[str, Any]) -> LabelledRow:
    """A labelled message. The boundary flag is set later, from the context's own words."""
    turns = tuple(
        Turn(who == item["from"], age_seconds(age), text) for who, age, text in item["context"]
    )
    made = TextInput(item["text"], turns, unanswered(turns))
    return LabelledRow(item["id"], item.get("writer", ""), "item", made, targets.of_item(item))


def from_thread(thread: dict[str, Any]) -> Iterator[LabelledRow]:
    """The messages of a thread with words, each with what preceded it between the same two."""
    events = thread["events"]
    # A third person may set a boundary for another (B5), so every pair is looked through.
    boundaries = {b["event"]: b["type"] for g in thread["gold"].values() for b in g["boundaries"]}
    for place, event in enumerate(events):
        if event["kind"] not in SPOKEN or not event["text"].strip():
            continue
        gold = thread["gold"].get(f"{event['from']}->{event['to']}", {})
        yield LabelledRow(
            f"{thread['id']}-{event['id']}",
            thread["writer"],
            "thread",
            _thread_input(event, events[:place], gold),
            targets.of_thread_event(
                gold.get("event_labels", {}).get(event["id"]),
                boundaries.get(event["id"]),
                event["id"] in gold.get("safeguarding", ()),
                thread.get("stances", {}).get(event["id"]),
            ),
        )


def bare(talk: list[LabelledRow], every: int) -> list[LabelledRow]:
    """The rows with every n-th ordinary one stripped of its context and state; 0: none."""
    ordinary = STANCES.index("NEUTRAL")
    seen = 0
    found = []
    for row in talk:
        if row.targets["stance"] == ordinary:
            seen += 1
            if every and seen % every == 0:
                row = row._replace(input=TextInput(row.input.text))
        found.append(row)
    return found


def _thread_input(
    event: dict[str, Any], earlier: list[dict[str, Any]], gold: dict[str, Any]
) -> TextInput:
    pair = {event["from"], event["to"]}
    now = dt.datetime.fromisoformat(event["t"])
    turns = tuple(
        Turn(
            e["from"] == event["from"],
            (now - dt.datetime.fromisoformat(e["t"])).total_seconds(),
            e["text"] or f"[{e['kind'].replace('_', ' ')}]",
        )
        for e in earlier
        if {e["from"], e["to"]} == pair
    )
    stops = {b["event"] for b in gold.get("boundaries", []) if b["type"] not in ("B2", "B7")}
    stopped = any(e["id"] in stops for e in earlier)
    return TextInput(event["text"], turns[-MAX_TURNS:], unanswered(turns), stopped)


def write(rows: Iterable[LabelledRow], path: Path) -> None:
    """Rows as JSON lines."""
    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row._asdict(), ensure_ascii=False) + "\n")


def read(path: Path) -> list[LabelledRow]:
    """Rows written by `write`."""
    return [_revive(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _revive(record: dict[str, Any]) -> LabelledRow:
    text, context, count, boundary = record["input"]
    made = TextInput(text, tuple(Turn(*turn) for turn in context), count, boundary)
    return LabelledRow(**{**record, "input": made})
