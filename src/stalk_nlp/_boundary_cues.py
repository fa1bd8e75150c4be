"""Reads the boundary word tables with spaCy's Matcher, and the guards around them."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from stalk_nlp._boundary_words import CHANNEL_FAMILIES, CLASSES, MACROS, PATTERNS
from stalk_nlp.segments import OwnText, Segment, english, own_text

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

__all__ = ["PRIORITY", "Cue", "Rules", "cues", "main_cue", "phrases"]

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


class _Row(NamedTuple):
    type: str
    scope: str
    detail: str
    at_start: bool
    at_end: bool


class _Hit(NamedTuple):
    row: _Row
    start: int  # first token
    end: int  # token after the last


# --- the notation ---

#: Words in so many messages that they are poor anchors.
_COMMON = frozenset(
    "i you u to the a and is it in on of for at not no me my your so that this we be have are do"
    " dont don't just all now can will am im i'm was but what with up get go going out he she they"
    " about only from or if never any us ur mum work".split()
)

_ANY = {"IS_PUNCT": False, "IS_SPACE": False, "OP": "?"}


def _alternatives(item: str) -> list[str]:
    words: list[str] = []
    for name in item.split("|"):
        words.extend(CLASSES[name[1:]] if name[:1] == "@" and len(name) > 1 else [name])
    return words


def _token(item: str) -> list[dict[str, Any]]:
    if item == "_":
        return [{"IS_PUNCT": False, "IS_SPACE": False}]
    if item[0] == "~":
        return [_ANY] * int(item[1:])
    mark = item[-1] if item[-1] in "?*" and len(item) > 1 else ""
    body = item.removesuffix(mark) if mark else item
    if body == "$":
        return [{"IS_PUNCT": True}]
    if body == "#":
        token: dict[str, Any] = {"LIKE_NUM": True}
    else:
        token = {"LOWER": {"IN": _alternatives(body)}}
    return [{**token, "OP": mark} if mark else token]


def _expand(pattern: str) -> Iterator[str]:
    """Macros written out: every combination of their spellings."""
    choices: list[tuple[str, ...]] = []
    for item in pattern.split():
        name = item.removesuffix("?")
        spellings = MACROS.get(name, (item,))
        choices.append((*spellings, "") if name in MACROS and item != name else spellings)
    yield from (" ".join(c) for c in itertools.product(*choices))


def _compile(pattern: str) -> list[list[dict[str, Any]]]:
    return [[t for item in p.split() for t in _token(item)] for p in _expand(pattern)]


def _needed(tokens: Sequence[dict[str, Any]]) -> list[frozenset[str]]:
    """The words a pattern cannot do without, a set a token; rarest in messages first."""
    sets = [frozenset(t["LOWER"]["IN"]) for t in tokens if "LOWER" in t and "OP" not in t]
    return sorted(sets, key=lambda words: (len(_COMMON & words), len(words)))


class Rules:
    """A table of patterns made ready for use. rows: (type, scope, detail, patterns).

    One matcher a row, run only on texts that hold the words the row cannot do without.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str, tuple[str, ...]]]) -> None:
        self._rows: list[_Row] = []
        self._patterns: list[list[list[dict[str, Any]]]] = []
        self._matchers: dict[int, Matcher] = {}
        self._by_word: dict[str, list[tuple[int, list[frozenset[str]]]]] = {}
        for kind, scope, detail, patterns in rows:
            for pattern in patterns:
                self._add(_Row(kind, scope, detail, pattern[0] == "^", pattern[-1] == "$"), pattern)

    def _add(self, row: _Row, pattern: str) -> None:
        compiled = _compile(pattern.removeprefix("^ ").removesuffix(" $"))
        for tokens in compiled:
            first, *others = _needed(tokens)
            for word in first:
                self._by_word.setdefault(word, []).append((len(self._rows), others))
        self._rows.append(row)
        self._patterns.append(compiled)

    def _matcher(self, number: int) -> Matcher:
        """The matcher of a row, built when first needed: most rows never are."""
        if number not in self._matchers:
            from spacy.matcher import Matcher

            self._matchers[number] = Matcher(english().vocab)
            self._matchers[number].add("row", self._patterns[number], greedy="LONGEST")
        return self._matchers[number]

    def _candidates(self, words: set[str]) -> list[int]:
        found = {
            number
            for word in words
            for number, others in self._by_word.get(word, ())
            if not any(words.isdisjoint(other) for other in others)
        }
        return sorted(found)

    def hits(self, doc: Doc, cased: str) -> list[_Hit]:
        """Longest matches of each row, with the sentence ends it asks for."""
        found: list[_Hit] = []
        for number in self._candidates({t.text for t in doc}):
            row = self._rows[number]
            for _, start, end in self._matcher(number)(doc):
                begins = not row.at_start or _begins(doc, start, cased)
                if begins and (not row.at_end or _ends(doc, end, cased)):
                    found.append(_Hit(row, start, end))
        return found


