"""The heads of the model, and the gold of a labelled row as numbers for each of them.

A target of -1 means "nothing known": it adds nothing to the loss and is not measured.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stalk_nlp.labels import ACT_STATUSES, ACTS, LETTERS, RISKS, SAFEGUARDING, STANCES
from stalk_nlp.text_model.marks import BOUNDARY_CLASSES

ACT_CODES = [label.code for label in ACTS]
RISK_CODES = [label.code for label in RISKS]


class Head(NamedTuple):
    """One output of the graph. kind: softmax (one target a row) or binary (one a column)."""

    name: str
    kind: str
    columns: tuple[str, ...]


#: In the order of the graph's outputs. `four` holds P(level>=1), P(level>=2) a letter.
HEADS = (
    Head("stance", "softmax", STANCES),
    Head("four", "binary", tuple(f"{x}>={n}" for x in LETTERS for n in (1, 2))),
    Head("boundary", "softmax", BOUNDARY_CLASSES),
    Head("acts", "binary", tuple(ACT_CODES)),
    Head("status", "softmax", ACT_STATUSES),
    Head("risk", "binary", tuple(RISK_CODES)),
    Head("safeguarding", "binary", ("any",)),
)
HEAD = {head.name: head for head in HEADS}
Targets = dict[str, npt.NDArray[np.int64]]


def of_item(item: dict[str, Any]) -> dict[str, Any]:
    """Targets of one labelled message; lists for binary heads, a number for softmax heads."""
    risks = set(item["risk"])
    acts = {code for code, _ in item["acts"]}
    statuses = [status for code, status in item["acts"] if code != "contact"]
    kind = item["boundary"]["type"] if item["boundary"] else "none"
    known_boundary = item["stance"] != "BOUNDARY" or item["boundary"]
    return {
        "stance": STANCES.index(item["stance"]),
        "four": of_levels([item[letter] for letter in "FOUR"]),
        "boundary": BOUNDARY_CLASSES.index(kind) if known_boundary else -1,
        "acts": [int(code in acts) for code in ACT_CODES],
        "status": ACT_STATUSES.index(statuses[0]) if statuses else -1,
        "risk": [int(code in risks) for code in RISK_CODES],
        "safeguarding": [int(bool(risks & set(SAFEGUARDING)))],
    }


def of_levels(levels: list[int]) -> list[int]:
    """Ordinal levels 0/1/2 as cumulative targets: level >= 1, level >= 2 for each letter."""
    return [int(level >= n) for level in levels for n in (1, 2)]


def of_thread_event(
    levels: dict[str, int] | None,
    boundary: str | None,
    safeguarding: bool,
    stance: str | None = None,
) -> dict[str, Any]:
    """Targets of a thread's message, as far as the thread's gold goes.

    stance: where the thread names it. A message of which the gold says nothing is ordinary
    talk: NEUTRAL, all levels 0, no act, no risk marker.
    Of the others threads do not say which acts and risk markers they carry.
    """
    four = [levels[letter] if levels else 0 for letter in "FOUR"]
    stance = stance or ("ACTS" if any(four) else "BOUNDARY" if boundary else "NEUTRAL")
    blank = 0 if stance == "NEUTRAL" and not safeguarding else -1
    return {
        "stance": STANCES.index(stance),
        "four": of_levels(four),
        "boundary": BOUNDARY_CLASSES.index(boundary or "none"),
        "acts": [blank] * len(ACT_CODES),
        "status": -1,
        "risk": [blank] * len(RISK_CODES),
        "safeguarding": [int(safeguarding)],
    }


def stack(rows: list[dict[str, Any]]) -> Targets:
    """Targets of many rows: (n,) for softmax heads, (n, columns) for binary heads."""
    return {
        head.name: np.asarray([row[head.name] for row in rows], dtype=np.int64) for head in HEADS
    }
