"""Rows and message headers of a WhatsApp text export."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stalk_nlp.events import Reject
from stalk_nlp.exports._clock import MARKS, MERIDIEM
from stalk_nlp.exports._common import MAX_LINE_BYTES, Source

__all__ = [
    "STYLES",
    "Block",
    "decode_head",
    "first_style",
    "matcher",
    "read_blocks",
    "split_sender",
    "tidy",
]

#: Bytes read at a time.
CHUNK_BYTES = 1024 * 1024

_M = f"[{MARKS}\ufeff]*"
_GAP = rf"[\s{MARKS}]{{0,3}}"
#: d/m/y, d.m.y, d-m-y, "d. m. y.", y/m/d …, marks between the parts (Arabic phones).
_SEPARATOR = rf"{_M}[/.\-\u2010\u2011]\s?{_M}"
_DATE = rf"\d{{1,4}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}\d{{1,4}}"
#: Words that languages put between date and time.
_WORDS = "(?i:a las|alle ore|alle|alas|at|às|à|as|den|klo|kl|la|lúc|ob|om|o godz|o|pukul|um|u|ve|в)"
_JOIN = rf"{_M}(?:\.|\s?г\.)?(?:{_GAP}[,،、]{_GAP}|\s{{1,4}}){_M}(?:{_WORDS}\.?\s{{1,3}})?{_M}"
#: 15:05, 15.05.09, "15 h 05", 3:05 PM, 下午3:05:09.
_TIME = (
    rf"(?:{MERIDIEM}{_GAP})?\d{{1,2}}(?:[:.]|\s?h\s?)\d{{2}}(?:(?:[:.]|\s?min\s?)\d{{2}}(?:\s?s)?)?"
    rf"(?:{_GAP}(?:{MERIDIEM}|ч\.?)(?!\w))?"
)
_STAMP = rf"(({_DATE}){_JOIN}({_TIME}))"
#: Header styles. Groups: date-time, date, time, the rest of the row.
#: ``dash`` is Android, ``bracket`` iOS, ``colon`` old versions of both.
STYLES = {
    "dash": re.compile(rf"{_M}{_STAMP}{_M}\s[-–—](?:\s|$){_M}(.*)", re.DOTALL),
    "bracket": re.compile(rf"{_M}\[{_M}{_STAMP}{_M}\]\s?{_M}(.*)", re.DOTALL),
    "colon": re.compile(rf"{_M}{_STAMP}{_M}:\s{_M}(?=[^:]{{1,100}}:)(.*)", re.DOTALL),
}

#: Longest sender taken from a header. WhatsApp names end at 25 characters and saved
#: contacts well below this; longer text before ": " is a system sentence.
_MAX_NAME = 120

_DELETE_MARKS = {ord(c): None for c in "\u200e\u200f\u061c\ufeff\u202a\u202b\u202c\u202d\u202e"}
_DELETE_MARKS |= dict.fromkeys(range(8294, 8298))
_TIDY = _DELETE_MARKS | {0xA0: " ", 0x202F: " "}
_ANY_MARK = re.compile(f"[{MARKS}\ufeff]")
_DIGITS = re.compile(r"\d+")
_UNTIDY = re.compile(f"[{MARKS}\ufeff\u00a0\u202f]")


class Block(NamedTuple):
    """Consecutive rows. `row` is the number of the first; `damaged` counts rows in which
    broken bytes or NULs were replaced by U+FFFD."""

    row: int
    lines: list[str]
    damaged: int


def tidy(text: str) -> str:
    """`text` without direction marks, with plain spaces, trimmed."""
    if not text.isascii() and _UNTIDY.search(text):
        text = text.translate(_TIDY)
    return text.strip()


def split_sender(rest: str) -> tuple[str | None, str]:
    """Sender and body of what follows a header; sender None for a system line."""
    name, colon, body = rest.partition(": ")
    if not colon and rest.endswith(":"):
        name, colon, body = rest[:-1], ":", ""
    if not colon or not name or len(name) > _MAX_NAME:
        return None, rest
    return tidy(name) or None, body


def first_style(lines: list[str]) -> str | None:
    """The header style of a chat, from its first rows.

    A chat has one style, and its first row is a header; where something stands before
    it, the commonest style among the rows is taken.
    """
    counts = dict.fromkeys(STYLES, 0)
    top = True
    for line in lines:
        for style, pattern in STYLES.items():
            if pattern.match(line):
                if top:
                    return style
                counts[style] += 1
        top = top and not line.strip()
    best = max(counts, key=lambda style: counts[style])
    return best if counts[best] else None


def matcher(style: str, sample: str) -> Callable[[str], re.Match[str] | None]:
    """Matches headers of `style`; `sample` is a header of the chat.

    Nearly all headers of a chat have one shape. A pattern of just this shape is tried
    first: it finds the same groups about five times as fast.
    """
    general = STYLES[style].match
    tight = _tighten(general(sample), sample)
    if tight is None:
        return general
    quick = tight.match
    return lambda line: quick(line) or general(line)


def _tighten(found: re.Match[str] | None, sample: str) -> re.Pattern[str] | None:
    if found is None:
        return None
    opening, closing = sample[: found.start(1)], sample[found.end(1) : found.start(4)]
    if _ANY_MARK.search(opening + closing) or not closing.endswith(" "):
        return None
    date = _DIGITS.sub(lambda m: r"\d{4}" if len(m[0]) > 2 else r"\d{1,2}", re.escape(found[2]))
    join = re.escape(sample[found.end(2) : found.start(3)])
    time = re.sub(r"(?<!\d)\d\d?", r"\\d{2}", re.escape(found[3])).replace(r"\d{2}", r"\d{1,2}", 1)
    time = re.sub(r"[ap](?=[ .\\\s]*m)", "[ap]", re.sub(r"[AP](?=M)", "[AP]", time))
    return re.compile(
        f"{re.escape(opening)}(({date}){join}({time})){re.escape(closing)}(?![{MARKS}\ufeff])(.*)",
        re.DOTALL,
    )


def decode_head(head: bytes) -> list[str]:
    """The whole rows of a file's first bytes; broken bytes replaced."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        text = head.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").split("\n")


