"""Event table + text model -> text marks and boundaries, thread by thread.

Threads are gathered into windows of some thousand texts, so that the model sees long
batches and memory holds one window. In each window:

1. boundaries by rule alone give every text its state header;
2. the model scores the texts;
3. boundaries are found again, now with the model's stance and type;
4. texts whose header changed by that are scored once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from stalk_nlp import boundaries, segments
from stalk_nlp.acknowledgement import acknowledges
from stalk_nlp.event_table import EventTable
from stalk_nlp.events import Boundary
from stalk_nlp.labels import LETTERS, STANCES
from stalk_nlp.text_model import Marks, TextInput, TextModel, spans
from stalk_nlp.text_model.encode import is_blank
from stalk_nlp.threads import TEXT_KINDS, Draft, Text, Thread, only_relayed

__all__ = ["Marked", "Span", "mark", "mark_texts"]

WINDOW_TEXTS = 4096
Rows = NDArray[np.int64]
Progress = Callable[[str, int, int | None], None]
Span = tuple[str, int, int]


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


def mark(
    table: EventTable,
    found_threads: Sequence[Thread],
    model: TextModel,
    progress: Progress | None = None,
) -> Marked:
    """Scores every text of the table and finds every boundary."""
    found = _Found(len(table))
    total = int(table.index["kind"].is_in(TEXT_KINDS).sum())
    for window in _windows(found_threads):
        _mark_window(table, window, model, found)
        if progress:
            progress("Marking", min(found.count, total), total)
    return found.finish(model)


def _windows(found_threads: Sequence[Thread]) -> Iterator[list[Thread]]:
    window: list[Thread] = []
    size = 0
    for thread in found_threads:
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

    def add(self, texts: list[Text], marks: Marks, stance: NDArray[np.int8]) -> None:
        self.place[[t.row for t in texts]] = np.arange(self.count, self.count + len(texts))
        self.count += len(texts)
        self.parts.append(marks)
        self.stance.append(stance)

    def store(self, draft: Draft) -> None:
        """Takes over the boundaries of a thread, keyed by (by, to)."""
        for kept, source in (
            (self.boundaries, draft.found.boundaries),
            (self.soft, draft.found.soft_refusals),
        ):
            for boundary in source:
                key = (int(boundary.by), int(boundary.to))
                kept[key] = (*kept.get(key, ()), boundary)
        limited = {int(b.to) for b in draft.found.boundaries}
        self.acknowledges.update(
            t.row for t in draft.texts if draft.sender[t.at] in limited and acknowledges(t.text)
        )

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
    drafts = [Draft(table, thread) for thread in window]
    texts = [text for draft in drafts for text in draft.texts]
    for draft in drafts:
        draft.find_boundaries(None, {})
        draft.set_inputs()
    marks = model.score([t.item for t in texts])
    place = {t.row: i for i, t in enumerate(texts)}
    changed: list[Text] = []
    for draft in drafts:
        draft.find_boundaries(marks, place)
        changed += draft.set_inputs()
    if changed:
        again = model.score([t.item for t in changed])
        _overwrite(marks, [place[t.row] for t in changed], again)
    stance = _apply_rules(texts, marks)
    found.add(texts, marks, stance)
    for draft in drafts:
        found.store(draft)
    _find_spans(texts, marks, model, found)


def _overwrite(marks: Marks, places: list[int], newer: Marks) -> None:
    for f in fields(Marks):
        if f.name != "thresholds":
            getattr(marks, f.name)[places] = getattr(newer, f.name)


def _apply_rules(texts: list[Text], marks: Marks) -> NDArray[np.int8]:
    """Stance of each text; a text without words of its own relays, and marks nobody."""
    best = np.nan_to_num(marks.stance, nan=0.0).argmax(axis=1)
    stance: NDArray[np.int8] = best.astype(np.int8)
    relayed = np.array([t.only_relayed for t in texts], dtype=bool)
    stance[relayed] = STANCES.index("RELAYS")
    marks.four_level[relayed] = np.minimum(marks.four_level[relayed], 0)
    return stance


def _find_spans(texts: list[Text], marks: Marks, model: TextModel, found: _Found) -> None:
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


def mark_texts(texts: list[str], model: TextModel) -> Marked:
    """Marks of single texts without context; row numbers are positions in `texts`."""
    found = _Found(len(texts))
    drafts = []
    for row, text in enumerate(texts):
        parts = segments.split(text)
        if not is_blank(text):
            drafts.append(Text(row, row, text, parts, only_relayed(text, parts)))
            drafts[-1].item = TextInput(text)
        if (cue := boundaries.main_cue(boundaries.cues(text, parts))) is not None:
            made = Boundary(row, 0, cue.type, "", "", cue.scope, cue.scope_detail, span=cue.span)
            found.boundaries[(row, row)] = (made,)
    marks = model.score([t.item for t in drafts])
    found.add(drafts, marks, _apply_rules(drafts, marks))
    _find_spans(drafts, marks, model, found)
    return found.finish(model)
