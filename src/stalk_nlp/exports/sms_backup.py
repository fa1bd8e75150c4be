"""SMS Backup & Restore for Android: ``<smses>`` with ``<sms>`` and ``<mms>`` records.

`source_row` is the 1-based place of the record among all ``<sms>`` and ``<mms>`` elements
of the file; times are epoch milliseconds, UTC. The exporter writes NULL as the word
``null``, so a text that is just that word is ambiguous: it stays a text (dropping what
somebody wrote is worse than showing one word too many), except where the record itself
says that there is none: a draft, a record without an address, an MMS part without a
character set. Pictures are never kept. A subject line goes before the text of an MMS.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa

from stalk_nlp.events import OWNER, Account, Event, Note, Reject
from stalk_nlp.exports._android import (
    PHONE,
    Names,
    conversation,
    count_note,
    epoch_us,
    known,
    parties,
)
from stalk_nlp.exports._common import ReadOptions, Source
from stalk_nlp.exports._event_columns import BATCH_ROWS, EventColumns
from stalk_nlp.exports._mms import REPORT_TYPES, mms_text, mms_way
from stalk_nlp.exports._xml import Elements
from stalk_nlp.exports._xml_quick import Element, Layout, Run, as_elements
from stalk_nlp.exports._xml_text import Skip, root_tag

NAME = "sms-backup"
TITLE = "SMS Backup & Restore (Android), text and picture messages, XML"
NEEDS = ""
PLATFORM = PHONE

_SMS = ("address", "date", "type", "body", "status", "read", "contact_name", "_id")
_MMS = ("address", "date", "msg_box", "sub", "m_type", "read", "contact_name", "m_id", "_id")
_LAYOUT = Layout(("smses",), {"sms": _SMS, "mms": _MMS}, Skip("part", "data"))

#: Android Telephony.Sms: inbox, sent, draft, outbox, failed, queued.
_RECEIVED, _SENT, _DRAFT, _FAILED = "1", "2", "3", "5"
_TYPES = frozenset("123456")

_BAD_TYPE = "the attribute type is not one of 1 to 6"
_BAD_DATE = "the attribute date is not a time in milliseconds"

#: Android Telephony.Sms status (3GPP TS 23.040, TP-Status): 0 complete, from 64 failed.
_COMPLETE, _GIVEN_UP = "0", 64


def sniff(name: str, head: bytes) -> bool:  # noqa: ARG001
    """XML with the root ``<smses>``."""
    return root_tag(head) == "smses"


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:  # noqa: ARG001
    """Messages in the file's order.

    Raises CorruptInputError when the file is not XML with the root ``<smses>`` and
    UnsafeInputError when it declares a document type.
    """
    elements = Elements(source, _LAYOUT)
    reader = _Reader(source.name)
    for element in elements:
        if isinstance(element, Reject):
            yield element
        else:
            yield from reader.element(element)
    yield from reader.notes(elements)


def read_batches(
    source: Source,
    options: ReadOptions,  # noqa: ARG001
) -> Iterator[pa.RecordBatch | Reject | Account | Note]:
    """The records of `read`, messages as record batches of `EVENT_SCHEMA`: twice as quick.

    Backups are mostly plain SMS written all alike. Those go into columns without ever
    being an `Event`; everything else takes the way of `read`.
    """
    elements = Elements(source, _LAYOUT)
    reader = _Reader(source.name)
    table = EventColumns(source.name, PLATFORM)
    for part in elements.runs():
        if isinstance(part, Run) and part.tag == "sms":
            yield from table.keep(reader.run(part, table))
        elif isinstance(part, Reject):
            yield part
        else:
            for element in as_elements(part):
                yield from table.keep(reader.element(element))
        if len(table) >= BATCH_ROWS:
            yield table.take()
    if len(table):
        yield table.take()
    yield from reader.notes(elements)


class _Reader:
    """Records out of elements, with what must be remembered over a file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._names = Names()
        self._own: set[str] = set()
        self._nameless = 0
        self._ways: dict[tuple[str | None, ...], int] = {}

    def element(self, element: Element) -> Iterator[Event | Reject | Account]:
        address, name = element.values[0], element.values[6]
        if (address, name) not in self._names.seen:
            yield from self._names.accounts(address, name)
        if element.tag == "sms":
            yield _sms(self.source, element)
            return
        record, numbers = _mms(self.source, element)
        for number in numbers:
            if number not in self._own:
                self._own.add(number)
                yield Account(PLATFORM, number, owner=True)
        yield record
        self._nameless += isinstance(record, Event) and record.sender is None and record.group

    def run(self, run: Run, table: EventColumns) -> Iterator[Event | Reject | Account]:
        """Plain SMS straight into columns; one by one if any of them is out of the ordinary."""
        address, date, code, body, status, seen, name, ids = zip(*run.rows, strict=True)
        times = _times(date)
        if not times or "null" in body or not _TYPES.issuperset(code):
            for element in as_elements(run):
                yield from self.element(element)
            return
        for pair in dict.fromkeys(zip(address, name, strict=True)):
            if pair not in self._names.seen:
                yield from self._names.accounts(*pair)
        ways = self._ways
        keys = list(zip(address, code, status, seen, strict=True))
        for key in dict.fromkeys(keys):
            if key not in ways:
                ways[key] = table.way("sms", *_way(*key)[:-1])
        table.rows.extend(range(run.first, run.first + len(keys)))
        table.times.extend(times)
        table.times_raw.extend(date)
        table.texts.extend([text or None for text in body])
        table.input_ids.extend(map(known, ids))
        table.ways.extend(map(ways.__getitem__, keys))

    def notes(self, elements: Elements) -> Iterator[Note]:
        if self._nameless:
            yield Note(
                self.source, f"Group messages that do not say who sent them: {self._nameless}."
            )
        yield from count_note(self.source, elements.root, elements.count)


