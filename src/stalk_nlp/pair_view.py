"""One ordered pair seen through the event table, the marks and the patterns.

Everything that findings and context rules ask of a pair is here: its contacts, their
sessions and days, the levels and labels the text model gave them, and their public ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stalk_nlp.event_table import EventTable
from stalk_nlp.events import CALL_KINDS, CONTACT_KINDS, format_time
from stalk_nlp.labels import ACT_STATUSES, ACTS, RISKS, STANCES
from stalk_nlp.marking import Marked
from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns import find_all
from stalk_nlp.patterns._common import DAY, only_automated, sessions, timeline
from stalk_nlp.people import account_key
from stalk_nlp.threads import Thread

__all__ = ["PairView", "acts_of", "automated_people", "event_id", "over_threshold", "pair_views"]

#: A sender is taken for automated when this share of at least this many texts is [D].
AUTOMATED_SHARE, AUTOMATED_TEXTS = 0.8, 3

Bools = NDArray[np.bool_]
Levels = NDArray[np.int8]


def pair_views(
    table: EventTable, marked: Marked, threads: Iterable[Thread], ids: NDArray[np.bytes_]
) -> Iterator[PairView]:
    """A view of every ordered pair with at least one contact from the first to the second."""
    automated = automated_people(table, marked)
    has_calls = bool(table.index["kind"].is_in(CALL_KINDS).any())
    for thread in threads:
        if thread.people is None:
            continue
        lo, hi = thread.people
        for a, b in ((lo, hi), (hi, lo)):
            pair = _pair_events(table, marked, thread, (a, b), automated, has_calls)
            if _contacts(pair).any():
                yield PairView(table, marked, ids, pair, (a, b))


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
    return frozenset(found | set(bots)) - {-1, table.people.owner}


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


class PairView:
    """An ordered pair. Arrays `rows`, `session` and `day` have one entry a contact of a.

    line: the pair's contact events, both ways. hits: every pattern, `by_code` by its code.
    """

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
        self.only_automated = only_automated(pair)

    def text_levels(self, letter: int) -> Levels:
        """Level of a letter from the words, for each of a's contacts."""
        place = self.marked.place[self.rows]
        levels = np.zeros(len(self.rows), dtype=np.int8)
        scored = place >= 0
        levels[scored] = np.maximum(self.marked.marks.four_level[place[scored], letter], 0)
        return levels

    def _probabilities(self, which: str, columns: Sequence[int]) -> Bools:
        """Whether any of these labels is over its threshold, for each of a's contacts."""
        place = self.marked.place[self.rows]
        found = np.zeros(len(self.rows), dtype=bool)
        over = over_threshold(self.marked, which)
        scored = place >= 0
        found[scored] = over[place[scored]][:, list(columns)].any(axis=1)
        return found

    def has_act(self, codes: Sequence[str]) -> Bools:
        return self._probabilities("acts", [i for i, a in enumerate(ACTS) if a.code in codes])

    def has_risk(self, codes: Sequence[str]) -> Bools:
        return self._probabilities("risk", [i for i, r in enumerate(RISKS) if r.code in codes])

    def stances(self) -> NDArray[np.object_]:
        place = self.marked.place[self.rows]
        names = np.array(STANCES, dtype=object)
        return np.where(place >= 0, names[self.marked.stance[place]], "")

    def id_of(self, row: int) -> str:
        return event_id(self.ids, row)

    def ids_of(self, rows: Any) -> list[str]:
        return [event_id(self.ids, int(r)) for r in rows]

    def time_of(self, row: int) -> str:
        time_us, basis = self.table.index["time_us"][row], self.table.index["tz_basis"][row]
        return format_time(time_us, basis) or "an unknown time"


def event_id(ids: NDArray[np.bytes_], row: int) -> str:
    """The public id of an event table row."""
    return f"sha256:{ids[row].decode()}"


def over_threshold(marked: Marked, which: str) -> Bools:
    """Labels of a head (`acts` or `risk`) at or over their thresholds; shape (n, labels).

    A label the model does not cover is NaN and never over.
    """
    scores = getattr(marked.marks, which)
    limits = getattr(marked.marks.thresholds, which)
    labels = {"acts": ACTS, "risk": RISKS}[which]
    floor = np.array([limits.get(label.code, np.inf) for label in labels])
    over: Bools = np.nan_to_num(scores, nan=-1.0) >= floor
    return over


def acts_of(marked: Marked, row: int, stance: str) -> list[tuple[str, str, float]]:
    """Acts of one event: (code, status, score). Only ACTS and NARRATES carry acts."""
    place = int(marked.place[row])
    if place < 0 or stance not in ("ACTS", "NARRATES"):
        return []
    scores = marked.marks.acts[place]
    limits = marked.marks.thresholds.acts
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
        elif score >= limits.get(label.code, np.inf):
            found.append((label.code, status, round(score, 4)))
    return found
