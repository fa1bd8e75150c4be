"""Golden pairs of the JSON readers: ``<case>.json`` and ``<case>.expected.json``.

The expected file is a list of records in order, each with its type and the fields that
differ from the record's defaults; the source name is left out, for it is the file's.
"""

import json
from pathlib import Path
from typing import Any

from stalk_nlp.events import Event
from stalk_nlp.exports import Format, Record
from stalk_nlp.exports._common import ReadOptions, Source

DATA = Path(__file__).resolve().parents[1] / "data" / "exports"


def records(reader: Format, path: Path, name: str | None = None, **options: Any) -> list[Record]:
    """All records of a file under a shown name."""
    return list(reader.read(Source(name or path.name, path), ReadOptions(**options)))


def events(reader: Format, path: Path, name: str | None = None, **options: Any) -> list[Event]:
    """Its events, reactions left out."""
    found = records(reader, path, name, **options)
    return [r for r in found if isinstance(r, Event) and r.kind != "reaction"]


def as_json(record: Record) -> dict[str, Any]:
    """A record as the expected files spell it."""
    defaults = type(record)._field_defaults
    shown = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in record._asdict().items()
        if key != "source" and (key not in defaults or value != defaults[key])
    }
    return {"record": type(record).__name__, **shown}


def expected(folder: str, case: str) -> list[dict[str, Any]]:
    """The expected records of a case."""
    text = (DATA / folder / f"{case}.expected.json").read_text(encoding="utf-8")
    return json.loads(text)