class _Way(NamedTuple):
    """Who wrote an SMS to whom, and what became of it."""

    kind: str
    sender: str | None
    recipients: tuple[str, ...]
    conversation: str
    group: bool
    delivery: str
    empty: bool  # a body of "null" is no text


@functools.lru_cache(maxsize=65_536)
def _way(address: str | None, code: str, status: str | None, seen: str | None) -> _Way:
    others = parties(address)
    group = len(others) > 1
    thread = conversation(others)
    if code == _RECEIVED:
        sender = others[0] if len(others) == 1 else None
        delivery = "read" if seen == "1" else "unknown"
        return _Way("msg", sender, (OWNER,), thread, group, delivery, not others)
    kind = "draft" if code == _DRAFT else "msg"
    empty = kind == "draft" or not others
    return _Way(kind, OWNER, others, thread, group, _delivery(code, status), empty)


def _delivery(code: str, status: str | None) -> str:
    """What the phone knows of a message that its owner wrote."""
    if code == _FAILED:
        return "failed"
    if code != _SENT or status is None or not (status.isascii() and status.isdigit()):
        return "unknown"
    if status == _COMPLETE:
        return "delivered"
    return "failed" if len(status) > 3 or int(status) >= _GIVEN_UP else "unknown"


def _times(written: Iterable[str | None]) -> list[int | None]:
    """All times, or none at all if one of them is no time."""
    try:
        return [epoch_us(one) for one in written]
    except ValueError:
        return []


def _sms(source: str, element: Element) -> Event | Reject:
    address, date, code, body, status, seen, _, input_id = element.values
    row = element.ordinal
    if code not in _TYPES:
        return Reject(source, row, _BAD_TYPE)
    try:
        time_us = epoch_us(date)
    except ValueError:
        return Reject(source, row, _BAD_DATE)
    way = _way(address, code, status, seen)
    if not body or (body == "null" and way.empty):
        body = None
    return Event(
        source, row, time_us, date or "", "export", PLATFORM, "sms",
        way.kind, way.sender, way.recipients, way.conversation, body,
        known(input_id), way.group, False, False, way.delivery,
    )  # fmt: skip


def _mms(source: str, element: Element) -> tuple[Event | Reject, tuple[str, ...]]:
    """The message, and the owner's own numbers as far as it shows them."""
    address, date, code, subject, m_type, seen, _, m_id, row_id = element.values
    row = element.ordinal
    if code not in _TYPES:
        return Reject(source, row, "the attribute msg_box is not one of 1 to 6"), ()
    try:
        time_us = epoch_us(date)
    except ValueError:
        return Reject(source, row, _BAD_DATE), ()
    way = mms_way(address, code == _RECEIVED, element.children)
    delivery = "failed" if code == _FAILED else "unknown"
    if code == _RECEIVED and seen == "1":
        delivery = "read"
    kind = "system" if m_type in REPORT_TYPES else "draft" if code == _DRAFT else "msg"
    event = Event(
        source, row, time_us, date or "", "export", PLATFORM, "mms",
        kind, way.sender, way.recipients, way.conversation, mms_text(subject, element.children),
        known(m_id) or known(row_id), way.group, False, False, delivery,
    )  # fmt: skip
    return event, way.own
