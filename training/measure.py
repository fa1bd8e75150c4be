"""What a set of marks is worth against gold rows, and the word baselines beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from stalk_nlp.labels import LETTERS, STANCES
from stalk_nlp.text_model.encode import render
from stalk_nlp.text_model.marks import Marks
from training import metrics
from training.rows import LabelledRow
from training.stops import word_features
from training.targets import HEAD, stack

Table = dict[str, Any]
BOUNDARY = STANCES.index("BOUNDARY")


def measure(rows: Sequence[LabelledRow], marks: Marks) -> Table:
    """Every measure of one set of rows; NaN where the gold does not say."""
    gold = stack([row.targets for row in rows])
    said = np.nan_to_num(marks.stance, nan=-1).argmax(1)
    table: Table = {
        "rows": len(rows),
        "stance_accuracy": metrics.accuracy(gold["stance"], said),
        "stance_macro_f1": metrics.macro_f1(gold["stance"], said, len(STANCES)),
        "stance_f1": {
            name: metrics.f1(gold["stance"] == k, (said == k) & (gold["stance"] >= 0))
            for k, name in enumerate(STANCES)
        },
        "boundary_type_accuracy": _boundary_accuracy(gold["boundary"], marks),
        "safeguarding": _precision_recall(gold["safeguarding"][:, 0], marks.safeguarding),
    }
    for k, letter in enumerate(LETTERS):
        table[letter] = _letter(gold["four"][:, 2 * k], gold["four"][:, 2 * k + 1], marks, k)
    for name, scores in (("acts", marks.acts), ("risk", marks.risk)):
        table[name] = {
            column: {
                "positives": int((gold[name][:, k] == 1).sum()),
                "average_precision": metrics.average_precision(gold[name][:, k], scores[:, k]),
            }
            for k, column in enumerate(HEAD[name].columns)
            if not np.isnan(scores[:, k]).all() and (gold[name][:, k] == 1).any()
        }
    table["mean_ap"] = float(np.mean([table[x]["average_precision"] for x in LETTERS]))
    table["mean_kappa"] = float(np.mean([table[x]["kappa"] for x in LETTERS]))
    return table


def _letter(one: np.ndarray, two: np.ndarray, marks: Marks, k: int) -> Table:
    level = np.maximum(marks.four_level[:, k], 0).astype(np.int64)
    precision, recall = metrics.precision_recall(one == 1, level >= 1)
    return {
        "positives": int((one == 1).sum()),
        "average_precision": metrics.average_precision(one, marks.four_score[:, k]),
        "f1_possible_or_shown": metrics.f1(one == 1, level >= 1),
        "precision": precision,
        "recall": recall,
        "f1_shown": metrics.f1(two == 1, level >= 2),
        "kappa": metrics.quadratic_kappa(one + two, level),
    }


def _boundary_accuracy(gold: np.ndarray, marks: Marks) -> float:
    """Of the messages that set a boundary of known type: how often the type is right."""
    known = np.where(gold > 0, gold, -1)
    return metrics.accuracy(known, 1 + np.nan_to_num(marks.boundary, nan=-1)[:, 1:].argmax(1))


def _precision_recall(gold: np.ndarray, said: np.ndarray) -> Table:
    known = gold >= 0
    precision, recall = metrics.precision_recall(gold[known] == 1, said[known])
    return {"positives": int((gold == 1).sum()), "precision": precision, "recall": recall}


def per_thousand(marks: Marks) -> Table:
    """Marks per 1,000 texts; on harmless texts they are mostly false."""
    count = max(int(marks.scored.sum()), 1)
    rate = lambda hits: round(1000 * float(hits.sum()) / count, 1)  # noqa: E731
    return {
        "texts": count,
        "any_letter": rate((marks.four_level > 0).any(1)),
        "any_letter_shown": rate((marks.four_level > 1).any(1)),
        **{x: rate(marks.four_level[:, k] > 0) for k, x in enumerate(LETTERS)},
        "boundary": rate(np.nan_to_num(marks.stance, nan=-1).argmax(1) == BOUNDARY),
        "safeguarding": rate(marks.safeguarding),
    }


def baseline(
    train: Sequence[LabelledRow], sets: Mapping[str, Sequence[LabelledRow]], with_context: bool
) -> dict[str, Table]:
    """TF-IDF and logistic regression on the target, with or without its context, by set."""
    known = stack([row.targets for row in train])
    features = word_features()
    x = features.fit_transform([_words(row, with_context) for row in train])
    stance = _regression().fit(x, known["stance"])
    letters = [_regression().fit(x, known["four"][:, 2 * k]) for k in range(len(LETTERS))]
    found = {}
    for name, rows in sets.items():
        z = features.transform([_words(row, with_context) for row in rows])
        scores = [model.predict_proba(z)[:, 1] for model in letters]
        found[name] = _baseline_table(rows, stance.predict(z), scores)
    return found


def _baseline_table(
    rows: Sequence[LabelledRow], said: np.ndarray, scores: Sequence[np.ndarray]
) -> Table:
    gold = stack([row.targets for row in rows])
    table: Table = {
        "stance_accuracy": metrics.accuracy(gold["stance"], said),
        "stance_macro_f1": metrics.macro_f1(gold["stance"], said, len(STANCES)),
    }
    for k, letter in enumerate(LETTERS):
        ap = metrics.average_precision(gold["four"][:, 2 * k], scores[k])
        table[letter] = {"average_precision": ap}
    table["mean_ap"] = float(np.mean([table[x]["average_precision"] for x in LETTERS]))
    return table


def _regression() -> LogisticRegression:
    return LogisticRegression(C=10.0, class_weight="balanced", max_iter=200, tol=1e-3)


def _words(row: LabelledRow, with_context: bool) -> str:
    """Words of the context are marked, so that they differ from the same words in the target."""
    target, context = render(row.input)
    if not with_context:
        return row.input.text
    return target + " " + " ".join(f"c_{word}" for word in context.split())


def measured(rows: Sequence[LabelledRow]) -> list[LabelledRow]:
    """The corpus items with a known stance: what all measures are taken on."""
    return [row for row in rows if row.kind == "item" and row.targets["stance"] >= 0]
