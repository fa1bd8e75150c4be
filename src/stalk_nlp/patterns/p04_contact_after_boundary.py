"""P4 Contact after a boundary (codebook 3.4): a's contacts in scope after b limited contact.

No volume threshold: one contact flags, two occasions (sessions) are marked T0. Reciprocity
never clears it. Two polite messages after a stop are seen by this pattern alone.

What is listed apart instead of counted, and never dropped:

- crossing: contacts up to and including 10 minutes after the boundary;
- acknowledgement: the first text within 24 h, if it only acknowledges (the word test is made
  upstream, `PairEvents.acknowledges`). Only one; one sent while messages crossed uses it up;
- exceptions: contacts on a channel that the boundary itself leaves open;
- out_of_scope: contacts on another channel than the one the boundary names;
- not_assessable_scope: contacts after a boundary on a topic, place, time or role, which time
  and direction cannot judge;
- after_qualified, after_reopened: contacts after b narrowed or reopened contact;
- after_withdrawn: contacts after b took the boundary back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from stalk_nlp.events import Boundary
from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns import _common as c
from stalk_nlp.scope import in_scope

CODE = "P4"
NAME = "contact_after_boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Crossing messages and the one acknowledgement (codebook 3.4 P4 [D]); flag at 1, T0 at 2."""

    crossing_min: float = 10.0
    acknowledge_h: float = 24.0
    flag_events: int = 1
    t0_occasions: int = 2


LIMITS = Limits()
_ONE_SIDE = "The export cannot hold the other party's messages, so no boundary can be seen."
_SCOPE = "Contact followed a boundary whose scope cannot be judged from time and direction."
_STATE = "A boundary changed its state at a time that the export does not show."
_APART = (
    "crossing",
    "acknowledgement",
    "exceptions",
    "out_of_scope",
    "not_assessable_scope",
    "after_qualified",
    "after_reopened",
    "after_withdrawn",
)


def find(pair: PairEvents, limits: Limits) -> c.Hit:
    """Counted contacts of every boundary, and everything listed apart.

    value: boundaries (number), the four counts over all boundaries together, tier, known and
    not_shown_known (four counts each; a contact is in the known series when some boundary it
    followed was known by then), and each: one dict a boundary with row, time_us, type,
    scope, scope_detail, state, shown_known (True, False or None), counts (the four), tier,
    hours_to_first (None without contact), by_channel, known, not_shown_known (four counts
    each), rows, known_rows, and the rows listed apart, by name.
    """
    if not pair.boundaries:
        return _none(pair, limits)
    line = c.timeline(pair)
    after = [_after(line, boundary, limits) for boundary in pair.boundaries]
    counted = np.logical_or.reduce([one["counted"] for one in after])
    known = np.logical_or.reduce([one["known"] for one in after])
    each = [_describe(line, b, one, limits) for b, one in zip(pair.boundaries, after, strict=True)]
    status, computable, reason = _verdict(pair, counted, each, limits)
    main = c.counts(line, counted)
    return c.Hit(
        CODE,
        NAME,
        status,
        {
            "boundaries": len(each),
            **main,
            "tier": _tier(main, limits),
            "known": c.counts(line, counted & known),
            "not_shown_known": c.counts(line, counted & ~known),
            "each": each,
        },
        c.parameters(limits),
        c.rows_of(line, counted),
        (c.AUTOMATED_SENDER,) if c.only_automated(pair) else (),
        computable,
        reason,
    )


def _none(pair: PairEvents, limits: Limits) -> c.Hit:
    if pair.both_sides:
        return c.Hit(CODE, NAME, "below", {"boundaries": 0}, c.parameters(limits))
    given = c.parameters(limits)
    return c.Hit(CODE, NAME, "not_computable", {}, given, (), (), "no", _ONE_SIDE)


def _verdict(
    pair: PairEvents, counted: c.Bools, each: list[dict[str, Any]], limits: Limits
) -> tuple[str, str, str]:
    """Status, computable and reason. Contact that could not be judged is never ``below``."""
    unjudged = any(one["not_assessable_scope"] for one in each)
    undated = any(
        b.state != "active" and (b.changed_by is None or b.changed_by not in pair.rows)
        for b in pair.boundaries
    )
    reason = _SCOPE if unjudged else _STATE if undated else "" if pair.has_calls else c.NO_CALL_LOG
    computable = "partial" if reason else "yes"
    if np.count_nonzero(counted) >= limits.flag_events:
        return "flagged", computable, reason
    return ("not_computable", "no", reason) if unjudged else ("below", computable, reason)


def _tier(counted: dict[str, int], limits: Limits) -> str | None:
    return "T0" if counted["sessions"] >= limits.t0_occasions else None


