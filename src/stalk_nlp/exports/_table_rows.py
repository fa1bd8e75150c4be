"""Logical rows of delimited text, without losing rows to a stray quote."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from stalk_nlp.events import Reject

__all__ = ["TableRows"]

_DIGIT = re.compile(r"\d")


class TableRows:
    """Logical rows of a table below its header.

    Quotes are read strictly. A quote that is never closed, or has text after it, would
    swallow the rows below, as would two such quotes in two rows: then the line is cut at
    its delimiters as if quotes meant nothing, or is rejected, and reading goes on with the
    next line.

    headers: their number is that of each row's cells. clock: place of the time column.
    """

    def __init__(
        self,
        source: str,
        lines: Iterator[tuple[int, str] | Reject],
        delimiter: str,
        headers: list[str],
        clock: int,
    ) -> None:
        self._source = source
        self._lines = lines
        self._delimiter = delimiter
        self._headers = headers
        self._clock = clock
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
            if len(self._taken) > 1 and any(map(self._is_row, self._taken[1:])):
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

    def _is_row(self, line: tuple[int, str]) -> bool:
        """A line inside quotes that is itself a row: its time is printed like the record's."""
        cells, first = (text.split(self._delimiter) for text in (line[1], self._taken[0][1]))
        if len(cells) != len(self._headers) or len(first) <= self._clock:
            return False
        return _DIGIT.sub("9", cells[self._clock]) == _DIGIT.sub("9", first[self._clock])

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
