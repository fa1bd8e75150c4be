"""Stage 5: measures the exported model on the test split and on data from outside.

    python -m training.evaluate --config training/configs/first.toml --external ../shared/eval

Reads runs/<name>/prepared/ and runs/<name>/export/; writes runs/<name>/evaluate/:
metrics.json and table.md, and puts MODEL_CARD.md beside the exported model. The word
baselines stand in the same table, on the same rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from stalk_nlp.labels import LETTERS
from stalk_nlp.text_model.session import TextModel
from training import card, external, measure, rows, stops, tracking
from training import config as settings
from training.config import Config
from training.rows import LabelledRow

Metrics = dict[str, Any]


def evaluate(config: Config, outside: Any) -> Metrics:
    """Measures of the exported model and of the baselines, by set."""
    prepared = config.folder("prepared")
    train = measure.measured(rows.read(prepared / "train.jsonl"))
    sets = {
        split: measure.measured(rows.read(prepared / f"{split}.jsonl"))
        for split in ("validation", "test")
    }
    sets = {split: part for split, part in sets.items() if part}
    if outside:
        found = external.items(outside / "messages.jsonl")
        sets["external"] = stops.flag(found, stops.fit(train))
    model = TextModel.load(config.folder("export"), threads=config.threads)
    results: Metrics = {
        "model": {name: _score(model, part) for name, part in sets.items()},
        "baseline_with_context": measure.baseline(train, sets, True),
        "baseline_target_only": measure.baseline(train, sets, False),
    }
    if outside:
        results["harmless_per_1000"] = {
            name: measure.per_thousand(model.score(texts))
            for name, texts in external.harmless(outside / "harmless").items()
        }
    results["identity"] = model.identity
    return tidy(results)


def tidy(value: Any) -> Any:
    """Floats to four decimals, NaN (not measurable) to None: plain JSON has no NaN."""
    if isinstance(value, dict):
        return {key: tidy(inner) for key, inner in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def _score(model: TextModel, part: Sequence[LabelledRow]) -> Metrics:
    return measure.measure(part, model.score([row.input for row in part]))


def table(results: Metrics) -> str:
    """The headline figures as a Markdown table."""
    lines = [
        "| set | model | stance accuracy | stance macro F1 | "
        + " | ".join(f"AP {x[0].upper()}" for x in LETTERS)
        + " | mean AP | mean kappa |",
        "|---" * 9 + "|",
    ]
    for name in results["model"]:
        for kind in ("model", "baseline_with_context", "baseline_target_only"):
            r = results[kind][name]
            figures = [r["stance_accuracy"], r["stance_macro_f1"]]
            figures += [r[x]["average_precision"] for x in LETTERS]
            figures += [r["mean_ap"], r.get("mean_kappa")]
            cells = " | ".join("" if f is None else f"{f:.2f}" for f in figures)
            lines.append(f"| {name} | {kind.replace('_', ' ')} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    config, options = settings.from_command_line(
        "evaluate", ("--external", "folder with messages.jsonl and harmless/")
    )
    results = evaluate(config, options.external)
    folder = config.folder("evaluate")
    text = table(results)
    (folder / "metrics.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "table.md").write_text(text, encoding="utf-8")
    card.write(config, results, text)
    tracking.log(config, "evaluate", [_headline(results)])
    print(text)
    print(json.dumps(results.get("harmless_per_1000", {}), indent=1))


def _headline(results: Metrics) -> dict[str, float]:
    return {
        f"{name}_{key}": found[key]
        for name, found in results["model"].items()
        for key in ("stance_accuracy", "stance_macro_f1", "mean_ap", "mean_kappa")
        if found[key] is not None
    }


if __name__ == "__main__":
    main()
