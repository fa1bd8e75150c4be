"""From logits to marks: calibration, thresholds and the table of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stalk_nlp.labels import ACT_STATUSES, ACTS, BOUNDARY_TYPES, LETTERS, RISKS, STANCES

__all__ = ["BOUNDARY_CLASSES", "HEAD_COLUMNS", "Calibration", "Marks", "Thresholds", "make_marks"]

Floats = npt.NDArray[np.float32]
Logits = Mapping[str, npt.NDArray[np.float32]]

#: What the boundary head tells apart; B7 is a departure without words, never read from text.
BOUNDARY_CLASSES = ("none", *(b.code for b in BOUNDARY_TYPES if b.code != "B7"))
#: Columns of each output of the graph, in order.
HEAD_COLUMNS: dict[str, tuple[str, ...]] = {
    "stance": STANCES,
    "four": tuple(f"{letter}>={level}" for letter in LETTERS for level in (1, 2)),
    "boundary": BOUNDARY_CLASSES,
    "acts": tuple(label.code for label in ACTS),
    "status": ACT_STATUSES,
    "risk": tuple(label.code for label in RISKS),
    "safeguarding": ("any",),
}
SOFTMAX_HEADS = ("stance", "boundary", "status")
#: Probabilities are rounded to this many decimals: beyond it lies arithmetic noise.
DECIMALS = 4
NOT_ASSESSED = -1


@dataclass(frozen=True)
class Thresholds:
    """Probability from which a mark is made; chosen on the validation split.

    four: letter -> (level 1, level 2). A level 2 also needs level 1.
    """

    four: Mapping[str, tuple[float, float]]
    acts: Mapping[str, float]
    risk: Mapping[str, float]
    safeguarding: float


@dataclass(frozen=True)
class Calibration:
    """Logit -> probability: `scale * logit + bias` a column, then sigmoid or softmax.

    covered: head -> one flag a column; a label without enough training rows is not covered.
    """

    scale: Mapping[str, Floats]
    bias: Mapping[str, Floats]
    covered: Mapping[str, npt.NDArray[np.bool_]]
    thresholds: Thresholds

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Calibration:
        """From the content of calibration.json. Raises KeyError where a part is missing."""
        heads = record["heads"]
        limits = record["thresholds"]
        return cls(
            {h: np.asarray(heads[h]["scale"], dtype=np.float32) for h in HEAD_COLUMNS},
            {h: np.asarray(heads[h]["bias"], dtype=np.float32) for h in HEAD_COLUMNS},
            {
                h: np.asarray([c not in heads[h]["not_covered"] for c in columns])
                for h, columns in HEAD_COLUMNS.items()
            },
            Thresholds(
                {x: (limits["four"][x][0], limits["four"][x][1]) for x in LETTERS},
                dict(limits["acts"]),
                dict(limits["risk"]),
                limits["safeguarding"],
            ),
        )

    def probabilities(self, logits: Logits, head: str) -> Floats:
        """(n, columns) rounded float32; NaN in columns the model does not cover."""
        x = logits[head].astype(np.float32) * self.scale[head] + self.bias[head]
        if head in SOFTMAX_HEADS:
            x = np.where(self.covered[head], x, -np.inf)
            e = np.exp(x - x.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
        else:
            p = 0.5 * (1 + np.tanh(0.5 * x))
        rounded: Floats = np.round(p, DECIMALS).astype(np.float32)
        rounded[:, ~self.covered[head]] = np.nan
        return rounded


@dataclass(frozen=True)
class Marks:
    """What the model says of n texts; row i belongs to input i.

    scored (n,): False for a text with nothing to read; its other values are NaN, -1, False.
    stance (n, 7): probabilities in `labels.STANCES` order.
    four_score (n, 4): probability of level 1 or 2, in `labels.LETTERS` order.
    four_level (n, 4) int8: 0 not shown, 1 possible, 2 shown, -1 not assessed. Above 0 only
    where ACTS is the likeliest stance.
    acts (n, 8), act_status (n, 5), risk (n, 25), boundary (n, 7, "none" first, no B7):
    probabilities. A label the model does not cover is NaN in every row, never 0.
    act_status speaks of acts other than contact.
    safeguarding (n,): at or over the high-recall threshold; safeguarding_score (n,) its
    probability.
    """

    scored: npt.NDArray[np.bool_]
    stance: Floats
    four_score: Floats
    four_level: npt.NDArray[np.int8]
    acts: Floats
    act_status: Floats
    risk: Floats
    boundary: Floats
    safeguarding: npt.NDArray[np.bool_]
    safeguarding_score: Floats
    thresholds: Thresholds

    def __len__(self) -> int:
        return len(self.scored)


def make_marks(logits: Logits, calibration: Calibration, scored: npt.NDArray[np.bool_]) -> Marks:
    """Marks of n texts from the logits of the scored ones (in order)."""
    found = {head: calibration.probabilities(logits, head) for head in HEAD_COLUMNS}
    spread = {head: _spread(values, scored) for head, values in found.items()}
    limits = calibration.thresholds
    stance, four = spread["stance"], spread["four"]
    acting = np.zeros(len(scored), dtype=bool)
    acting[scored] = found["stance"].argmax(axis=1) == STANCES.index("ACTS")
    guard = spread["safeguarding"][:, 0]
    return Marks(
        scored=scored,
        stance=stance,
        four_score=four[:, 0::2],
        four_level=_levels(four, limits, scored, acting),
        acts=spread["acts"],
        act_status=spread["status"],
        risk=spread["risk"],
        boundary=spread["boundary"],
        safeguarding=np.nan_to_num(guard, nan=-1.0) >= limits.safeguarding,
        safeguarding_score=guard,
        thresholds=limits,
    )


def _spread(values: Floats, scored: npt.NDArray[np.bool_]) -> Floats:
    out = np.full((len(scored), values.shape[1]), np.nan, dtype=np.float32)
    out[scored] = values
    return out


def _levels(
    four: Floats,
    limits: Thresholds,
    scored: npt.NDArray[np.bool_],
    acting: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int8]:
    levels = np.full((len(scored), len(LETTERS)), NOT_ASSESSED, dtype=np.int8)
    for k, letter in enumerate(LETTERS):
        first, second = four[:, 2 * k], four[:, 2 * k + 1]
        low, high = limits.four[letter]
        known = scored & ~np.isnan(first)
        one = acting & known & (first >= low)
        two = one & (np.nan_to_num(second, nan=-1.0) >= high)
        levels[known, k] = (one.astype(np.int8) + two.astype(np.int8))[known]
    return levels
