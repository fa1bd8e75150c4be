"""Boundary cues in one message: the rules, their guards, and the scope of what is left."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from stalk_nlp.boundaries._guards import guarded
from stalk_nlp.boundaries._limits import LIMITS
from stalk_nlp.boundaries._rules import Hit, Rules, sentence, to_doc, word_at
from stalk_nlp.boundaries._stops import STOPS
from stalk_nlp.boundaries._words import CHANNEL_FAMILIES, CLASSES
from stalk_nlp.segments import OwnText, Segment, own_text

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["PRIORITY", "Cue", "cues", "main_cue"]

#: Which cue names a message that holds several: formal before informal, wide before narrow.
PRIORITY = ("B6", "B5", "B1", "B4", "B3", "B2")


class Cue(NamedTuple):
    """Words that set a boundary.

    type: B1 … B6. scope: one of `labels.BOUNDARY_SCOPES`. scope_detail: for a channel
    "only:email" or "not:call" (families joined by "+"), else the limiting words.
    span: character offsets in the message.
    """

    type: str
    scope: str
    scope_detail: str
    span: tuple[int, int]


@functools.cache
def _rules() -> Rules:
    return Rules((*STOPS, *LIMITS))


#: Rows that only say who speaks for whom, and words of which one must then be there.
_SPEAKER = "speaker"
_REFUSES = frozenset(("stop", "leave", "cease", "finished"))


# --- scope ---

_NARROW = {
    "topic": frozenset("about unless except regarding if re".split()),
    "time": frozenset(
        "before after past at during between until till til while whilst when tonight today"
        " tomorrow".split()
    ),
    "channel": frozenset("on via through over by".split()),
}
_LAST_WORDS = 6


def _narrowed(doc: Doc, hit: Hit) -> tuple[Hit, str, str]:
    """A stop with a limit right behind it is a limit: "don't ring me before nine"."""
    row = hit.row
    again = word_at(doc, hit.end - 1) in {*CLASSES["again"], "more", "mair"}
    if row.type != "B1" or again or doc[hit.start].text in CLASSES["leave"]:
        return hit, row.type, row.scope
    following = word_at(doc, hit.end)
    for scope, openers in _NARROW.items():
        if following in openers:
            stop = min(sentence(doc, hit.start, hit.end)[1], hit.end + _LAST_WORDS)
            return Hit(row, hit.start, _trim(doc, stop, hit.end)), "B3", scope
    return hit, row.type, row.scope


def _trim(doc: Doc, end: int, least: int) -> int:
    while end > least and not any(c.isalnum() for c in doc[end - 1].text):
        end -= 1
    return end


def _detail(doc: Doc, hit: Hit, scope: str, own: str) -> str:
    """Channel families with their sign, or the limiting words for other scopes."""
    if scope == "all":
        return ""
    if scope != "channel":
        end = doc[hit.end - 1]
        return own[doc[hit.start].idx : end.idx + len(end)].lower()
    sign = hit.row.detail or "not:"
    words = [t.text for t in doc[hit.start : hit.end]]
    if sign == "not:":
        words = list(itertools.takewhile(lambda w: w != ",", words))
        if set(words) & {"on", "via", "through", "over", "in"}:
            words = words[
                next(i for i, w in enumerate(words) if w in _NARROW["channel"] | {"in"}) :
            ]
    families = dict.fromkeys(CHANNEL_FAMILIES[w] for w in words if w in CHANNEL_FAMILIES)
    return sign + "+".join(families) if families else sign + "unnamed"


# --- the cues of a message ---


#: Longest stretch read at once, in characters; keeps the work in step with the length [D].
_STRETCH = 2000


def cues(text: str, segments: Sequence[Segment]) -> tuple[Cue, ...]:
    """Boundary cues in the sender's own words, in order; overlapping ones are settled.

    Of overlapping cues the longest stays, at equal length the one first in `PRIORITY`.
    """
    own = own_text(text, segments)
    if not own.text:
        return ()
    found = [cue for start, end in _stretches(own.text) for cue in _read(own, start, end)]
    return tuple(sorted(found, key=lambda c: c.span))


def _stretches(own: str) -> Iterator[tuple[int, int]]:
    """Long texts in stretches of at most `_STRETCH` characters, cut after a sentence."""
    start = 0
    while len(own) - start > _STRETCH:
        cuts = [own.rfind(mark, start, start + _STRETCH) for mark in ("\n", ". ", "! ", "? ", " ")]
        end = next((cut + 1 for cut in cuts if cut > start), start + _STRETCH)
        yield start, end
        start = end
    yield start, len(own)


def _read(own: OwnText, start: int, end: int) -> list[Cue]:
    part = own.text[start:end]
    doc = to_doc(part)
    hits = [h for h in _rules().hits(doc, part) if not guarded(doc, h, part)]
    others = any(h.row.detail != _SPEAKER for h in hits)
    if not others and not _REFUSES & {t.text for t in doc}:
        return []
    return _settled(_cue(doc, hit, own, start) for hit in hits)


def _cue(doc: Doc, hit: Hit, own: OwnText, offset: int) -> Cue:
    hit, kind, scope = _narrowed(doc, hit)
    first, last = offset + doc[hit.start].idx, offset + doc[hit.end - 1].idx
    end = last + len(doc[hit.end - 1])
    detail = _detail(doc, hit, scope, own.text[offset : offset + _STRETCH])
    return Cue(kind, scope, detail, own.locate(first, end))


def _settled(found: Iterator[Cue]) -> list[Cue]:
    ranked = sorted(found, key=lambda c: (c.span[0] - c.span[1], PRIORITY.index(c.type), c))
    kept: list[Cue] = []
    for cue in ranked:
        if all(cue.span[1] <= k.span[0] or k.span[1] <= cue.span[0] for k in kept):
            kept.append(cue)
    return kept


def main_cue(found: Sequence[Cue]) -> Cue | None:
    """The cue that names the message: by `PRIORITY`, then by place."""
    return min(found, key=lambda c: (PRIORITY.index(c.type), c.span), default=None)
