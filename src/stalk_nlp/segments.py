"""Own words, and everything in a message that is not (codebook 0.3, 1.2).

`split` cuts a text into segments that cover it exactly, in order: own words, words in
quotation marks or on ">" lines, forwarded text, e-mail reply blocks, lyrics and links.
Rules for stance, boundaries and signs read own words only; `own_text` joins them and
keeps the way back to the original offsets.

spaCy's blank English pipeline (no trained model) is built on first need, not on import.
Reported speech without marks ("he goes you can change the locks") is not seen.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from stalk_nlp._quotations import QUOTE_WORDS, quotation_at, quotations

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher

__all__ = ["KINDS", "OwnText", "Segment", "english", "own_text", "own_words", "split"]

KINDS = ("own", "quoted", "forwarded", "reply", "lyric", "link")

#: Most words of a closing paragraph that count as a comment under a forwarded text [D].
COMMENT_WORDS = 15


class Segment(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, and what they are (`KINDS`)."""

    start: int
    end: int
    kind: str


class OwnText(NamedTuple):
    """Own words joined by single spaces.

    pieces: for each own segment (start in `text`, start in the original, length).
    """

    text: str
    pieces: tuple[tuple[int, int, int], ...]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of `text[start:end]`.

        A span over two pieces gives the stretch from the first to the last, with what
        lies between. Raises ValueError when the span is empty or outside `text`.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError("The span must be inside the own words and not empty.")
        inside = [p for p in self.pieces if p[0] < end and start < p[0] + p[2]]
        if not inside:
            raise ValueError("The span must hold own words, not only a joining space.")
        first, last = inside[0], inside[-1]
        begin = first[1] + max(0, start - first[0])
        return begin, last[1] + min(last[2], end - last[0])


def own_text(text: str, segments: Sequence[Segment]) -> OwnText:
    """The own segments of `text`, stripped and joined by a space, with the way back."""
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    length = 0
    for start, end, kind in segments:
        part = text[start:end].strip() if kind == "own" else ""
        if not part:
            continue
        length += bool(parts)
        pieces.append((length, text.index(part, start, end), len(part)))
        parts.append(part)
        length += len(part)
    return OwnText(" ".join(parts), tuple(pieces))


def own_words(text: str, segments: Sequence[Segment]) -> str:
    """The own segments of `text`, stripped and joined by a space."""
    return own_text(text, segments).text


@functools.cache
def english() -> Language:
    """spaCy's blank English pipeline: the tokenizer only. Loads spaCy on the first call.

    Contractions stay one token ("don't", "im"), so that rule tables can list spellings.
    """
    import spacy

    nlp = spacy.blank("en")
    nlp.tokenizer.rules = {}  # type: ignore[union-attr]
    return nlp


# --- a quick look: most texts hold none of these ---

_MARKS = re.compile(
    r"""(?:^|[\s(\[{:,;–—/-])['"‘“„«‹]\S     # a quotation may open
      |^[ \t]*(?:>|&gt;)                      # a quoted line
      |https?://|www\.
      |[♪♫♬🎶🎵🎼]
      |^[ \t]*\[[^\]\n]{4,40}\]               # [Forwarded], [screenshot], a pasted time
      |^[ \t]*\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[ ]
      |^[ \t]*fwd?:|forwarded[ ]message
      |wrote:|original[ ]message|^[ \t*]*from:""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)

# --- whole blocks ---

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SPACE = re.compile(r"\s*")
_FORWARD_RULE = re.compile(
    r"^[ \t]*(?:-{2,}[ ]*forwarded message[ ]*-{0,}|begin forwarded message:)",
    re.MULTILINE | re.IGNORECASE,
)
_MARKED = re.compile(
    r"^[ \t]*(?:(?P<fwd>\[(?:forwarded|fwd)[^\]\n]*\]|fwd?:|forwarded message:?)"
    r"|\[screen ?shot\]:?)",
    re.MULTILINE | re.IGNORECASE,
)
_REPLY_HEAD = re.compile(
    r"""^[ \t]*(?:
        -{2,}[ ]*original[ ]message[ ]*-{2,}
      | on[ ](?=[^\n]*\d)[^\n]{3,120}(?:\n[^\n]{0,80})?wrote:[ \t]*$
      | (?:_{8,}[ \t]*\n[ \t]*)?\*?from:\*?[ ][^\n]+\n[ \t]*\*?(?:sent|date|to):\*?[ ]
    )""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
#: ">" at a line start, but not a face such as ">:(".
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;)(?![:;.=_<-]{1,2}[\s()<>DpP_-]?(?:\s|$))[^\n]*", re.M)
_DATE = (
    r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[ \u202f]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:[ \u202f]?[ap]\.?m\.?)?"
)
_CHAT_LINE = re.compile(
    rf"^[ \t\u200e]*(?:\[{_DATE}\][ ]?|{_DATE}[ ]-[ ])[^:\n]{{1,40}}:[ ][^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"“”«»]+", re.IGNORECASE)


