"""Measures on small numpy arrays. Gold below 0 means "not known" and is left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def accuracy(gold: Whole, said: Whole) -> float:
    """Share of known rows that agree; NaN without any."""
    known = gold >= 0
    return float((gold == said)[known].mean()) if known.any() else float("nan")


def macro_f1(gold: Whole, said: Whole, classes: int) -> float:
    """Mean F1 over the classes that occur in the known gold."""
    known = gold >= 0
    present = [k for k in range(classes) if (gold[known] == k).any()]
    scores = [f1(gold[known] == k, said[known] == k) for k in present]
    return float(np.mean(scores)) if scores else float("nan")


def f1(gold: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> float:
    """F1 of the positive class; 0 when nothing is both marked and true."""
    hits = float((gold & said).sum())
    return 2 * hits / float(gold.sum() + said.sum()) if hits else 0.0


def precision_recall(
    gold: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """Precision and recall; NaN where nothing is marked or nothing is true."""
    hits = float((gold & said).sum())
    precision = hits / float(said.sum()) if said.any() else float("nan")
    recall = hits / float(gold.sum()) if gold.any() else float("nan")
    return precision, recall


def average_precision(gold: Whole, score: Numbers) -> float:
    """Area under the precision-recall steps, tied scores taken together; NaN without a positive."""
    known = gold >= 0
    gold, score = gold[known] == 1, score[known]
    if not gold.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    gold, score = gold[order], score[order]
    ends = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    hits = np.cumsum(gold)[ends]
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (ends + 1)).sum() / gold.sum())


def quadratic_kappa(gold: Whole, said: Whole, levels: int = 3) -> float:
    """Cohen's kappa with squared-distance weights; NaN when chance leaves no room."""
    known = gold >= 0
    table = np.zeros((levels, levels))
    np.add.at(table, (gold[known], said[known]), 1)
    weight = (np.arange(levels)[:, None] - np.arange(levels)[None, :]) ** 2
    chance = np.outer(table.sum(1), table.sum(0)) / max(table.sum(), 1)
    expected = float((weight * chance).sum())
    return 1 - float((weight * table).sum()) / expected if expected else float("nan")


def sigmoid(x: Numbers) -> Numbers:
    """Logistic function, safe at both ends."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x: Numbers) -> Numbers:
    """Over the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
