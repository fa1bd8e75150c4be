"""The threads of an event table, and what the text model is shown of each.

A thread is everything direct between two people, over all channels, or one group chat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stalk_nlp import boundaries, segments
from stalk_nlp.event_table import EventTable
from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS
from stalk_nlp.labels import BOUNDARY_TYPES
from stalk_nlp.text_model import BOUNDARY_CLASSES, Marks, TextInput, Turn
from stalk_nlp.text_model.encode import MAX_TURNS, is_blank

__all__ = ["TEXT_KINDS", "Draft", "Text", "Thread", "only_relayed", "threads"]

#: Kinds whose text is scored.
TEXT_KINDS = tuple(k for k in CONTACT_KINDS if k not in CALL_KINDS or k == "voicemail")
_CONTEXT_KINDS = frozenset((*CONTACT_KINDS, "block"))
_NOTES = {
    "call_missed": "[missed call]",
    "call_rejected": "[rejected call]",
    "voicemail": "[voicemail]",
    "block": "[blocked]",
}
_RELAYED = frozenset(("quoted", "forwarded", "reply"))


@dataclass(frozen=True, slots=True)
class Thread:
    """Rows of one thread in time order. `people` are the two ids of a direct thread."""

    rows: NDArray[np.int64]
    people: tuple[int, int] | None


@dataclass(slots=True)
class Text:
    """One text on its way through a window."""

    row: int
    at: int  # position in the thread
    text: str
    segments: tuple[segments.Segment, ...]
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


def only_relayed(text: str, parts: tuple[segments.Segment, ...]) -> bool:
    """True when a text has no words of its own, and some of somebody else."""
    own = segments.own_words(text, parts)
    return not own.strip() and any(part.kind in _RELAYED for part in parts)


def _by_type(probabilities: NDArray[np.float32]) -> list[float]:
    """The boundary head's columns (none, B1 … B6) in the order of `labels.BOUNDARY_TYPES`."""
    known = dict(zip(BOUNDARY_CLASSES, probabilities.tolist(), strict=True))
    return [known.get(label.code, 0.0) for label in BOUNDARY_TYPES]


class Draft:
    """One thread of a window: its texts, their inputs, its boundaries."""

    def __init__(self, table: EventTable, thread: Thread) -> None:
        self.thread = thread
        part = table.index[thread.rows]
        self.time = part["time_us"].to_list()
        self.kind = part["kind"].to_list()
        self.sender = part["sender_id"].to_list()
        self.channel = part["channel"].to_list()
        self.delivery = part["delivery"].to_list()
        self.deleted = part["deleted"].to_list()
        self.duration = part["duration_s"].to_list()
        self.raw = table.texts(thread.rows)
        self.reply_to = table.column("reply_to", thread.rows)
        self.forwarded = part["forwarded"].to_list()
        self.texts = [t for at in range(len(self.raw)) if (t := self._text(at)) is not None]
        self.own_run = self._own_runs()
        self.found = boundaries.Found((), (), ())

    def _own_runs(self) -> list[int]:
        """For each event, how many events its sender made just before it in a row."""
        runs: list[int] = []
        last, run = None, 0
        for sender, kind in zip(self.sender, self.kind, strict=True):
            runs.append(run if sender == last else 0)
            if kind in _CONTEXT_KINDS:
                run = run + 1 if sender == last else 1
                last = sender
        return runs

    def _text(self, at: int) -> Text | None:
        text = self.raw[at]
        if text is None or self.kind[at] not in TEXT_KINDS or is_blank(text):
            return None
        reply = self.reply_to[at]
        found = segments.split(
            text, forwarded=self.forwarded[at], reply_to=reply if isinstance(reply, str) else None
        )
        row = int(self.thread.rows[at])
        return Text(row, at, text, found, only_relayed(text, found))

    def find_boundaries(self, marks: Marks | None, place: dict[int, int]) -> None:
        """Boundaries of a direct thread, by rule alone while there are no marks."""
        if self.thread.people is None:
            return
        lo, hi = self.thread.people
        other = {lo: str(hi), hi: str(lo)}
        scored = {t.at for t in self.texts}
        self.found = boundaries.find(
            [
                self._thread_event(at, other, marks, place.get(int(row)))
                for at, row in enumerate(self.thread.rows.tolist())
                if self.time[at] is not None and (at in scored or self.kind[at] in CONTACT_KINDS)
            ]
        )

    def _thread_event(
        self, at: int, other: dict[int, str], marks: Marks | None, place: int | None
    ) -> boundaries.ThreadEvent:
        reply = self.reply_to[at]
        known = marks is not None and place is not None
        return boundaries.ThreadEvent(
            row=int(self.thread.rows[at]),
            time_us=self.time[at],
            sender=str(self.sender[at]),
            recipient=other[self.sender[at]],
            kind=self.kind[at],
            channel=self.channel[at],
            text=None if self.kind[at] in CALL_KINDS else self.raw[at],
            delivery=self.delivery[at],
            stance=marks.stance[place].tolist() if known else None,  # type: ignore[union-attr]
            boundary=_by_type(marks.boundary[place]) if known else None,  # type: ignore[union-attr]
            forwarded=self.forwarded[at],
            reply_to=reply if isinstance(reply, str) else None,
        )

    def _limited(self, at: int) -> bool:
        """Whether the other party's boundary towards the sender of this text is in force."""
        if self.thread.people is None or self.time[at] is None or not self.found.boundaries:
            return False
        lo, hi = self.thread.people
        sender = self.sender[at]
        by = hi if sender == lo else lo
        return boundaries.active_before(self.found, str(by), str(sender), self.time[at])

    def set_inputs(self) -> list[Text]:
        """Gives every text its model input; returns the texts whose input changed."""
        changed = []
        for text in self.texts:
            item = self._input(text)
            if item != text.item:
                text.item = item
                changed.append(text)
        return changed

    def _input(self, text: Text) -> TextInput:
        context = tuple(self._turn(at, text.at) for at in self._before(text.at))
        return TextInput(text.text, context, self.own_run[text.at], self._limited(text.at))

    def _before(self, at: int) -> list[int]:
        """Positions of up to `MAX_TURNS` earlier events that the model is shown."""
        earlier: list[int] = []
        while at > 0 and len(earlier) < MAX_TURNS:
            at -= 1
            if self.kind[at] in _CONTEXT_KINDS:
                earlier.append(at)
        return earlier[::-1]

    def _turn(self, at: int, target: int) -> Turn:
        then, now = self.time[at], self.time[target]
        age = None if then is None or now is None else (now - then) / 1e6
        return Turn(self.sender[at] == self.sender[target], age, self._words(at))

    def _words(self, at: int) -> str:
        kind, text = self.kind[at], self.raw[at]
        if text and kind not in CALL_KINDS:
            return text
        if kind == "call_answered":
            minutes = round((self.duration[at] or 0) / 60)
            return f"[voice call {minutes} min]" if minutes else "[voice call]"
        if kind in _NOTES:
            return _NOTES[kind]
        return "[deleted message]" if self.deleted[at] else "[picture or file]"