@functools.cache
def _rules() -> Rules:
    return Rules(PATTERNS)


def phrases(patterns: tuple[str, ...], own: str) -> list[tuple[int, int]]:
    """Character spans in `own` where one of `patterns` matches, in order."""
    doc = _doc(own)
    hits = _phrase_rules(patterns).hits(doc, own)
    return sorted((doc[h.start].idx, doc[h.end - 1 :][0].idx + len(doc[h.end - 1])) for h in hits)


@functools.lru_cache(maxsize=8)
def _phrase_rules(patterns: tuple[str, ...]) -> Rules:
    return Rules([("", "", "", patterns)])


def _doc(own: str) -> Doc:
    """Lower case and straight apostrophes, character for character."""
    plain = own.replace("’", "'").replace("‘", "'").replace("`", "'")
    lower = plain.lower()
    if len(lower) != len(plain):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    return english().make_doc(lower)


# --- where a sentence begins and ends ---

_SMALL_MARKS = frozenset(",'&-/@#\"()")
_FILLERS = frozenset(
    "please pls plz plse and so ok okay right now omg just nah naw no yeah yes hey hi look thanks"
    " thank ta x xx xxx mate man bro bruv pal love hun m8 fam then also but oh honestly seriously"
    " thx ye kindly and n & , like actually".split()
)
_GREETS = frozenset("from like call called".split())


def _is_end(word: str) -> bool:
    return not any(c.isalnum() for c in word) and word not in _SMALL_MARKS


def _is_filler(doc: Doc, i: int, cased: str) -> bool:
    named = cased[doc[i].idx].isupper() and not cased.isupper() and len(doc[i]) > 1
    return named or doc[i].text in _FILLERS


def _begins(doc: Doc, start: int, cased: str) -> bool:
    for i in range(start - 1, max(start - 4, -1), -1):
        if _is_end(doc[i].text):
            return True
        if not _is_filler(doc, i, cased):
            return False
    return start <= 3 or _is_end(doc[start - 4].text)


def _ends(doc: Doc, end: int, cased: str) -> bool:
    for i in range(end, min(end + 3, len(doc))):
        if _is_end(doc[i].text):
            return True
        if not _is_filler(doc, i, cased):
            return False
    return True


