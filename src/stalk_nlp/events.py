"""The records that travel through the house, and the Arrow schema of the event table.

Readers in `exports/` yield four kinds of record: `Event`, `Reject`, `Account` and
`Note`. Events are gathered into Arrow record batches (`to_batch`) as soon as they
leave a reader; nothing after that holds one Python object an event.

Times are integers, microseconds since 1970-01-01T00:00:00. They are UTC unless
`tz_basis` is ``unknown``; then they are the wall clock as the export prints it, good
for order and gaps inside that export and for nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

__all__ = [
    "CALL_KINDS",
    "CONTACT_KINDS",
    "EVENT_SCHEMA",
    "KINDS",
    "OWNER",
    "TRACE_KINDS",
    "UNANSWERED_CALL_KINDS",
    "Account",
    "Boundary",
    "Event",
    "Note",
    "Reject",
    "format_time",
    "to_batch",
]

#: Account key a reader uses for the owner of the device or account when the export
#: marks the owner without naming them ("Me", SMS type 2, `is_from_me`).
OWNER = "@owner"

CALL_KINDS = ("call_answered", "call_missed", "call_rejected", "voicemail")
UNANSWERED_CALL_KINDS = ("call_missed", "call_rejected", "voicemail")
#: Codebook 3.1: kinds that count as contact.
CONTACT_KINDS = (
    "msg",
    *CALL_KINDS,
    "email",
    "payment_ref",
    "tag",
    "comment",
    "request",
    "gift_notice",
)
#: Stored, shown, never counted as contact (codebook 3.1; drafts and system lines are ours).
TRACE_KINDS = ("reaction", "view", "draft", "system")
STATE_KINDS = ("block", "unblock")
KINDS = (*CONTACT_KINDS, *TRACE_KINDS, *STATE_KINDS)


class Event(NamedTuple):
    """One thing an export records, before accounts are joined to people.

    sender, recipients: account keys as the source prints them (a number, a handle, a
    display name) or `OWNER`. Directions are worked out later from these, never guessed.
    """

    source: str  # file as shown to people, e.g. "backup.zip/chat.txt"
    source_row: int  # 1-based line, element or record number in that file
    time_us: int | None  # None: the export gives no usable time
    time_raw: str  # as printed in the source
    tz_basis: str  # offset | export | option | unknown
    platform: str  # namespace of account keys that are neither numbers nor addresses
    channel: str  # whatsapp, sms, phone, imessage, telegram, messenger, …
    kind: str  # one of KINDS
    sender: str | None
    recipients: tuple[str, ...]
    conversation: str  # the source's own thread id or title
    text: str | None = None
    input_id: str | None = None  # the source's own message id
    group: bool = False
    deleted: bool = False
    edited: bool = False
    delivery: str = "unknown"  # sent | delivered | read | failed | blocked | unknown
    duration_s: float | None = None
    forwarded: bool = False
    reply_to: str | None = None  # quoted text of the message replied to, if the export holds it
    automated: bool = False  # the export itself marks the sender as a bot or service


class Reject(NamedTuple):
    """A row that could not be read. `reason` never holds message text."""

    source: str
    row: int | None
    reason: str


class Account(NamedTuple):
    """Something the export says about an account: a saved name, or that it is the owner's."""

    platform: str
    key: str
    name: str | None = None
    owner: bool = False


class Note(NamedTuple):
    """A warning about a source that a reader of the report must know (one sentence).

    asks: the option that settles it ("owner"); once that is known, the warning is dropped.
    """

    source: str
    text: str
    asks: str = ""


class Boundary(NamedTuple):
    """A boundary (codebook 1.3): one person limits contact by another.

    row: event table row of the message that made it. span: the words, as character
    offsets into that message. known: True, False, or None where the export cannot show it.
    """

    row: int
    time_us: int
    type: str  # B1 … B7
    by: str  # person id
    to: str  # person id
    scope: str = "all"  # all | channel | topic | place | time | role
    scope_detail: str = ""  # e.g. the channel named
    state: str = "active"  # active | qualified | reopened | withdrawn
    known: bool | None = None
    known_by: int | None = None  # row of the event that shows it was known
    changed_by: int | None = None  # row of the event that changed the state
    span: tuple[int, int] = (0, 0)
    source: str = "rule"  # rule | model | both


_FIELDS: dict[str, pa.DataType] = {
    "source": pa.string(),
    "source_row": pa.int64(),
    "time_us": pa.int64(),
    "time_raw": pa.string(),
    "tz_basis": pa.string(),
    "platform": pa.string(),
    "channel": pa.string(),
    "kind": pa.string(),
    "sender": pa.string(),
    "recipients": pa.list_(pa.string()),
    "conversation": pa.string(),
    "text": pa.string(),
    "input_id": pa.string(),
    "group": pa.bool_(),
    "deleted": pa.bool_(),
    "edited": pa.bool_(),
    "delivery": pa.string(),
    "duration_s": pa.float64(),
    "forwarded": pa.bool_(),
    "reply_to": pa.string(),
    "automated": pa.bool_(),
}
#: One column a field of `Event`, in the same order.
EVENT_SCHEMA = pa.schema(list(_FIELDS.items()))


def to_batch(events: Sequence[Event]) -> pa.RecordBatch:
    """Events as one Arrow record batch of `EVENT_SCHEMA`."""
    columns = zip(*events, strict=True) if events else ([] for _ in EVENT_SCHEMA)
    arrays = [
        pa.array(column, type=field.type)
        for column, field in zip(columns, EVENT_SCHEMA, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=EVENT_SCHEMA)


def format_time(time_us: int | None, tz_basis: str) -> str | None:
    """ISO 8601: with Z when the zone is known, without an offset when it is not."""
    if time_us is None:
        return None
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=time_us)
    spec = "milliseconds" if time_us % 1_000_000 else "seconds"
    return moment.isoformat(timespec=spec) + ("" if tz_basis == "unknown" else "Z")