def _after(line: c.Timeline, boundary: Boundary, limits: Limits) -> dict[str, c.Bools]:
    """One mask a name of `_APART`, with `counted` and `known`; every contact is in one only."""
    later = line.by_a & _is_after(line, boundary.time_us, boundary.row)
    waited = line.time_us - boundary.time_us
    masks = {"crossing": later & (waited <= limits.crossing_min * c.MINUTE)}
    rest = later & ~masks["crossing"]
    rest = _take_scope(line, boundary, rest, masks)
    rest = _take_state(line, boundary, rest, masks)
    ack = _acknowledgement(line, later, masks["crossing"], waited, limits)
    masks["acknowledgement"] = ack & rest
    masks["counted"] = rest & ~ack
    masks["known"] = masks["counted"] & _known(line, boundary)
    return masks


def _is_after(line: c.Timeline, time_us: int, row: int) -> c.Bools:
    later: c.Bools = line.time_us > time_us
    later |= (line.time_us == time_us) & (line.rows > row)
    return later


def _from_row(line: c.Timeline, row: int | None, *, including: bool) -> c.Bools:
    """Events from the one in this row on; all events when the pair does not hold that row."""
    place = np.flatnonzero(line.rows == -1 if row is None else line.rows == row)
    if not len(place):
        return np.ones(len(line), dtype=np.bool_)
    found: c.Bools = np.arange(len(line)) >= place[0] + (0 if including else 1)
    return found


def _take_scope(
    line: c.Timeline, boundary: Boundary, rest: c.Bools, masks: dict[str, c.Bools]
) -> c.Bools:
    """Moves what the scope leaves out into its own masks; returns what stays in scope."""
    none = np.zeros(len(line), dtype=np.bool_)
    masks |= {"exceptions": none, "out_of_scope": none, "not_assessable_scope": none}
    if boundary.scope == "all":
        return rest
    verdict = [
        in_scope(boundary, channel, "call_missed" if is_call else "msg")
        for channel, is_call in zip(line.channel.tolist(), line.is_call.tolist(), strict=True)
    ]
    unjudged = np.array([v is None for v in verdict], dtype=np.bool_)
    left_out = np.array([v is False for v in verdict], dtype=np.bool_)
    apart = "exceptions" if boundary.scope_detail.startswith("only:") else "out_of_scope"
    masks["not_assessable_scope"] = rest & unjudged
    masks[apart] = rest & left_out
    return rest & ~unjudged & ~left_out


def _take_state(
    line: c.Timeline, boundary: Boundary, rest: c.Bools, masks: dict[str, c.Bools]
) -> c.Bools:
    """Moves contacts after a change of state into their own mask.

    The state is dated by the row that changed it; where that is not among the pair's events
    the last state is taken for the whole time (and the result is ``partial``).
    """
    none = np.zeros(len(line), dtype=np.bool_)
    states = ("qualified", "reopened", "withdrawn")
    changed = none if boundary.state == "active" else _changed(line, boundary)
    for state in states:
        masks[f"after_{state}"] = rest & changed if boundary.state == state else none
    return rest & ~changed


def _changed(line: c.Timeline, boundary: Boundary) -> c.Bools:
    return _from_row(line, boundary.changed_by, including=False)


def _acknowledgement(
    line: c.Timeline, later: c.Bools, crossing: c.Bools, waited: c.Ints, limits: Limits
) -> c.Bools:
    """The one permitted acknowledgement, as a mask of at most one event."""
    found = np.zeros(len(line), dtype=np.bool_)
    texts = later & line.is_text
    if (texts & crossing & line.acknowledges).any():
        return found
    first = np.flatnonzero(texts & ~crossing & (waited <= limits.acknowledge_h * c.HOUR))[:1]
    found[first] = line.acknowledges[first]
    return found


def _known(line: c.Timeline, boundary: Boundary) -> c.Bools:
    """Contacts by which time the boundary was known to a.

    Delivered or read: from the boundary on. Answered by a later message of a (`known_by`):
    from that message on, because the export does not show that it was known before.
    """
    if not boundary.known:
        return np.zeros(len(line), dtype=np.bool_)
    answered = boundary.known_by is not None and boundary.known_by != boundary.row
    return _from_row(line, boundary.known_by if answered else None, including=True)


def _describe(
    line: c.Timeline, boundary: Boundary, masks: dict[str, c.Bools], limits: Limits
) -> dict[str, Any]:
    counted, known = masks["counted"], masks["known"]
    main = c.counts(line, counted)
    first = line.time_us[counted][:1]
    wait_h = [round(float(t - boundary.time_us) / c.HOUR, 6) for t in first]
    return {
        "row": boundary.row,
        "time_us": boundary.time_us,
        "type": boundary.type,
        "scope": boundary.scope,
        "scope_detail": boundary.scope_detail,
        "state": boundary.state,
        "shown_known": boundary.known,
        "counts": main,
        "tier": _tier(main, limits),
        "hours_to_first": wait_h[0] if wait_h else None,
        "by_channel": dict(sorted(Counter(line.channel[counted].tolist()).items())),
        "known": c.counts(line, known),
        "not_shown_known": c.counts(line, counted & ~known),
        "rows": list(c.rows_of(line, counted)),
        "known_rows": list(c.rows_of(line, known)),
        **{name: list(c.rows_of(line, masks[name])) for name in _APART},
    }
