"""Marks + pattern hits -> what is recorded for each ordered pair (codebook section 4).

No weights, no totals, no score for a person. Everything here is a list of events, or a
count of them, and the rule that put them there. Both directions of a pair get the same
tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stalk_nlp.contexts import Context, contexts
from stalk_nlp.events import Boundary, format_time
from stalk_nlp.labels import LETTERS, RISKS
from stalk_nlp.pair_view import Bools, Levels, PairView, acts_of
from stalk_nlp.patterns import Hit
from stalk_nlp.patterns._common import sessions

__all__ = ["Finding", "find", "rank"]

#: Stances whose risk cues are the sender's own.
OWN_STANCES = ("ACTS", "NEUTRAL", "BOUNDARY")
_UNWANTED, _REPEATED = LETTERS.index("unwanted"), LETTERS.index("repeated")
_WATCHING = ("monitor", "watch")


@dataclass(slots=True)
class Finding:
    """An ordered pair with its marks.

    context: row -> what the context rules say. record: its line in pairs.jsonl. order: the
    sort key of the review queue.
    """

    context: dict[int, Context]
    record: dict[str, Any]
    order: tuple[Any, ...]


def find(view: PairView) -> Finding:
    """The finding of one ordered pair."""
    return _Record(view).finding()


def rank(found: Sequence[Finding]) -> list[Finding]:
    """Review order by the stated rules of codebook 4.1; counts and names only break ties."""
    ordered = sorted(found, key=lambda f: f.order)
    for place, finding in enumerate(ordered, 1):
        finding.record = {"rank": place, **finding.record}
    return ordered


class _Record:
    """One ordered pair on its way to a finding."""

    def __init__(self, view: PairView) -> None:
        self.view = view
        self.pair, self.line, self.marked = view.pair, view.line, view.marked
        self.by_code = view.by_code
        self.context = contexts(view)

    def finding(self) -> Finding:
        p1, p4 = self.by_code["P1"].value, self.by_code["P4"].value
        time = self.line.time_us[self.line.by_a]
        basis = "export" if self.pair.zone_known else "unknown"
        four = {name: self._pair_letter(i) for i, name in enumerate(LETTERS)}
        safeguarding = self._safeguarding()
        record = {
            "id": f"{self.pair.a}→{self.pair.b}",
            "from": self.pair.a,
            "to": self.pair.b,
            "counts": {k: p1[k] for k in ("events", "turns", "sessions", "days")},
            "first": format_time(int(time[0]), basis),
            "last": format_time(int(time[-1]), basis),
            "four": four,
            "boundaries": [self._boundary(b) for b in self.pair.boundaries],
            "contacts_after_boundary": self.view.ids_of(self.by_code["P4"].rows),
            "course_of_conduct": self._course(),
            "patterns": [self._pattern(h) for h in self.view.hits],
            "acts": self._acts(),
            "risk": self._risk(),
            "safeguarding": safeguarding,
            "counter": self._counter(),
            "orders": [],
            "not_assessable": self._not_assessable(),
        }
        order = (
            not safeguarding,
            not (p4.get("sessions", 0) >= 2),
            self.by_code["P4"].status != "flagged",
            -int(p1["tier"][1]) if p1["tier"] and four["unwanted"]["level"] else 1,
            -p4.get("events", 0),
            -p1["events"],
            self.pair.a,
            self.pair.b,
        )
        return Finding(self.context, record, order)

    def _pair_letter(self, letter: int) -> dict[str, Any]:
        levels = self.levels(letter)
        shown = levels == 2
        rule = (self._fixated, self._obsessive, self._unwanted, self._repeated)[letter]
        allowed = rule(levels)
        level: int | None = 2 if allowed else int(levels.any())
        if letter >= _UNWANTED and not self.pair.both_sides and not levels.any():
            level = None
        return {
            "level": level,
            "shown": int(shown.sum()),
            "possible": int((levels == 1).sum()),
            "events": self.view.ids_of(self.view.rows[levels > 0]),
        }

    def _fixated(self, levels: Levels) -> bool:
        """Shown on 3 messages over 2 days; or on one with R17, R19 or after a boundary, if
        marks of any level fall on 2 days (codebook 4.1; the second part is read so, since
        one message cannot lie on two days)."""
        shown = levels == 2
        if shown.sum() >= 3 and len(set(self.view.day[shown].tolist())) >= 2:
            return True
        two_days = len(set(self.view.day[levels > 0].tolist())) >= 2
        special = self.view.has_risk(("grievance", "imputed_relationship"))
        after = np.isin(self.view.rows, self.by_code["P4"].rows)
        return bool(two_days and (shown & (special | after)).any())

    def _obsessive(self, levels: Levels) -> bool:
        """Shown on 2 messages that also carry A5, A8 or R11 (codebook 4.1)."""
        watching = self.view.has_act(_WATCHING) | self.view.has_risk(("knows_movements",))
        return int(((levels == 2) & watching).sum()) >= 2

    def _unwanted(self, _levels: Levels) -> bool:
        """Contact in scope after a known boundary, or shown by words on 2 occasions."""
        if self.by_code["P4"].value.get("known", {}).get("events", 0):
            return True
        shown = self.view.text_levels(_UNWANTED) == 2
        return len(set(self.view.session[shown].tolist())) >= 2

    def _repeated(self, _levels: Levels) -> bool:
        """Two occasions of contact that is itself marked unwanted (codebook 4.1)."""
        marked = self.levels(_UNWANTED) > 0
        return len(set(self.view.session[marked].tolist())) >= 2

    def _course(self) -> dict[str, Any]:
        shown = self.levels(_UNWANTED) == 2
        occasions = len(set(self.view.session[shown].tolist()))
        return {
            "shown": occasions >= 2,
            "occasions": occasions,
            "events": self.view.ids_of(self.view.rows[shown]) if occasions >= 2 else [],
        }

    def levels(self, letter: int) -> Levels:
        """Level of a letter from words and context together."""
        levels = self.view.text_levels(letter)
        name = {_UNWANTED: "unwanted", _REPEATED: "repeated"}.get(letter)
        if name:
            context = [getattr(self.context.get(r), name, 0) for r in self.view.rows.tolist()]
            levels = np.maximum(levels, np.array(context, dtype=np.int8))
        return levels

    def _acts(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        stances = self.view.stances()
        own = self.view.rows[stances == "ACTS"]
        if len(own):
            found["contact"] = {"PERFORMED": self.view.ids_of(own)}
        for row, stance in zip(self.view.rows.tolist(), stances.tolist(), strict=True):
            for code, status, _ in acts_of(self.marked, row, stance):
                if (code, status) != ("contact", "PERFORMED"):
                    found.setdefault(code, {}).setdefault(status, []).append(self.view.id_of(row))
        return found

    def _risk(self) -> dict[str, list[str]]:
        own = np.isin(self.view.stances().astype(str), OWN_STANCES)
        found = {
            label.code: self.view.rows[own & self.view.has_risk((label.code,))] for label in RISKS
        }
        return {code: self.view.ids_of(rows) for code, rows in found.items() if len(rows)}

    def _safeguarding(self) -> list[str]:
        place = self.marked.place[self.view.rows]
        own = np.isin(self.view.stances().astype(str), OWN_STANCES) & (place >= 0)
        return self.view.ids_of(self.view.rows[own & self.marked.marks.safeguarding[place]])

    def _counter(self) -> list[dict[str, Any]]:
        """Counter-indicators, with equal rank (codebook 4.2)."""
        line = self.line
        mine = line.voluntary & ~line.by_a
        starts = np.diff(sessions(line.time_us), prepend=-1) > 0
        first = self.pair.boundaries[0].time_us if self.pair.boundaries else None
        periods = {"in all": np.ones(len(line), dtype=bool)}
        if first is not None:
            before = line.time_us < first
            periods = {
                "before the first boundary": before,
                "after the first boundary": ~before,
            }
        found = [
            self._one_counter(kind, chosen & period, f"{what} of Party B {when}")
            for when, period in periods.items()
            for kind, chosen, what in (
                ("b_initiated", mine & starts, "sessions begun by a voluntary event"),
                ("b_replied", mine & ~starts, "other voluntary events"),
            )
        ]
        for boundary in self.pair.boundaries:
            if boundary.state != "active":
                rows = [r for r in (boundary.changed_by,) if r is not None]
                text = (
                    f"the boundary of {self.view.time_of(boundary.row)} was later {boundary.state}"
                )
                found.append(_counter(f"boundary_{boundary.state}", self.view.ids_of(rows), text))
        for hit in self.view.hits:
            if hit.status == "guarded":
                text = f"{hit.code} is guarded: {', '.join(hit.guards)}"
                found.append(_counter("guard", self.view.ids_of(hit.rows), text))
        if own := self.marked.boundaries.get((self.view.a, self.view.b), ()):
            text = "Party A also set a boundary towards Party B"
            found.append(_counter("a_boundary", self.view.ids_of([b.row for b in own]), text))
        return [c for c in found if c["n"]]

    def _one_counter(self, kind: str, chosen: Bools, text: str) -> dict[str, Any]:
        return _counter(kind, self.view.ids_of(self.line.rows[chosen]), text)

    def _not_assessable(self) -> list[str]:
        listed = [
            "what Party B felt",
            "who held the device or account",
            "whether conduct was reasonable in the circumstances",
        ]
        if not self.pair.zone_known:
            listed.append("times against other sources: the zone of some times is not known")
        if not self.pair.has_calls:
            listed.append("calls: the inputs hold no call log")
        if not self.pair.both_sides:
            listed.append("replies: the export holds one side only")
        if any(b.known is None for b in self.pair.boundaries):
            listed.append("whether Party A knew of every boundary")
        rows = self.pair.rows
        deleted = int(self.view.table.index["deleted"].gather(rows).sum() or 0)
        if deleted:
            listed.append(f"words of {deleted} deleted messages between them")
        listed += [f"{h.code}: {h.reason}" for h in self.view.hits if h.reason]
        return listed

    def _boundary(self, boundary: Boundary) -> dict[str, Any]:
        return {
            "event_id": self.view.id_of(boundary.row),
            "type": boundary.type,
            "scope": boundary.scope,
            "scope_detail": boundary.scope_detail,
            "time_utc": self.view.time_of(boundary.row),
            "state": boundary.state,
            "known": boundary.known,
            "known_by": None if boundary.known_by is None else self.view.id_of(boundary.known_by),
            "changed_by": None
            if boundary.changed_by is None
            else self.view.id_of(boundary.changed_by),
            "basis": boundary.source,
        }

    def _pattern(self, hit: Hit) -> dict[str, Any]:
        return {
            "code": hit.code,
            "name": hit.name,
            "status": hit.status,
            "computable": hit.computable,
            "reason": hit.reason,
            "value": self._readable(_without_rows(hit.value)),
            "parameters": hit.parameters,
            "events": self.view.ids_of(hit.rows),
            "guards": list(hit.guards),
        }

    def _readable(self, value: Any) -> Any:
        """Rows become event ids and microseconds become times, at any depth."""
        if isinstance(value, dict):
            return dict(self._entry(k, v) for k, v in value.items())
        if isinstance(value, (list, tuple)):
            return [self._readable(v) for v in value]
        return value.item() if isinstance(value, np.generic) else value

    def _entry(self, key: str, value: Any) -> tuple[str, Any]:
        if key == "row" and value is not None:
            return "event_id", self.view.id_of(int(value))
        if key == "rows" or key.endswith("_rows"):
            return key.replace("rows", "events"), self.view.ids_of(value)
        if key.endswith("_us") and value is not None:
            basis = "export" if self.pair.zone_known else "unknown"
            return key.removesuffix("_us"), format_time(int(value), basis)
        if isinstance(value, (list, tuple)) and key in _APART:
            return key, self.view.ids_of(value)
        return key, self._readable(value)


#: Keys of P4's value that hold rows.
_APART = (
    "crossing", "acknowledgement", "exceptions", "out_of_scope", "not_assessable_scope",
    "after_qualified", "after_reopened", "after_withdrawn",
)  # fmt: skip


def _without_rows(value: dict[str, Any]) -> dict[str, Any]:
    """P4's value without the contacts of each boundary, which the hit's events already list."""
    each = [
        {k: v for k, v in one.items() if k not in ("rows", "known_rows")}
        for one in value.get("each", ())
    ]
    return {**value, "each": each} if each else value


def _counter(kind: str, events: list[str], text: str) -> dict[str, Any]:
    return {"type": kind, "n": len(events), "text": text, "events": events}
