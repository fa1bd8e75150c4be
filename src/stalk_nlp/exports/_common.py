"""What every reader shares: the source it reads, the options, and safe line reading."""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from stalk_nlp.events import Reject

#: Longest line a text reader takes in; a longer one is rejected, not read into memory.
#: Real messages end at 65,536 characters (WhatsApp); 4 MiB leaves room for long JSON lines.
MAX_LINE_BYTES = 4 * 1024 * 1024

#: Bytes of a file that `sniff` is shown.
HEAD_BYTES = 64 * 1024

_EPOCH = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about the inputs.

    tz: zone of exports that print local times; None means unknown.
    date_order: ``dmy``, ``mdy`` or ``ymd`` for exports whose order cannot be inferred.
    columns: for tables, our field name -> the table's header.
    """

    tz: zoneinfo.ZoneInfo | None = None
    date_order: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `path` is a real file on disk that must not be changed.

    name: how the file is shown to people and stored in `Event.source`; a member of a zip
    is ``archive.zip/member``.
    """

    name: str
    path: Path

    def open(self) -> BinaryIO:
        """The file, for reading only."""
        return self.path.open("rb")

    def head(self) -> bytes:
        """The first `HEAD_BYTES` bytes."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)


def decode(raw: bytes) -> tuple[str, bool]:
    """UTF-8 text, and whether it was sound. Broken bytes and NULs become U+FFFD."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", errors="replace").replace("\0", "\ufffd"), False
    if "\0" in text:
        return text.replace("\0", "\ufffd"), False
    return text, True


def read_lines(source: Source) -> Iterator[tuple[int, str] | Reject]:
    """Numbered lines without their ending. Over-long lines come back as rejects.

    A byte-order mark is dropped. Lines end at LF or CRLF only: the Unicode separators
    that `str.splitlines` also knows occur inside messages.
    """
    with source.open() as stream:
        row = 0
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            row += 1
            if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
                while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield Reject(source.name, row, f"line longer than {MAX_LINE_BYTES} bytes")
                continue
            if row == 1 and raw.startswith(b"\xef\xbb\xbf"):
                raw = raw[3:]
            yield row, decode(raw.rstrip(b"\r\n"))[0]


@functools.lru_cache(maxsize=65_536)
def local_to_us(wall: dt.datetime, tz: zoneinfo.ZoneInfo | None) -> int:
    """Microseconds since the epoch of a wall clock reading in `tz` (as printed if None).

    In the hour that an autumn clock change repeats, the first pass is taken.
    """
    if tz is not None:
        wall = wall.replace(tzinfo=tz).astimezone(dt.UTC).replace(tzinfo=None)
    return (wall - _EPOCH) // dt.timedelta(microseconds=1)


def instant_to_us(moment: dt.datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (moment.astimezone(dt.UTC).replace(tzinfo=None) - _EPOCH) // dt.timedelta(microseconds=1)


def tz_basis(options: ReadOptions) -> str:
    """Basis of a wall clock time: the option's zone, or unknown."""
    return "option" if options.tz is not None else "unknown"


def fix_mojibake(text: str) -> str:
    """Undo UTF-8 stored as Latin-1 escapes (Meta exports); unchanged where that is not it."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def natural_key(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts message_10 after message_2."""
    parts = re.split(r"(\d+)", name)
    return tuple((0, int(p)) if p.isdigit() else (1, p) for p in parts if p)
