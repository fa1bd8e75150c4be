"""Android call logs: ``<calls>`` (SMS Backup & Restore) and ``<alllogs>`` (Super Backup).

`source_row` is the 1-based place of the record among all call elements of the file; times
are epoch milliseconds, UTC; durations are seconds. Direction and outcome follow Android's
CallLog.Calls: 1 incoming, 2 outgoing, 3 missed, 4 voicemail, 5 rejected, 6 blocked,
7 answered on another device. Two cases need a rule:

- An outgoing call of no seconds was never connected: an unanswered attempt by the owner.
- An incoming call of type 1 was answered, or Android would have stored it as missed or
  rejected. One of no seconds was hung up within the first second, so it stays answered.

A caller who withheld the number has sender None. Such callers are never made one person.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

from stalk_nlp.events import OWNER, Account, Event, Note, Reject
from stalk_nlp.exports._android import PHONE, Names, conversation, count_note, epoch_us, known
from stalk_nlp.exports._common import ReadOptions, Source
from stalk_nlp.exports._xml import Elements
from stalk_nlp.exports._xml_quick import Element, Layout
from stalk_nlp.exports._xml_text import root_tag

NAME = "android-calls"
TITLE = "Android call log (SMS Backup & Restore, Super Backup), XML"
NEEDS = ""
PLATFORM = PHONE

_ROOTS = ("calls", "alllogs")
_LAYOUT = Layout(
    _ROOTS,
    {
        "call": ("number", "date", "type", "duration", "contact_name", "_id"),
        "log": ("number", "date", "type", "dur", "name", "_id"),
    },
)

_OUTGOING = "2"
#: type -> kind and delivery, of calls that came in.
_INCOMING = {
    "1": ("call_answered", "unknown"),
    "3": ("call_missed", "unknown"),
    "4": ("voicemail", "unknown"),
    "5": ("call_rejected", "unknown"),
    "6": ("call_rejected", "blocked"),
    "7": ("call_answered", "unknown"),
}

#: What stands in place of a number: Android's old codes for unknown, private and payphone,
#: and what exporters print.
_NO_NUMBERS = frozenset({"-1", "-2", "-3", "unknown", "private", "payphone", "restricted"})


def sniff(name: str, head: bytes) -> bool:  # noqa: ARG001
    """XML with the root ``<calls>`` or ``<alllogs>``."""
    return root_tag(head) in _ROOTS


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:  # noqa: ARG001
    """Calls in the file's order.

    Raises CorruptInputError when the file is not XML with one of the two roots and
    UnsafeInputError when it declares a document type.
    """
    elements = Elements(source, _LAYOUT)
    names = Names()
    withheld = 0
    for element in elements:
        if isinstance(element, Reject):
            yield element
            continue
        number, name = _number(element.values[0]), element.values[4]
        if number is not None and (number, name) not in names.seen:
            yield from names.accounts(number, name)
        record = _call(source.name, element, number)
        yield record
        withheld += type(record) is Event and record.sender is None
    if withheld:
        yield Note(
            source.name,
            f"Calls from withheld or unknown numbers, counted for no person: {withheld}.",
        )
    yield from count_note(source.name, elements.root, elements.count)


class _Way(NamedTuple):
    kind: str
    sender: str | None
    recipients: tuple[str, ...]
    conversation: str
    delivery: str


@functools.lru_cache(maxsize=65_536)
def _number(written: str | None) -> str | None:
    """The other side's number, or None where it was withheld."""
    number = (known(written) or "").strip()
    return None if not number or number.casefold() in _NO_NUMBERS else number


@functools.lru_cache(maxsize=65_536)
def _way(number: str | None, code: str, connected: bool) -> _Way:
    other = () if number is None else (number,)
    thread = conversation(other)
    if code == _OUTGOING:
        return _Way(
            "call_answered" if connected else "call_missed", OWNER, other, thread, "unknown"
        )
    kind, delivery = _INCOMING[code]
    return _Way(kind, number, (OWNER,), thread, delivery)


def _call(source: str, element: Element, number: str | None) -> Event | Reject:
    _, date, code, duration, _, input_id = element.values
    row = element.ordinal
    if code is None or (code != _OUTGOING and code not in _INCOMING):
        return Reject(source, row, "the attribute type is not one of 1 to 7")
    try:
        time_us = epoch_us(date)
    except ValueError:
        return Reject(source, row, "the attribute date is not a time in milliseconds")
    try:
        seconds = _seconds(duration)
    except ValueError:
        return Reject(source, row, "the attribute duration is not a number of seconds")
    if seconds is None and code == _OUTGOING:
        return Reject(source, row, "the attribute duration is missing: answered or not?")
    way = _way(number, code, bool(seconds))
    return Event(
        source, row, time_us, date or "", "export", PLATFORM, "phone",
        way.kind, way.sender, way.recipients, way.conversation, None,
        known(input_id), False, False, False, way.delivery, seconds,
    )  # fmt: skip


def _seconds(written: str | None) -> float | None:
    written = known(written)
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise ValueError
    return float(written)
