"""Inputs -> one event table in time order, with people, duplicates taken out.

Events are spooled to an Arrow file as they are read and mapped from there, so memory holds
the narrow columns (`EventTable.index`) and, at any moment, the texts of one chunk of rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stalk_nlp import exports
from stalk_nlp.errors import InputError, UnknownFormatError, UsageError
from stalk_nlp.events import EVENT_SCHEMA, Account, Note, Reject
from stalk_nlp.exports._common import ReadOptions, Source
from stalk_nlp.exports._intake import Found, find_sources
from stalk_nlp.pairs import link_events
from stalk_nlp.people import Party, People, account_key, resolve

__all__ = ["EventTable", "IntakeOptions", "SourceReport", "read_inputs", "sha256_file"]

Progress = Callable[[str, int, int | None], None]

#: Columns that stay in memory; the rest are read from the spool when needed.
_NARROW = (
    "source", "source_row", "time_us", "tz_basis", "platform", "channel", "kind", "sender",
    "recipients", "conversation", "group", "deleted", "delivery", "duration_s", "forwarded",
    "automated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """What the user said about the inputs (contract section 1).

    since, until: only events in [since, until); wall clock times are compared as printed.
    only: keep events that this person sent or received directly.
    """

    owner: str | None = None
    tz: str | None = None
    date_order: str | None = None
    parties: tuple[Party, ...] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    only: str | None = None
    format: str = "auto"
    columns: dict[str, str] = field(default_factory=dict)

    def read_options(self) -> ReadOptions:
        """The part that readers see. Raises UsageError for an unknown zone or order."""
        if self.date_order not in (None, "dmy", "mdy", "ymd"):
            raise UsageError(f"--date-order is dmy, mdy or ymd, not {self.date_order!r}.")
        try:
            zone = zoneinfo.ZoneInfo(self.tz) if self.tz else None
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise UsageError(
                f"There is no time zone {self.tz!r}; use a name such as Europe/London."
            ) from error
        return ReadOptions(tz=zone, date_order=self.date_order, columns=dict(self.columns))


@dataclass(slots=True)
class SourceReport:
    """What was read from one source. `events` counts all kinds, before duplicates go."""

    name: str
    format: str
    events: int = 0
    system: int = 0
    unparsed: int = 0


@dataclass(slots=True)
class EventTable:
    """Events of all inputs in time order (events without a time come last).

    index: narrow columns, plus `spool_row`, `sender_id`, `recipient_ids`, `direction`.
    Row numbers used everywhere else are positions in `index`.
    """

    index: pl.DataFrame
    spool: pa.Table
    people: People
    sources: list[SourceReport]
    found: Found
    rejects: list[Reject]
    notes: list[Note]
    duplicates: int
    out_of_scope: int

    def __len__(self) -> int:
        return self.index.height

    def texts(self, rows: NDArray[np.int64]) -> list[str | None]:
        """Texts of these rows."""
        return cast("list[str | None]", self.column("text", rows))

    def column(self, name: str, rows: NDArray[np.int64]) -> list[object]:
        """A wide column (`time_raw`, `input_id`, `edited`, `reply_to`) of these rows."""
        places = pa.array(self.index["spool_row"].gather(rows).to_numpy())
        found: list[object] = self.spool.column(name).take(places).to_pylist()
        return found

    def event_ids(self) -> NDArray[np.bytes_]:
        """SHA-256 digests, one a row, that name an event by its content.

        Made of accounts, time, kind and text, and of the place among identical events, so
        the same event has the same id in every export that holds it and in every run.
        """
        digests = np.zeros(len(self), dtype="S64")
        seen: dict[bytes, int] = {}
        for start in range(0, len(self), exports.BATCH_ROWS):
            rows = np.arange(start, min(start + exports.BATCH_ROWS, len(self)))
            part = self.index[start : start + exports.BATCH_ROWS].with_columns(
                text=pl.Series(self.texts(rows), dtype=pl.String)
            )
            for offset, values in enumerate(part.select(_ID_COLUMNS).iter_rows()):
                key = hashlib.sha256(_id_bytes(values)).digest()
                nth = seen[key] = seen.get(key, -1) + 1
                whole = hashlib.sha256(key + nth.to_bytes(4, "big")).hexdigest()
                digests[start + offset] = whole.encode()
        return digests


_ID_COLUMNS = (
    "platform", "channel", "kind", "sender", "recipients", "time_us", "duration_s", "text",
)  # fmt: skip


def _id_bytes(values: tuple[object, ...]) -> bytes:
    platform, channel, kind, sender, recipients, time_us, duration, text = values
    names = [_account(platform, k) for k in (sender, *(recipients or ()))]  # type: ignore[misc]
    parts = (channel, kind, names[0], *sorted(names[1:]), time_us, duration, text)
    return "\x1f".join("" if p is None else str(p) for p in parts).encode("utf-8", "replace")


def _account(platform: object, key: object) -> str:
    return "" if key is None else ":".join(account_key(str(platform), str(key)))


def sha256_file(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_inputs(
    inputs: Sequence[Path], options: IntakeOptions, work: Path, progress: Progress | None = None
) -> EventTable:
    """Reads every export in `inputs`; `work` is an empty folder for unpacked files.

    A file of a folder that cannot be read becomes a reject. Raises the first InputError
    when nothing at all can be read, and UsageError whenever the user must say something.
    """
    read_options = options.read_options()
    found = find_sources(list(inputs), work)
    reader = _Reader(options, read_options, work / "events.arrow", progress)
    reader.rejects.extend(found.rejects)
    for source in found.sources:
        reader.read(source)
    spool = reader.finish(found)
    return _assemble(spool, reader, found, options)


class _Reader:
    def __init__(
        self, options: IntakeOptions, read_options: ReadOptions, spool: Path,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.options, self.read_options, self.progress = options, read_options, progress
        self.path = spool
        self.stream = pa.OSFile(str(spool), "wb")
        self.writer = pa.ipc.new_file(self.stream, EVENT_SCHEMA)
        self.reports: list[SourceReport] = []
        self.rejects: list[Reject] = []
        self.notes: list[Note] = []
        self.accounts: list[Account] = []
        self.events = 0
        self.first_error: InputError | None = None

    def read(self, source: Source) -> None:
        try:
            reader = self._identify(source)
            report = SourceReport(source.name, reader.NAME)
            self.reports.append(report)
            for item in exports.batches_of(reader, source, self.read_options):
                self._take(item, report)
        except InputError as error:
            self.first_error = self.first_error or error
            self.rejects.append(Reject(source.name, None, str(error)))
        except OSError as error:
            failure = InputError(f"{source.name} cannot be opened: {error.strerror}.")
            self.first_error = self.first_error or failure
            self.rejects.append(Reject(source.name, None, str(failure)))

    def _identify(self, source: Source) -> exports.Format:
        """A table whose headers only `--columns` explains looks like nothing by itself."""
        try:
            return exports.identify(source, self.options.format)
        except UnknownFormatError:
            if not self.options.columns:
                raise
            return exports.identify(source, "generic")

    def _take(self, item: pa.RecordBatch | Reject | Account | Note, report: SourceReport) -> None:
        if isinstance(item, pa.RecordBatch):
            self.writer.write_batch(item)
            self.events += item.num_rows
            report.events += item.num_rows
            report.system += int(pc.sum(pc.equal(item.column("kind"), "system")).as_py() or 0)
            if self.progress:
                self.progress("Reading", self.events, None)
        elif isinstance(item, Reject):
            self.rejects.append(item)
            report.unparsed += 1
        elif isinstance(item, Account):
            self.accounts.append(item)
        else:
            self.notes.append(item)

    def finish(self, found: Found) -> pa.Table:
        self.writer.close()
        self.stream.close()
        if not self.events and self.first_error:
            raise self.first_error
        if not self.events and not self.reports:
            reason = found.rejects[0].reason if found.rejects else "no export was found in it"
            raise InputError(f"There is nothing to read: {reason}")
        return pa.ipc.open_file(pa.memory_map(str(self.path))).read_all()


def _assemble(spool: pa.Table, reader: _Reader, found: Found, options: IntakeOptions) -> EventTable:
    narrow = cast("pl.DataFrame", pl.from_arrow(spool.select([*_NARROW, "text"])))
    index = (
        narrow.with_columns(text_hash=pl.col("text").hash())
        .drop("text")
        .with_row_index("spool_row")
    )
    people = resolve(
        _used_accounts(index), reader.accounts, owner=options.owner, parties=options.parties
    )
    index = link_events(index, people)
    kept = _drop_duplicates(index)
    scoped = _scope(kept, people, options)
    order = {name: i for i, name in enumerate(dict.fromkeys(r.name for r in reader.reports))}
    index = (
        scoped.with_columns(_source=pl.col("source").replace_strict(order, return_dtype=pl.Int64))
        .sort("time_us", "_source", "source_row", "spool_row", nulls_last=True)
        .drop("_source", "text_hash")
    )
    open_notes = [n for n in reader.notes if n.asks != "owner" or people.owner is None]
    notes = [*open_notes, *_owner_notes(people, index)]
    return EventTable(
        index, spool, people, reader.reports, found, reader.rejects, notes,
        duplicates=spool.num_rows - kept.height, out_of_scope=kept.height - scoped.height,
    )  # fmt: skip


def _used_accounts(index: pl.DataFrame) -> list[tuple[str, str]]:
    senders = index.select("platform", key="sender")
    recipients = index.select("platform", key="recipients").explode("key")
    both = pl.concat([senders, recipients]).drop_nulls().unique(maintain_order=True)
    return list(both.iter_rows())


def _drop_duplicates(index: pl.DataFrame) -> pl.DataFrame:
    """Keeps one of each event that several sources hold.

    Same people, channel, kind, second, duration and text in two sources are one event; the
    same event twice in one source stays two (codebook 3.5; whole seconds, since exports of
    one phone print either those or minutes).
    """
    key = [
        "channel", "kind", "sender_id", "recipient_ids", "_where", "_second", "duration_s",
        "text_hash",
    ]  # fmt: skip
    keyed = index.with_columns(
        _second=pl.col("time_us") // 1_000_000,
        _where=pl.when("group").then("conversation"),
        recipient_ids=pl.col("recipient_ids").cast(pl.List(pl.String)).list.join(","),
    )
    nth = keyed.select(pl.int_range(pl.len()).over([*key, "source"]).alias("nth"))["nth"]
    first = keyed.with_columns(nth=nth, _n=pl.int_range(pl.len())).unique(
        subset=[*key, "nth"], keep="first", maintain_order=True
    )
    return index[first["_n"]]


def _scope(index: pl.DataFrame, people: People, options: IntakeOptions) -> pl.DataFrame:
    keep = pl.lit(value=True)
    for moment, is_start in ((options.since, True), (options.until, False)):
        if moment is not None:
            limit = int(moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp() * 1e6)
            column = pl.col("time_us")
            keep = keep & ((column >= limit) if is_start else (column < limit))
    if options.only is not None:
        person = people.find(options.only)
        keep = keep & (
            (pl.col("sender_id") == person) | pl.col("recipient_ids").list.contains(person)
        )
    return index.filter(keep)


def _owner_notes(people: People, index: pl.DataFrame) -> Iterator[Note]:
    if people.owner is None and index.height:
        yield Note("", "The owner is not known, so directions are unknown; pass --owner NAME.")
    for link in people.links:
        if not link.merged:
            yield Note("", f"{link.account} may be {link.person}: {link.basis}.")
