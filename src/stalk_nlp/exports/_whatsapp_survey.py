"""First reading of a WhatsApp chat: header style, date order, senders, group or not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stalk_nlp.errors import AmbiguousDateOrderError, CorruptInputError
from stalk_nlp.exports import _whatsapp_bodies as bodies
from stalk_nlp.exports._clock import MARKS
from stalk_nlp.exports._common import ReadOptions, Source
from stalk_nlp.exports._dates import DateOrders
from stalk_nlp.exports._whatsapp_lines import (
    STYLES,
    Block,
    first_style,
    matcher,
    read_blocks,
    split_sender,
    tidy,
)

__all__ = [
    "MARKED",
    "OPENING_ROWS",
    "OTHER_FORMAT",
    "Survey",
    "is_chat",
    "is_system",
    "survey",
    "system_text",
    "title_of",
]

#: What WhatsApp's own words start with on iOS.
MARKED = ("\u200e", "\u200f")
#: Headers among which the encryption notice may stand without a mark.
OPENING_ROWS = 3
#: Rows looked at for the header style when the first row is not a header.
_STYLE_ROWS = 2_000
_MAYBE_HEADER = re.compile(rf"[{MARKS}\ufeff]*\[?\d")

#: File names of exports, in the languages of `_whatsapp_phrases`.
_TITLE = re.compile(
    r"(?:WhatsApp[ -]Chat(?: with| mit| -)|Chat de WhatsApp con|Chat WhatsApp con"
    r"|(?:Discussion|Conversation) WhatsApp avec|Conversas? do WhatsApp com"
    r"|Czat WhatsApp z(?: użytkownikiem| grupą)?) (.+)",
    re.IGNORECASE,
)
_COPY_NUMBER = re.compile(r" ?\(\d{1,3}\)$")


_LOG_WORDS = frozenset("trace debug info notice warn warning error critical fatal".split())
OTHER_FORMAT = re.compile(r"[{<]|\[\s*[{\[\"]|From |[A-Za-z][A-Za-z-]+: ")
#: Year-first dates with dashes: Signal exports print them without seconds, logs with.
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_OURS = re.compile(r"whatsapp|(?:^|/)_chat\.txt$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Survey:
    """What the whole file says about itself.

    match: finds headers; groups as in `STYLES`.
    senders: names as printed (marks removed), in order of first appearance.
    foreign: rows that look like headers of another style, kept as text.
    """

    match: Callable[[str], re.Match[str] | None]
    order: str
    senders: tuple[str, ...]
    group: bool
    foreign: int
    notes: tuple[str, ...]


def title_of(name: str) -> str | None:
    """The chat's title from a source name such as ``WhatsApp Chat with Sam.zip/_chat.txt``."""
    parts = name.replace("\\", "/").split("/")
    for part in reversed(parts[-2:]):
        stem = re.sub(r"\.(?:txt|zip)$", "", part, flags=re.IGNORECASE)
        if found := _TITLE.fullmatch(_COPY_NUMBER.sub("", stem).strip()):
            return tidy(unicodedata.normalize("NFC", found[1]))
    return None


def is_system(sender: str | None, body: str, *, group_name: str | None, opening: bool) -> bool:
    """Whether a header row was written by WhatsApp and not by `sender`.

    Android prints no sender then. iOS prints one, and a direction mark before words that
    must also be known: a message that only mentions such words stays a message.
    """
    if sender is None or bodies.names_group_event(sender):
        return True
    if not body:
        return bodies.is_group_event(sender)
    if not body.startswith(MARKED):
        return opening and bodies.opens_chat(body)
    if bodies.system_kind(body) != "system" or bodies.is_notice(body):
        return True
    about = sender == group_name or tidy(body).startswith(sender) or bodies.speaks_to_owner(body)
    return about and len(body) < 200 and bodies.is_group_event(body)


def system_text(sender: str | None, body: str, rest: str) -> str:
    """The sentence of a system row: `rest` of it, less a name that iOS printed before."""
    return rest if sender is None or not body or bodies.names_group_event(sender) else body


