"""Stage 3: probabilities and thresholds, from the validation split.

    python -m training.calibrate --config training/configs/first.toml

Reads runs/<name>/prepared/ and runs/<name>/train/best.pt; writes
runs/<name>/calibrate/calibration.json: a scale and a bias for every output, the thresholds,
and the labels the model does not cover. Plain numbers, nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import optimize

from stalk_nlp.labels import LETTERS, STANCES
from stalk_nlp.text_model.marks import DECIMALS
from training import batches, metrics, rows
from training import config as settings
from training import train as training
from training.config import Calibrate, Config
from training.targets import HEAD, HEADS, Targets, stack

#: Weight of the pull of a bias towards 0, against that of a scale towards 1.
BIAS_PULL = 0.05
#: Positives a label needs for a threshold of its own; others share one over the whole head.
OWN_THRESHOLD = 15
GRID = np.round(np.arange(0.02, 0.985, 0.01), 2)
ACTS_CLASS = STANCES.index("ACTS")
NEUTRAL_CLASS = STANCES.index("NEUTRAL")


def fit_binary(logits: np.ndarray, gold: np.ndarray, prior: float) -> tuple[float, float]:
    """Platt scaling with a pull towards scale 1 and bias 0; (scale, bias)."""
    known = gold >= 0
    if not known.any():
        return 1.0, 0.0
    x, y = logits[known], gold[known].astype(float)

    def cost(values: np.ndarray) -> float:
        z = values[0] * x + values[1]
        pull = prior * ((values[0] - 1) ** 2 + BIAS_PULL * values[1] ** 2)
        return float((np.logaddexp(0, z) - y * z).sum() + pull)

    found = optimize.minimize(cost, np.array([1.0, 0.0]), bounds=[(0.05, 5), (-6, 6)])
    return float(found.x[0]), float(found.x[1])


def fit_softmax(
    logits: np.ndarray, gold: np.ndarray, prior: float
) -> tuple[list[float], list[float]]:
    """One scale for all classes and a bias each, with the same pull; (scale, bias) a class."""
    known = gold >= 0
    classes = logits.shape[1]
    if not known.any():
        return [1.0] * classes, [0.0] * classes
    x, y = logits[known], gold[known]

    def cost(values: np.ndarray) -> float:
        z = values[0] * x + values[1:]
        likelihood = z[np.arange(len(y)), y] - np.logaddexp.reduce(z, axis=1)
        pull = prior * ((values[0] - 1) ** 2 + BIAS_PULL * (values[1:] ** 2).sum())
        return float(pull - likelihood.sum())

    bounds = [(0.05, 5.0), *[(-4.0, 4.0)] * classes]
    found = optimize.minimize(cost, np.array([1.0] + [0.0] * classes), bounds=bounds)
    return [float(found.x[0])] * classes, [float(v) for v in found.x[1:]]


def best_threshold(
    gold: np.ndarray, score: np.ndarray, limits: Calibrate, rng: np.random.Generator
) -> float:
    """The highest threshold of `GRID` whose F1 is as good as the best (`flat_top`).

    F1 is averaged over bootstrap resamples. 0.5 when there is no positive to learn from.
    """
    known = gold >= 0
    gold, score = gold[known] == 1, score[known]
    if not gold.any():
        return 0.5
    said = score[None, :] >= GRID[:, None]
    total = np.zeros(len(GRID))
    for _ in range(limits.bootstrap):
        draw = rng.multinomial(len(gold), np.full(len(gold), 1 / len(gold)))
        hits = (said * (gold * draw)).sum(1)
        total += 2 * hits / np.maximum((said * draw).sum(1) + (gold * draw).sum(), 1)
    good = np.flatnonzero(total >= (1 - limits.flat_top) * total.max())
    return float(GRID[good[-1]])


def recall_threshold(gold: np.ndarray, score: np.ndarray, recall: float, most: float) -> float:
    """The highest threshold of `GRID` that finds this share of the positives.

    If it marks more than the share `most` of the rest, the lowest that does not.
    """
    positives, rest = score[gold == 1], score[gold == 0]
    if not len(positives):
        return float(GRID[-1])
    reached = [t for t in GRID if (positives >= t).mean() >= recall]
    bearable = [t for t in GRID if (rest >= t).mean() <= most]
    return float(max(reached[-1] if reached else GRID[0], bearable[0] if bearable else GRID[-1]))


def probabilities(logits: Targets, heads: dict[str, Any]) -> dict[str, np.ndarray]:
    """Calibrated probabilities, rounded as the program rounds them."""
    found = {}
    for head in HEADS:
        x = logits[head.name] * np.array(heads[head.name]["scale"]) + heads[head.name]["bias"]
        p = metrics.softmax(x) if head.kind == "softmax" else metrics.sigmoid(x)
        found[head.name] = np.round(p, DECIMALS)
    return found


def quiet_threshold(talk: np.ndarray, most: float) -> float:
    """The lowest threshold of `GRID` that no more than this share of ordinary talk reaches."""
    quiet = [t for t in GRID if (talk >= t).mean() <= most] if len(talk) else [GRID[0]]
    return float(quiet[0] if quiet else GRID[-1])


def fit(
    logits: Targets,
    gold: Targets,
    talk: Targets,
    not_covered: dict[str, list[str]],
    config: Config,
) -> dict[str, Any]:
    """The whole content of calibration.json.

    logits, gold: labelled messages. talk: logits of ordinary messages of whole threads; the
    labelled messages are made to be hard and are far richer in marks than a phone is, so
    thresholds chosen on them alone would mark ordinary talk.
    """
    prior = config.calibrate.prior
    heads: dict[str, Any] = {}
    for head in HEADS:
        if head.kind == "softmax":
            scale, bias = fit_softmax(logits[head.name], gold[head.name], prior)
        else:
            pairs = [
                fit_binary(logits[head.name][:, k], gold[head.name][:, k], prior)
                for k in range(len(head.columns))
            ]
            scale, bias = [list(part) for part in zip(*pairs, strict=True)]
        heads[head.name] = {
            "scale": [round(v, 6) for v in scale],
            "bias": [round(v, 6) for v in bias],
            "not_covered": not_covered[head.name],
        }
    scores, ordinary = probabilities(logits, heads), probabilities(talk, heads)
    limits = _thresholds(scores, gold, ordinary, not_covered, config)
    return {"heads": heads, "thresholds": limits}


def _thresholds(
    scores: dict[str, np.ndarray],
    gold: Targets,
    talk: dict[str, np.ndarray],
    not_covered: dict[str, list[str]],
    config: Config,
) -> dict[str, Any]:
    most = config.calibrate
    rng = np.random.default_rng(config.seed)

    def choose(known: np.ndarray, score: np.ndarray) -> float:
        return best_threshold(known, score, config.calibrate, rng)

    four, quiet = _acting_only(scores), _acting_only(talk)
    bounds = (most.talk_possible, most.talk_shown)
    return {
        "four": {
            letter: [
                max(
                    choose(gold["four"][:, 2 * k + j], four[:, 2 * k + j]),
                    quiet_threshold(quiet[:, 2 * k + j], bounds[j]),
                )
                for j in (0, 1)
            ]
            for k, letter in enumerate(LETTERS)
        },
        **{
            name: _label_thresholds(name, scores[name], gold[name], not_covered[name], choose)
            for name in ("acts", "risk")
        },
        "safeguarding": max(
            recall_threshold(
                gold["safeguarding"][:, 0],
                scores["safeguarding"][:, 0],
                most.safeguarding_recall,
                most.safeguarding_most,
            ),
            quiet_threshold(talk["safeguarding"][:, 0], most.talk_guarded),
        ),
    }


def _acting_only(scores: dict[str, np.ndarray]) -> np.ndarray:
    """Probabilities of the levels, 0 where ACTS is not the likeliest stance."""
    acting = scores["stance"].argmax(1) == ACTS_CLASS
    return np.where(acting[:, None], scores["four"], 0.0)


def _label_thresholds(
    name: str,
    scores: np.ndarray,
    gold: np.ndarray,
    not_covered: list[str],
    choose: Callable[[np.ndarray, np.ndarray], float],
) -> dict[str, float]:
    """A threshold for every covered label of a head."""
    columns = {c: k for k, c in enumerate(HEAD[name].columns) if c not in not_covered}
    every = list(columns.values())
    shared = choose(gold[:, every].ravel(), scores[:, every].ravel())
    return {
        column: choose(gold[:, k], scores[:, k])
        if (gold[:, k] == 1).sum() >= OWN_THRESHOLD
        else shared
        for column, k in columns.items()
    }


def main() -> None:
    config, _ = settings.from_command_line("calibrate")
    prepared = config.folder("prepared")
    held_out = list(rows.read(prepared / "validation.jsonl"))
    check = [row for row in held_out if row.kind == "item"]
    talk = [r for r in held_out if r.kind == "thread" and r.targets["stance"] == NEUTRAL_CLASS]
    net, encoder = training.load_best(config)
    logits = batches.logits(net, encoder, [row.input for row in check])
    quiet = batches.logits(net, encoder, [row.input for row in talk])
    meta = json.loads((prepared / "meta.json").read_text(encoding="utf-8"))
    gold = stack([row.targets for row in check])
    record = fit(logits, gold, quiet, meta["not_covered"], config)
    record["measured_on"] = {"split": "validation", "rows": len(check), "talk": len(talk)}
    target = config.folder("calibrate") / "calibration.json"
    target.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record["thresholds"], indent=1))


if __name__ == "__main__":
    main()
