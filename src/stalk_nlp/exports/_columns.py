"""Which column (or JSON key) of a table is which of our fields.

A header is compared without case, spaces and signs, so ``From_Name`` and ``from name`` are
one. The user's own mapping (`ReadOptions.columns`, our field -> header) always wins.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stalk_nlp.errors import UsageError

__all__ = ["FIELDS", "Columns", "delimiter_of", "map_columns", "required"]

DELIMITERS = ",;\t|"

#: Our field -> headers taken for it, best first, in the form `_plain` gives.
FIELDS: dict[str, tuple[str, ...]] = {
    "time": (
        "timestamp",
        "datetime",
        "dateandtime",
        "datetimesent",
        "senttime",
        "timesent",
        "sentat",
        "datesent",
        "sentdate",
        "messagesentdatetime",
        "sentdatetime",
        "messagedate",
        "messagetime",
        "createdat",
        "created",
        "time",
        "when",
    ),
    "date": ("date", "day"),
    "from": ("from", "sender", "author", "fromname", "sendername", "sentby", "authorname"),
    "to": ("to", "recipient", "recipients", "receiver", "toname", "recipientname", "sentto"),
    "contact": (
        "contact",
        "number",
        "address",
        "phonenumber",
        "phone",
        "handle",
        "partner",
        "contactname",
    ),
    "direction": ("direction", "inout", "incomingoutgoing", "sentreceived", "folder"),
    "type": ("type", "messagetype", "calltype"),
    "text": ("text", "message", "body", "content", "messagetext", "messagebody", "messagecontent"),
    "kind": ("kind", "eventtype"),
    "channel": ("channel", "app", "application", "platform", "service", "source"),
    "conversation": (
        "conversation",
        "conversationid",
        "thread",
        "threadid",
        "chat",
        "chatid",
        "chatname",
        "threadname",
        "conversationtitle",
    ),
    "id": ("id", "messageid", "msgid", "guid", "uuid", "inputid"),
    "duration_s": ("durations", "duration", "durationsec", "durationseconds", "callduration"),
    "deleted": ("deleted", "isdeleted", "unsent", "isunsent"),
    "edited": ("edited", "isedited", "editedat"),
    "delivery": ("delivery", "deliverystatus", "status", "messagestatus"),
    "group": ("group", "isgroup", "groupchat"),
}
#: Headers that hold a clock reading only when a date stands in another column.
_CLOCKS = ("time", "messagetime", "timesent", "senttime")
_UTC = re.compile(r"(?<![A-Za-z])UTC\s*(?:([+-])(\d{1,2}):?(\d{2})?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """The mapping found for one header row.

    names: our field -> header. zone: the fixed zone that the time header itself names
    ("Sent (UTC+00:00)"), else None.
    """

    names: Mapping[str, str]
    zone: dt.timezone | None = None

    @property
    def missing(self) -> list[str]:
        """Required fields without a column. The other side and a direction stand for `from`."""
        names = self.names
        sided = "contact" in names and ("direction" in names or "type" in names)
        calls = "kind" in names or "type" in names
        found = {
            "time": "time" in names,
            "from": "from" in names or sided,
            "text": "text" in names or calls,
        }
        return [field for field, there in found.items() if not there]

    @property
    def is_message_table(self) -> bool:
        """Everything a message needs has a column."""
        return not self.missing and "text" in self.names


def map_columns(headers: Iterable[str], chosen: Mapping[str, str]) -> Columns:
    """The mapping for a header row (or the keys of a JSON object).

    Raises UsageError when `chosen` names a field that does not exist.
    """
    _check_fields(chosen)
    headers = list(headers)
    plain: dict[str, str] = {}
    for header in headers:
        plain.setdefault(_plain(header), header)
    wanted = {field: _chosen(header, headers, plain) for field, header in chosen.items()}
    names = {field: header for field, header in wanted.items() if header is not None}
    taken = set(names.values())
    for field, aliases in FIELDS.items():
        free = (plain[a] for a in aliases if plain.get(a) not in (None, *taken))
        if field not in chosen and (found := next(free, None)) is not None:
            names[field] = found
            taken.add(found)
    _settle_date(names, chosen)
    return Columns(names, _zone(names.get("time", "")))


def _check_fields(chosen: Mapping[str, str]) -> None:
    unknown = sorted(set(chosen) - set(FIELDS))
    if unknown:
        raise UsageError(
            f"--columns has no field {unknown[0]!r}; choose from: {', '.join(sorted(FIELDS))}."
        )


def _chosen(header: str, headers: list[str], plain: Mapping[str, str]) -> str | None:
    return header if header in headers else plain.get(_plain(header))


def _settle_date(names: dict[str, str], chosen: Mapping[str, str]) -> None:
    """A date column is the time, the day beside a clock column, or of no use."""
    if "date" not in names or "date" in chosen:
        return
    if "time" not in names:
        names["time"] = names.pop("date")
    elif "time" in chosen or _plain(names["time"]) not in _CLOCKS:
        del names["date"]


def _plain(header: str) -> str:
    """The header without case, spaces and signs; what follows a zone ("UTC …") is cut."""
    bare = _UTC.split(header, maxsplit=1)[0] if _UTC.search(header, 1) else header
    return "".join(c for c in bare.casefold() if c.isalnum())


def _zone(header: str) -> dt.timezone | None:
    found = _UTC.search(header, 1) if header else None
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    offset = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return dt.timezone(-offset if sign == "-" else offset) if offset < dt.timedelta(1) else None


def delimiter_of(header_line: str, chosen: Mapping[str, str]) -> str:
    """The one of ``, ; tab |`` under which the header line names most of our fields.

    Where none does, the one that gives most columns. `csv.Sniffer` is not used: it judges by
    letter counts and is misled by punctuation inside messages.
    """

    def worth(delimiter: str) -> tuple[int, int]:
        cells = split_header(header_line, delimiter)
        return len(map_columns(cells, chosen).names), len(cells)

    return max(DELIMITERS, key=worth)


def split_header(line: str, delimiter: str) -> list[str]:
    """Cells of a header line, bare."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def required(
    source: str, headers: list[str], columns: Columns, chosen: Mapping[str, str]
) -> Columns:
    """`columns`, if every required field has one.

    Raises UsageError naming the headers and the option to pass. A first line that reads as
    data is not shown, since it would put message text into an error.
    """
    lost = [f"{field}={name}" for field, name in chosen.items() if field not in columns.names]
    if not columns.missing and not lost:
        return columns
    shown = f"its headers are: {', '.join(headers)}" if headers and _are_headers(headers) else ""
    if lost:
        problem = f"has no column for --columns {', '.join(lost)}"
        hint = ",".join(f"{pair.split('=')[0]}=HEADER" for pair in lost)
    else:
        problem = f"has no column for {' and '.join(columns.missing)}"
        hint = ",".join(f"{field}=HEADER" for field in columns.missing)
    raise UsageError(
        f"{source} {problem}; {shown or 'its first line is not a row of headers'}."
        f' Say which is which with --columns "{hint}".'
    )


def _are_headers(cells: list[str]) -> bool:
    """Short names, no dates, numbers or sentences."""
    return all(len(c) <= 40 and len(c.split()) <= 4 and not re.search(r"\d{4}", c) for c in cells)