def read_blocks(source: Source) -> Iterator[Block | Reject]:
    """The rows of a text file in blocks of about `CHUNK_BYTES`, over-long rows as rejects.

    UTF-8, or UTF-16 with a byte-order mark. Rows end at LF or CRLF.
    """
    row, tail, skipping = 1, b"", False
    for chunk in _chunks(source):
        if skipping:
            cut = chunk.find(b"\n")
            if cut < 0:
                continue
            chunk, skipping = chunk[cut + 1 :], False
        data, newline, tail_next = (tail + chunk).rpartition(b"\n")
        tail = tail_next
        if newline:
            kept, rejected = _drop_long_row(data, source.name, row)
            if rejected is not None:
                yield rejected
                row += 1
            if kept is not None:
                block = _decode(kept, row)
                yield block
                row += len(block.lines)
        if len(tail) > MAX_LINE_BYTES:
            yield _too_long(source.name, row)
            row, tail, skipping = row + 1, b"", True
    if tail:
        yield _decode(tail, row)


def _drop_long_row(data: bytes, name: str, row: int) -> tuple[bytes | None, Reject | None]:
    """Only the first row of a block can be over-long: the others fit into one chunk."""
    if len(data) <= MAX_LINE_BYTES:
        return data, None
    first, newline, rest = data.partition(b"\n")
    if len(first) <= MAX_LINE_BYTES:
        return data, None
    return (rest if newline else None), _too_long(name, row)


def _too_long(name: str, row: int) -> Reject:
    return Reject(name, row, f"line longer than {MAX_LINE_BYTES} bytes")


def _chunks(source: Source) -> Iterator[bytes]:
    """The file's bytes as UTF-8, without its byte-order mark."""
    with source.open() as stream:
        chunk = stream.read(4)
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
            while chunk:
                yield decoder.decode(chunk).encode("utf-8")
                chunk = stream.read(CHUNK_BYTES)
            yield decoder.decode(b"", final=True).encode("utf-8")
            return
        yield chunk.removeprefix(codecs.BOM_UTF8) + stream.read(CHUNK_BYTES)
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _decode(data: bytes, row: int) -> Block:
    """Same treatment of broken bytes as `_common.decode`, a block at a time."""
    sound = b"\0" not in data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text, sound = data.decode("utf-8", errors="replace"), False
    if not sound:
        text = text.replace("\0", "\ufffd")
    if "\r" in text:
        text = text.replace("\r\n", "\n").removesuffix("\r")
    lines = text.split("\n")
    return Block(row, lines, 0 if sound else sum("\ufffd" in line for line in lines))
