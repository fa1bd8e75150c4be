"""Runs in MLflow: a local store under runs/mlflow, one run a stage."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from training.config import ROOT, Config, as_dict

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")


def log(config: Config, stage: str, records: Sequence[Mapping[str, float]]) -> None:
    """Logs the config, the data hashes and one step of metrics a record."""
    import mlflow  # takes seconds to import: only here

    folder = ROOT / config.runs / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    if mlflow.get_experiment_by_name("stalk-nlp") is None:
        mlflow.create_experiment("stalk-nlp", artifact_location=(folder / "artifacts").as_uri())
    mlflow.set_experiment("stalk-nlp")
    meta = config.folder("prepared") / "meta.json"
    with mlflow.start_run(run_name=f"{config.name}-{stage}"):
        mlflow.log_params(_flat(as_dict(config)))
        mlflow.set_tag("stage", stage)
        if meta.exists():
            mlflow.log_dict(json.loads(meta.read_text())["data"], "data.json")
        for step, record in enumerate(records):
            mlflow.log_metrics({k: v for k, v in record.items() if v == v}, step=step)


def _flat(values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
