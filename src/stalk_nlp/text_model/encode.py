"""What the text model reads: a message, what came before it, and how both become token ids.

Training uses the very functions of this file, so a model never meets another rendering
than the one it learned.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

__all__ = [
    "MAX_TURNS",
    "Layout",
    "Row",
    "TextInput",
    "TokenEncoder",
    "Turn",
    "coarse_age",
    "is_blank",
    "pad",
    "render",
]

#: Earlier messages the model sees at most (house plan: six).
MAX_TURNS = 6
#: Characters kept of one earlier message; a long letter must not push out the other turns.
TURN_CHARS = 280
_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3600, 86_400, 604_800, 31_557_600
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


class Turn(NamedTuple):
    """One earlier message of the same two people.

    by_sender: written by the sender of the target message, not by the other party.
    age_s: seconds before the target message, or None where the export has no usable time.
    text: own words, or a square-bracket note for an event without words ("[missed call]").
    """

    by_sender: bool
    age_s: float | None
    text: str


class TextInput(NamedTuple):
    """A message to score, with as much of its context as the export holds.

    context: up to `MAX_TURNS` earlier messages, oldest first (older ones are dropped).
    unanswered: the sender's own turns since the other party last wrote.
    boundary: an active boundary of the other party towards the sender precedes the message.
    """

    text: str
    context: tuple[Turn, ...] = ()
    unanswered: int = 0
    boundary: bool = False


class Layout(NamedTuple):
    """How pieces are joined: special token ids of the encoder, and length limits in tokens."""

    start: tuple[int, ...]
    middle: tuple[int, ...]
    end: tuple[int, ...]
    pad: int
    max_target: int
    max_total: int


class Row(NamedTuple):
    """Token ids of one input; `split` is where the context segment begins."""

    ids: tuple[int, ...]
    split: int


Ids = npt.NDArray[np.int64]


def is_blank(text: str) -> bool:
    """True when a text holds nothing to read; such texts are not scored."""
    return not _readable(text)


def render(item: TextInput) -> tuple[str, str]:
    """Header and target as one string, context as another (empty without context)."""
    header = []
    if item.boundary:
        header.append("[asked to stop]")
    if item.unanswered > 0:
        header.append(f"[{_coarse_count(item.unanswered)} unanswered]")
    target = " ".join([*header, _readable(item.text)])
    turns = [_render_turn(turn) for turn in item.context[-MAX_TURNS:]]
    return target, " | ".join(turns)


def coarse_age(age_s: float | None) -> str:
    """Age in its largest unit, cut to a whole number: 2m, 3h, 5d, 7w, 2y; empty if unknown."""
    if age_s is None:
        return ""
    age = max(float(age_s), 0.0)
    for limit, unit, letter in (
        (_HOUR, _MINUTE, "m"),
        (_DAY, _HOUR, "h"),
        (2 * _WEEK, _DAY, "d"),
        (_YEAR, _WEEK, "w"),
    ):
        if age < limit:
            return f"{int(age // unit)}{letter}"
    return f"{int(age // _YEAR)}y"


def _render_turn(turn: Turn) -> str:
    who = "me" if turn.by_sender else "you"
    age = coarse_age(turn.age_s)
    words = _readable(turn.text)[:TURN_CHARS]
    return f"{who} {age}: {words}" if age else f"{who}: {words}"


def _coarse_count(count: int) -> str:
    return str(count) if count < 4 else "4 or more" if count < 10 else "10 or more"


def _readable(text: str) -> str:
    """Compatibility forms folded, invisible characters dropped, emoji spelled out.

    Word-piece vocabularies hold hardly any emoji; by name ("loudly crying face") they
    reach the model as words.
    """
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = "".join(map(_spell, text))
    return " ".join(text.split())


def _spell(char: str) -> str:
    code = ord(char)
    category = unicodedata.category(char)
    if category == "Cf" or code in _VARIATION_SELECTORS or code in _SKIN_TONES:
        return ""
    if category == "So":
        return f" {unicodedata.name(char, '').lower()} "
    return char


class TokenEncoder:
    """Turns inputs into token ids: start, target, middle, context, end.

    A target over `max_target` tokens keeps its first three quarters and its end; the
    context keeps its newest tokens.
    """

    def __init__(self, tokenizer: Tokenizer, layout: Layout) -> None:
        self.tokenizer = tokenizer
        self.layout = layout
        tokenizer.no_truncation()
        tokenizer.no_padding()

    def rows(self, inputs: Sequence[TextInput]) -> list[Row]:
        """One `Row` an input, in order."""
        pieces = [piece for item in inputs for piece in render(item)]
        found = [e.ids for e in self.tokenizer.encode_batch(pieces, add_special_tokens=False)]
        return [self._join(found[i], found[i + 1]) for i in range(0, len(found), 2)]

    def _join(self, target: list[int], context: list[int]) -> Row:
        lay = self.layout
        if len(target) > lay.max_target:
            tail = lay.max_target // 4
            target = target[: lay.max_target - tail] + target[-tail:]
        head = (*lay.start, *target, *lay.middle)
        if not context:
            return Row(head, len(head))
        room = lay.max_total - len(head) - len(lay.end)
        return Row((*head, *context[-room:], *lay.end), len(head))


def pad(rows: Sequence[Row], length: int, pad_id: int, height: int = 0) -> tuple[Ids, Ids, Ids]:
    """Token ids, attention mask and segment marks (1 = context), each (rows, length).

    `height` over the number of rows adds filler rows, each one repeating the first row.
    """
    shape = (max(len(rows), height), length)
    ids = np.full(shape, pad_id, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    segments = np.zeros(shape, dtype=np.int64)
    for i in range(shape[0]):
        row = rows[i] if i < len(rows) else rows[0]
        count = len(row.ids)
        ids[i, :count] = row.ids
        mask[i, :count] = 1
        segments[i, row.split : count] = 1
    return ids, mask, segments
