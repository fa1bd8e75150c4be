"""Plain words for codes, times and pattern results (codebook 4.4)."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from stalk_nlp.labels import ACTS, BOUNDARY_TYPES, LETTERS, RISKS

__all__ = [
    "BANNER", "BOUNDARY", "GUARDS", "KINDS", "LETTER", "MEANING", "MONTHS", "PAIR_LEVEL", "PATTERN",
    "STANCE", "STATUS", "clean", "count", "duration", "findings_of", "highlight", "linked", "when",
]  # fmt: skip

#: Codebook 4.4, word for word.
BANNER = (
    "This schedule points to messages for a person to read. It does not decide whether anyone "
    "has committed an offence, what anyone felt, or what risk exists. Marks can be wrong in "
    "both directions."
)
LETTER = dict(zip(LETTERS, "FOUR", strict=True))
MEANING = {label.code: label.meaning for label in (*ACTS, *RISKS)}
BOUNDARY = {label.code: label.meaning for label in BOUNDARY_TYPES}
STANCE = {
    "ACTS": "the sender acts towards the recipient",
    "BOUNDARY": "the sender limits contact",
    "NARRATES": "the sender tells of what someone did",
    "RELAYS": "the sender passes on someone else's words",
    "JOKES_FICTION": "joke, lyric or fiction",
    "AUTOMATED": "automated or institutional text",
    "NEUTRAL": "no sign in the words",
}
#: Lines shown of one pattern; each boundary, streak or flood has one.
MAX_LINES = 12
#: Evidence labels whose code would name a motive.
TAGS = {"jealousy": "anger at other contact", "vexatious": "complaint or service"}
PAIR_LEVEL: dict[int | None, str] = {
    2: "marked at pair level",
    1: "marks present; the pair-level rule is not met",
    0: "not shown in this export",
    None: "not assessable from this export",
}
PATTERN = {
    "P1": "Occasions",
    "P3": "Unanswered streak",
    "P4": "Contact after a boundary",
    "P7": "Call flood",
}
STATUS = {
    "flagged": "marked",
    "guarded": "listed, held back by a guard",
    "below": "below its limits",
    "not_computable": "cannot be computed",
}
GUARDS = {
    "reciprocity": "both parties wrote in the 14 days before, and Party B came back soon after",
    "answered_call": "an answered call of 30 s or more came soon after",
    "call_back": "Party B rang back soon after",
    "automated_sender": "automated or institutional sender: read on its own track",
}
KINDS = {
    "call_answered": "Answered call",
    "call_missed": "Missed call",
    "call_rejected": "Rejected call",
    "voicemail": "Voicemail",
    "email": "E-mail",
    "payment_ref": "Payment reference",
    "tag": "Tag",
    "comment": "Comment",
    "request": "Contact request",
    "gift_notice": "Gift notice",
    "reaction": "Reaction",
    "view": "View",
    "draft": "Draft, not sent",
    "system": "System line",
    "block": "Block",
    "unblock": "Unblock",
}
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_UNUSUAL = {c: 0x2400 + c for c in range(32) if c not in (9, 10, 13)} | {0x7F: 0x2421}


def clean(text: object) -> str:
    """Text as it can stand in a page: control characters become visible signs."""
    return str(text).translate(_UNUSUAL).encode("utf-8", "replace").decode("utf-8")


def count(n: int, one: str, many: str | None = None) -> str:
    """``1 contact``, ``31 contacts``, with thousands separated."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def when(time: str | None, *, seconds: bool = False) -> str:
    """An ISO 8601 time as ``1 Feb 2025, 20:14 UTC``; without UTC where the zone is unknown."""
    if not time:
        return "time not known"
    try:
        moment = dt.datetime.fromisoformat(time)
    except ValueError:
        return clean(time)
    clock = f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"
    zone = "" if moment.tzinfo is None else " UTC"
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {clock}{zone}"


