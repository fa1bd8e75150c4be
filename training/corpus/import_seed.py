"""Imports a seed corpus into data/, through the schemas and the label rules.

    python -m training.corpus.import_seed ../shared/corpus-seed

Reads SEED/messages/*.jsonl and SEED/threads/*.jsonl, writes data/messages/*.jsonl,
data/threads/*.jsonl and data/import-report.json. Terms outside the closed lists are mapped
by seed_terms.toml; what still breaks a rule is left out and listed with its reasons.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.config import ROOT
from training.corpus import rules, threads

Terms = dict[str, dict[str, str]]
Check = Callable[[dict[str, Any]], list[str]]


def load_terms() -> Terms:
    """The term tables of seed_terms.toml."""
    return tomllib.loads(Path(__file__).with_name("seed_terms.toml").read_text(encoding="utf-8"))


def closed_term(term: str, table: dict[str, str], allowed: list[str]) -> str:
    """A free term as its entry in the closed list, or unchanged where there is none."""
    spaced = term.strip().lower().replace("_", " ")
    hyphened = spaced.replace(" ", "-")
    for form in (spaced, hyphened):
        if form in table:
            return table[form]
    return hyphened if hyphened in allowed else term


def import_records(
    source: Path, target: Path, schema: str, check: Check, terms: Terms
) -> dict[str, Any]:
    """Imports every file of one kind; returns the counts and what was left out."""
    properties = rules.validator(schema).schema["properties"]
    report: dict[str, Any] = {"read": 0, "kept": 0, "terms_mapped": 0, "left_out": []}
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.jsonl")):
        kept = []
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if isinstance(record.get("gold"), dict):
                record = threads.listed(record)
            report["read"] += 1
            for name in set(terms) & set(properties):
                term = closed_term(record[name], terms[name], properties[name]["enum"])
                report["terms_mapped"] += term != record[name]
                record[name] = term
            if faults := check(record):
                report["left_out"].append({"id": record.get("id"), "reasons": faults})
            else:
                kept.append(json.dumps(record, ensure_ascii=False))
        report["kept"] += len(kept)
        (target / path.name).write_text("".join(f"{k}\n" for k in kept), encoding="utf-8")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.corpus.import_seed")
    parser.add_argument("seed", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    options = parser.parse_args()
    terms = load_terms()
    report = {
        "messages": import_records(
            options.seed / "messages", options.data / "messages", "item", rules.item_faults, terms
        ),
        "threads": import_records(
            options.seed / "threads", options.data / "threads", "thread", rules.thread_faults, terms
        ),
    }
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (options.data / "import-report.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
