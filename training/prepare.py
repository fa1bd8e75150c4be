"""Stage 1: labelled data -> rows with text inputs and targets, one file a split.

    python -m training.prepare --config training/configs/first.toml

Reads data/messages, data/threads and the splits file; writes runs/<name>/prepared/:
train.jsonl, validation.jsonl, test.jsonl and meta.json (SHA-256 of every data file, counts,
labels with too few rows to be covered).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import datasets

from training import config as settings
from training import rows, stops
from training.config import ROOT, Config
from training.corpus import rules, splits, threads
from training.targets import HEADS, stack

_TEXT = datasets.Value("string")
_LEVEL = datasets.Value("int8")
ITEM_FEATURES = datasets.Features(
    {
        **dict.fromkeys(
            ("id", "from", "to", "text", "stance", "relation", "register", "dialect"), _TEXT
        ),
        **dict.fromkeys(("pair_id", "writer", "why"), _TEXT),
        **dict.fromkeys("FOUR", _LEVEL),
        **dict.fromkeys(("context", "acts", "spans"), datasets.List(datasets.List(_TEXT))),
        "boundary": {"type": _TEXT, "scope": _TEXT},
        "risk": datasets.List(_TEXT),
    }
)


def load_items(pattern: str, cache: Path) -> list[dict[str, Any]]:
    """The message corpus, checked against the label rules. Raises ValueError on a fault."""
    files = [str(path) for path in sorted(ROOT.glob(pattern))]
    table = datasets.load_dataset(
        "json", data_files=files, split="train", features=ITEM_FEATURES, cache_dir=str(cache)
    )
    items = [dict(item) for item in table]
    for item in items:
        if item["boundary"] and item["boundary"]["type"] is None:
            item["boundary"] = None
        if faults := rules.item_faults(item):
            raise ValueError(f"{item['id']}: {'; '.join(faults)}")
    return items


def load_threads(pattern: str) -> list[dict[str, Any]]:
    """The threads, their gold in tables by pair."""
    lines = [
        json.loads(line)
        for path in sorted(ROOT.glob(pattern))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for line in lines:
        if faults := rules.thread_faults(line):
            raise ValueError(f"{line['id']}: {'; '.join(faults)}")
    return [threads.keyed(line) for line in lines]


def positives(train: list[rows.LabelledRow]) -> dict[str, dict[str, int]]:
    """Rows of the train split that carry each label of each head."""
    counts: dict[str, dict[str, int]] = {}
    gold = stack([row.targets for row in train])
    for head in HEADS:
        values = gold[head.name]
        counts[head.name] = {
            column: int(
                (values == k).sum() if head.kind == "softmax" else (values[:, k] == 1).sum()
            )
            for k, column in enumerate(head.columns)
        }
    return counts


def data_hashes(config: Config) -> dict[str, str]:
    """SHA-256 of every data file of the run, by path."""
    data = config.data
    paths = [*ROOT.glob(data.messages), *ROOT.glob(data.threads), ROOT / data.splits]
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }


def prepare(config: Config) -> dict[str, Any]:
    """Writes the prepared rows and returns their meta data."""
    split_of = splits.read(ROOT / config.data.splits)
    items = load_items(config.data.messages, config.folder("cache"))
    talks = load_threads(config.data.threads) if config.data.use_threads else []
    if faults := splits.leaks([*items, *talks], split_of):
        raise ValueError("; ".join(faults))
    labelled = [rows.from_item(item) for item in items]
    talk = [row for thread in talks for row in rows.from_thread(thread)]
    labelled += rows.bare(talk, config.data.bare_every)
    parts = {s: [r for r in labelled if split_of[r.writer] == s] for s in splits.SPLITS}
    reader = stops.fit(parts["train"])
    folder = config.folder("prepared")
    for split, part in parts.items():
        parts[split] = stops.flag(part, reader)
        rows.write(parts[split], folder / f"{split}.jsonl")
    counts = positives(parts["train"])
    meta = {
        "rows": {split: Counter(row.kind for row in part) for split, part in parts.items()},
        "positives": counts,
        "not_covered": {
            head: sorted(c for c, n in labels.items() if n < config.data.min_positives)
            for head, labels in counts.items()
        },
        "data": data_hashes(config),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    return meta


def main() -> None:
    config, _ = settings.from_command_line("prepare")
    meta = prepare(config)
    print(json.dumps({"rows": meta["rows"], "not_covered": meta["not_covered"]}, indent=1))


if __name__ == "__main__":
    main()
