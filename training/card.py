"""The model card: what the model learned from, what it was measured on, what it cannot do."""

from __future__ import annotations

import json
from typing import Any

from training.config import Config
from training.export import write_json, write_manifest

_TEXT = """# stalk-four {version}

Reads one message with up to six earlier ones and says: who is acting on whom (stance), which
of the four signs the words show (fixated, obsessive, unwanted, repeated; levels 0, 1, 2),
whether it sets a boundary, which acts of section 2A(3) it mentions, which risk markers. It
points a human reader to messages. It does not judge a person.

## Limits

- **Invented data only.** No public corpus of stalking messages exists. Accuracy on seized
  exports is not known and stays unknown until a force validates it.
- First model, small corpus: most figures below rest on a few dozen positives. Expect missed
  messages and false marks; nothing may rest on a mark without a person reading the message.
- English, mostly British; about half of the corpus lines are standard English.
- Safeguarding marks are weak: {guard}. Do not rely on them to find every threat.
- A level 0 means the model does not see the sign in this text. It never means it is absent.
- Labels without enough examples are not covered and have no score: {not_covered}.
- Risk markers on messages that report another person's conduct were seldom labelled, so the
  model rarely marks them there.

## Data

Rows: {rows}. Splits are by writer; pairs are never split. See `data/README.md`. Encoder
weights at the start: `{encoder}`.

## Figures

Calibration and thresholds come from the validation split, so its own rows flatter. Nothing
was fitted to `test` (writers held back, where the run has such) nor to `external` (messages
by a writer who saw none of the corpus).

{table}
Fuller figures, by set (AP: average precision; kappa: quadratic):

{letters}
int8 against float32 on {texts} validation texts: largest probability difference {largest},
mean {mean}, {stance_flips} stances and {level_flips} of {levels} levels changed.

{harmless}
## Thresholds

```json
{thresholds}
```
"""


def write(config: Config, results: dict[str, Any], table: str) -> None:
    """Writes MODEL_CARD.md into the export folder and renews its manifest."""
    folder = config.folder("export")
    meta = _read(config, "prepared/meta.json")
    calibration = _read(config, "calibrate/calibration.json")
    difference = _read(config, "export-fp32/difference.json")
    names = [name for labels in meta["not_covered"].values() for name in labels]
    guard = _guard(results["model"])
    info = _read(config, "export/model.json")
    limits = ["trained and tested on invented data only; accuracy on seized exports is unknown"]
    limits.append(f"not covered: {', '.join(names) or 'none'}")
    limits.append(f"safeguarding: {guard}")
    write_json(folder / "model.json", {**info, "metrics": results, "limits": limits})
    text = _TEXT.format(
        guard=guard,
        version=config.export.version,
        not_covered=", ".join(names) or "none",
        rows="; ".join(_rows(split, kinds) for split, kinds in meta["rows"].items() if kinds),
        encoder=config.encoder.weights,
        table=table,
        letters=_letters(results["model"]),
        levels=4 * difference["texts"],
        harmless=_harmless(results.get("harmless_per_1000")),
        thresholds=json.dumps(calibration["thresholds"], indent=1),
        **difference,
    )
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    write_manifest(folder, config.export.version)


def _read(config: Config, name: str) -> dict[str, Any]:
    stage, file = name.split("/")
    found: dict[str, Any] = json.loads((config.folder(stage) / file).read_text(encoding="utf-8"))
    return found


def _guard(sets: dict[str, Any]) -> str:
    """Recall and precision of the safeguarding flag on each set."""
    parts = []
    for name, found in sets.items():
        s = found["safeguarding"]
        parts.append(
            f"{name} recall {_two(s['recall'])}, precision {_two(s['precision'])}"
            f" ({s['positives']} messages)"
        )
    return "; ".join(parts)


def _rows(split: str, kinds: dict[str, int]) -> str:
    return f"{split} " + " and ".join(f"{n} {kind}s" for kind, n in kinds.items())


def _two(figure: float | None) -> str:
    return "not measurable" if figure is None else f"{figure:.2f}"


def _letters(sets: dict[str, Any]) -> str:
    head = ["positives", "precision", "recall", "f1_possible_or_shown", "f1_shown", "kappa"]
    lines = ["| set | letter | " + " | ".join(h.replace("_", " ") for h in head) + " |"]
    lines.append("|---" * (len(head) + 2) + "|")
    for name, table in sets.items():
        for letter in ("fixated", "obsessive", "unwanted", "repeated"):
            cells = [
                str(table[letter][h]) if h == "positives" else _two(table[letter][h]) for h in head
            ]
            lines.append(f"| {name} | {letter} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _harmless(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    keys = list(next(iter(found.values())))
    lines = ["Marks per 1,000 real texts in which marks are mostly false (no context given):", ""]
    lines.append("| texts from | " + " | ".join(k.replace("_", " ") for k in keys) + " |")
    lines.append("|---" * (len(keys) + 1) + "|")
    lines += [
        f"| {name} | " + " | ".join(str(row[k]) for k in keys) + " |" for name, row in found.items()
    ]
    return "\n".join(lines) + "\n"
