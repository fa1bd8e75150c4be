"""Any table or JSON that names its columns: CSV, TSV, JSON lines, a JSON array of objects.

One record an event. `time`, `from` and `text` make a message; the other fields, the kinds
and the aliases of each header are in `_columns.FIELDS`. Where a table has the other side's
number and a direction instead of a sender, the owner stands on the other end.

Times: ISO 8601 (with an offset: basis ``offset``), epoch seconds, milliseconds or
microseconds told apart by magnitude (``export``), or printed dates whose order of day and
month is inferred over the whole column. A bare date is not a time.

`source_row`: line of a table or of JSON lines (a record over several lines counts by its
first), or place in a JSON array from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stalk_nlp.events import CALL_KINDS, KINDS, OWNER, Account, Event, Note, Reject
from stalk_nlp.exports._cells import Times, flag, kind_of, seconds, side_of, status_of
from stalk_nlp.exports._columns import delimiter_of, map_columns, split_header
from stalk_nlp.exports._common import ReadOptions, Source
from stalk_nlp.exports._table import Row, Rows, first_object, head_text, shape_of

__all__ = ["NAME", "NEEDS", "PLATFORM", "TITLE", "read", "sniff"]

NAME = "generic"
TITLE = "CSV, TSV, JSON lines or a JSON array with named columns"
NEEDS = "--columns where headers are unusual; --tz and --date-order for local times"
PLATFORM = "generic"

#: How the owner of a device is written in place of a name.
_ME = ("me", OWNER)
_SIDES = ("from", "to", "contact")


class _UnreadableError(Exception):
    """A record that cannot become an event; the text is the reason shown to people."""


class _Parties(NamedTuple):
    sender: str
    recipients: tuple[str, ...]


def sniff(name: str, head: bytes) -> bool:  # noqa: ARG001
    """Headers, or the keys of a first JSON object, that hold a time, a sender and a text."""
    if shape_of(head) != "table":
        return map_columns(first_object(head), {}).is_message_table
    line = head_text(head).lstrip().partition("\n")[0]
    headers = split_header(line, delimiter_of(line, {}))
    return map_columns(headers, {}).is_message_table


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:
    """Records in the file's order.

    Raises UsageError when a required column is not found (it names the headers and the
    option to pass), AmbiguousDateOrderError when day and month cannot be told apart, and
    CorruptInputError when not one record can be read.
    """
    rows = Rows(source, options)
    if rows.note is not None:
        yield Note(source.name, rows.note)
    times = Times(source.name, options, lambda: map(_printed, rows))
    for row in rows:
        if isinstance(row, Reject):
            yield row
            continue
        try:
            yield _event(source.name, row, times)
        except _UnreadableError as fault:
            yield Reject(source.name, row.row, str(fault))
    if times.note is not None:
        yield Note(source.name, times.note)


def _event(source: str, row: Row, times: Times) -> Event:
    duration_s = _duration(row)
    kind = _kind(row, duration_s)
    parties = _parties(row)
    printed = _printed(row)
    if not printed:
        raise _UnreadableError("no time")
    moment = times.read(printed, row.zone)
    if moment is None:
        raise _UnreadableError("the time is not a date and clock time that can be read")
    deleted = _flag(row, "deleted")
    text = _text(row, kind)
    if kind == "msg" and text is None and not deleted:
        raise _UnreadableError("a message without text")
    return Event(
        source=source,
        source_row=row.row,
        time_us=moment[0],
        time_raw=printed,
        tz_basis=moment[1],
        platform=PLATFORM,
        channel=(_name(row, "channel") or PLATFORM).casefold(),
        kind=kind,
        sender=parties.sender,
        recipients=parties.recipients,
        conversation=_name(row, "conversation") or _thread(source, parties),
        text=text,
        input_id=_name(row, "id"),
        group=_flag(row, "group") or len(parties.recipients) > 1,
        deleted=deleted,
        edited=_flag(row, "edited"),
        delivery=status_of(row.fields.get("delivery")),
        duration_s=duration_s,
    )


def _printed(row: Row | Reject) -> str:
    """The time as printed; date and clock joined where they stand in two columns."""
    if isinstance(row, Reject):
        return ""
    parts = (row.fields.get("date"), row.fields.get("time"))
    return " ".join(str(p).strip() for p in parts if p is not None).strip()


def _kind(row: Row, duration_s: float | None) -> str:
    """From `kind`, else from a `type` that is not a direction; a message otherwise.

    A type that is a direction, in a record that has no place for a text, is a call's.
    """
    value = row.fields.get("kind")
    if _blank(value):
        value = row.fields.get("type")
        if _blank(value):
            return "msg"
        if kind_of(value, duration_s) is None and side_of(value) is not None:
            value = "msg" if "text" in row.fields else "call"
    kind = kind_of(value, duration_s)
    if kind == "call":
        raise _UnreadableError("a call without a length: answered or missed cannot be told")
    if kind is None:
        raise _UnreadableError(f"the kind is not one of {', '.join(KINDS)}")
    return kind


def _parties(row: Row) -> _Parties:
    """Sender and recipients; a direction fills in the owner where a side is not named."""
    sender, others = _name(row, "from"), _names(row, "to")
    contact = _name(row, "contact")
    side = side_of(row.fields.get("direction")) or side_of(row.fields.get("type"))
    if side is None and sender is None:
        side = side_of(row.fields.get("kind"))  # a missed call from the other side's number
    if side == "out":
        sender = sender or OWNER
        others = others or ((contact,) if contact else ())
    elif side == "in":
        sender = sender or contact
        others = others or (OWNER,)
    if sender is None:
        raise _UnreadableError("no sender, and no direction that shows one")
    return _Parties(sender, tuple(dict.fromkeys(others)))


def _thread(source: str, parties: _Parties) -> str:
    """The set of people; where recipients are not given, the file is one thread."""
    if not parties.recipients:
        return source
    return ", ".join(sorted({parties.sender, *parties.recipients}))


def _text(row: Row, kind: str) -> str | None:
    """The text as it is. An empty cell is no text on a call, and an empty text elsewhere."""
    value = row.fields.get("text")
    if value is not None and not isinstance(value, str):
        raise _UnreadableError("the text is not a string")
    return None if not value and kind in CALL_KINDS else value


def _duration(row: Row) -> float | None:
    value = row.fields.get("duration_s")
    if _blank(value):
        return None
    try:
        return seconds(value)
    except ValueError:
        raise _UnreadableError("the duration is not seconds or h:mm:ss") from None


def _blank(value: object) -> bool:
    return value is None or value == ""


def _flag(row: Row, field: str) -> bool:
    value = row.fields.get(field)
    return value is not None and flag(value)


def _name(row: Row, field: str) -> str | None:
    return _key(row.fields.get(field), field)


def _names(row: Row, field: str) -> tuple[str, ...]:
    """One name, a list of them, or names parted by semicolons in a table cell."""
    value = row.fields.get(field)
    if isinstance(value, str):
        value = value.split(";")
    elif not isinstance(value, list):
        value = [value]
    return tuple(key for item in value if (key := _key(item, field)) is not None)


def _key(value: object, field: str) -> str | None:
    """An account, thread or id as text; None where it is blank."""
    if isinstance(value, bool | list | dict):
        if field in _SIDES:
            raise _UnreadableError(f"`{field}` is not a name or a number")
        return None
    text = "" if value is None else str(value).strip()
    if field in _SIDES and text.casefold() in _ME:
        return OWNER
    return text or None
