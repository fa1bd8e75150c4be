"""Marks + pattern hits -> what is recorded for each ordered pair (codebook section 4).

No weights, no totals, no score for a person. Everything here is a list of events, or a
count of them, and the rule that put them there. Both directions of a pair get the same
tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stalk_nlp.event_table import EventTable
from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS, Boundary, format_time
from stalk_nlp.labels import ACT_STATUSES, ACTS, LETTERS, RISKS, STANCES
from stalk_nlp.marking import Marked, Thread
from stalk_nlp.patterns import Hit, find_all
from stalk_nlp.patterns._common import (
    DAY,
    sessions,
    silent_intervals,
    timeline,
)
from stalk_nlp.people import PairEvents, account_key

__all__ = ["Context", "PairFinding", "automated_people", "find_pairs", "rank"]

#: Silence that makes unwanted `possible` (codebook 1.6): turns, and time since the first.
SILENT_TURNS, SILENT_US = 5, 7 * DAY
#: A sender is taken for automated when this share of at least this many texts is [D].
AUTOMATED_SHARE, AUTOMATED_TEXTS = 0.8, 3
#: Stances on which the context rules may set a level (codebook 1.2, contract section 3).
CONTEXT_STANCES = ("ACTS", "NEUTRAL", "JOKES_FICTION")
#: Stances whose risk cues are the sender's own.
OWN_STANCES = ("ACTS", "NEUTRAL", "BOUNDARY")
_FIXATED, _OBSESSIVE, _UNWANTED, _REPEATED = range(4)
_WATCHING = ("monitor", "watch")

Bools = NDArray[np.bool_]
Levels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Context:
    """What the context rules say about one contact, and the event each rests on."""

    unwanted: int = 0
    repeated: int = 0
    why: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(slots=True)
class PairFinding:
    """An ordered pair with its marks: `record` is its line in pairs.jsonl (without rank)."""

    pair: PairEvents
    hits: tuple[Hit, ...]
    context: dict[int, Context]
    record: dict[str, Any] = field(default_factory=dict)
    order: tuple[Any, ...] = ()


def find_pairs(
    table: EventTable, marked: Marked, threads: Sequence[Thread], ids: NDArray[np.bytes_]
) -> Iterator[PairFinding]:
    """A finding for every ordered pair with at least one contact from the first to the second."""
    automated = automated_people(table, marked)
    has_calls = bool(table.index["kind"].is_in(CALL_KINDS).any())
    for thread in threads:
        if thread.people is None:
            continue
        lo, hi = thread.people
        for a, b in ((lo, hi), (hi, lo)):
            pair = _pair_events(table, marked, thread, (a, b), automated, has_calls)
            if _contacts(pair).any():
                yield _Pair(table, marked, ids, pair, (a, b)).finding()


def rank(found: list[PairFinding]) -> list[PairFinding]:
    """Review order by the stated rules of codebook 4.1; names and counts only break ties."""
    ordered = sorted(found, key=lambda f: f.order)
    for place, finding in enumerate(ordered, 1):
        finding.record = {"rank": place, **finding.record}
    return ordered


def automated_people(table: EventTable, marked: Marked) -> frozenset[int]:
    """People whose accounts are short codes or sender words, or whose texts are automated.

    Sender class of codebook 3.5, from the export's own bot mark, the kind of account, and
    the stance of the texts.
    """
    found: set[int] = set()
    by_account: dict[int, list[bool]] = {}
    for (platform, key), person in table.people.ids.items():
        space = account_key(platform, key)[0]
        by_account.setdefault(person, []).append(space in ("short", "phone"))
    found.update(p for p, flags in by_account.items() if all(flags) and p != table.people.owner)
    place = marked.place
    rows = np.flatnonzero(place >= 0)
    if len(rows):
        stance = marked.stance[place[rows]] == STANCES.index("AUTOMATED")
        frame = pl.DataFrame({"who": table.index["sender_id"].gather(rows), "auto": stance})
        share = frame.group_by("who").agg(pl.len(), pl.col("auto").mean())
        enough = (share["len"] >= AUTOMATED_TEXTS) & (share["auto"] >= AUTOMATED_SHARE)
        found.update(share.filter(enough)["who"].to_list())
    bots = table.index.filter(pl.col("automated"))["sender_id"].unique().to_list()
    return frozenset(found | set(bots)) - {-1}


def _contacts(pair: PairEvents) -> Bools:
    return pair.by_a & np.isin(pair.kind.astype(str), CONTACT_KINDS)


def _pair_events(
    table: EventTable, marked: Marked, thread: Thread, people: tuple[int, int],
    automated: frozenset[int], has_calls: bool,
) -> PairEvents:  # fmt: skip
    a, b = people
    part = table.index[thread.rows].filter(pl.col("time_us").is_not_null())
    rows = thread.rows[~table.index["time_us"].gather(thread.rows).is_null().to_numpy()]
    place = marked.place[rows]
    stance = np.where(place >= 0, np.array(STANCES, dtype=object)[marked.stance[place]], "")
    limits = (*marked.boundaries.get((a, b), ()), *marked.boundaries.get((b, a), ()))
    soft = (*marked.soft_refusals.get((a, b), ()), *marked.soft_refusals.get((b, a), ()))
    said = {x.row for x in (*limits, *soft)}
    sender = part["sender_id"].to_numpy()
    senders = set(sender.tolist())
    return PairEvents(
        a=table.people.names[a],
        b=table.people.names[b],
        rows=rows,
        time_us=part["time_us"].to_numpy().astype(np.int64),
        by_a=sender == a,
        kind=part["kind"].to_numpy().astype(object),
        channel=part["channel"].to_numpy().astype(object),
        duration_s=part["duration_s"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        delivery=part["delivery"].to_numpy().astype(object),
        is_boundary=np.array([r in said for r in rows.tolist()], dtype=bool)
        | (stance == "BOUNDARY"),
        automated=np.isin(sender, list(automated)),
        stance=stance.astype(object),
        zone_known=not (part["tz_basis"] == "unknown").any(),
        has_calls=has_calls,
        both_sides=b in senders or not (part["platform"] == "generic").all(),
        boundaries=marked.boundaries.get((b, a), ()),
        acknowledges=np.array([r in marked.acknowledges for r in rows.tolist()], dtype=bool),
    )


class _Pair:
    """One ordered pair on its way to a finding."""

    def __init__(
        self, table: EventTable, marked: Marked, ids: NDArray[np.bytes_], pair: PairEvents,
        people: tuple[int, int],
    ) -> None:  # fmt: skip
        self.table, self.marked, self.ids, self.pair = table, marked, ids, pair
        self.a, self.b = people
        self.hits = find_all(pair)
        self.by_code = {h.code: h for h in self.hits}
        self.line = timeline(pair)
        self.rows = self.line.rows[self.line.by_a]
        self.session = sessions(self.line.time_us)[self.line.by_a]
        self.day = (self.line.time_us // DAY)[self.line.by_a]
        self.context = self._context()

    # -- levels of each contact ------------------------------------------------------

    def _context(self) -> dict[int, Context]:
        unwanted: dict[int, tuple[int, str]] = {}
        repeated: dict[int, tuple[int, str]] = {}
        for each in self.by_code["P4"].value.get("each", ()):
            self._after_boundary(each, unwanted, repeated)
        self._after_soft_refusals(unwanted)
        self._in_silence(unwanted)
        for code in ("P3", "P7"):
            self._in_interval(self.by_code[code], repeated)
        against = self._against()
        return {
            row: Context(
                unwanted.get(row, (0, ""))[0],
                repeated.get(row, (0, ""))[0],
                tuple(found[row][1] for found in (unwanted, repeated) if row in found),
                against,
            )
            for row in sorted(unwanted.keys() | repeated.keys())
        }

    def _after_boundary(
        self, each: dict[str, Any], unwanted: dict[int, tuple[int, str]],
        repeated: dict[int, tuple[int, str]],
    ) -> None:  # fmt: skip
        when = self._time(each["row"])
        event = self._id(each["row"])
        known = set(each["known_rows"])
        first_session: int | None = None
        by_row = dict(zip(self.rows.tolist(), self.session.tolist(), strict=True))
        for row in each["rows"]:
            shown = row in known
            how = "" if shown else ", which the export does not show to be known to the sender"
            why = f"said after {self.pair.b}'s stop message of {when}{how} (event {event})"
            _raise(unwanted, row, 2 if shown else 1, why)
            if not shown:
                continue
            first_session = by_row[row] if first_session is None else first_session
            if by_row[row] != first_session:
                again = f"a further occasion of contact after the stop message of {when}"
                _raise(repeated, row, 2, f"{again} (event {event})")

    def _after_soft_refusals(self, unwanted: dict[int, tuple[int, str]]) -> None:
        """Contact until b next writes of their own accord, after one B2: possible [D]."""
        replies = self.line.time_us[self.line.voluntary & ~self.line.by_a]
        for soft in self.marked.soft_refusals.get((self.b, self.a), ()):
            later = replies[replies > soft.time_us]
            until = int(later[0]) if len(later) else int(self.line.time_us[-1]) + 1
            time = self.line.time_us[self.line.by_a]
            why = f"said after {self.pair.b}'s refusal of {self._time(soft.row)}"
            for row in self.rows[(time > soft.time_us) & (time < until)].tolist():
                _raise(unwanted, row, 1, f"{why} (event {self._id(soft.row)})")

    def _in_silence(self, unwanted: dict[int, tuple[int, str]]) -> None:
        found = silent_intervals(self.line)
        for start, end in zip(found.start.tolist(), found.end.tolist(), strict=True):
            stretch = np.arange(start, end + 1)
            own = stretch[self.line.by_a[stretch]]
            turns = self.line.turn[own] - self.line.turn[start]
            since = self.line.time_us[own] - self.line.time_us[start]
            rank_in = np.unique(turns, return_inverse=True)[1]
            late = own[(rank_in >= SILENT_TURNS) & (since >= SILENT_US)]
            why = (
                f"no answer by {self.pair.b} since {self._time(int(self.line.rows[start]))}: "
                f"at least {SILENT_TURNS} earlier turns over at least 7 days"
            )
            for row in self.line.rows[late].tolist():
                _raise(unwanted, row, 1, why)

    def _in_interval(self, hit: Hit, repeated: dict[int, tuple[int, str]]) -> None:
        if hit.status not in ("flagged", "guarded"):
            return
        level = 2 if hit.status == "flagged" else 1
        why = f"part of a series marked by {hit.code} ({hit.name.replace('_', ' ')}), {hit.status}"
        for row in hit.rows:
            _raise(repeated, row, level, why)

    def _against(self) -> tuple[str, ...]:
        mine = self.line.voluntary & ~self.line.by_a
        if not mine.any():
            return ()
        return (f"{self.pair.b} wrote or rang of their own accord {int(mine.sum())} times in all",)

    def text_levels(self, letter: int) -> Levels:
        """Level of a letter from the words, for each of a's contacts."""
        place = self.marked.place[self.rows]
        levels = np.zeros(len(self.rows), dtype=np.int8)
        levels[place >= 0] = self.marked.marks.four_level[place[place >= 0], letter]
        return levels

    def levels(self, letter: int) -> Levels:
        """Level of a letter from words and context together."""
        levels = self.text_levels(letter)
        name = {_UNWANTED: "unwanted", _REPEATED: "repeated"}.get(letter)
        if name:
            context = [getattr(self.context.get(r), name, 0) for r in self.rows.tolist()]
            levels = np.maximum(levels, np.array(context, dtype=np.int8))
        return levels

    # -- the record ------------------------------------------------------------------

    def finding(self) -> PairFinding:
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
            "contacts_after_boundary": self._ids(self.by_code["P4"].rows),
            "course_of_conduct": self._course(),
            "patterns": [self._pattern(h) for h in self.hits],
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
            -max((int(p1["tier"][1]) if p1.get("tier") and four["unwanted"]["level"] else -1), -1),
            -sum(four[name]["level"] or 0 for name in LETTERS),
            -p4.get("events", 0),
            -p1["events"],
            self.pair.a,
            self.pair.b,
        )
        return PairFinding(self.pair, self.hits, self.context, record, order)

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
            "events": self._ids(self.rows[levels > 0]),
        }

    def _fixated(self, levels: Levels) -> bool:
        """Shown on 3 messages over 2 days; or on one with R17, R19 or after a boundary, if
        marks of any level fall on 2 days (codebook 4.1; the second part is read so, since
        one message cannot lie on two days)."""
        shown = levels == 2
        if shown.sum() >= 3 and len(set(self.day[shown].tolist())) >= 2:
            return True
        two_days = len(set(self.day[levels > 0].tolist())) >= 2
        special = self._has_risk(("grievance", "imputed_relationship"))
        after = np.isin(self.rows, self.by_code["P4"].rows)
        return bool(two_days and (shown & (special | after)).any())

    def _obsessive(self, levels: Levels) -> bool:
        """Shown on 2 messages that also carry A5, A8 or R11 (codebook 4.1)."""
        watching = self._has_act(_WATCHING) | self._has_risk(("knows_movements",))
        return int(((levels == 2) & watching).sum()) >= 2

    def _unwanted(self, _levels: Levels) -> bool:
        """Contact in scope after a known boundary, or shown by words on 2 occasions."""
        if self.by_code["P4"].value.get("known", {}).get("events", 0):
            return True
        shown = self.text_levels(_UNWANTED) == 2
        return len(set(self.session[shown].tolist())) >= 2

    def _repeated(self, _levels: Levels) -> bool:
        """Two occasions of contact that is itself marked unwanted (codebook 4.1)."""
        marked = self.levels(_UNWANTED) > 0
        return len(set(self.session[marked].tolist())) >= 2

    def _course(self) -> dict[str, Any]:
        shown = self.levels(_UNWANTED) == 2
        occasions = len(set(self.session[shown].tolist()))
        return {
            "shown": occasions >= 2,
            "occasions": occasions,
            "events": self._ids(self.rows[shown]) if occasions >= 2 else [],
        }

    def _probabilities(self, which: str, columns: Sequence[int]) -> Bools:
        """Whether any of these labels is over its threshold, for each of a's contacts."""
        place = self.marked.place[self.rows]
        found = np.zeros(len(self.rows), dtype=bool)
        over = over_threshold(self.marked, which)
        scored = place >= 0
        found[scored] = over[place[scored]][:, list(columns)].any(axis=1)
        return found

    def _has_act(self, codes: Sequence[str]) -> Bools:
        return self._probabilities("acts", [i for i, a in enumerate(ACTS) if a.code in codes])

    def _has_risk(self, codes: Sequence[str]) -> Bools:
        return self._probabilities("risk", [i for i, r in enumerate(RISKS) if r.code in codes])

    def _stances(self) -> NDArray[np.object_]:
        place = self.marked.place[self.rows]
        names = np.array(STANCES, dtype=object)
        return np.where(place >= 0, names[self.marked.stance[place]], "")

    def _acts(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        stances = self._stances()
        own = self.rows[stances == "ACTS"]
        if len(own):
            found["contact"] = {"PERFORMED": self._ids(own)}
        for row, stance in zip(self.rows.tolist(), stances.tolist(), strict=True):
            for code, status, _ in acts_of(self.marked, row, stance):
                if (code, status) != ("contact", "PERFORMED"):
                    found.setdefault(code, {}).setdefault(status, []).append(self._id(row))
        return found

    def _risk(self) -> dict[str, list[str]]:
        own = np.isin(self._stances().astype(str), OWN_STANCES)
        return {
            label.code: self._ids(self.rows[own & self._has_risk((label.code,))])
            for label in RISKS
            if (own & self._has_risk((label.code,))).any()
        }

    def _safeguarding(self) -> list[str]:
        place = self.marked.place[self.rows]
        own = np.isin(self._stances().astype(str), OWN_STANCES) & (place >= 0)
        return self._ids(self.rows[own & self.marked.marks.safeguarding[place]])

    def _counter(self) -> list[dict[str, Any]]:
        """Counter-indicators, with equal rank (codebook 4.2)."""
        line = self.line
        since = self.pair.boundaries[0].time_us if self.pair.boundaries else -1
        later = line.time_us > since
        mine = line.voluntary & ~line.by_a & later
        number = sessions(line.time_us)
        starts = np.diff(number, prepend=-1) > 0
        when = "after the first boundary" if self.pair.boundaries else "in all"
        found = [
            self._one_counter("b_initiated", starts & mine, f"sessions begun by Party B {when}"),
            self._one_counter("b_replied", mine & ~starts, f"voluntary events of Party B {when}"),
        ]
        for boundary in self.pair.boundaries:
            if boundary.state != "active":
                rows = [r for r in (boundary.changed_by,) if r is not None]
                text = f"the boundary of {self._time(boundary.row)} was later {boundary.state}"
                found.append(_counter(f"boundary_{boundary.state}", self._ids(rows), text))
        for hit in self.hits:
            if hit.status == "guarded":
                text = f"{hit.code} is guarded: {', '.join(hit.guards)}"
                found.append(_counter("guard", self._ids(hit.rows), text))
        if own := self.marked.boundaries.get((self.a, self.b), ()):
            text = "Party A also set a boundary towards Party B"
            found.append(_counter("a_boundary", self._ids([b.row for b in own]), text))
        return [c for c in found if c["n"]]

    def _one_counter(self, kind: str, chosen: Bools, text: str) -> dict[str, Any]:
        return _counter(kind, self._ids(self.line.rows[chosen]), text)

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
        deleted = int(self.table.index["deleted"].gather(rows).sum() or 0)
        if deleted:
            listed.append(f"words of {deleted} deleted messages between them")
        listed += [f"{h.code}: {h.reason}" for h in self.hits if h.reason]
        return listed

    # -- small things ----------------------------------------------------------------

    def _boundary(self, boundary: Boundary) -> dict[str, Any]:
        return {
            "event_id": self._id(boundary.row),
            "type": boundary.type,
            "scope": boundary.scope,
            "scope_detail": boundary.scope_detail,
            "time_utc": self._time(boundary.row),
            "state": boundary.state,
            "known": boundary.known,
            "known_by": None if boundary.known_by is None else self._id(boundary.known_by),
            "changed_by": None if boundary.changed_by is None else self._id(boundary.changed_by),
            "basis": boundary.source,
        }

    def _pattern(self, hit: Hit) -> dict[str, Any]:
        return {
            "code": hit.code,
            "name": hit.name,
            "status": hit.status,
            "computable": hit.computable,
            "reason": hit.reason,
            "value": self._readable(hit.value),
            "parameters": hit.parameters,
            "events": self._ids(hit.rows),
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
            return "event_id", self._id(int(value))
        if key == "rows" or key.endswith("_rows"):
            return key.replace("rows", "events"), self._ids(value)
        if key.endswith("_us") and value is not None:
            basis = "export" if self.pair.zone_known else "unknown"
            return key.removesuffix("_us"), format_time(int(value), basis)
        if isinstance(value, (list, tuple)) and key in _APART:
            return key, self._ids(value)
        return key, self._readable(value)

    def _id(self, row: int) -> str:
        return event_id(self.ids, row)

    def _ids(self, rows: Any) -> list[str]:
        return [event_id(self.ids, int(r)) for r in rows]

    def _time(self, row: int) -> str:
        time_us, basis = self.table.index["time_us"][row], self.table.index["tz_basis"][row]
        return format_time(time_us, basis) or "an unknown time"


#: Keys of P4's value that hold rows.
_APART = (
    "crossing", "acknowledgement", "exceptions", "out_of_scope", "not_assessable_scope",
    "after_qualified", "after_reopened", "after_withdrawn",
)  # fmt: skip


def event_id(ids: NDArray[np.bytes_], row: int) -> str:
    """The public id of an event table row."""
    return f"sha256:{ids[row].decode()}"


def over_threshold(marked: Marked, which: str) -> Bools:
    """Labels of a head (`acts` or `risk`) at or over their thresholds; shape (n, labels).

    A label the model does not cover is NaN and never over.
    """
    scores = getattr(marked.marks, which)
    limits = getattr(marked.marks.thresholds, which)
    with np.errstate(invalid="ignore"):
        over: Bools = scores >= np.asarray(limits)[None, :]
    return over & ~np.isnan(scores)


def acts_of(marked: Marked, row: int, stance: str) -> list[tuple[str, str, float]]:
    """Acts of one event: (code, status, score). Only ACTS and NARRATES carry acts."""
    place = int(marked.place[row])
    if place < 0 or stance not in ("ACTS", "NARRATES"):
        return []
    scores = marked.marks.acts[place]
    limits = np.asarray(marked.marks.thresholds.acts)
    status = "REPORTED"
    if stance == "ACTS":
        own = marked.marks.act_status[place].copy()
        own[ACT_STATUSES.index("REPORTED")] = -1.0
        status = ACT_STATUSES[int(own.argmax())]
    found = []
    for number, label in enumerate(ACTS):
        score = float(scores[number])
        if label.code == "contact":
            if stance == "ACTS":  # codebook 2.1: every ACTS message is at least A2 PERFORMED
                found.append(("contact", "PERFORMED", 1.0))
        elif score >= limits[number]:
            found.append((label.code, status, round(score, 4)))
    return found


def _raise(levels: dict[int, tuple[int, str]], row: int, level: int, why: str) -> None:
    if level > levels.get(row, (0, ""))[0]:
        levels[row] = (level, why)


def _counter(kind: str, events: list[str], text: str) -> dict[str, Any]:
    return {"type": kind, "n": len(events), "text": text, "events": events}
