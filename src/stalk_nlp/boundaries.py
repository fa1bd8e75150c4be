"""Boundaries between two people: who limited contact, how far, until when (codebook 1.3).

`cues` reads the sender's own words with the spaCy rules of `_boundary_words`. `find` walks
the direct events of two people in time order, joins those cues with the stance and
boundary probabilities of the text model where there are any, and follows each boundary
through its states: active, qualified, reopened, withdrawn. Both directions are followed;
nothing is ever deleted. Times are microseconds, as in `events`.

Limits of this version, which reports must not hide:

- Two soft refusals (B2) by the same person within 30 days start a boundary; whether they
  were on the same topic is not compared.
- A boundary set for somebody else (B5) carries its sender as `by`; whom it protects is
  not worked out.
- Scopes topic, place, time and role cannot be checked from metadata (`in_scope` gives None).
- Calls by the author do not re-open a boundary; only messages with text do.
- An `unblock` event changes no state: it says nothing to the other person.
- B7 (departure without words) has no words, so it never comes from here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stalk_nlp._boundary_cues import Cue, cues, main_cue, phrases
from stalk_nlp._boundary_words import PERMITS, WITHDRAWALS
from stalk_nlp.events import CONTACT_KINDS, Boundary
from stalk_nlp.labels import BOUNDARY_TYPES, STANCES
from stalk_nlp.segments import own_words, split

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
    "in_scope",
    "main_cue",
    "state_at",
]

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds. All are [D] (our choice, to calibrate) unless a section is named."""

    boundary_at: float = 0.5  # P(stance BOUNDARY) from which the model alone sets a boundary
    veto_below: float = 0.05  # P(stance BOUNDARY) under which another stance may overrule a rule
    veto_at: float = 0.8  # probability that other stance must have
    soft_pair_us: int = 30 * _DAY  # codebook 1.3: two B2 within 30 days
    crossing_us: int = 10 * _MINUTE  # codebook P4: messages that may have crossed
    answer_us: int = _DAY  # the first message by the other party within this answers
    acknowledge_us: int = 7 * _DAY  # a message with words of acknowledgement within this answers
    session_us: int = 6 * _HOUR  # codebook 3.2: a longer gap begins a session
    pressure_us: int = _DAY  # contact by the author this soon after the other's is a reply


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEvent:
    """One direct event between two people.

    stance: probabilities in the order of `labels.STANCES`. boundary: probabilities in the
    order of `labels.BOUNDARY_TYPES` (B1 … B7). None where no model ran or there is no text.
    """

    row: int
    time_us: int
    sender: str
    recipient: str
    kind: str = "msg"
    channel: str = ""
    text: str | None = None
    delivery: str = "unknown"
    stance: Sequence[float] | None = None
    boundary: Sequence[float] | None = None
    forwarded: bool = False
    reply_to: str | None = None


class Change(NamedTuple):
    """A state that begins at `time_us` with the event `row`."""

    row: int
    time_us: int
    state: str


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


# --- scope ---

_CALLS = frozenset(("phone", "call", "voicemail", "facetime"))
_SOCIAL = frozenset(
    ("instagram", "messenger", "facebook", "snapchat", "telegram", "twitter", "discord", "slack")
)
_SPOKEN = ("call_answered", "call_missed", "call_rejected", "voicemail")
_UNSEEN = frozenset(("unnamed", "group"))


def in_scope(boundary: Boundary, channel: str, kind: str = "msg") -> bool | None:
    """Whether contact on `channel` lies within what the boundary ruled out.

    None means not assessable: scopes topic, place, time and role, and channel limits that
    name no channel of an export ("not here"). "not:call" rules out calls; "only:email"
    rules out everything but e-mail, and "only:solicitor" every channel an export holds.
    """
    if boundary.scope == "all":
        return True
    if boundary.scope != "channel":
        return None
    sign, _, names = boundary.scope_detail.partition(":")
    families = frozenset(names.split("+"))
    if not names or families & _UNSEEN:
        return None
    named = bool(families & _families(channel.lower(), kind))
    return not named if sign == "only" else named


def _families(channel: str, kind: str) -> frozenset[str]:
    """The families a contact belongs to: a WhatsApp message is a text and WhatsApp."""
    if kind in _SPOKEN or channel in _CALLS:
        return frozenset((channel, "call"))
    if kind == "email" or channel == "email":
        return frozenset((channel, "email"))
    return frozenset((channel, "text", "dm" if channel in _SOCIAL else "text"))


# --- one message ---

