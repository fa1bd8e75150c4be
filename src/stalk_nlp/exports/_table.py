"""Rows of a generic file as plain values: a delimited table, JSON lines or a JSON array.

`shape_of` looks at the first bytes; `Rows` then gives ``(row, columns, values)`` or a
`Reject` for each record, as often as it is asked, and holds one record at a time.
"""

from __future__ import annotations

import codecs
import csv
import functools
import io
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import Reject
from stalk_nlp.exports._columns import (
    Columns,
    delimiter_of,
    map_columns,
    required,
    split_header,
)
from stalk_nlp.exports._common import MAX_LINE_BYTES, ReadOptions, Source, read_lines
from stalk_nlp.exports._json import START, CleanStream, walk
from stalk_nlp.exports._json_values import broken_at

__all__ = ["Row", "Rows", "first_object", "head_text", "shape_of"]

_CHUNK = 1024 * 1024
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Row(NamedTuple):
    """One record: its place (line of a table or JSONL, item of an array), and its values."""

    row: int
    columns: Columns
    values: dict[str, Any]

    def get(self, field: str) -> Any:
        """The value of one of our fields; None where the record has none."""
        return self.values.get(self.columns.names.get(field, ""))


def head_text(head: bytes) -> str:
    """The first bytes as text, by their byte-order mark, else as UTF-8."""
    if head.startswith(_UTF16):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    return head.decode("utf-8-sig", errors="replace")


def shape_of(head: bytes) -> str:
    """``array``, ``jsonl`` or ``table``, by the first sign that is not white space."""
    start = head_text(head).lstrip()[:1]
    return {"[": "array", "{": "jsonl"}.get(start, "table")


def first_object(head: bytes) -> dict[str, Any]:
    """The first object of a JSON array or of JSON lines; empty if the head holds none."""
    text = head_text(head).lstrip()
    try:
        if text.startswith("["):
            value, _ = _DECODER.raw_decode(text[1:].lstrip())
        else:
            value = orjson.loads(text.partition("\n")[0])
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


_DECODER = json.JSONDecoder()


class Rows:
    """All records of one file. `fallback` tells that a table was not sound UTF-8."""

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self._source = source
        self._chosen = options.columns
        head = source.head()
        self._shape = shape_of(head)
        self._utf16 = head.startswith(_UTF16)
        self._mapped = functools.lru_cache(maxsize=256)(self._map_keys)
        self.fallback = self._shape == "table" and not self._utf16 and not _is_utf8(source)
        map_columns([], self._chosen)  # a wrong field name is told before anything is read

    def __iter__(self) -> Iterator[Row | Reject]:
        """Records from the top.

        Raises UsageError when a table lacks a required column, CorruptInputError when not
        one record can be read.
        """
        shapes: dict[str, Callable[[], Iterator[Row | Reject]]] = {
            "array": self._array,
            "jsonl": self._jsonl,
            "table": self._table,
        }
        return shapes[self._shape]()

    def _map_keys(self, keys: tuple[str, ...]) -> Columns:
        return map_columns(keys, self._chosen)

    def _object(self, row: int, value: object) -> Row | Reject:
        if not isinstance(value, dict):
            return Reject(self._source.name, row, "not a whole JSON object, or too large a one")
        return Row(row, self._mapped(tuple(value)), value)

    def _array(self) -> Iterator[Row | Reject]:
        if self._utf16:
            raise CorruptInputError(f"{self._source.name} is JSON in UTF-16; save it as UTF-8.")
        row = 0
        try:
            for _, value in walk(self._source, frozenset({()})):
                if value is not START:
                    row += 1
                    yield self._object(row, value)
        except CorruptInputError:
            if row == 0:
                raise
            yield broken_at(self._source, row + 1)

    def _jsonl(self) -> Iterator[Row | Reject]:
        for line in self._lines():
            if isinstance(line, Reject):
                yield line
            elif line[1].strip():
                yield self._object(line[0], _parse(line[1]))

    def _lines(self) -> Iterator[tuple[int, str] | Reject]:
        if not self._utf16 and not self.fallback:
            return read_lines(self._source)
        return self._lines_in("utf-16" if self._utf16 else "cp1252")

    def _lines_in(self, encoding: str) -> Iterator[tuple[int, str] | Reject]:
        """As `read_lines`, for encodings whose lines cannot be found in the bytes."""
        with self._source.open() as raw:
            text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n")
            row = 0
            while line := text.readline(MAX_LINE_BYTES + 1):
                row += 1
                if len(line) > MAX_LINE_BYTES and not line.endswith("\n"):
                    while (rest := text.readline(MAX_LINE_BYTES)) and not rest.endswith("\n"):
                        pass
                    yield Reject(self._source.name, row, "line too long to be a message")
                    continue
                yield row, line.rstrip("\r\n").replace("\0", "\ufffd")

    def _table(self) -> Iterator[Row | Reject]:
        lines = self._lines()
        top: list[tuple[int, str] | Reject] = []
        header = ""
        for line in lines:
            if isinstance(line, Reject):
                top.append(line)
            elif line[1].strip():
                header = line[1]
                break
        delimiter = delimiter_of(header, self._chosen)
        headers = split_header(header, delimiter)
        columns = required(
            self._source.name, headers, map_columns(headers, self._chosen), self._chosen
        )
        for record in _Records(self._source.name, itertools.chain(top, lines), delimiter, headers):
            if isinstance(record, Reject):
                yield record
            else:
                # Reversed, so that the first of two columns with one header counts.
                pairs = zip(reversed(headers), reversed(record[1]), strict=True)
                yield Row(record[0], columns, dict(pairs))


