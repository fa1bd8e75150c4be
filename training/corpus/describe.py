"""Counts of the labelled data.

python -m training.corpus.describe
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from training.config import ROOT

Record = dict[str, Any]


def read(folder: str) -> list[Record]:
    """Every record of data/<folder>/*.jsonl, in file order."""
    return [
        json.loads(line)
        for path in sorted((ROOT / "data" / folder).glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def counts(items: list[Record], threads: list[Record]) -> dict[str, dict[str, int]]:
    """Name of a table -> its counts, largest first."""
    conduct = Counter(
        "course of conduct" if any(g["course_of_conduct"] for g in t["gold"]) else "other"
        for t in threads
    )
    return {
        "records": {
            "messages": len(items),
            "threads": len(threads),
            "thread events": sum(len(t["events"]) for t in threads),
            "writers": len({r["writer"] for r in (*items, *threads)}),
        },
        "messages": {
            "with context": sum(bool(i["context"]) for i in items),
            "in a minimal pair": sum(bool(i["pair_id"]) for i in items),
            "eight words or fewer": sum(len(i["text"].split()) <= 8 for i in items),
        },
        "stance": _ranked(i["stance"] for i in items),
        "letters": {f"{x} at {n}": sum(i[x] == n for i in items) for x in "FOUR" for n in (1, 2)},
        "boundary": _ranked(i["boundary"]["type"] for i in items if i["boundary"]),
        "acts": _ranked(code for i in items for code, _ in i["acts"]),
        "risk": _ranked(code for i in items for code in i["risk"]),
        "dialect": _ranked(i["dialect"] for i in items),
        "threads": dict(conduct),
    }


def _ranked(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda kv: (-kv[1], kv[0])))


def main() -> None:
    for name, table in counts(read("messages"), read("threads")).items():
        print(f"\n{name}: " + ", ".join(f"{label} {n:,}" for label, n in table.items()))


if __name__ == "__main__":
    main()
