"""How far words alone go: TF-IDF and logistic regression on the corpus, with a learning curve.

    python -m training.corpus.word_baseline --external ../shared/eval

Reads data/ and the splits of data/splits/by_writer.json; writes data/word-baseline.json:

- target only against target with context, on the test writers: if the gap is small, the words
  of the targets give the labels away;
- the same on data from outside;
- a learning curve: fitted on 10, 25, 50 and 100% of the training writers, whole writers at a
  time (the mean of several draws), measured on the data from outside, or without them on the
  test writers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from stalk_nlp.labels import LETTERS
from training import external, measure, rows, stops
from training.config import ROOT
from training.corpus import describe, splits
from training.rows import LabelledRow

Table = dict[str, Any]
WRITTEN = ROOT / "data" / "word-baseline.json"
SHARES = (0.10, 0.25, 0.50, 1.00)
DRAWS = 4
SEED = 7


def learning_curve(
    train: Sequence[LabelledRow], outside: Sequence[LabelledRow], draws: int = DRAWS
) -> list[Table]:
    """One entry a share: rows fitted on and headline figures, each the mean of the draws."""
    writers = sorted({row.writer for row in train})
    rng = np.random.default_rng(SEED)
    orders = [list(rng.permutation(writers)) for _ in range(draws)]
    curve = []
    for share in tqdm(SHARES, desc="learning curve", unit="share"):
        count = max(1, round(share * len(writers)))
        found = []
        for order in orders if share < 1 else orders[:1]:
            part = [row for row in train if row.writer in set(order[:count])]
            table = measure.baseline(part, {"outside": outside}, True)["outside"]
            found.append({"rows": len(part), **headline(table)})
        curve.append(
            {"share": share, **{key: float(np.mean([f[key] for f in found])) for key in found[0]}}
        )
    return curve


def headline(table: Table) -> dict[str, float]:
    """Stance accuracy, and average precision of each letter at level 1 or above."""
    return {
        "stance_accuracy": table["stance_accuracy"],
        **{x: table[x]["average_precision"] for x in LETTERS},
        "mean_ap": table["mean_ap"],
    }


def run(outside: Path | None, draws: int = DRAWS) -> Table:
    """Every figure of the report."""
    split_of = splits.read(ROOT / "data" / "splits" / "by_writer.json")
    made = [rows.from_item(item) for item in describe.read("messages")]
    reader = stops.fit([row for row in made if split_of[row.writer] == "train"])
    made = stops.flag(made, reader)
    train = [row for row in made if split_of[row.writer] == "train"]
    sets = {"test writers": [row for row in made if split_of[row.writer] == "test"]}
    if outside:
        found = external.items(outside / "messages.jsonl")
        sets["outside"] = stops.flag(measure.measured(found), reader)
    table: Table = {
        name: {
            kind: headline(scores)
            for kind, with_context in (("target only", False), ("with context", True))
            for scores in [measure.baseline(train, {name: part}, with_context)[name]]
        }
        for name, part in sets.items()
    }
    table["rows"] = {"train": len(train), **{name: len(part) for name, part in sets.items()}}
    last = list(sets)[-1]
    table["learning curve"] = learning_curve(train, sets[last], draws)
    return _rounded(table)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return round(value, 3) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.corpus.word_baseline")
    parser.add_argument("--external", type=Path, help="folder with messages.jsonl from outside")
    text = json.dumps(run(parser.parse_args().external), indent=1) + "\n"
    WRITTEN.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
