"""The event table built by columns, for readers of very large files.

An `Event` costs more to make than to read. Here a row is six values, each in a list of its
own (lists of text and numbers cost the garbage collector nothing); all that repeats from
message to message (who, to whom, which thread) is kept once as a way and looked up by its
number when the batch is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import pyarrow as pa

from stalk_nlp.events import EVENT_SCHEMA, Event

BATCH_ROWS = 32_768

_ROW_FIELDS = ("source_row", "time_us", "time_raw", "text", "input_id")
_WAY_FIELDS = (
    "channel",
    "kind",
    "sender",
    "recipients",
    "conversation",
    "group",
    "delivery",
)
_PLAIN = {"deleted": False, "edited": False, "forwarded": False, "automated": False}
_Other = TypeVar("_Other")


class EventColumns:
    """Rows of one source, appended to the lists; `take` gives them as a batch.

    Times are UTC (`tz_basis` export).
    """

    def __init__(self, source: str, platform: str) -> None:
        self._fixed = {"source": source, "tz_basis": "export", "platform": platform, **_PLAIN}
        self._clear()
        self._ways: list[tuple[object, ...]] = []
        self._numbers: dict[tuple[object, ...], int] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def _clear(self) -> None:
        self.rows: list[int] = []  # source_row
        self.times: list[int | None] = []
        self.times_raw: list[str] = []
        self.texts: list[str | None] = []
        self.input_ids: list[str | None] = []
        self.ways: list[int] = []  # numbers given by `way`

    def way(
        self,
        channel: str,
        kind: str,
        sender: str | None,
        recipients: tuple[str, ...],
        conversation: str,
        group: bool,
        delivery: str,
    ) -> int:
        """The number of a way, which it keeps."""
        way = (channel, kind, sender, recipients, conversation, group, delivery)
        if way not in self._numbers:
            self._numbers[way] = len(self._ways)
            self._ways.append(way)
        return self._numbers[way]

    def keep(self, records: Iterable[Event | _Other]) -> Iterator[_Other]:
        """Takes the events in, passes the rest on. No fields but those named above are kept."""
        for record in records:
            if isinstance(record, Event):
                r = record
                way = self.way(
                    r.channel, r.kind, r.sender, r.recipients, r.conversation, r.group, r.delivery
                )
                self.rows.append(r.source_row)
                self.times.append(r.time_us)
                self.times_raw.append(r.time_raw)
                self.texts.append(r.text)
                self.input_ids.append(r.input_id)
                self.ways.append(way)
            else:
                yield record

    def take(self) -> pa.RecordBatch:
        """All rows as a batch of `EVENT_SCHEMA`; the columns are empty afterwards."""
        columns = (self.rows, self.times, self.times_raw, self.texts, self.input_ids)
        made = {
            name: pa.array(column, EVENT_SCHEMA.field(name).type)
            for name, column in zip(_ROW_FIELDS, columns, strict=True)
        }
        size, which = len(self.rows), pa.array(self.ways, pa.int64())
        self._clear()
        for name, column in zip(_WAY_FIELDS, zip(*self._ways, strict=True), strict=True):
            made[name] = pa.array(column, EVENT_SCHEMA.field(name).type).take(which)
        for field in EVENT_SCHEMA:
            if field.name not in made:
                value = pa.scalar(self._fixed.get(field.name), field.type)
                made[field.name] = pa.repeat(value, size)
        arrays = [made[field.name] for field in EVENT_SCHEMA]
        return pa.RecordBatch.from_arrays(arrays, schema=EVENT_SCHEMA)
