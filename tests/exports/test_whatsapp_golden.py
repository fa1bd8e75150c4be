"""Golden chats: each input and the records expected from it."""

from __future__ import annotations

import json
import zoneinfo
from pathlib import Path
from typing import Any

import pytest

from stalk_nlp.events import Event, Note, Reject, format_time
from stalk_nlp.exports import whatsapp
from stalk_nlp.exports._common import ReadOptions, Source

DATA = Path(__file__).resolve().parents[1] / "data" / "exports" / "whatsapp"
FLAGS = ("deleted", "edited", "group", "forwarded")


def as_json(record: object) -> dict[str, Any]:
    """A record in the shape of the golden files; fields at their default left out."""
    if isinstance(record, Reject):
        return {"reject": record.row, "reason": record.reason}
    if isinstance(record, Note):
        return {"note": record.text}
    assert isinstance(record, Event)
    shown: dict[str, Any] = {
        "row": record.source_row,
        "time": format_time(record.time_us, record.tz_basis),
        "raw": record.time_raw,
        "kind": record.kind,
        "from": record.sender,
        "to": list(record.recipients),
        "text": record.text,
    }
    if record.duration_s is not None:
        shown["duration_s"] = record.duration_s
    return shown | {flag: True for flag in FLAGS if getattr(record, flag)}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.txt")), ids=lambda p: p.stem)
def test_golden(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    source = Source(expected["name"], path)
    assert whatsapp.sniff(source.name, source.head())
    tz = expected["tz"] and zoneinfo.ZoneInfo(expected["tz"])
    records = list(whatsapp.read(source, ReadOptions(tz=tz)))
    assert [as_json(record) for record in records] == expected["records"]
    events = [r for r in records if isinstance(r, Event)]
    assert {e.conversation for e in events} == {expected["conversation"]}
    assert {(e.source, e.platform, e.channel) for e in events} == {
        (expected["name"], "whatsapp", "whatsapp")
    }
