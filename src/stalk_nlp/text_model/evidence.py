"""Which words carry a mark: leave words out, and see how far the probability falls.

The text is cut into groups of a few words. Each group is left out in turn (context kept),
and the groups whose absence costs the mark most are its evidence. Only marked messages are
looked at, with at most `MAX_GROUPS` extra scorings each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stalk_nlp.labels import ACTS, LETTERS, RISKS, STANCES
from stalk_nlp.text_model.encode import TextInput
from stalk_nlp.text_model.marks import BOUNDARY_CLASSES, Marks
from stalk_nlp.text_model.session import TextModel

__all__ = ["MAX_GROUPS", "Span", "spans"]

MAX_GROUPS = 24
#: Words in a group, as long as that gives no more than `MAX_GROUPS` groups.
GROUP_WORDS = 2
#: A group is evidence when leaving it out costs at least this much probability …
LEAST_DROP = 0.05
#: … and at least this share of what the costliest group costs.
SHARE_OF_BEST = 0.5
_WORD = re.compile(r"\S+")

_COLUMNS: dict[str, tuple[str, int]] = {
    **{letter: ("four_score", k) for k, letter in enumerate(LETTERS)},
    **{label.code: ("acts", k) for k, label in enumerate(ACTS)},
    **{label.code: ("risk", k) for k, label in enumerate(RISKS)},
    **{stance: ("stance", k) for k, stance in enumerate(STANCES)},
    **{kind: ("boundary", k) for k, kind in enumerate(BOUNDARY_CLASSES) if k},
}


class Span(NamedTuple):
    """Words of input `row` that carry `label`: character offsets into its text, end exclusive."""

    row: int
    label: str
    start: int
    end: int


def spans(
    model: TextModel, inputs: Sequence[TextInput], wanted: Iterable[tuple[int, str]]
) -> list[Span]:
    """Evidence for each wanted (row, label), in row order.

    label: a letter, act, risk marker, stance or boundary type of `labels`; raises KeyError
    for any other. A mark that no group of words carries (it rests on the context, or on the
    text as a whole) gets no span.
    """
    labels: dict[int, list[str]] = {}
    for row, label in wanted:
        _COLUMNS[label]
        labels.setdefault(row, []).append(label)
    cuts = {row: _groups(inputs[row].text) for row in sorted(labels)}
    cuts = {row: groups for row, groups in cuts.items() if len(groups) > 1}
    asked = [inputs[row] for row in cuts]
    for row, groups in cuts.items():
        asked += [_without(inputs[row], group) for group in groups]
    marks = model.score(asked)
    found: list[Span] = []
    offset = len(cuts)
    for place, (row, groups) in enumerate(cuts.items()):
        rest = slice(offset, offset + len(groups))
        offset += len(groups)
        for label in labels[row]:
            drops = _drops(marks, label, place, rest)
            found += [Span(row, label, *cut) for cut in _carrying(groups, drops)]
    return found


def _groups(text: str) -> list[tuple[int, int]]:
    words = [match.span() for match in _WORD.finditer(text)]
    size = max(GROUP_WORDS, -(-len(words) // MAX_GROUPS))
    if len(words) <= 6:
        size = 1
    parts = [words[i : i + size] for i in range(0, len(words), size)]
    return [(part[0][0], part[-1][1]) for part in parts]


def _without(item: TextInput, group: tuple[int, int]) -> TextInput:
    return item._replace(text=item.text[: group[0]] + item.text[group[1] :])


def _drops(marks: Marks, label: str, place: int, rest: slice) -> npt.NDArray[np.float32]:
    field, column = _COLUMNS[label]
    scores = getattr(marks, field)[:, column]
    left = np.where(marks.scored[rest], scores[rest], 0.0)
    drops: npt.NDArray[np.float32] = np.nan_to_num(scores[place] - left, nan=0.0)
    return drops


def _carrying(
    groups: list[tuple[int, int]], drops: npt.NDArray[np.float32]
) -> list[tuple[int, int]]:
    """Costly groups, neighbours joined."""
    limit = max(LEAST_DROP, SHARE_OF_BEST * float(drops.max()))
    found: list[tuple[int, int]] = []
    last = -2
    for k, (group, drop) in enumerate(zip(groups, drops, strict=True)):
        if drop >= limit:
            joined = found.pop() if last == k - 1 else group
            found.append((joined[0], group[1]))
            last = k
    return found
