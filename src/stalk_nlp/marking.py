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
from dataclasses import dataclass, field, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stalk_nlp import boundaries, segments
from stalk_nlp.acknowledgement import acknowledges
from stalk_nlp.event_table import EventTable
from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS, Boundary
from stalk_nlp.labels import BOUNDARY_TYPES, LETTERS, STANCES
from stalk_nlp.text_model import BOUNDARY_CLASSES, Marks, TextInput, TextModel, Turn, spans
from stalk_nlp.text_model.encode import MAX_TURNS, is_blank

__all__ = ["Marked", "Span", "Thread", "mark", "mark_texts", "threads"]

WINDOW_TEXTS = 4096
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
            self.place, _joined(parts), np.concatenate(stance), self.spans,
            self.boundaries, self.soft, self.acknowledges,
        )  # fmt: skip


def _joined(parts: list[Marks]) -> Marks:
    """Marks of several windows as one, in order."""
    arrays = {
        f.name: np.concatenate([getattr(p, f.name) for p in parts])
        for f in fields(Marks)
        if f.name != "thresholds"
    }
    return Marks(**arrays, thresholds=parts[0].thresholds)


def _mark_window(table: EventTable, window: list[Thread], model: TextModel, found: _Found) -> None:
    drafts = [_Thread(table, thread) for thread in window]
    texts = [text for draft in drafts for text in draft.texts]
    for draft in drafts:
        draft.find_boundaries(None, {})
        draft.set_inputs()
    marks = model.score([t.item for t in texts])
    place = {t.row: i for i, t in enumerate(texts)}
    changed: list[_Text] = []
    for draft in drafts:
        draft.find_boundaries(marks, place)
        changed += draft.set_inputs()
    if changed:
        again = model.score([t.item for t in changed])
        _overwrite(marks, [place[t.row] for t in changed], again)
    stance = _apply_rules(texts, marks)
    found.add(texts, marks, stance)
    for draft in drafts:
        draft.store(found)
    _find_spans(texts, marks, model, found)


def _overwrite(marks: Marks, places: list[int], newer: Marks) -> None:
    for f in fields(Marks):
        if f.name != "thresholds":
            getattr(marks, f.name)[places] = getattr(newer, f.name)


def _apply_rules(texts: list[_Text], marks: Marks) -> NDArray[np.int8]:
    """Stance of each text; a text without words of its own relays, and marks nobody."""
    best = np.nan_to_num(marks.stance, nan=0.0).argmax(axis=1)
    stance: NDArray[np.int8] = best.astype(np.int8)
    relayed = np.array([t.only_relayed for t in texts], dtype=bool)
    stance[relayed] = STANCES.index("RELAYS")
    marks.four_level[relayed] = np.minimum(marks.four_level[relayed], 0)
    return stance


def _find_spans(texts: list[_Text], marks: Marks, model: TextModel, found: _Found) -> None:
    """Evidence spans of the FOUR marks, kept where they touch own words."""
    wanted = [
        (i, letter)
        for i in np.flatnonzero((marks.four_level > 0).any(axis=1)).tolist()
        for n, letter in enumerate(LETTERS)
        if marks.four_level[i, n] > 0
    ]
    by_row: dict[int, list[Span]] = {}
    for span in spans(model, [t.item for t in texts], wanted):
        text = texts[span.row]
        if any(
            p.kind == "own" and p.start < span.end and span.start < p.end for p in text.segments
        ):
            by_row.setdefault(text.row, []).append((span.label, span.start, span.end))
    found.spans.update((row, tuple(sorted(s, key=lambda x: x[1:]))) for row, s in by_row.items())


def _by_type(probabilities: NDArray[np.float32]) -> list[float]:
    """The boundary head's columns (none, B1 … B6) in the order of `labels.BOUNDARY_TYPES`."""
    known = dict(zip(BOUNDARY_CLASSES, probabilities.tolist(), strict=True))
    return [known.get(label.code, 0.0) for label in BOUNDARY_TYPES]


def mark_texts(texts: list[str], model: TextModel) -> Marked:
    """Marks of single texts without context; row numbers are positions in `texts`."""
    found = _Found(len(texts))
    drafts = []
    for row, text in enumerate(texts):
        parts = segments.split(text)
        if not is_blank(text):
            drafts.append(_Text(row, row, text, parts, _only_relayed(text, parts)))
            drafts[-1].item = TextInput(text)
        if (cue := boundaries.main_cue(boundaries.cues(text, parts))) is not None:
            made = Boundary(row, 0, cue.type, "", "", cue.scope, cue.scope_detail, span=cue.span)
            found.boundaries[(row, row)] = (made,)
    marks = model.score([t.item for t in drafts])
    found.add(drafts, marks, _apply_rules(drafts, marks))
    _find_spans(drafts, marks, model, found)
    return found.finish(model)


def _only_relayed(text: str, parts: tuple[segments.Segment, ...]) -> bool:
    own = segments.own_words(text, parts)
    return not own.strip() and any(part.kind in _RELAYED for part in parts)


class _Thread:
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

    def _text(self, at: int) -> _Text | None:
        text = self.raw[at]
        if text is None or self.kind[at] not in TEXT_KINDS or is_blank(text):
            return None
        reply = self.reply_to[at]
        found = segments.split(
            text, forwarded=self.forwarded[at], reply_to=reply if isinstance(reply, str) else None
        )
        row = int(self.thread.rows[at])
        return _Text(row, at, text, found, _only_relayed(text, found))

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

    def store(self, found: _Found) -> None:
        """Hands the boundaries over, keyed by (by, to)."""
        for kept, source in (
            (found.boundaries, self.found.boundaries),
            (found.soft, self.found.soft_refusals),
        ):
            for boundary in source:
                key = (int(boundary.by), int(boundary.to))
                kept[key] = (*kept.get(key, ()), boundary)
        limited = {int(b.to) for b in self.found.boundaries}
        found.acknowledges.update(
            t.row for t in self.texts if self.sender[t.at] in limited and acknowledges(t.text)
        )

    def set_inputs(self) -> list[_Text]:
        """Gives every text its model input; returns the texts whose input changed."""
        changed = []
        for text in self.texts:
            item = self._input(text)
            if item != text.item:
                text.item = item
                changed.append(text)
        return changed

    def _input(self, text: _Text) -> TextInput:
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
