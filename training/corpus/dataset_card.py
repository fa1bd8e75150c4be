"""Renews the measured part of the dataset card, data/README.md.

    python -m training.corpus.dataset_card

Everything between the two marks in the card comes from data/ itself: counts, the lint report,
the agreement of the two readers and the word baseline. Also renews the lists of files by split
in the card's header, from data/splits/by_writer.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.config import ROOT
from training.corpus import describe, lint, second_reading, splits, word_baseline

CARD = ROOT / "data" / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def table(rows: Mapping[str, Any], head: tuple[str, str]) -> Iterator[str]:
    """A Markdown table of two columns."""
    yield f"| {head[0]} | {head[1]} |"
    yield "|---|---|"
    yield from (f"| {name} | {value} |" for name, value in rows.items())
    yield ""


def counts() -> Iterator[str]:
    """Counts of records and labels."""
    for name, values in describe.counts(
        describe.read("messages"), describe.read("threads")
    ).items():
        yield f"**{name.capitalize()}**: " + ", ".join(f"{k} {n:,}" for k, n in values.items())
        yield ""


def checks() -> Iterator[str]:
    """The lint report's faults by check."""
    found = lint.faults(describe.read("messages"), describe.read("threads"))
    yield from table({name: len(faults) for name, faults in found.items()}, ("check", "faults"))


def agreement() -> Iterator[str]:
    """Agreement of the two readers on messages and on ordered pairs of threads."""
    yield "| field | read twice | same label | kappa |"
    yield "|---|---|---|---|"
    names = ("message", "pair of a thread")
    for where, fields in zip(names, second_reading.tables(), strict=True):
        for field, row in fields.items():
            kappa = f"{row['kappa']:.2f}" if "kappa" in row else f"event F1 {row['f1']:.2f}"
            yield (
                f"| {where}: {field.replace('_', ' ')} | {row['read']:,.0f} |"
                f" {row['same']:.2f} | {kappa} |"
            )
    yield ""


def words() -> Iterator[str]:
    """The word baseline: target only against target with context, and the learning curve."""
    measured = json.loads(word_baseline.WRITTEN.read_text(encoding="utf-8"))
    yield "| measured on | input | stance accuracy | AP F | AP O | AP U | AP R | mean AP |"
    yield "|---" * 8 + "|"
    for name, rows in measured.items():
        if name in ("rows", "learning curve"):
            continue
        for kind, row in rows.items():
            figures = " | ".join(f"{value:.2f}" for value in row.values())
            yield f"| {name} ({measured['rows'][name]:,}) | {kind} | {figures} |"
    yield ""
    yield "| share of the training writers | messages | stance accuracy | mean AP |"
    yield "|---|---|---|---|"
    for point in measured["learning curve"]:
        yield (
            f"| {point['share']:.0%} | {point['rows']:,.0f} |"
            f" {point['stance_accuracy']:.3f} | {point['mean_ap']:.3f} |"
        )
    yield ""


def measured_part() -> str:
    """The whole part between the marks."""
    parts = (
        ("### Counts", counts()),
        ("### Lint", checks()),
        ("### Agreement of two readers, before differences were settled", agreement()),
        ("### How far words alone go (TF-IDF and logistic regression)", words()),
    )
    return "\n".join(line for head, lines in parts for line in (head, "", *lines))


def files_by_split(folder: str) -> list[dict[str, Any]]:
    """The `data_files` of one configuration: every file under the split of its writer."""
    split_of = splits.read(ROOT / "data" / "splits" / "by_writer.json")
    paths = sorted((ROOT / "data" / folder).glob("*.jsonl"))
    return [
        {
            "split": split,
            "path": [f"{folder}/{path.name}" for path in paths if split_of[path.stem] == split],
        }
        for split in splits.SPLITS
    ]


def renewed(text: str) -> str:
    """The card with its measured part and its file lists renewed."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{before}{BEGIN}\n\n{measured_part()}\n{END}{after}"
    for folder in ("messages", "threads"):
        lists = "".join(
            f"      - split: {entry['split']}\n        path: {json.dumps(entry['path'])}\n"
            for entry in files_by_split(folder)
        )
        text = re.sub(
            rf"(config_name: {folder}\n    data_files:)"
            r".*?(?=\n    default|\n  - config_name|\ndataset_info)",
            lambda found, lists=lists: f"{found[1]}\n{lists.rstrip()}",
            text,
            count=1,
            flags=re.DOTALL,
        )
    return text


def main(path: Path = CARD) -> None:
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
