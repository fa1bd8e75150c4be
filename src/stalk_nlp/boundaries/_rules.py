"""The notation of the boundary tables, compiled for spaCy's Matcher."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from stalk_nlp.boundaries._words import CLASSES, MACROS
from stalk_nlp.segments import english

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

__all__ = ["Hit", "Row", "Rules", "phrases", "sentence", "to_doc", "word_at"]


class Row(NamedTuple):
    type: str
    scope: str
    detail: str
    at_start: bool
    at_end: bool


class Hit(NamedTuple):
    row: Row
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
        self._rows: list[Row] = []
        self._patterns: list[list[list[dict[str, Any]]]] = []
        self._matchers: dict[int, Matcher] = {}
        self._by_word: dict[str, list[tuple[int, list[frozenset[str]]]]] = {}
        for kind, scope, detail, patterns in rows:
            for pattern in patterns:
                self._add(Row(kind, scope, detail, pattern[0] == "^", pattern[-1] == "$"), pattern)

    def _add(self, row: Row, pattern: str) -> None:
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

    def hits(self, doc: Doc, cased: str) -> list[Hit]:
        """Longest matches of each row, with the sentence ends it asks for."""
        found: list[Hit] = []
        for number in self._candidates({t.text for t in doc}):
            row = self._rows[number]
            for _, start, end in self._matcher(number)(doc):
                opens = not row.at_start or begins(doc, start, cased)
                if opens and (not row.at_end or ends(doc, end, cased)):
                    found.append(Hit(row, start, end))
        return found


def phrases(patterns: tuple[str, ...], own: str) -> list[tuple[int, int]]:
    """Character spans in `own` where one of `patterns` matches, in order."""
    doc = to_doc(own)
    hits = _phrase_rules(patterns).hits(doc, own)
    return sorted((doc[h.start].idx, doc[h.end - 1 :][0].idx + len(doc[h.end - 1])) for h in hits)


@functools.lru_cache(maxsize=8)
def _phrase_rules(patterns: tuple[str, ...]) -> Rules:
    return Rules([("", "", "", patterns)])


def to_doc(own: str) -> Doc:
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


def is_end(word: str) -> bool:
    return not any(c.isalnum() for c in word) and word not in _SMALL_MARKS


def _is_filler(doc: Doc, i: int, cased: str) -> bool:
    named = cased[doc[i].idx].isupper() and not cased.isupper() and len(doc[i]) > 1
    return named or doc[i].text in _FILLERS


def begins(doc: Doc, start: int, cased: str) -> bool:
    for i in range(start - 1, max(start - 4, -1), -1):
        if is_end(doc[i].text):
            return True
        if not _is_filler(doc, i, cased):
            return False
    return start <= 3 or is_end(doc[start - 4].text)


def ends(doc: Doc, end: int, cased: str) -> bool:
    for i in range(end, min(end + 3, len(doc))):
        if is_end(doc[i].text) or doc[i].text == ",":
            return True
        if not _is_filler(doc, i, cased):
            return False
    return True


def sentence(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Token range of the sentence around a match, its closing mark included."""
    first, last = start, end
    while first > 0 and not is_end(doc[first - 1].text):
        first -= 1
    while last < len(doc) and not is_end(doc[last].text):
        last += 1
    return first, min(last + 1, len(doc))


def word_at(doc: Doc, i: int) -> str:
    """The token at `i`, or nothing outside the text."""
    return doc[i].text if 0 <= i < len(doc) else ""
