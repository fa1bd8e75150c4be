"""Boundaries between two people: who limited contact, how far, until when (codebook 1.3).

`cues` reads the sender's own words with the spaCy rules of `_stops` and
`_limits`. `find` walks the direct events of two people in time order, joins
those cues with the stance and boundary probabilities of the text model where there are
any, and follows each boundary through its states: active, qualified, reopened, withdrawn.
Both directions are followed; nothing is ever deleted. Times are microseconds, as in `events`.

Limits of this version, which reports must not hide:

- Two soft refusals (B2) by the same person within 30 days start a boundary; whether they
  were on the same topic is not compared.
- A boundary set for somebody else (B5) carries its sender as `by`; whom it protects is
  not worked out.
- Scopes topic, place, time and role cannot be checked from metadata (`scope.in_scope` gives None).
- Calls by the author do not re-open a boundary; only messages with text do.
- An `unblock` event changes no state: it says nothing to the other person.
- B7 (departure without words) has no words, so it never comes from here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from stalk_nlp.boundaries._cues import Cue, cues, main_cue
from stalk_nlp.boundaries._walk import (
    LIMITS,
    Change,
    Limits,
    ThreadEvent,
    Walk,
    change,
    know,
    soften,
    standing,
)
from stalk_nlp.events import CONTACT_KINDS, Boundary
from stalk_nlp.labels import BOUNDARY_TYPES, STANCES
from stalk_nlp.segments import split

__all__ = [
    "LIMITS",
    "Change",
    "Cue",
    "Found",
    "Limits",
    "ThreadEvent",
    "active_before",
    "cues",
    "find",
    "main_cue",
    "state_at",
]


class Found(NamedTuple):
    """What `find` gives.

    boundaries: in time order, each with its last state. changes: for each of them its
    states from the first on. soft_refusals: B2 messages that started no boundary; they
    can make `unwanted` possible, never shown.
    """

    boundaries: tuple[Boundary, ...]
    soft_refusals: tuple[Boundary, ...]
    changes: tuple[tuple[Change, ...], ...]


def state_at(changes: Sequence[Change], time_us: int) -> str | None:
    """State just before `time_us`; None when the boundary was not yet made."""
    states = [c.state for c in changes if c.time_us < time_us]
    return states[-1] if states else None


def active_before(found: Found, by: str, to: str, time_us: int) -> bool:
    """Whether a boundary by `by` towards `to` is active or qualified just before `time_us`.

    For the state header of the text model; scope is not looked at.
    """
    return any(
        boundary.by == by
        and boundary.to == to
        and state_at(changes, time_us) in ("active", "qualified")
        for boundary, changes in zip(found.boundaries, found.changes, strict=True)
    )


# --- one message ---

_LEAVES_OPEN = re.compile(
    r"\b(?:only|just|unless|except|apart from|other than|instead|if it'?s|keep it to|stick to"
    r"|(?:email|text|message|ring|write to) (?:me|my|the))\b",
    re.IGNORECASE,
)
_DEFAULT_SCOPE = {"B1": "all", "B2": "topic", "B3": "topic", "B4": "all", "B5": "all", "B6": "all"}


def _made(event: ThreadEvent, limits: Limits) -> Boundary | None:
    """The boundary or soft refusal that a message makes, by rule, by model or by both."""
    if event.text is None or event.kind not in CONTACT_KINDS:
        return None
    cue = _cue(event.text, event.forwarded, event.reply_to)
    certain = event.stance is not None and _p(event.stance, "BOUNDARY") >= limits.boundary_at
    if cue is not None and not _overruled(event, cue, limits):
        return _record(event, cue, "both" if certain else "rule")
    if cue is None and certain and event.boundary is not None:
        kind = _modelled_type(event.boundary)
        return _record(event, Cue(kind, _DEFAULT_SCOPE[kind], "", (0, len(event.text))), "model")
    return None


@functools.lru_cache(maxsize=16_384)
def _cue(text: str, forwarded: bool, reply_to: str | None) -> Cue | None:
    """What the rules see in a text; kept, since a thread is walked before and after the model."""
    return main_cue(cues(text, split(text, forwarded=forwarded, reply_to=reply_to)))


def _p(stance: Sequence[float], label: str) -> float:
    return float(stance[STANCES.index(label)])


def _overruled(event: ThreadEvent, cue: Cue, limits: Limits) -> bool:
    """The model, which knows the context, sees no boundary in words that a rule took for one."""
    if event.stance is None:
        return False
    floor = limits.limit_floor if cue.type in ("B2", "B3") else limits.stop_floor
    return _p(event.stance, "BOUNDARY") < floor


def _modelled_type(probabilities: Sequence[float]) -> str:
    """The likeliest of B1 … B6; a departure without words (B7) cannot be a message."""
    codes = [t.code for t in BOUNDARY_TYPES if t.code in _DEFAULT_SCOPE]
    return max(codes, key=lambda code: float(probabilities[int(code[1:]) - 1]))


def _record(event: ThreadEvent, cue: Cue, source: str) -> Boundary:
    return Boundary(
        row=event.row,
        time_us=event.time_us,
        type=cue.type,
        by=event.sender,
        to=event.recipient,
        scope=cue.scope,
        scope_detail=cue.scope_detail,
        span=cue.span,
        source=source,
    )


# --- the thread ---


def find(thread: Sequence[ThreadEvent], limits: Limits = LIMITS) -> Found:
    """Boundaries in the direct events of two people, in time order, both directions.

    A message makes a boundary when a rule fires, unless the model sees hardly any chance of
    one; or when the model gives stance BOUNDARY at least
    `limits.boundary_at`, with the type of its boundary head. Without probabilities the
    rules decide alone.
    """
    walk = Walk(limits)
    for event in thread:
        if event.kind not in CONTACT_KINDS:
            continue
        know(walk, event)
        made = _made(event, limits)
        if made is None:
            soften(walk, event)
        elif made.type == "B2":
            _refuse(walk, event, made)
        else:
            _start(walk, event, made)
        walk.last_us = event.time_us
        walk.last_by[event.sender] = event.time_us
    changes = tuple(tuple(c) for c in walk.changes)
    return Found(tuple(walk.boundaries), tuple(walk.soft), changes)


def _start(walk: Walk, event: ThreadEvent, made: Boundary) -> None:
    """Add a boundary; one that leaves something open qualifies the author's wider ones.

    "Only about Leo" narrows an earlier stop; "and stay away from my house" does not.
    """
    if made.type == "B3" and _LEAVES_OPEN.search((event.text or "")[slice(*made.span)]):
        for i in standing(walk, made.by, made.to, ("active",)):
            if walk.boundaries[i].scope == "all":
                change(walk, i, event, "qualified")
    shown = event.delivery in ("delivered", "read")
    known = made._replace(known=True, known_by=event.row) if shown else made
    walk.boundaries.append(known)
    walk.channels.append("" if event.delivery in ("failed", "blocked") else event.channel)
    walk.changes.append([Change(event.row, event.time_us, "active")])


def _refuse(walk: Walk, event: ThreadEvent, made: Boundary) -> None:
    """A soft refusal starts a boundary when it is the second within the limit."""
    earlier = [
        b.time_us
        for b in (*walk.soft, *walk.boundaries)
        if b.type == "B2" and (b.by, b.to) == (made.by, made.to)
    ]
    if earlier and made.time_us - max(earlier) <= walk.limits.soft_pair_us:
        _start(walk, event, made)
    else:
        walk.soft.append(made)
