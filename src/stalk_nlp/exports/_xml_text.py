"""From the bytes of an XML export to clean text in pieces that end between tags.

Phone backups are often not XML by the letter: emoji written as two surrogate references
(``&#55357;&#56396;``), ``&#0;``, raw control bytes, broken UTF-8. Everything an XML parser
would stop at is put right here, so that one bad message does not cost the rest of a file.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.exports._common import Source

#: Characters one tag may hold, the skipped attribute (pictures) left out. Texts end at
#: 65,536 characters in real backups; 16 Mi is far above and keeps memory small.
MAX_TAG = 16 * 1024 * 1024

#: Bytes read at a time. Small enough to stay in the processor's cache.
CHUNK = 128 * 1024

_REPLACEMENT = "\ufffd"
_ILLEGAL = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)]
#: Control bytes that XML forbids become NUL, which is then looked for once a piece.
_TO_NUL = bytes(0 if byte in _ILLEGAL else byte for byte in range(256))
_ILLEGAL_TEXT = dict.fromkeys((*_ILLEGAL, 0xFFFE, 0xFFFF), _REPLACEMENT)

#: A run of references. It begins with plain characters, which makes the search quick.
_NUMBER_REFS = re.compile(r"&#(?:x[0-9a-fA-F]+|[0-9]+);(?:&#(?:x[0-9a-fA-F]+|[0-9]+);)*")
_NUMBER_REF = re.compile(r"&#(x?)([0-9a-fA-F]+);")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_TEXT_CODECS = re.compile(r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-[ru]|gb\w*|big5|shift_jis|euc\w*")


class Oversize(NamedTuple):
    """A tag longer than `MAX_TAG` that was dropped. `head` is how it began."""

    head: str
    lines: int  # line breaks in what was dropped so far


class Skip(NamedTuple):
    """An attribute whose value is never kept: pictures and sounds as base64."""

    tag: str
    attribute: str

    def opening(self) -> re.Pattern[str]:
        """Matches a tag from ``<`` to the quote that opens the attribute's value."""
        other = r"\s++[^\s=<>\"'/]++\s*=\s*(?:\"[^\"<]*+\"|'[^'<]*+')"
        return re.compile(rf"<{self.tag}(?:{other})*?\s++{self.attribute}\s*=\s*([\"'])")


def encoding_of(head: bytes, name: str) -> str:
    """Codec name by byte-order mark, else by XML declaration, else UTF-8.

    Raises CorruptInputError for a declared encoding that is no text encoding we know.
    """
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec
    found = _DECLARED.match(head)
    label = found[1].decode("ascii") if found else "utf-8"
    try:
        codec = codecs.lookup(label).name
    except LookupError:
        codec = ""
    if codec.startswith(("utf-16", "utf-32")):  # the declaration was readable as bytes: it lies
        return "utf-8"
    if not _TEXT_CODECS.fullmatch(codec):
        raise CorruptInputError(
            f"{name} declares the text encoding {label}, which is not known; save it as UTF-8."
        )
    return codec


def root_tag(head: bytes) -> str | None:
    """Name of the first element, behind declaration, comments and document type."""
    codec = next((codec for mark, codec in _BOMS if head.startswith(mark)), "utf-8")
    found = _PROLOG.match(head.decode(codec, errors="replace"))
    return found[1] if found else None


_PROLOG = re.compile(
    r"\ufeff?\s*+(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?>)\s*+)*+"
    r"<([A-Za-z_][\w.:-]*)[\s/>]",
    re.DOTALL,
)


class Pieces:
    """The text of `source`, cut before a ``<``: no piece but the last ends inside a tag.

    A raw ``<`` cannot stand in an attribute value, so every cut is between tags (or inside
    a comment, which a parser that is fed all pieces does not mind).
    """

    def __init__(self, source: Source, skip: Skip | None = None) -> None:
        self.bytes_read = 0
        self.lines_dropped = 0
        self._source = source
        self._opening = skip.opening() if skip else None

    def __iter__(self) -> Iterator[str | Oversize]:
        tail = until = ""  # until: drop text up to this character
        for text in self._decoded():
            if until:
                text, until = self._drop(text, until)
            text = tail + text
            cut = max(text.rfind("<"), 0)
            if cut:
                yield mend_references(text[:cut])
            tail = text[cut:]
            found = self._opening.match(tail) if self._opening else None
            if found and tail.find(found[1], found.end()) < 0:
                self.lines_dropped += tail.count("\n", found.end())
                tail, until = found[0], found[1]
            elif len(tail) > MAX_TAG:
                lines = tail.count("\n")
                self.lines_dropped += lines
                yield Oversize(tail[:64], lines)
                tail, until = "", "<"
        if tail:
            yield mend_references(tail)

    def _drop(self, text: str, until: str) -> tuple[str, str]:
        """Text from `until` on, and what is still to be dropped up to. A tag always ends it."""
        stops = [at for at in (text.find(until), text.find("<")) if at >= 0]
        stop = min(stops, default=len(text))
        self.lines_dropped += text.count("\n", 0, stop)
        return text[stop:], "" if stops else until

    def _decoded(self) -> Iterator[str]:
        with self._source.open() as stream:
            head = stream.read(CHUNK)
            codec = encoding_of(head, self._source.name)
            decoder = codecs.getincrementaldecoder(codec)(errors="replace")
            raw = head
            while raw:
                self.bytes_read += len(raw)
                yield _legal(decoder, raw, codec)
                raw = stream.read(CHUNK)
            yield decoder.decode(b"", final=True)


def _legal(decoder: codecs.IncrementalDecoder, raw: bytes, codec: str) -> str:
    """Decoded text in which every character that XML forbids is U+FFFD."""
    if codec.startswith("utf-16"):
        return decoder.decode(raw).translate(_ILLEGAL_TEXT)
    text = decoder.decode(raw.translate(_TO_NUL))
    for forbidden in ("\0", "\ufffe", "\uffff"):
        if forbidden in text:
            text = text.replace(forbidden, _REPLACEMENT)
    return text


def mend_references(text: str) -> str:
    """Number references that XML forbids, made good: surrogate pairs become their character.

    A lone surrogate, ``&#0;`` and the like become U+FFFD. Sound references stay as they
    are, since ``&#60;`` or ``&#10;`` written out would change the meaning of the tag.
    """
    return _NUMBER_REFS.sub(_mend_run, text) if "&#" in text else text


def _mend_run(found: re.Match[str]) -> str:
    return _mend(found[0])


@functools.lru_cache(maxsize=8192)
def _mend(run: str) -> str:
    units = [(ref[0], _code(ref)) for ref in _NUMBER_REF.finditer(run)]
    out = []
    at = 0
    while at < len(units):
        written, code = units[at]
        follower = units[at + 1][1] if at + 1 < len(units) else 0
        at += 1
        if 0xD800 <= code < 0xDC00 and 0xDC00 <= follower < 0xE000:
            out.append(chr(0x10000 + ((code - 0xD800) << 10) + (follower - 0xDC00)))
            at += 1
        else:
            out.append(written if _allowed(code) else _REPLACEMENT)
    return "".join(out)


def _code(ref: re.Match[str]) -> int:
    digits = ref[2].lstrip("0")
    if not 0 < len(digits) < 8:  # no character is that far up
        return 0
    return int(digits, 16 if ref[1] else 10)


def _allowed(code: int) -> bool:
    """The Char production of XML 1.0, section 2.2."""
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code < 0xD800
        or 0xE000 <= code < 0xFFFE
        or 0x10000 <= code < 0x110000
    )
