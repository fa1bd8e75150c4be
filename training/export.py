"""Stage 4: the trained network as files the program can run.

    python -m training.export --config training/configs/first.toml

Reads runs/<name>/train/, calibrate/ and prepared/; writes runs/<name>/export/: model.onnx
(int8), tokenizer.json, model.json, calibration.json and manifest.json, and
runs/<name>/export-fp32.onnx with difference.json beside it: how far int8 moves the
probabilities of the validation split, and how many levels it flips.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from stalk_nlp.text_model.marks import HEAD_COLUMNS, Marks, make_marks
from stalk_nlp.text_model.release import FORMAT
from stalk_nlp.text_model.session import TextModel
from training import batches, graph, quantise, rows
from training import config as settings
from training import train as training
from training.config import Config

NAME = "stalk-four"


def export(config: Config) -> dict[str, Any]:
    """Writes the export folder; returns what int8 changed on the validation split."""
    target, work = config.folder("export"), config.folder("export-fp32")
    net, encoder = training.load_best(config)
    graph.write(net, work / "model.onnx")
    quantise.quantise(
        work / "model.onnx", target / "model.onnx", config.export.bits, config.export.block
    )
    encoder.tokenizer.save(str(target / "tokenizer.json"), pretty=False)
    shutil.copyfile(config.folder("calibrate") / "calibration.json", target / "calibration.json")
    info = {
        "layout": encoder.layout._asdict(),
        "outputs": {head: list(columns) for head, columns in HEAD_COLUMNS.items()},
        "encoder": config.encoder.weights,
        "run": config.name,
    }
    write_json(target / "model.json", info)
    write_manifest(target, config.export.version)
    check = rows.read(config.folder("prepared") / "validation.jsonl")
    inputs = [row.input for row in check if row.kind == "item"]
    found = compare(batches.logits(net, encoder, inputs), TextModel.load(target), inputs)
    write_json(config.folder("export-fp32") / "difference.json", found)
    return found


def compare(logits: dict[str, np.ndarray], model: TextModel, inputs: list[Any]) -> dict[str, Any]:
    """Largest and mean difference of the probabilities, and flips of stance and levels."""
    exact = make_marks(logits, model.calibration, np.ones(len(inputs), dtype=bool))
    marks = model.score(inputs)
    gaps = np.concatenate(
        [np.abs(a - b).ravel() for a, b in zip(_scores(exact), _scores(marks), strict=True)]
    )
    gaps = gaps[~np.isnan(gaps)]
    return {
        "texts": len(inputs),
        "largest": round(float(gaps.max()), 4),
        "mean": round(float(gaps.mean()), 5),
        "stance_flips": int((exact.stance.argmax(1) != marks.stance.argmax(1)).sum()),
        "level_flips": int((exact.four_level != marks.four_level).sum()),
    }


def _scores(marks: Marks) -> tuple[np.ndarray, ...]:
    return marks.stance, marks.four_score, marks.boundary, marks.acts, marks.risk


def write_manifest(folder: Path, version: str) -> None:
    """Names, SHA-256 of every file but itself, and the version of the layout."""
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }
    write_json(
        folder / "manifest.json",
        {"format": FORMAT, "name": NAME, "version": version, "files": files},
    )


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Indented JSON with a line end."""
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    config, _ = settings.from_command_line("export")
    print(json.dumps(export(config), indent=1))


if __name__ == "__main__":
    main()