def split(
    text: str, *, forwarded: bool = False, reply_to: str | None = None
) -> tuple[Segment, ...]:
    """Segments of `text`, in order, without overlap, covering all of it.

    forwarded: the export marks the message as forwarded; everything is, but for a
    comment of at most `COMMENT_WORDS` words after the last blank line.
    reply_to: quoted text of the message replied to; where the text repeats it, that is
    a reply segment. An empty text has no segments.
    """
    if not text:
        return ()
    if forwarded:
        return _forwarded(text)
    repeats = reply_to is not None and len(reply_to.split()) >= QUOTE_WORDS and reply_to in text
    if not repeats and _MARKS.search(text) is None:
        return (Segment(0, len(text), "own"),)
    claims = itertools.chain(
        [Segment(text.index(reply_to), text.index(reply_to) + len(reply_to), "reply")]
        if reply_to and repeats
        else (),
        _blocks(text),
        _lines(text),
        (Segment(start, end, "quoted") for start, end in quotations(text)),
        (Segment(m.start(), _link_end(m), "link") for m in _LINK.finditer(text)),
        _lyrics(text),
    )
    return _cover(text, claims)


def _forwarded(text: str) -> tuple[Segment, ...]:
    gaps = list(_BLANK_LINE.finditer(text))
    if gaps and 0 < len(text[gaps[-1].end() :].split()) <= COMMENT_WORDS:
        cut = gaps[-1].end()
        if text[:cut].strip():
            return Segment(0, cut, "forwarded"), Segment(cut, len(text), "own")
    return (Segment(0, len(text), "forwarded"),)


def _blocks(text: str) -> Iterator[Segment]:
    """Forwarded and reply blocks, which run to a blank line or to the end."""
    rule = _FORWARD_RULE.search(text)
    if rule:
        yield Segment(rule.start(), len(text), "forwarded")
    head = _REPLY_HEAD.search(text)
    if head:
        yield from _reply_block(text, head)
    done = 0
    for mark in _MARKED.finditer(text):
        if mark.start() >= done:
            done = _marked_end(text, mark.end())
            yield Segment(mark.start(), done, "forwarded" if mark["fwd"] else "quoted")


def _reply_block(text: str, head: re.Match[str]) -> Iterator[Segment]:
    """To the end; with ">" lines under the heading, only the heading and those lines."""
    lines = list(_QUOTED_LINE.finditer(text, head.end()))
    if not lines or text[head.end() : lines[0].start()].strip():
        yield Segment(head.start(), len(text), "reply")
        return
    yield Segment(head.start(), head.end(), "reply")
    yield from (Segment(m.start(), m.end(), "reply") for m in lines)


def _marked_end(text: str, start: int) -> int:
    """A quotation after the mark ends the block with it; else a blank line or the end."""
    begin = _SPACE.match(text, start).end()  # type: ignore[union-attr]
    gap = _BLANK_LINE.search(text, begin)
    return quotation_at(text, begin) or (gap.start() if gap else len(text))


def _lines(text: str) -> Iterator[Segment]:
    for pattern in (_QUOTED_LINE, _CHAT_LINE):
        for match in pattern.finditer(text):
            yield Segment(match.start(), match.end(), "quoted")


def _link_end(match: re.Match[str]) -> int:
    return match.start() + len(match[0].rstrip(".,;:!?)'’]"))


# --- lyrics ---

_NOTE = re.compile(r"[♪♫♬🎶🎵🎼]+")
_CLAUSE = re.compile(r"[^.!?…\n(]+[.!?…]*|[(][^)\n]*[)]?|[.!?…]+")


_SONG = ["song", "tune", "track", "lyric", "lyrics", "chorus", "verse", "album", "banger"]


@functools.cache
def _comment_words() -> Matcher:
    """Words of a remark on a song, which stay the sender's own."""
    from spacy.matcher import Matcher

    patterns: list[list[dict[str, Any]]] = [
        [{"LOWER": {"IN": _SONG}}],
        [{"LOWER": "on"}, {"LOWER": {"IN": ["repeat", "loop"]}}],
        [{"LOWER": "in"}, {"LOWER": {"IN": ["my", "me"]}}, {"LOWER": "head"}],
    ]
    matcher = Matcher(english().vocab)
    matcher.add("comment", patterns)
    return matcher


def _lyrics(text: str) -> Iterator[Segment]:
    """Between two note marks on a line, or after one that begins the line."""
    for line in re.finditer(r"[^\n]+", text):
        notes = list(_NOTE.finditer(text, line.start(), line.end()))
        if len(notes) >= 2:
            yield Segment(notes[0].start(), notes[-1].end(), "lyric")
        elif notes and not text[line.start() : notes[0].start()].strip():
            yield from _sung(text, notes[0].start(), line.end())


def _sung(text: str, start: int, end: int) -> Iterator[Segment]:
    """Clauses after an opening note mark, up to the first that remarks on the song."""
    stop = start
    for clause in _CLAUSE.finditer(text, start, end):
        if _comment_words()(english().make_doc(clause[0])):
            break
        stop = clause.end()
    if stop > start:
        yield Segment(start, stop, "lyric")


# --- covering ---


def _cover(text: str, claims: Iterator[Segment]) -> tuple[Segment, ...]:
    """Every character once: earlier claims win, what nobody claims is own."""
    owner = ["own"] * len(text)
    for start, end, kind in claims:
        for i in range(start, end):
            if owner[i] == "own":
                owner[i] = kind
    segments: list[Segment] = []
    at = 0
    for kind, run in itertools.groupby(owner):
        end = at + sum(1 for _ in run)
        _append(segments, text, Segment(at, end, kind))
        at = end
    return tuple(segments)


def _append(segments: list[Segment], text: str, new: Segment) -> None:
    """Blank gaps join the segment before them, and equal neighbours become one."""
    blank = new.kind == "own" and not text[new.start : new.end].strip()
    if segments and (blank or segments[-1].kind == new.kind):
        segments[-1] = Segment(segments[-1].start, new.end, segments[-1].kind)
    else:
        segments.append(new)
