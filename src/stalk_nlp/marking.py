"""Event table + text model -> text marks and boundaries, thread by thread.

A thread is everything direct between two people, over all channels, or one group chat.
Threads are gathered into windows of some thousand texts, so that the model sees long
batches and memory holds one window. In each window:

1. boundaries by rule alone give every text its state header;
2. the model scores the texts;
3. boundaries are found again, now with the model's stance and type;
4. texts whose header changed by that are scored once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stalk_nlp import boundaries, segments
from stalk_nlp.event_table import EventTable
from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS, Boundary
from stalk_nlp.labels import LETTERS, STANCES
from stalk_nlp.text_model import MAX_TURNS, Marks, TextInput, TextModel, Turn, is_blank, spans

__all__ = ["Marked", "Span", "Thread", "mark", "threads"]

WINDOW_TEXTS = 4096
#: Kinds whose text is scored.
TEXT_KINDS = tuple(k for k in CONTACT_KINDS if k not in CALL_KINDS or k == "voicemail")
_CONTEXT_KINDS = frozenset((*CONTACT_KINDS, "block"))
_RELAYED = frozenset(("quoted", "forwarded", "reply"))

Rows = NDArray[np.int64]
Progress = Callable[[str, int, int | None], None]
Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Thread:
    """Rows of one thread in time order. `people` are the two ids of a direct thread."""

    rows: Rows
    people: tuple[int, int] | None


@dataclass(slots=True)
class Marked:
    """What the text stage found.

    place: for each row of the event table the position in `marks`, or -1 (not scored).
    stance: for each position the stance index, rules included. `spans`: row -> evidence
    as (label, start, end) in the original text. `boundaries` and `soft_refusals` are keyed
    by (by, to) person ids, in time order. `acknowledges`: rows that only accept a stop.
    """

    place: NDArray[np.int64]
    marks: Marks
    stance: NDArray[np.int8]
    spans: dict[int, tuple[Span, ...]]
    boundaries: dict[tuple[int, int], tuple[Boundary, ...]]
    soft_refusals: dict[tuple[int, int], tuple[Boundary, ...]]
    acknowledges: set[int]


@dataclass(slots=True)
class _Text:
    """One text on its way through a window."""

    row: int
    thread: int
    at: int  # position in the thread
    text: str
    own: segments.OwnText
    only_relayed: bool
    item: TextInput = field(default_factory=lambda: TextInput(""))


def threads(table: EventTable) -> Iterator[Thread]:
    """Every thread of the table, in order of first event. Each row is in one thread."""
    index = table.index
    recipient = pl.col("recipient_ids").list.first()
    direct = (
        ~pl.col("group")
        & (pl.col("sender_id") >= 0)
        & (pl.col("recipient_ids").list.len() == 1)
        & (recipient != pl.col("sender_id"))
    ).fill_null(value=False)
    keyed = index.select(
        pl.int_range(pl.len()).alias("row"),
        lo=pl.when(direct).then(pl.min_horizontal("sender_id", recipient)).otherwise(-1),
        hi=pl.when(direct).then(pl.max_horizontal("sender_id", recipient)).otherwise(-1),
        chat=pl.when(~direct).then(pl.concat_str("platform", pl.lit("\x1f"), "conversation")),
    )
    grouped = keyed.group_by("lo", "hi", "chat", maintain_order=True).agg("row")
    for lo, hi, _, rows in grouped.iter_rows():
        yield Thread(np.array(rows, dtype=np.int64), (lo, hi) if lo >= 0 else None)


def mark(table: EventTable, model: TextModel, progress: Progress | None = None) -> Marked:
    """Scores every text of the table and finds every boundary."""
    found = _Found(len(table))
    total = int(table.index["kind"].is_in(TEXT_KINDS).sum())
    for window in _windows(table):
        _mark_window(table, window, model, found)
        if progress:
            progress("Marking", min(found.count, total), total)
    return found.finish(model)


def _windows(table: EventTable) -> Iterator[list[Thread]]:
    window: list[Thread] = []
    size = 0
    for thread in threads(table):
        window.append(thread)
        size += len(thread.rows)
        if size >= WINDOW_TEXTS:
            yield window
            window, size = [], 0
    if window:
        yield window


class _Found:
    """Gathers the results of the windows."""

    def __init__(self, events: int) -> None:
        self.place = np.full(events, -1, dtype=np.int64)
        self.parts: list[Marks] = []
        self.stance: list[NDArray[np.int8]] = []
        self.count = 0
        self.spans: dict[int, tuple[Span, ...]] = {}
        self.boundaries: dict[tuple[int, int], tuple[Boundary, ...]] = {}
        self.soft: dict[tuple[int, int], tuple[Boundary, ...]] = {}
        self.acknowledges: set[int] = set()

    def add(self, texts: list[_Text], marks: Marks, stance: NDArray[np.int8]) -> None:
        self.place[[t.row for t in texts]] = np.arange(self.count, self.count + len(texts))
        self.count += len(texts)
        self.parts.append(marks)
        self.stance.append(stance)

    def finish(self, model: TextModel) -> Marked:
        parts = self.parts or [model.score([])]
        stance = self.stance or [np.zeros(0, dtype=np.int8)]
        return Marked(
            self.place, Marks.concatenate(parts), np.concatenate(stance), self.spans,
            self.boundaries, self.soft, self.acknowledges,
        )  # fmt: skip
