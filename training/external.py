"""Evaluation data from outside the corpus: only ever measured on, never learned from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from stalk_nlp.text_model.encode import TextInput
from training.rows import LabelledRow, from_item
from training.targets import ACT_CODES


def items(path: Path) -> list[LabelledRow]:
    """Labelled messages in corpus form; acts may be plain codes, the boundary may be absent."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        acts = [act if isinstance(act, list) else [act, None] for act in item["acts"]]
        plain = any(status is None for _, status in acts)
        row = from_item(
            {**item, "acts": [a for a in acts if a[1]], "boundary": item.get("boundary")}
        )
        if plain:
            codes = {code for code, _ in acts}
            row = row._replace(targets={**row.targets, "acts": _flags(codes), "status": -1})
        found.append(row)
    return found


def _flags(codes: set[str]) -> list[int]:
    return [int(code in codes) for code in ACT_CODES]


def harmless(folder: Path) -> dict[str, list[TextInput]]:
    """Texts without context from corpora in which marks are mostly false, by corpus name."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found[path.stem] = [row.get("text") or row.get("message") or "" for row in rows]
    for path in sorted(folder.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found[path.stem] = [line.split("\t", 1)[-1] for line in lines]
    return {name: [TextInput(text) for text in texts] for name, texts in found.items()}
