"""Rows of a generic file as plain values: a delimited table, JSON lines or a JSON array.

`shape_of` looks at the first bytes; `Rows` then gives ``(row, columns, values)`` or a
`Reject` for each record, as often as it is asked, and holds one record at a time.
"""

from __future__ import annotations

import codecs
import datetime as dt
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
from stalk_nlp.exports._table_rows import TableRows

__all__ = ["Row", "Rows", "first_object", "head_text", "shape_of"]

_CHUNK = 1024 * 1024
_DAMAGED = "damaged utf-8"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


_NOTES = {
    "cp1252": "The file is not UTF-8 and was read as Windows-1252 (Latin-1); check names and"
    " accents, or save it as UTF-8.",
    _DAMAGED: "Some characters of the file are broken; they show as �.",
}


class Row(NamedTuple):
    """One record.

    row: its place (line of a table or JSONL, item of an array). fields: our field -> value,
    for those the record has. zone: of its times, where the header names one.
    """

    row: int
    fields: dict[str, Any]
    zone: dt.timezone | None


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
    """All records of one file. `note` says so where a table is not sound UTF-8."""

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self._source = source
        self._chosen = options.columns
        head = source.head()
        self._shape = shape_of(head)
        self._encoding = "utf-16" if head.startswith(_UTF16) else "utf-8"
        if self._shape == "table":
            self._encoding = _encoding(source, head)
        self.note = _NOTES.get(self._encoding)
        self._mapped = functools.lru_cache(maxsize=256)(self._map_keys)
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
        columns = self._mapped(tuple(value))
        fields = {field: value[key] for field, key in columns.names.items()}
        return Row(row, fields, columns.zone)

    def _array(self) -> Iterator[Row | Reject]:
        if self._encoding == "utf-16":
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
        if self._encoding in ("utf-8", _DAMAGED):
            return read_lines(self._source)
        return self._lines_in(self._encoding)

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
        # Of two columns with one header the first counts.
        places = [(field, headers.index(name)) for field, name in columns.names.items()]
        clock = headers.index(columns.names["time"])
        lines = itertools.chain(top, lines)
        for record in TableRows(self._source.name, lines, delimiter, headers, clock):
            if isinstance(record, Reject):
                yield record
            else:
                row, cells = record
                yield Row(row, {field: cells[place] for field, place in places}, columns.zone)


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


def _encoding(source: Source, head: bytes) -> str:
    """UTF-16 by its mark, UTF-8 (sound, or with damage), else Windows-1252.

    A file with more sound characters beyond ASCII than broken ones is damaged UTF-8: read
    in another encoding, every accent and emoji in it would come out wrong.
    """
    if head.startswith(_UTF16):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken = beyond = 0
    with source.open() as stream:
        while chunk := stream.read(_CHUNK):
            text = decoder.decode(chunk)
            broken += text.count("\ufffd")
            beyond += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
    broken += len(decoder.decode(b"", final=True))
    if broken == 0:
        return "utf-8"
    return _DAMAGED if beyond > 2 * broken else "cp1252"
