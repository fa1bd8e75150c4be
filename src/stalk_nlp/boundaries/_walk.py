"""How a boundary changes as a thread goes on: known, qualified, re-opened, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stalk_nlp.boundaries._rules import phrases
from stalk_nlp.boundaries._words import PERMITS, WITHDRAWALS
from stalk_nlp.events import Boundary
from stalk_nlp.labels import STANCES
from stalk_nlp.scope import in_scope
from stalk_nlp.segments import own_words, split

__all__ = [
    "LIMITS",
    "Change",
    "Limits",
    "ThreadEvent",
    "Walk",
    "change",
    "know",
    "soften",
    "standing",
]

_TEXTUAL = frozenset(("msg", "email", "comment", "tag", "payment_ref", "request", "gift_notice"))
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds. All are [D] (our choice, to calibrate) unless a section is named."""

    boundary_at: float = 0.8  # P(stance BOUNDARY) from which the model alone sets a boundary
    stop_floor: float = 0.02  # P under which the model overrules a rule for B1, B4, B5, B6
    limit_floor: float = 0.2  # the same for B2 and B3, whose words are often harmless
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


@dataclass(slots=True)
class Walk:
    """State of the walk through one pair's events."""

    limits: Limits
    boundaries: list[Boundary] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    changes: list[list[Change]] = field(default_factory=list)
    soft: list[Boundary] = field(default_factory=list)
    last_us: int | None = None  # any event of the pair
    last_by: dict[str, int] = field(default_factory=dict)  # last contact of each person


def standing(walk: Walk, by: str, to: str, states: tuple[str, ...]) -> list[int]:
    return [
        i for i, b in enumerate(walk.boundaries) if (b.by, b.to) == (by, to) and b.state in states
    ]


def change(walk: Walk, i: int, event: ThreadEvent, state: str) -> None:
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


def soften(walk: Walk, event: ThreadEvent) -> None:
    """What a message of the author that is no boundary does to the author's boundaries."""
    live = standing(walk, event.sender, event.recipient, ("active", "qualified", "reopened"))
    if not live or event.text is None:
        return
    own = own_words(
        event.text, split(event.text, forwarded=event.forwarded, reply_to=event.reply_to)
    )
    said = _taken_back(own)
    for i in live:
        boundary = walk.boundaries[i]
        if said == "withdrawn" or (said == "qualified" and boundary.state == "active"):
            change(walk, i, event, said)
        elif said is None and boundary.state != "reopened" and _reopens(walk, event, own, boundary):
            change(walk, i, event, "reopened")


def _taken_back(own: str) -> str | None:
    """withdrawn for "you can message me", qualified for "you can message me about Leo"."""
    spans = phrases(WITHDRAWALS, own)
    if not spans:
        return None
    end = max(end for _, end in spans)
    following = re.findall(r"[\w']+", own[end : end + 20].lower())
    permits = "can" in own[spans[0][0] : end].lower() or "could" in own[spans[0][0] : end].lower()
    return "qualified" if permits and following and following[0] in PERMITS else "withdrawn"


def _reopens(walk: Walk, event: ThreadEvent, own: str, boundary: Boundary) -> bool:
    """Whether the author freely starts non-hostile contact within the boundary's scope.

    Free: the first event of a session, and no contact by the other party in the last
    24 h (that would make it a reply to pressure). Non-hostile: stance NEUTRAL, or no
    stance and no insult. Messages on children, money or papers count as practical and
    do not re-open, nor does a message with no own words.
    """
    limits = walk.limits
    gap = event.time_us - walk.last_us if walk.last_us is not None else 0
    other = walk.last_by.get(event.recipient)
    free = gap > limits.session_us and (other is None or event.time_us - other > limits.pressure_us)
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
    r"|block(?:ed|ing)?|space|last (?:one|message|time)|respect|got (?:it|your message)"
    r"|as you wish)\b",
    re.IGNORECASE,
)


def know(walk: Walk, event: ThreadEvent) -> None:
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


def _first_answer(walk: Walk, i: int, event: ThreadEvent, since: int) -> bool:
    """A boundary still unknown has had no answer yet, so only the window decides."""
    inside = walk.limits.crossing_us < since <= walk.limits.answer_us
    return inside and walk.channels[i] == event.channel
