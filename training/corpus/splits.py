"""Splits by writer: every row of a writer, and so every minimal pair, is in one split.

python -m training.corpus.splits            checks data/splits/*.json against data/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from training.config import ROOT

SPLITS = ("train", "validation", "test")
#: Texts up to this many words ("Thinking of you today x") may recur by chance.
STOCK_WORDS = 6


def read(path: Path) -> dict[str, str]:
    """Writer -> split. Raises ValueError when a split is missing or a writer is in two."""
    table = json.loads(path.read_text(encoding="utf-8"))
    if set(table) != set(SPLITS):
        raise ValueError(f"{path.name}: splits must be exactly {SPLITS}")
    writers = [writer for split in SPLITS for writer in table[split]]
    if len(set(writers)) != len(writers):
        raise ValueError(f"{path.name}: a writer stands in two splits")
    return {writer: split for split in SPLITS for writer in table[split]}


def leaks(rows: Iterable[Mapping[str, Any]], split_of: Mapping[str, str]) -> list[str]:
    """Sentences naming writers without a split, and pairs or texts that cross splits."""
    found: list[str] = []
    pairs: dict[str, str] = {}
    texts: dict[str, str] = {}
    for row in rows:
        split = split_of.get(row["writer"])
        if split is None:
            found.append(f"{row['id']}: writer {row['writer']} is in no split")
            continue
        pair = row.get("pair_id")
        if pair and pairs.setdefault(pair, split) != split:
            found.append(f"{row['id']}: pair {pair} crosses splits")
        text = " ".join(row["text"].lower().split()) if "text" in row else ""
        if len(text.split()) > STOCK_WORDS and texts.setdefault(text, split) != split:
            found.append(f"{row['id']}: its text stands in another split too")
    return found


def main() -> None:
    rows = [
        json.loads(line)
        for path in sorted((ROOT / "data").glob("*/*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for path in sorted((ROOT / "data" / "splits").glob("*.json")):
        faults = leaks(rows, read(path))
        print(f"{path.name}: {len(rows)} records, {len(faults)} leaks", *faults, sep="\n  ")
        if faults:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