def _sentence(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Token range of the sentence around a match, its closing mark included."""
    first, last = start, end
    while first > 0 and not _is_end(doc[first - 1].text):
        first -= 1
    while last < len(doc) and not _is_end(doc[last].text):
        last += 1
    return first, min(last + 1, len(doc))


# --- guards ---

_JOKE = re.compile(
    r"[😂🤣💀😜😝😆😹🤪😏🙃😉😅]|\b(?:lo+l+|lmf?ao+|rofl|(?:ha){2,}h?|jk|joking|jokes|kidding"
    r"|incoming|stalker lol)\b",
    re.IGNORECASE,
)
_SERIOUS = re.compile(
    r"\b(?:i mean it|serious|seriously|not (?:a )?jok(?:e|ing)|no(?:t)? kidding|not funny|police)\b",
    re.IGNORECASE,
)
_JOKED = frozenset({"B1", "B4", "B5", "B6"})
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
    "told tell telling said says sed saying asked ask asking asks goes begged warned wants wanted"
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
    " ever thanks back either im ill until till til late when while ye x during tonight then".split()
)


#: Rows that only say who speaks for whom, and words of which one must then be there.
_SPEAKER = "speaker"
_REFUSES = frozenset(("stop", "leave", "cease", "finished"))


def _joked(own: str, kind: str) -> bool:
    return kind in _JOKED and bool(_JOKE.search(own)) and not _SERIOUS.search(own)


def _word(doc: Doc, i: int) -> str:
    return doc[i].text if 0 <= i < len(doc) else ""


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
        mine = {_word(doc, i - 1), _word(doc, i - 2)} & {"i", "im", "i'm", "i've", "ive", "am"}
        return not mine and kind != "B5"
    return False


def _wrong_subject(doc: Doc, hit: _Hit) -> bool:
    """ "you never text me", "can't stop", "please don't leave me alone"."""
    first, before = doc[hit.start].text, _word(doc, hit.start - 1)
    if first in {"dont", "don't", "never", "do", "dnt", "doh"} and hit.row.type != "B2":
        refuses = _word(doc, hit.start + 1) in {"want", "wanna", "wish"}
        asks = before in _YOU and _word(doc, hit.start - 2) in _PLEAS
        return before in _SUBJECTS and not refuses and not asks
    if first == "not" and _word(doc, hit.start + 1) == "to":
        return before not in {"are", "asked", "told", "ordered", "warned", "were", "you", "r"}
    if first in CLASSES["stop"] or first in CLASSES["leave"]:
        third = before == "to" and _word(doc, hit.start - 2) in _THIRD | {"people", "someone"}
        other = before in {"he", "she", "they", "it", "i", "we", "bus"}
        asks = _word(doc, hit.start - 2) in {"", ",", "."} | _PLEAS
        other = other or (before in {"you", "u"} and not asks)
        return before in _NEGATIONS or third or other
    return False


def _asked(doc: Doc, first: int, last: int) -> bool:
    return _word(doc, last - 1) == "?" and _word(doc, first) in _ASKS


def _only_for_now(doc: Doc, hit: _Hit) -> bool:
    """ "leave me alone a sec", "leave me alone with him"."""
    if doc[hit.start].text not in CLASSES["leave"]:
        return False
    following = [_word(doc, i) for i in range(hit.end, hit.end + 4)]
    return bool(_SHORT & set(following)) or following[0] in {"with", "in", "to"}


def _names(doc: Doc, hit: _Hit) -> bool:
    """ "don't call me crazy": calling a name, not calling."""
    words = [doc[i].text for i in range(hit.start, hit.end)]
    if not {"call", "calling"} & set(words) or words[-1] not in {"me", "us", "her", "him", "them"}:
        return False
    following = _word(doc, hit.end)
    return bool(following) and following.isalnum() and following not in _AFTER_CALL


def _about_others(doc: Doc, hit: _Hit) -> bool:
    """A notice of block or report that speaks of a third person, to somebody else."""
    if hit.row.type not in {"B4", "B6"}:
        return False
    words = {t.text for t in doc}
    inside = {doc[i].text for i in range(hit.start, hit.end)}
    if inside & set(CLASSES["not"]):
        return True
    before = _word(doc, hit.start - 1)
    return before in _SUBJECTS - {"i", "we", "i've", "ive"} or (
        bool(words & _THIRD) and not words & _YOU
    )


def _guarded(doc: Doc, hit: _Hit, own: str) -> bool:
    first, last = _sentence(doc, hit.start, hit.end)
    return (
        _joked(own, hit.row.type)
        or _wrong_subject(doc, hit)
        or (hit.row.type != "B2" and _reported(doc, first, hit.start, hit.row.type))
        or _asked(doc, first, last)
        or _only_for_now(doc, hit)
        or _names(doc, hit)
        or _about_others(doc, hit)
    )


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


def _narrowed(doc: Doc, hit: _Hit) -> tuple[_Hit, str, str]:
    """A stop with a limit right behind it is a limit: "don't ring me before nine"."""
    row = hit.row
    again = _word(doc, hit.end - 1) in {*CLASSES["again"], "more", "mair"}
    if row.type != "B1" or again or doc[hit.start].text in CLASSES["leave"]:
        return hit, row.type, row.scope
    following = _word(doc, hit.end)
    for scope, openers in _NARROW.items():
        if following in openers:
            stop = min(_sentence(doc, hit.start, hit.end)[1], hit.end + _LAST_WORDS)
            return _Hit(row, hit.start, _trim(doc, stop, hit.end)), "B3", scope
    return hit, row.type, row.scope


def _trim(doc: Doc, end: int, least: int) -> int:
    while end > least and not any(c.isalnum() for c in doc[end - 1].text):
        end -= 1
    return end


def _detail(doc: Doc, hit: _Hit, scope: str, own: str) -> str:
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


def cues(text: str, segments: Sequence[Segment]) -> tuple[Cue, ...]:
    """Boundary cues in the sender's own words, in order; overlapping ones are settled.

    Of overlapping cues the longest stays, at equal length the one first in `PRIORITY`.
    """
    own = own_text(text, segments)
    if not own.text:
        return ()
    doc = _doc(own.text)
    hits = [h for h in _rules().hits(doc, own.text) if not _guarded(doc, h, own.text)]
    others = any(h.row.detail != _SPEAKER for h in hits)
    if not others and not _REFUSES & {t.text for t in doc}:
        hits = []
    found = (_cue(doc, hit, own) for hit in hits)
    return tuple(sorted(_settled(found), key=lambda c: c.span))


def _cue(doc: Doc, hit: _Hit, own: OwnText) -> Cue:
    hit, kind, scope = _narrowed(doc, hit)
    last = doc[hit.end - 1]
    span = own.locate(doc[hit.start].idx, last.idx + len(last))
    return Cue(kind, scope, _detail(doc, hit, scope, own.text), span)


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