def _parse(line: str) -> object:
    """The line's value, healed once if it is not sound JSON; None if that does not help."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        healed = CleanStream(io.BytesIO(line.encode("utf-8", errors="replace")), "line")
    try:
        return orjson.loads(b"".join(iter(healed.read, b"")))
    except (orjson.JSONDecodeError, CorruptInputError):
        return None


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


class _Records:
    """Logical rows of a table below its header.

    Quotes are read strictly. A quote that is never closed, or has text after it, would
    swallow the rows below: then the line is cut at its delimiters as if quotes meant
    nothing, or is rejected, and reading goes on with the next line.
    """

    def __init__(
        self,
        source: str,
        lines: Iterator[tuple[int, str] | Reject],
        delimiter: str,
        headers: list[str],
    ) -> None:
        self._source = source
        self._lines = lines
        self._delimiter = delimiter
        self._headers = headers
        self._again: list[tuple[int, str]] = []  # lines to read once more, last first
        self._taken: list[tuple[int, str]] = []  # lines of the record being read
        self._rejects: list[Reject] = []

    def __iter__(self) -> Iterator[tuple[int, list[str]] | Reject]:
        while True:
            self._taken = []
            # A fresh reader for each record: csv.reader keeps no state between records.
            reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
            try:
                cells = next(reader, None)
            except csv.Error:
                cells = self._recover()
            yield from self._rejects
            self._rejects.clear()
            if not self._taken:
                return
            row, line = self._taken[0]
            if cells is not None and len(cells) == len(self._headers):
                yield row, cells
            elif line.strip():
                yield Reject(self._source, row, self._fault(cells))

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._again.pop() if self._again else next(self._lines, None)
            if line is None:
                return
            if isinstance(line, Reject):
                self._rejects.append(line)
                continue
            self._taken.append(line)
            yield line[1] + "\n"

    def _recover(self) -> list[str] | None:
        """The first line alone, cut at its delimiters; the lines after it are read again."""
        self._again.extend(reversed(self._taken[1:]))
        del self._taken[1:]
        cells = self._taken[0][1].split(self._delimiter)
        longest = csv.field_size_limit()
        fits = len(cells) == len(self._headers) and max(map(len, cells)) <= longest
        return cells if fits else None

    def _fault(self, cells: list[str] | None) -> str:
        if cells is None:
            return "quotes or field lengths that do not make a row"
        return f"{len(cells)} columns where the header has {len(self._headers)}"
