"""Guards of the boundary rules: words that look like a boundary and are not one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stalk_nlp.boundaries._rules import Hit, sentence, word_at
from stalk_nlp.boundaries._words import CLASSES

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["guarded"]

# --- guards ---

_JOKE = re.compile(
    r"[😂🤣💀😜😝😆😹🤪😏🙃😉😅]|\b(?:lo+l+|lmf?ao+|rofl|(?:ha){2,}h?|jk|joking|jokes|kidding"
    r"|incoming|stalker lol)\b",
    re.IGNORECASE,
)
_SERIOUS = re.compile(
    r"\b(?:i mean it|serious|seriously|not (?:a )?jok(?:e|ing)|not? kidding|not funny|police)\b",
    re.IGNORECASE,
)
_JOKED = frozenset({"B1", "B3", "B4", "B5", "B6"})
_SUBJECTS = frozenset(
    "you u ye they he she it who people ppl we i ive i've i'd she'd he'd why if when because cos"
    " coz cause since have has had would will could that which nobody everyone they've you've"
    " i'll ill you'll we'll did".split()
)
_NEGATIONS = frozenset(
    "dont don't do not never cant can't cannot couldn't couldnt wont won't didn't didnt doesn't"
    " doesnt wouldn't wouldnt hardly not nor".split()
)
_YOU = frozenset(("you", "u", "ye", "ya", "yous", "youse", "yer", "ur", "your", "you're", "youre"))
_THIRD = frozenset(
    "he she him his her hes shes he's she's they them their theyre they're hers himself".split()
)
_REPORTS = frozenset(
    "told tell telling say said says sed saying asked ask asking asks goes begged warned wants"
    " wanted"
    " made thought think reckons wishes tells texted wrote like".split()
)
_PLEAS = frozenset(("ask", "asking", "beg", "please", "pls", "would", "could", "can", "will"))
_ASKS = frozenset(
    "did do does have has are is why what should shall who how when was were am didnt".split()
)
_SHORT = frozenset(
    "sec secs second seconds min mins minute minutes bit moment mo hour hours half 5 10 five ten"
    " today tonight while".split()
)
_AFTER_CALL = frozenset(
    "again anymore any no on at or and after before about from this that's im i'm i pls please"
    " ever thanks back either im ill until till til late when while ye x during tonight"
    " then".split()
)


def _joked(own: str, kind: str) -> bool:
    return kind in _JOKED and bool(_JOKE.search(own)) and not _SERIOUS.search(own)


def _reported(doc: Doc, first: int, start: int, kind: str) -> bool:
    """The words are what somebody said, not what the sender says to this person."""
    for i in range(start - 1, max(first, start - 7) - 1, -1):
        if doc[i].text not in _REPORTS:
            continue
        after = {doc[j].text for j in range(i + 1, start)}
        if after & _YOU:
            return False
        if after & (_THIRD | {"me", "us"}) and kind != "B5":
            return True
        if doc[i].text == "like" or after & _THIRD:
            return bool(after & _THIRD)
        mine = {word_at(doc, i - 1), word_at(doc, i - 2)} & {"i", "im", "i'm", "i've", "ive", "am"}
        return not mine and kind != "B5"
    return False


def _wrong_subject(doc: Doc, hit: Hit) -> bool:
    """ "you never text me", "can't stop", "please don't leave me alone"."""
    first, before = doc[hit.start].text, word_at(doc, hit.start - 1)
    if first in {"dont", "don't", "never", "do", "dnt", "doh"} and hit.row.type != "B2":
        refuses = word_at(doc, hit.start + 1) in {"want", "wanna", "wish"}
        asks = before in _YOU and word_at(doc, hit.start - 2) in _PLEAS
        return before in _SUBJECTS and not refuses and not asks
    if first == "not" and word_at(doc, hit.start + 1) == "to":
        return before not in {"are", "asked", "told", "ordered", "warned", "were", "you", "r"}
    if first in CLASSES["stop"] or first in CLASSES["leave"]:
        third = before == "to" and word_at(doc, hit.start - 2) in _THIRD | {"people", "someone"}
        other = before in {"he", "she", "they", "it", "i", "we", "bus"}
        asks = word_at(doc, hit.start - 2) in {"", ",", "."} | _PLEAS
        other = other or (before in {"you", "u"} and not asks)
        return before in _NEGATIONS or third or other
    return False


def _asked(doc: Doc, first: int, last: int) -> bool:
    return word_at(doc, last - 1) == "?" and word_at(doc, first) in _ASKS


def _only_for_now(doc: Doc, hit: Hit) -> bool:
    """ "leave me alone a sec", "leave me alone with him"."""
    if doc[hit.start].text not in CLASSES["leave"]:
        return False
    following = [word_at(doc, i) for i in range(hit.end, hit.end + 4)]
    return bool(_SHORT & set(following)) or following[0] in {"with", "in", "to"}


def _names(doc: Doc, hit: Hit) -> bool:
    """ "don't call me crazy": calling a name, not calling."""
    words = [doc[i].text for i in range(hit.start, hit.end)]
    if not {"call", "calling"} & set(words) or words[-1] not in {"me", "us", "her", "him", "them"}:
        return False
    following = word_at(doc, hit.end)
    return bool(following) and following.isalnum() and following not in _AFTER_CALL


def _about_others(doc: Doc, hit: Hit) -> bool:
    """A notice of block or report that speaks of a third person, to somebody else."""
    if hit.row.type not in {"B4", "B6"}:
        return False
    words = {t.text for t in doc}
    inside = {doc[i].text for i in range(hit.start, hit.end)}
    if inside & set(CLASSES["not"]):
        return True
    before = word_at(doc, hit.start - 1)
    return before in _SUBJECTS - {"i", "we", "i've", "ive"} or (
        bool(words & _THIRD) and not words & _YOU
    )


def guarded(doc: Doc, hit: Hit, own: str) -> bool:
    first, last = sentence(doc, hit.start, hit.end)
    return (
        _joked(own, hit.row.type)
        or _wrong_subject(doc, hit)
        or (hit.row.type != "B2" and _reported(doc, first, hit.start, hit.row.type))
        or _asked(doc, first, last)
        or _only_for_now(doc, hit)
        or _names(doc, hit)
        or _about_others(doc, hit)
    )
