"""One pass over a case: what the page shows of each pair, and nothing more in memory."""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stalk_nlp.events import CONTACT_KINDS, UNANSWERED_CALL_KINDS
from stalk_nlp.reports._timeline import Slot, Timeline, draw, months

__all__ = ["MAX_MESSAGES", "MAX_PAIRS", "Entry", "PairView", "gather", "has_marks"]

#: Limits that keep a big case readable in a browser; the rest is in the case folder.
MAX_PAIRS = 40
MAX_MESSAGES = 200
MAX_SAFEGUARDING = 200
#: Unmarked events shown before and after each marked one.
AROUND = 2

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a thread. skipped: events of the thread left out just before it."""

    message: Message
    marked: bool
    skipped: int


@dataclass(slots=True)
class PairView:
    """An ordered pair as the page shows it."""

    record: Mapping[str, Any]
    marked: dict[str, int]  # event id -> weight, every marked event
    chosen: frozenset[str]  # those that are shown
    reverse: Mapping[str, Any] | None
    entries: list[Entry] = field(default_factory=list)
    later: int = 0  # events of the thread after the last one shown
    counts: Counter[Slot] = field(default_factory=Counter)
    unplaced: int = 0
    timeline: Timeline | None = None

    @property
    def key(self) -> str:
        return f"p{self.record['rank']}"

    @property
    def months(self) -> list[tuple[str, dict[str, int]]]:
        return months(self.counts)


def has_marks(pair: Mapping[str, Any]) -> bool:
    """Whether anything is marked or listed for the pair, a guarded pattern included."""
    return bool(_weights(pair)) or any(
        p["status"] in ("flagged", "guarded") for p in pair.get("patterns", ())
    )


def _weights(pair: Mapping[str, Any]) -> dict[str, int]:
    """Marked events of a pair and how many marks each has; boundaries and safeguarding first."""
    found: Counter[str] = Counter()
    for letter in pair["four"].values():
        found.update(letter.get("events") or ())
    for events in pair.get("risk", {}).values():
        found.update(events)
    for code, by_status in pair.get("acts", {}).items():
        for status, events in by_status.items():
            if (code, status) != ("contact", "PERFORMED"):
                found.update(events)
    found.update(pair.get("contacts_after_boundary") or ())
    for event in pair.get("safeguarding") or ():
        found[event] += 100
    for boundary in pair.get("boundaries") or ():
        found[boundary["event_id"]] += 1000
        for name in ("known_by", "changed_by"):
            if boundary.get(name):
                found[boundary[name]] += 1
    return dict(found)


def _choose(weights: Mapping[str, int]) -> frozenset[str]:
    ranked = sorted(weights, key=lambda event: -weights[event])  # stable: earlier lists first
    return frozenset(ranked[:MAX_MESSAGES])


def gather(
    pairs: list[dict[str, Any]], messages: Iterable[Message]
) -> tuple[list[PairView], list[Message], int]:
    """Views of the ranked pairs with marks, safeguarding messages, and how many those are."""
    by_people = {(p["from"], p["to"]): p for p in pairs}
    views: list[PairView] = []
    for pair in filter(has_marks, pairs):
        weights = _weights(pair)
        reverse = by_people.get((pair["to"], pair["from"]))
        views.append(PairView(pair, weights, _choose(weights), reverse))
    views = views[:MAX_PAIRS]
    threads: dict[frozenset[str], _Thread] = {}
    for view in views:
        people = frozenset((view.record["from"], view.record["to"]))
        threads.setdefault(people, _Thread()).views.append(view)
    safeguarding: list[Message] = []
    listed = 0
    for message in messages:
        if message.get("safeguarding"):
            listed += 1
            if len(safeguarding) < MAX_SAFEGUARDING:
                safeguarding.append(message)
        thread = threads.get(_people(message))
        if thread is not None:
            thread.add(message)
    for thread in threads.values():
        for view in thread.views:
            view.later = thread.number - thread.last.get(view.key, 0)
    for view in views:
        _draw(view)
    return views, safeguarding, listed


def _people(message: Message) -> frozenset[str]:
    others: Sequence[str] = message.get("recipients") or []
    if message.get("group") or len(others) != 1 or message.get("sender") is None:
        return frozenset()
    return frozenset((message["sender"], others[0]))


class _Thread:
    """The direct events of two people on their way past."""

    def __init__(self) -> None:
        self.views: list[PairView] = []
        self.recent: deque[tuple[int, Message]] = deque(maxlen=AROUND)
        self.number = 0
        self.open: dict[str, int] = {}  # view key -> events still to show
        self.last: dict[str, int] = {}  # view key -> number of the last event shown

    def add(self, message: Message) -> None:
        self.number += 1
        for view in self.views:
            _count(view, message)
            if message["event_id"] in view.chosen:
                for number, earlier in self.recent:
                    self._show(view, number, earlier, marked=False)
                self._show(view, self.number, message, marked=True)
                self.open[view.key] = AROUND
            elif self.open.get(view.key, 0):
                self._show(view, self.number, message, marked=False)
                self.open[view.key] -= 1
        self.recent.append((self.number, message))

    def _show(self, view: PairView, number: int, message: Message, *, marked: bool) -> None:
        last = self.last.get(view.key, 0)
        if number > last:
            view.entries.append(Entry(message, marked, number - last - 1))
            self.last[view.key] = number


def _count(view: PairView, message: Message) -> None:
    kind = message["kind"]
    if kind not in CONTACT_KINDS:
        return
    hour = _hour(message.get("time_utc") or message.get("time_wall"))
    if hour is None:
        view.unplaced += 1
        return
    what = "unanswered" if kind in UNANSWERED_CALL_KINDS else "message"
    what = "answered" if kind == "call_answered" else what
    view.counts[Slot(int(hour), message["sender"] == view.record["from"], what)] += 1


def _hour(time: str | None) -> float | None:
    if not time:
        return None
    moment = dt.datetime.fromisoformat(time)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return (moment - dt.datetime(1970, 1, 1)).total_seconds() / 3600


def _boundary_hours(record: Mapping[str, Any]) -> Iterator[tuple[float, str]]:
    for number, boundary in enumerate(record.get("boundaries") or (), 1):
        hour = _iso_hour(boundary.get("time_utc"))
        if hour is not None:
            yield hour, f"b{number}"


def _iso_hour(time: str | None) -> float | None:
    try:
        return _hour(time)
    except ValueError:  # "an unknown time"
        return None


def _draw(view: PairView) -> None:
    names = (view.record["from"], view.record["to"])
    boundaries = list(_boundary_hours(view.record)) if view.counts else []
    view.timeline = draw(view.counts, boundaries, names, view.key, view.unplaced)