_DEFAULT_SCOPE = {"B1": "all", "B2": "topic", "B3": "topic", "B4": "all", "B5": "all", "B6": "all"}
_TEXTUAL = frozenset(("msg", "email", "comment", "tag", "payment_ref", "request", "gift_notice"))


def _made(event: ThreadEvent, limits: Limits) -> Boundary | None:
    """The boundary or soft refusal that a message makes, by rule, by model or by both."""
    if event.text is None or event.kind not in CONTACT_KINDS:
        return None
    parts = split(event.text, forwarded=event.forwarded, reply_to=event.reply_to)
    cue = main_cue(cues(event.text, parts))
    certain = event.stance is not None and _p(event.stance, "BOUNDARY") >= limits.boundary_at
    if cue is not None and not _vetoed(event, limits):
        return _record(event, cue, "both" if certain else "rule")
    if cue is None and certain and event.boundary is not None:
        kind = _modelled_type(event.boundary)
        return _record(event, Cue(kind, _DEFAULT_SCOPE[kind], "", (0, len(event.text))), "model")
    return None


def _p(stance: Sequence[float], label: str) -> float:
    return float(stance[STANCES.index(label)])


def _vetoed(event: ThreadEvent, limits: Limits) -> bool:
    """The model is sure that the words are a joke, a report or somebody else's."""
    if event.stance is None or _p(event.stance, "BOUNDARY") >= limits.veto_below:
        return False
    others = ("JOKES_FICTION", "NARRATES", "RELAYS")
    return max(_p(event.stance, label) for label in others) >= limits.veto_at


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


@dataclass(slots=True)
class _Walk:
    """State of the walk through one pair's events."""

    limits: Limits
    boundaries: list[Boundary] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    changes: list[list[Change]] = field(default_factory=list)
    soft: list[Boundary] = field(default_factory=list)
    last_us: int | None = None  # any event of the pair
    last_by: dict[str, int] = field(default_factory=dict)  # last contact of each person


def find(thread: Sequence[ThreadEvent], limits: Limits = LIMITS) -> Found:
    """Boundaries in the direct events of two people, in time order, both directions.

    A message makes a boundary when a rule fires, unless the model is sure that the words
    are a joke, a report or relayed; or when the model gives stance BOUNDARY at least
    `limits.boundary_at`, with the type of its boundary head. Without probabilities the
    rules decide alone.
    """
    walk = _Walk(limits)
    for event in thread:
        if event.kind not in CONTACT_KINDS:
            continue
        _know(walk, event)
        made = _made(event, limits)
        if made is None:
            _soften(walk, event)
        elif made.type == "B2":
            _refuse(walk, event, made)
        else:
            _start(walk, event, made)
        walk.last_us = event.time_us
        walk.last_by[event.sender] = event.time_us
    changes = tuple(tuple(c) for c in walk.changes)
    return Found(tuple(walk.boundaries), tuple(walk.soft), changes)


def _start(walk: _Walk, event: ThreadEvent, made: Boundary) -> None:
    """Add a boundary; a narrower one qualifies the author's earlier wide ones."""
    if made.type == "B3":
        for i in _open(walk, made.by, made.to, ("active",)):
            if walk.boundaries[i].scope == "all":
                _change(walk, i, event, "qualified")
    shown = event.delivery in ("delivered", "read")
    known = made._replace(known=True, known_by=event.row) if shown else made
    walk.boundaries.append(known)
    walk.channels.append("" if event.delivery in ("failed", "blocked") else event.channel)
    walk.changes.append([Change(event.row, event.time_us, "active")])


def _refuse(walk: _Walk, event: ThreadEvent, made: Boundary) -> None:
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


def _open(walk: _Walk, by: str, to: str, states: tuple[str, ...]) -> list[int]:
    return [
        i
        for i, b in enumerate(walk.boundaries)
        if (b.by, b.to) == (by, to) and b.state in states
    ]


def _change(walk: _Walk, i: int, event: ThreadEvent, state: str) -> None:
    walk.boundaries[i] = walk.boundaries[i]._replace(state=state, changed_by=event.row)
    walk.changes[i].append(Change(event.row, event.time_us, state))


# --- taking back, qualifying, re-opening ---