def duration(seconds: float | None) -> str:
    """``45 s``, ``3 min 5 s``; empty when unknown."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


_ID = re.compile(r"sha256:([0-9a-f]{10})[0-9a-f]{54}")
_ISO = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")


def linked(line: str, places: Mapping[str, str]) -> Markup:
    """A reason or note with event ids as short links and times in words."""
    text = _ISO.sub(lambda m: when(m[0]), clean(line))
    parts: list[Markup] = []
    end = 0
    for match in _ID.finditer(text):
        code = Markup("<code>{}</code>").format(match[1])
        place = places.get(match[0])
        link = Markup('<a href="#{}">{}</a>').format(place, code) if place else code
        parts += [escape(text[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _hours(hours: float) -> str:
    return f"{hours:,.1f} h" if hours < 72 else f"{hours / 24:,.1f} days"


def highlight(text: str, evidence: Iterable[Mapping[str, Any]]) -> Markup:
    """The text with each evidence span in <mark>, the letters or codes beside it.

    Offsets are characters of the original text, end exclusive; spans may overlap.
    """
    spans = [
        (max(0, int(e["start"])), min(len(text), int(e["end"])), str(e["label"])) for e in evidence
    ]
    spans = sorted({s for s in spans if s[0] < s[1]})
    cuts = sorted({0, len(text), *(s[0] for s in spans), *(s[1] for s in spans)})
    parts: list[Markup] = []
    for start, end in itertools.pairwise(cuts):
        piece = escape(clean(text[start:end]))
        labels = [s[2] for s in spans if s[0] <= start and end <= s[1]]
        ending = [s[2] for s in spans if s[1] == end and s[2] in labels]
        parts.append(_marked(piece, labels, ending) if labels else piece)
    return Markup("").join(parts)


def _marked(piece: Markup, labels: list[str], ending: list[str]) -> Markup:
    title = ", ".join(dict.fromkeys(MEANING.get(x, BOUNDARY.get(x, _label(x))) for x in labels))
    tags = " ".join(dict.fromkeys(LETTER.get(label, _label(label)) for label in ending))
    note = Markup('<span class="tag">{}</span>').format(tags) if tags else ""
    return Markup('<mark title="{}">{}{}</mark>').format(title, piece, note)


def _label(code: str) -> str:
    return TAGS.get(code, code.lower() if code in STANCE else code.replace("_", " "))


def findings_of(pattern: Mapping[str, Any]) -> list[str]:
    """What a pattern found, one sentence a line, with the numbers put into its formula."""
    value = pattern.get("value") or {}
    say = {"P1": _occasions, "P3": _streak, "P4": _after, "P7": _flood}.get(pattern["code"])
    if not value:
        return []
    lines = say(value, pattern.get("parameters") or {}) if say else _plain(value)
    more = len(lines) - MAX_LINES
    return (
        [*lines[:MAX_LINES], f"{count(more, 'line')} more in pairs.jsonl."] if more > 0 else lines
    )


def _plain(value: Mapping[str, Any]) -> list[str]:
    return [
        f"{key.replace('_', ' ')}: {clean(item)}"
        for key, item in value.items()
        if not isinstance(item, list | dict)
    ]


def _occasions(value: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    tier = value.get("tier") or "none"
    return [
        f"{count(value['events'], 'contact')}, {count(value['turns'], 'turn')}, "
        f"{count(value['sessions'], 'session')} (gap 6 h; {value['sessions_1h']:,} at 1 h, "
        f"{value['sessions_12h']:,} at 12 h), {count(value['days'], 'day')} "
        f"({value['days_basis']}).",
        f"From {when(value.get('first'))} to {when(value.get('last'))}: "
        f"{value['span_days']:,.1f} days. Tier: {tier}.",
    ]


def _streak(value: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    replied = "wrote or rang" if value.get("replied_voluntarily") else "did not write or ring"
    lines = [
        f"Longest run without a voluntary reply: {count(value['longest_k'], 'turn')} over "
        f"{_hours(value['longest_span_h'])}. Party B {replied} of their own accord in this export."
    ]
    limit = given.get("expected_max", 0.01)
    for one in value.get("candidates", []):
        chance = (
            "no voluntary reply at any time"
            if one["never_replied"]
            else f"E = N(1 − p)p^k = {one['other_turns']:,} × (1 − {one['share']:.3f}) × "
            f"{one['share']:.3f}^{one['k']} = {_small(one['expected'])}, limit {limit}"
        )
        lines.append(
            f"{when(one['start'])} to {when(one['end'])}: k = {one['k']} turns over "
            f"{_hours(one['span_h'])}; {chance}; {STATUS.get(one['status'], one['status'])}"
            + _rang(one.get("b_call_attempts", 0))
            + "."
        )
    return lines


def _rang(attempts: int) -> str:
    return f"; {count(attempts, 'call attempt')} by Party B inside it" if attempts else ""


def _small(number: float) -> str:
    if 0 < number < 1e-6:
        return "under 0.000001"
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _after(value: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    if not value.get("each"):
        return ["No boundary by Party B is recorded in this export."]
    wait = given.get("crossing_min", 10)
    lines = [
        f"{count(value['events'], 'contact')} in scope more than {wait:g} minutes after a "
        f"boundary: {count(value['turns'], 'turn')}, {count(value['sessions'], 'session')}, "
        f"{count(value['days'], 'day')}. Boundary shown to be known: "
        f"{value['known']['events']:,}; not shown to be known: "
        f"{value['not_shown_known']['events']:,}. Tier: {value.get('tier') or 'none'}."
    ]
    return lines + [_one_boundary(one) for one in value["each"]]


_APART = {
    "crossing": "crossing messages",
    "acknowledgement": "one acknowledgement",
    "exceptions": "stated exceptions",
    "out_of_scope": "outside its scope",
    "not_assessable_scope": "scope not assessable",
    "after_qualified": "after it was narrowed",
    "after_reopened": "after it was reopened",
    "after_withdrawn": "after it was withdrawn",
}


def _one_boundary(one: Mapping[str, Any]) -> str:
    known = "shown to be known to Party A" if one.get("shown_known") else "not shown to be known"
    counts = one.get("counts", {})
    first = one.get("hours_to_first")
    channels = ", ".join(f"{clean(k)} {v:,}" for k, v in (one.get("by_channel") or {}).items())
    apart = ", ".join(f"{text}: {len(one[k])}" for k, text in _APART.items() if one.get(k))
    return (
        f"After the message of {when(one.get('time'))} ({BOUNDARY.get(one['type'], one['type'])}; "
        f"{known}; {one['state']}): {count(counts.get('events', 0), 'contact')} recorded"
        + (f", the first after {_hours(first)}" if first is not None else "")
        + (f" ({channels})" if channels else "")
        + (f". Listed apart: {apart}" if apart else "")
        + "."
    )


def _flood(value: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{count(value['attempts'], 'unanswered attempt')}; "
        f"{value['attempts_merged']:,} when redials are merged. Most in 1 h: "
        f"{value['most_in_1h']:,} (limit {given.get('attempts_1h', 5)}); most in 24 h: "
        f"{value['most_in_24h']:,} (limit {given.get('attempts_24h', 10)})."
    ]
    return lines + [
        f"{when(one['start'])} to {when(one['end'])}: {count(one['attempts'], 'attempt')}, "
        f"{one['attempts_merged']} merged; {STATUS.get(one['status'], one['status'])}."
        for one in value.get("floods", [])
    ]
