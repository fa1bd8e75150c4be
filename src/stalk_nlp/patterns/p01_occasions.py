"""P1 Occasions (codebook 3.4): how often a contacted b, counted four ways.

The counts describe; the codebook sets no threshold at which they are a mark, and wanted
contact has high counts too. So the status is always ``below``, the tier stands in the
value, and the queue is ordered by it. Contact after a boundary is P4's to mark.
"""

from __future__ import annotations

from dataclasses import dataclass

from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns import _common as c

CODE = "P1"
NAME = "occasions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Session gap in hours (3.2 [D]) and the two gaps shown beside it (3.2)."""

    session_h: float = 6.0
    session_short_h: float = 1.0
    session_long_h: float = 12.0


LIMITS = Limits()


def find(pair: PairEvents, limits: Limits) -> c.Hit:
    """Counts, span and tier of a's contact with b.

    value: events, turns, sessions, sessions_1h, sessions_12h, days, days_basis (UTC or wall
    clock), first_us, last_us (None without contact), span_days, tier (None, T0, T1, T2) and
    tier_by_day (the same rule with a calendar day as the occasion).
    """
    line = c.timeline(pair)
    chosen = line.by_a
    times = line.time_us[chosen]
    first, last = (int(times[0]), int(times[-1])) if len(times) else (None, None)
    span = 0 if first is None or last is None else last - first
    main = c.counts(line, chosen, round(limits.session_h * c.HOUR))
    value = {
        **main,
        "sessions_1h": c.count_sessions(line, chosen, round(limits.session_short_h * c.HOUR)),
        "sessions_12h": c.count_sessions(line, chosen, round(limits.session_long_h * c.HOUR)),
        "days_basis": "UTC" if pair.zone_known else "wall clock",
        "first_us": first,
        "last_us": last,
        "span_days": round(span / c.DAY, 6),
        "tier": c.tier(main["turns"], main["sessions"], span),
        "tier_by_day": c.tier(main["turns"], main["days"], span),
    }
    return c.Hit(
        CODE,
        NAME,
        "below",
        value,
        c.parameters(limits),
        c.rows_of(line, chosen),
        (c.AUTOMATED_SENDER,) if c.only_automated(pair) else (),
        "yes" if pair.has_calls else "partial",
        "" if pair.has_calls else c.NO_CALL_LOG,
    )