_PRACTICAL = re.compile(
    r"\b(?:kids?|child(?:ren)?|school|nursery|pick(?:ing)? ?up|drop(?:ping)? ?off|handover|inhaler"
    r"|calpol|homework|rent|deposit|bills?|keys?|post|parcel|court|solicitor|divorce|mortgage"
    r"|maintenance|forms?|invoice|doctors?|dentist|insurance|council tax|your stuff)\b",
    re.IGNORECASE,
)
_HOSTILE = re.compile(
    r"\b(?:f+u+c+k\w*|fkin\w*|piss|pathetic|disgusting|creep\w*|psycho|bastard|dickhead|prick"
    r"|wanker|twat|arsehole|hate you|hate u|weirdo|sick of|freak|police|scum)\b",
    re.IGNORECASE,
)


def _soften(walk: _Walk, event: ThreadEvent) -> None:
    """What a message of the author that is no boundary does to the author's boundaries."""
    standing = _open(walk, event.sender, event.recipient, ("active", "qualified", "reopened"))
    if not standing or event.text is None:
        return
    own = own_words(
        event.text, split(event.text, forwarded=event.forwarded, reply_to=event.reply_to)
    )
    said = _taken_back(own)
    for i in standing:
        boundary = walk.boundaries[i]
        if said == "withdrawn" or (said == "qualified" and boundary.state == "active"):
            _change(walk, i, event, said)
        elif said is None and boundary.state != "reopened" and _reopens(walk, event, own, boundary):
            _change(walk, i, event, "reopened")


def _taken_back(own: str) -> str | None:
    """withdrawn for "you can message me", qualified for "you can message me about Leo"."""
    spans = phrases(WITHDRAWALS, own)
    if not spans:
        return None
    end = max(end for _, end in spans)
    following = re.findall(r"[\w']+", own[end : end + 20].lower())
    permits = "can" in own[spans[0][0] : end].lower() or "could" in own[spans[0][0] : end].lower()
    return "qualified" if permits and following and following[0] in PERMITS else "withdrawn"


def _reopens(walk: _Walk, event: ThreadEvent, own: str, boundary: Boundary) -> bool:
    """Whether the author freely starts non-hostile contact within the boundary's scope.

    Free: the first event of a session, and no contact by the other party in the last
    24 h (that would make it a reply to pressure). Non-hostile: stance NEUTRAL, or no
    stance and no insult. Messages on children, money or papers count as practical and
    do not re-open, nor does a message with no own words.
    """
    limits = walk.limits
    gap = event.time_us - walk.last_us if walk.last_us is not None else 0
    other = walk.last_by.get(event.recipient)
    free = gap > limits.session_us and (
        other is None or event.time_us - other > limits.pressure_us
    )
    if not free or event.kind not in _TEXTUAL or not own:
        return False
    friendly = not _HOSTILE.search(own) and not _PRACTICAL.search(own)
    neutral = event.stance is None or STANCES[_top(event.stance)] == "NEUTRAL"
    return friendly and neutral and in_scope(boundary, event.channel, event.kind) is True


def _top(values: Sequence[float]) -> int:
    return max(range(len(values)), key=lambda i: float(values[i]))


# --- known to the other party ---

_ANSWERS = re.compile(
    r"\b(?:ok(?:ay)?|fine|sorry|why|you (?:said|asked|told)|u (?:said|asked|told)|i know|understood"
    r"|i understand|i won'?t|leave (?:you|u) alone|stop (?:messag|text|call|ring|contact)\w+"
    r"|block(?:ed|ing)?|space|last (?:one|message|time)|respect|got (?:it|your message)|as you wish)\b",
    re.IGNORECASE,
)


def _know(walk: _Walk, event: ThreadEvent) -> None:
    """Mark boundaries known by this message of the other party (codebook 1.3).

    It answers a boundary when it is in the same channel and (a) the other party's first
    message after the crossing window and within 24 h, or (b) has words of
    acknowledgement within 7 days. Neither holds for a boundary that failed to arrive,
    except (b). Known is never set to False: an export cannot show that.
    """
    if event.kind not in _TEXTUAL or not event.text:
        return
    for i in range(len(walk.boundaries)):
        boundary = walk.boundaries[i]
        if boundary.known or (boundary.by, boundary.to) != (event.recipient, event.sender):
            continue
        since = event.time_us - boundary.time_us
        acknowledged = since <= walk.limits.acknowledge_us and _ANSWERS.search(event.text)
        if acknowledged or _first_answer(walk, i, event, since):
            walk.boundaries[i] = boundary._replace(known=True, known_by=event.row)


def _first_answer(walk: _Walk, i: int, event: ThreadEvent, since: int) -> bool:
    """A boundary still unknown has had no answer yet, so only the window decides."""
    inside = walk.limits.crossing_us < since <= walk.limits.answer_us
    return inside and walk.channels[i] == event.channel
