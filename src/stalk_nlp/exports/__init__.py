"""Export files -> events. One file a format, found by walking this folder.

A format is a module here whose name does not start with an underscore, with

    NAME: str          shown by `stalk-nlp formats` and taken by `--format`
    TITLE: str         one line for people
    NEEDS: str         what the user may have to say ("--owner, --tz"), or ""
    PLATFORM: str      namespace of its account names (stored in `Event.platform`)
    sniff(name, head) -> bool      does this file look like mine? (name, first 64 KiB)
    read(source, options)          yields Event | Reject | Account | Note

`read` raises CorruptInputError only when nothing more can be read from the file; a bad
row is a Reject and reading goes on. Missing options raise UsageError (or its child
AmbiguousDateOrderError) with the exact option to pass.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import pkgutil
from collections.abc import Iterable, Iterator
from typing import Protocol, cast

import pyarrow as pa

from stalk_nlp.errors import AmbiguousFormatError, UnknownFormatError, UsageError
from stalk_nlp.events import Account, Event, Note, Reject, to_batch
from stalk_nlp.exports._common import ReadOptions, Source

__all__ = [
    "BATCH_ROWS",
    "Format",
    "Record",
    "batches_of",
    "formats",
    "identify",
    "read",
    "read_batches",
]

BATCH_ROWS = 32_768

Record = Event | Reject | Account | Note


class Format(Protocol):
    """What a format module offers."""

    NAME: str
    TITLE: str
    NEEDS: str
    PLATFORM: str

    def sniff(self, name: str, head: bytes) -> bool: ...

    def read(self, source: Source, options: ReadOptions) -> Iterator[Record]: ...


@functools.cache
def formats() -> dict[str, Format]:
    """Every format, by its NAME."""
    found: dict[str, Format] = {}
    for info in pkgutil.iter_modules(__path__):
        if not info.name.startswith("_"):
            module = cast("Format", importlib.import_module(f"{__name__}.{info.name}"))
            found[module.NAME] = module
    return found


def identify(source: Source, format_name: str = "auto") -> Format:
    """The one format that recognises `source`.

    Raises UsageError for an unknown `format_name`, UnknownFormatError when no format
    matches and AmbiguousFormatError when several do.
    """
    if format_name != "auto":
        if format_name not in formats():
            known = ", ".join(sorted(formats()))
            raise UsageError(f"There is no format {format_name!r}; choose one of: {known}.")
        return formats()[format_name]
    head = source.head()
    if not head.strip():
        raise UnknownFormatError(f"{source.name} is empty.")
    matches = [f for f in formats().values() if f.sniff(source.name, head)]
    if not matches:
        raise UnknownFormatError(
            f"{source.name} is not in a format this version reads; see `stalk-nlp formats`."
        )
    if len(matches) > 1:
        names = " and ".join(sorted(f.NAME for f in matches))
        raise AmbiguousFormatError(f"{source.name} looks like {names}; say which with --format.")
    return matches[0]


def read(
    source: Source, options: ReadOptions | None = None, format_name: str = "auto"
) -> Iterator[Record]:
    """Records of one file, in the file's order."""
    return identify(source, format_name).read(source, options or ReadOptions())


def read_batches(records: Iterable[Record]) -> Iterator[pa.RecordBatch | Reject | Account | Note]:
    """Gathers events into record batches of up to `BATCH_ROWS`; passes the rest on."""
    for chunk in _chunks(records):
        events = [r for r in chunk if type(r) is Event]
        if events:
            yield to_batch(events)
        if len(events) < len(chunk):
            yield from (r for r in chunk if type(r) is not Event)


def batches_of(
    reader: Format, source: Source, options: ReadOptions
) -> Iterator[pa.RecordBatch | Reject | Account | Note]:
    """Record batches of one file. A format with a `read_batches` of its own is asked for it."""
    own = getattr(reader, "read_batches", None)
    return own(source, options) if own else read_batches(reader.read(source, options))


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while chunk := list(itertools.islice(iterator, BATCH_ROWS)):
        yield chunk
