"""Words in quotation marks: straight, curly and angle marks, single and double.

An apostrophe looks like a single mark, so an opening mark must begin a word, must not
belong to a clipped word ("'cause"), and must be closed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

__all__ = ["QUOTE_WORDS", "quotation_at", "quotations"]

#: Fewest words inside quotation marks that make a quotation; fewer are scare quotes [D].
QUOTE_WORDS = 3
#: Longest quotation looked for, in characters; bounds the work on unclosed marks [D].
QUOTE_CHARS = 2000

_OPEN = re.compile(r"""(?:(?<=^)|(?<=[\s(\[{:,;–—/-]))(?P<mark>['"‘“„«‹])(?=\S)""", re.MULTILINE)
_CLOSERS = {"'": "'’", "‘": "’'", '"': '"”', "“": '”"', "„": '“”"', "«": "»", "‹": "›"}
#: Words that begin with an apostrophe; none of them opens a quotation.
_ELIDED = re.compile(
    r"['‘](?:cause|cos|coz|cuz|til|till|em|bout|tis|twas|twill|ave|ere|im|er|is|n|round|ow|ello"
    r"|appen|appy|ad|as|alf|ang|ard|ead|ear|eart|ell|elp|ome|ope|orrible|ouse|ospital|kin|nuff"
    r"|s|ee|ood|neath|gainst|fore|night|ight|cept|\d0?s|\d\d)(?![\w'’])",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_WORD = re.compile(r"\w[\w'’]*")


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Quoted stretches of at least `QUOTE_WORDS` words, marks included, left to right."""
    at = 0
    while (mark := _OPEN.search(text, at)) is not None:
        end = _end(text, mark)
        at = end or mark.end()
        if end and len(_WORD.findall(text, mark.end(), end - 1)) >= QUOTE_WORDS:
            yield mark.start(), end


def quotation_at(text: str, start: int) -> int | None:
    """Where the quotation that opens at `start` ends, if one does, of any length."""
    mark = _OPEN.match(text, start)
    return _end(text, mark) if mark else None


def _end(text: str, mark: re.Match[str]) -> int | None:
    clipped = mark["mark"] in "'‘" and _ELIDED.match(text, mark.start())
    return None if clipped else _close(text, mark)


def _close(text: str, mark: re.Match[str]) -> int | None:
    """Offset just after the mark that closes; quotations do not cross blank lines."""
    stop = min(len(text), mark.end() + QUOTE_CHARS)
    gap = _BLANK_LINE.search(text, mark.end(), stop)
    stop = gap.start() if gap else stop
    single = mark["mark"] in "'‘"
    marks = re.compile(f"(?<=\\S)[{_CLOSERS[mark['mark']]}](?![^\\W_])")
    candidates = [m.start() for m in marks.finditer(text, mark.end() + 1, stop)]
    if not candidates:
        return None
    doubtful = itertools.takewhile(lambda i: single and _may_be_apostrophe(text, i), candidates)
    skipped = sum(1 for _ in doubtful)
    return candidates[min(skipped, len(candidates) - 1)] + 1


def _may_be_apostrophe(text: str, i: int) -> bool:
    """ "the girls' night", "goin' home": a later mark, if any, closes instead."""
    word = text[max(0, i - 40) : i].lower()
    follows = re.match(r" [a-z]", text[i + 1 : i + 3]) is not None
    return follows and word.endswith(("s", "in", "o", "an", "wi", "th"))
