"""WhatsApp chats exported as text.

One row is ``02/03/2025, 21:14 - Ana: hi`` (Android) or ``[02/03/2025, 21:14:07] Ana: hi``
(iOS), in the spelling of the phone's language and region; rows without a header go on
with the message above. The export holds local times without a zone, and does not say
whose phone it was.

The file is read twice: once for what only the whole file shows (`_whatsapp_survey`), once
for the events. A chat has one header style, so chat lines of another style inside a
message are its text. Lines of the same style are taken as pasted text when every line of
their sender jumps back by more than a day from the line before (`_dates.Trail`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from stalk_nlp.events import CALL_KINDS, OWNER, Account, Event, Note, Reject
from stalk_nlp.exports import _whatsapp_bodies as bodies
from stalk_nlp.exports._clock import WallClock
from stalk_nlp.exports._common import MAX_LINE_BYTES, ReadOptions, Source, tz_basis
from stalk_nlp.exports._whatsapp_lines import STYLES, decode_head, read_blocks, split_sender, tidy
from stalk_nlp.exports._whatsapp_survey import (
    MARKED,
    OPENING_ROWS,
    OTHER_FORMAT,
    Survey,
    is_chat,
    is_system,
    survey,
    system_text,
    title_of,
)

__all__ = ["NAME", "NEEDS", "PLATFORM", "TITLE", "read", "sniff"]

NAME = "whatsapp"
TITLE = "WhatsApp chat exported as text (.txt, or the .zip that holds it)"
NEEDS = "--owner, --tz, sometimes --date-order"
PLATFORM = "whatsapp"

#: Rows that `sniff` looks at, and headers among them that settle it.
_SNIFF_ROWS = 50
_SNIFF_HEADERS = 3
#: Longest body, in characters; rows past it are rejected. WhatsApp itself ends at 65,536.
_MAX_BODY = MAX_LINE_BYTES

_BEFORE_FIRST = "stands before the first message"
_AFTER_REJECT = "continues a row that could not be read"
_BODY_TOO_LONG = f"the message is longer than {_MAX_BODY} characters; the rest is not read"

#: row, time, time as printed, sender, body, whether WhatsApp wrote it
_Open = tuple[int, int, str, str | None, str, bool]


def sniff(name: str, head: bytes) -> bool:
    """Whether `head` holds WhatsApp headers: three in the first 50 rows, or in a short
    file a header in the first row. Signal exports and logs of a like shape are not."""
    lines = [line for line in decode_head(head)[:_SNIFF_ROWS] if line.strip()]
    if not lines or OTHER_FORMAT.match(lines[0]):
        return False
    for style, pattern in STYLES.items():
        found = [m for m in map(pattern.match, lines) if m]
        starts = pattern.match(lines[0]) is not None
        if (len(found) >= _SNIFF_HEADERS or (found and starts)) and is_chat(name, style, found):
            return True
    return False


def read(source: Source, options: ReadOptions) -> Iterator[Event | Reject | Account | Note]:
    """Events of one chat in the file's order; notes first, except counts of odd rows.

    Raises AmbiguousDateOrderError when the dates can be read both ways, and
    CorruptInputError when no row looks like a message.
    """
    chat = _Chat(source, options, survey(source, options))
    yield from chat.notes()
    yield from chat.records()
    yield from chat.counts()


class _Chat:
    """The second reading: rows to events."""

    def __init__(self, source: Source, options: ReadOptions, found: Survey) -> None:
        self._source = source
        self._name = source.name
        self._found = found
        self._title = title_of(source.name)
        self._conversation = self._title or _stem(source.name)
        self._clock = WallClock(found.order, options.tz)
        self._basis = tz_basis(options)
        self._group_name = None if self._title in found.senders else self._title
        self._keys = {name: OWNER if name == "You" else name for name in found.senders}
        self._people = tuple(dict.fromkeys(self._keys.values()))
        self._with = self._named_party()
        self._group = found.group or len(self._people) > 2
        self._to = {person: self._others(person) for person in self._people}
        self._known: dict[str, str] = {}  # sender as printed -> account key
        self._headers = 0
        self._pasted = 0
        self._damaged = 0

    def _named_party(self) -> str | None:
        """The party the file name names, as its messages spell it: file names lose signs."""
        wanted = _letters(self._title or "")
        return next((p for p in self._people if wanted and _letters(p) == wanted), self._title)

    def _others(self, person: str) -> tuple[str, ...]:
        if len(self._people) > 1 or self._group:
            return tuple(p for p in self._people if p != person)
        if self._with is None:
            return ()
        return (OWNER,) if self._with == person else (self._with,)

    def notes(self) -> Iterator[Note]:
        """What must be known before the events are used."""
        for text in (*self._found.notes, *self._tz_note(), *self._recipient_note()):
            yield Note(self._name, text)
        for text in self._owner_note():
            yield Note(self._name, text, asks="owner")

    def _tz_note(self) -> Iterator[str]:
        if self._basis == "unknown":
            yield (
                "Times are the phone's local time and the export names no time zone; pass --tz, "
                "for example --tz Europe/London."
            )

    def _recipient_note(self) -> Iterator[str]:
        if len(self._people) == 1 and not self._group and not self._to[self._people[0]]:
            yield "Only one person writes here and the file name does not say to whom."

    def _owner_note(self) -> Iterator[str]:
        others = [p for p in self._people if p != self._with]
        if len(self._people) == 2 and not self._group and len(others) == 1 and others != [OWNER]:
            yield (
                f"The file name says the chat is with {self._with}, so the phone was probably "
                f"that of {others[0]}; if so, pass --owner {others[0]!r}."
            )

    def counts(self) -> Iterator[Note]:
        """Odd rows that were kept, counted while reading."""
        pasted = self._pasted + self._found.foreign
        for count, text in (
            (pasted, "rows look like pasted chat lines and were kept as text of the message above"),
            (self._damaged, "rows held broken characters, shown as \ufffd"),
        ):
            if count:
                yield Note(self._name, f"{count} {text}.")

    def records(self) -> Iterator[Event | Reject]:
        """Events and rejected rows."""
        match, name = self._found.match, self._name
        current: _Open | None = None
        extra: list[str] = []
        size, reason = 0, _BEFORE_FIRST
        for block in read_blocks(self._source):
            if isinstance(block, Reject):
                if current is not None:
                    yield self._event(current, extra)
                current, extra, size, reason = None, [], 0, _AFTER_REJECT
                yield block
                continue
            self._damaged += block.damaged
            for row, line in enumerate(block.lines, block.row):
                found = match(line)
                opened = self._header(row, found) if found is not None else None
                if opened is None:
                    size += len(line) + 1
                    if current is not None and size <= _MAX_BODY:
                        extra.append(line)
                        continue
                    if current is not None:
                        yield self._event(current, extra)
                        current, extra, reason = None, [], _BODY_TOO_LONG
                    if line.strip():
                        yield Reject(name, row, reason)
                    continue
                if current is not None:
                    yield self._event(current, extra)
                if size:
                    extra, size = [], 0
                if isinstance(opened, Reject):
                    current, reason = None, _AFTER_REJECT
                    yield opened
                else:
                    current = opened
        if current is not None:
            yield self._event(current, extra)

    def _header(self, row: int, found: re.Match[str]) -> _Open | Reject | None:
        """A row that starts a message; None when it is pasted text."""
        stamp, date, time, rest = found.groups()
        name, _, body = rest.partition(": ")
        sender: str | None = self._known.get(name)
        system = False
        self._headers += 1
        if sender is None or self._headers <= OPENING_ROWS or body.startswith(MARKED):
            printed, body, system = self._who(rest)
            if printed is not None and printed not in self._keys and not system:
                if self._clock.us(date, time) is not None:
                    self._pasted += 1
                    return None
                return Reject(self._name, row, "there is no such date or time")
            if printed is not None and not system:
                sender = self._known[name] = self._keys[printed]
        time_us = self._clock.us(date, time)
        if time_us is None:
            return Reject(self._name, row, "there is no such date or time")
        return row, time_us, stamp, None if system else sender, body, system

    def _who(self, rest: str) -> tuple[str | None, str, bool]:
        """Sender, body, and whether WhatsApp wrote it."""
        sender, body = split_sender(rest)
        opening = self._headers <= OPENING_ROWS
        if not is_system(sender, body, group_name=self._group_name, opening=opening):
            return sender, body, False
        if sender is None:
            # "Ana:." is an emptied message; other versions print nothing after the name.
            head, _, tail = rest.partition(":")
            if tidy(head) in self._keys and tail:
                return tidy(head), "" if tail == "." else tail, False
        return sender, system_text(sender, body, rest), True

    def _event(self, opened: _Open, extra: list[str]) -> Event:
        row, time_us, stamp, sender, body, system = opened
        if extra:
            body = "\n".join((body, *extra))
        if system:
            return self._system_event(row, time_us, stamp, body)
        to = self._to[sender] if sender is not None else ()
        what = bodies.classify(body)
        if what is None:
            return Event(
                self._name,
                row,
                time_us,
                stamp,
                self._basis,
                PLATFORM,
                PLATFORM,
                "msg",
                sender,
                to,
                self._conversation,
                body,
                None,
                self._group,
            )
        return Event(
            *(self._name, row, time_us, stamp, self._basis, PLATFORM, PLATFORM),
            *(what.kind, sender, to, self._conversation, what.text, None, self._group),
            deleted=what.deleted,
            edited=what.edited,
            duration_s=what.duration_s,
            forwarded=what.forwarded,
        )

    def _system_event(self, row: int, time_us: int, stamp: str, text: str) -> Event:
        kind = bodies.system_kind(text)
        sender = OWNER if kind != "system" or bodies.speaks_to_owner(text) else None
        to: tuple[str, ...] = self._partner() if kind != "system" else ()
        what = bodies.classify(text)
        if what is not None and what.kind in CALL_KINDS:
            # Without a printed caller, only a missed call is surely the other party's.
            kind = what.kind
            partner = self._partner() if kind == "call_missed" else ()
            sender, to = (partner[0], self._to.get(partner[0], ())) if partner else (None, ())
        return Event(
            *(self._name, row, time_us, stamp, self._basis, PLATFORM, PLATFORM),
            *(kind, sender, to, self._conversation, tidy(text) if kind == "system" else None),
            group=self._group,
            duration_s=what.duration_s if what is not None else None,
        )

    def _partner(self) -> tuple[str, ...]:
        """The other party of the owner's one-to-one chat, as far as the export says."""
        if self._group:
            return ()
        return self._to.get(OWNER, ()) if self._with is None else (self._with,)


def _stem(name: str) -> str:
    """Last part of a source name without its ending; of ``_chat.txt``, the part before."""
    parts = [p for p in name.replace("\\", "/").split("/") if p]
    last = parts[-2] if len(parts) > 1 and parts[-1].casefold() == "_chat.txt" else parts[-1]
    return re.sub(r"\.(?:txt|zip)$", "", last, flags=re.IGNORECASE)


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())