def is_chat(name: str, style: str, headers: list[re.Match[str]]) -> bool:
    """Tells chats from log files and from Signal exports."""
    senders = [split_sender(m[4])[0] for m in headers]
    named = [s for s in senders if s is not None and not bodies.names_group_event(s)]
    if named and all(_LOG_WORDS & set(re.split(r"\W+", s.casefold())) for s in named):
        return False
    if not named and not any(
        bodies.is_notice(m[4]) or bodies.is_group_event(m[4]) for m in headers
    ):
        return False
    if not all(_ISO_DATE.fullmatch(m[2]) for m in headers):
        return True
    seconds = all(len(re.findall(r"\d+", m[3])) == 3 for m in headers)
    if style == "bracket" and not seconds:
        return False
    return not seconds or bool(_OURS.search(name)) or any(bodies.is_notice(m[4]) for m in headers)


def survey(source: Source, options: ReadOptions) -> Survey:
    """Reads the whole file once.

    Raises AmbiguousDateOrderError when its dates do not show their order, and
    CorruptInputError when no row of it looks like a message.
    """
    reader = _Surveyor(source, DateOrders(options.date_order))
    reader.run()
    if reader.style is None:
        raise CorruptInputError(
            f"{source.name} has no line that starts like a WhatsApp message; "
            "export the chat from the phone again."
        )
    found = reader.orders.conclude()
    if found is None:
        raise AmbiguousDateOrderError(
            f"The dates in {source.name} can be read in more than one order; pass --date-order "
            "dmy (day first) or --date-order mdy (month first)."
        )
    senders = tuple(reader.orders.trails[found.order].believed)
    return Survey(
        match=reader.match,
        order=found.order,
        senders=senders,
        group=reader.group or (reader.named_group and title_of(source.name) not in senders),
        foreign=reader.foreign,
        notes=(found.note,) if found.note else (),
    )


class _Surveyor:
    """Runs through the rows and remembers what `Survey` needs."""

    def __init__(self, source: Source, orders: DateOrders) -> None:
        self.orders = orders
        self.style: str | None = None
        self.match: Callable[[str], re.Match[str] | None] = STYLES["dash"].match
        self.group = False
        self.named_group = False  # a group, if the chat's title is not a person's name
        self.foreign = 0
        self._source = source
        self._title = title_of(source.name)
        self._headers = 0

    def run(self) -> None:
        settled: set[str] = set()  # names as printed, whose line was believed
        date = ""
        for lines in self._blocks():
            match = self.match
            for line in lines:
                found = match(line)
                if found is None:
                    if _MAYBE_HEADER.match(line):
                        self._count_foreign(line)
                    continue
                rest = found[4]
                name, _, body = rest.partition(": ")
                if found[2] == date and name in settled and not body.startswith(MARKED):
                    continue
                date = self._header(found[2], rest, name, settled)

    def _blocks(self) -> Iterator[list[str]]:
        for block in read_blocks(self._source):
            if isinstance(block, Block):
                if self.style is None:
                    self._settle_style(block.lines[:_STYLE_ROWS])
                if self.style is not None:
                    yield block.lines

    def _settle_style(self, lines: list[str]) -> None:
        self.style = first_style(lines)
        if self.style is not None:
            pattern = STYLES[self.style]
            self.match = matcher(self.style, next(line for line in lines if pattern.match(line)))

    def _header(self, date: str, rest: str, name: str, settled: set[str]) -> str:
        """One header; the date that the rows after it can be compared with, or ""."""
        self._headers += 1
        sender, body = split_sender(rest)
        opening = self._headers <= OPENING_ROWS
        system = is_system(sender, body, group_name=self._title, opening=opening)
        if system and bodies.is_group_event(system_text(sender, body, rest)):
            self.named_group = True
            self.group |= sender is None or sender != self._title
        believed = self.orders.step(date, None if system else sender)
        if believed and not system:
            settled.add(name)
        return date if believed else ""

    def _count_foreign(self, line: str) -> None:
        self.foreign += any(
            pattern.match(line) for style, pattern in STYLES.items() if style != self.style
        )
