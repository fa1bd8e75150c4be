"""Events + marks -> the lines of messages.jsonl (contract section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stalk_nlp.contexts import Context
from stalk_nlp.event_table import EventTable
from stalk_nlp.events import CALL_KINDS, Boundary, format_time
from stalk_nlp.labels import LETTERS, RISKS, STANCES
from stalk_nlp.marking import Marked
from stalk_nlp.pair_view import acts_of, event_id, over_threshold

__all__ = ["CHUNK_ROWS", "message_chunks", "text_result"]

CHUNK_ROWS = 8192
_NO_TEXT: dict[str, Any] = {
    "stance": None, "boundary": None, "acts": [], "risk": [], "safeguarding": False,
    "evidence": [], "why": [], "against": [],
}  # fmt: skip


def message_chunks(
    table: EventTable, marked: Marked, context: Mapping[int, Context], ids: NDArray[np.bytes_]
) -> Iterator[list[dict[str, Any]]]:
    """Messages in time order, `CHUNK_ROWS` at a time."""
    writer = _Messages(table, marked, context, ids)
    for start in range(0, len(table), CHUNK_ROWS):
        yield writer.chunk(start, min(start + CHUNK_ROWS, len(table)))


def text_result(marked: Marked, row: int, text: str) -> dict[str, Any]:
    """The text fields of one text that was scored by itself."""
    return {"text": text, **_MarkFields(marked, {}, ()).of(row, text, "msg")}


class _Messages:
    """Joins what the export says of an event with what was marked."""

    def __init__(
        self, table: EventTable, marked: Marked, context: Mapping[int, Context],
        ids: NDArray[np.bytes_],
    ) -> None:  # fmt: skip
        self.table, self.ids = table, ids
        self.fields = _MarkFields(marked, context, table.people.names)

    def chunk(self, start: int, end: int) -> list[dict[str, Any]]:
        rows = np.arange(start, end)
        wide = {n: self.table.column(n, rows) for n in ("time_raw", "input_id", "edited")}
        texts = self.table.texts(rows)
        names = self.table.people.names
        lines = []
        for i, event in enumerate(self.table.index[start:end].iter_rows(named=True)):
            row = start + i
            base = {
                "event_id": event_id(self.ids, row),
                "input_id": wide["input_id"][i],
                "source": event["source"],
                "source_row": event["source_row"],
                "time_utc": None
                if event["tz_basis"] == "unknown"
                else format_time(event["time_us"], event["tz_basis"]),
                "time_wall": format_time(event["time_us"], "unknown")
                if event["tz_basis"] == "unknown"
                else None,
                "time_raw": wide["time_raw"][i],
                "tz_basis": event["tz_basis"],
                "channel": event["channel"],
                "kind": event["kind"],
                "sender": names[event["sender_id"]] if event["sender_id"] >= 0 else None,
                "recipients": [names[r] for r in event["recipient_ids"]],
                "direction": event["direction"],
                "conversation": event["conversation"],
                "group": event["group"],
                "deleted": event["deleted"],
                "edited": wide["edited"][i],
                "delivery": event["delivery"],
            }
            is_call = event["kind"] in CALL_KINDS
            if is_call:
                base["duration_s"] = event["duration_s"]
            if not is_call or texts[i]:  # a voicemail may come with its transcript
                base["text"] = texts[i]
            lines.append(base | self.fields.of(row, texts[i] or "", event["kind"]))
        return lines


class _MarkFields:
    """The fields of contract section 3 that hold marks."""

    def __init__(
        self, marked: Marked, context: Mapping[int, Context], names: Sequence[str]
    ) -> None:
        self.marked, self.context, self.names = marked, context, names
        self.risk_over = over_threshold(marked, "risk")
        self.boundaries: dict[int, Boundary] = {
            b.row: b
            for group in (marked.soft_refusals, marked.boundaries)
            for found in group.values()
            for b in found
        }

    def of(self, row: int, text: str, kind: str) -> dict[str, Any]:
        place = int(self.marked.place[row])
        if place < 0:
            return self._unscored(row, kind)
        marks = self.marked.marks
        stance = STANCES[int(self.marked.stance[place])]
        spans = self.marked.spans.get(row, ())
        context = self.context.get(row, Context())
        return {
            "stance": {
                "label": stance,
                "scores": dict(zip(STANCES, _rounded(marks.stance[place]), strict=True)),
            },
            "four": self._four(place, context),
            "boundary": self._boundary(row),
            "acts": [
                {"code": c, "status": s, "score": p}
                for c, s, p in acts_of(self.marked, row, stance)
            ],
            "risk": self._risk(place, stance),
            "safeguarding": bool(marks.safeguarding[place]),
            "evidence": [
                {"label": label, "start": a, "end": b, "text": text[a:b]} for label, a, b in spans
            ],
            "why": [*self._text_reasons(place, stance, text, spans), *context.why],
            "against": list(context.against) if context.why or spans else [],
        }

    def _unscored(self, row: int, kind: str) -> dict[str, Any]:
        """A call, a picture, a deleted text: only the context can mark it."""
        context = self.context.get(row, Context())
        plain = {} if kind in CALL_KINDS else dict(_NO_TEXT)
        none: dict[str, Any] = {"level": None, "score": None, "basis": []}
        four = {
            "fixated": none,
            "obsessive": none,
            "unwanted": _from_context(context.unwanted),
            "repeated": _from_context(context.repeated),
        }
        return plain | {"four": four, "why": list(context.why), "against": list(context.against)}

    def _four(self, place: int, context: Context) -> dict[str, Any]:
        marks = self.marked.marks
        out: dict[str, Any] = {}
        for i, letter in enumerate(LETTERS):
            by_text = int(marks.four_level[place, i])
            covered = by_text >= 0
            by_text = max(by_text, 0)
            by_context = {"unwanted": context.unwanted, "repeated": context.repeated}.get(letter, 0)
            basis = [n for n, v in (("text", by_text), ("context", by_context)) if v]
            out[letter] = {
                "level": max(by_text, by_context) if covered or by_context else None,
                "score": round(float(marks.four_score[place, i]), 4) if covered else None,
                "basis": basis,
            }
        return out

    def _boundary(self, row: int) -> dict[str, Any] | None:
        found = self.boundaries.get(row)
        if found is None:
            return None
        return {
            "type": found.type,
            "scope": found.scope,
            "by": self.names[int(found.by)] if found.by else None,
            "to": self.names[int(found.to)] if found.to else None,
            "state": found.state,
            "known": found.known,
        }

    def _risk(self, place: int, stance: str) -> list[dict[str, Any]]:
        if stance in ("AUTOMATED", "JOKES_FICTION", "NARRATES", "RELAYS"):
            return []
        scores = self.marked.marks.risk[place]
        return [
            {"code": label.code, "score": round(float(scores[i]), 4)}
            for i, label in enumerate(RISKS)
            if self.risk_over[place, i]
        ]

    def _text_reasons(
        self, place: int, stance: str, text: str, spans: tuple[tuple[str, int, int], ...]
    ) -> list[str]:
        words = {label: f" on the words “{text[a:b]}”" for label, a, b in reversed(spans)}
        marks = self.marked.marks
        reasons = []
        for i, letter in enumerate(LETTERS):
            level = int(marks.four_level[place, i])
            if level > 0:
                how = "shown" if level == 2 else "possible"
                score = f"model score {float(marks.four_score[place, i]):.2f}"
                reasons.append(f"{letter} marked as {how}{words.get(letter, '')} ({score})")
        if marks.safeguarding[place] and stance != "AUTOMATED":
            reasons.append("listed for safeguarding by the high-recall threshold: read it first")
        return reasons


def _from_context(level: int) -> dict[str, Any]:
    return {"level": level, "score": None, "basis": ["context"] if level else []}


def _rounded(values: NDArray[Any]) -> list[float]:
    return [round(float(v), 4) for v in values]
