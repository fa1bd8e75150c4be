"""What the Messenger and Instagram readers share: Meta writes both exports alike.

Two shapes. The classic one: ``participants[{name}]``, ``messages[]`` newest first with
``sender_name``, ``timestamp_ms``, ``content``. The one for end-to-end encrypted chats:
``participants[str]``, ``threadName``, messages with ``senderName``, ``timestamp`` (also
milliseconds), ``text``, ``isUnsent``. Every string may be UTF-8 stored as Latin-1 escapes.

Rules of reading
- `source_row` is the place in the file's ``messages`` list, from 1; a reaction has the row
  of its message.
- A call is answered when ``call_duration`` is above zero. Zero or missing seconds, or
  ``missed``, make it a missed call: nobody talked.
- A reaction's own time is kept where the export gives it (``timestamp``, seconds); else it
  has none, for the message's time would be the wrong one.
- An unsent message stays, marked as deleted, with its text where the export still has it.
- Lines Meta writes by itself ("Liked a message", "… missed your call.") are known in
  English only, and only when they name the sender or a participant exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.events import Account, Event, Note, Reject
from stalk_nlp.exports._common import Source, fix_mojibake
from stalk_nlp.exports._json import START, Path, outline, walk
from stalk_nlp.exports._json_values import (
    Recipients,
    as_dict,
    as_list,
    as_text,
    broken_at,
    epoch_us,
)
from stalk_nlp.exports._meta_lines import app_line

__all__ = ["claims", "read_threads"]

_OPENED: frozenset[Path] = frozenset({(), ("messages",)})
_MESSAGE: Path = ("messages", "*")
_SENDER_KEYS = frozenset({"sender_name", "senderName"})
_THREAD_KEYS = ("participants", "thread_path", "threadName", "title", "thread_type")

# Folders of Meta exports that hold one folder a thread.
_THREAD_FILE = re.compile(
    r"(?:^|/)((?:inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover)/[^/]+)"
    r"/message_\d+\.json$"
)
_SERVICE = re.compile(r"facebook|messenger|instagram", re.IGNORECASE)
_INSTAGRAM_MEDIA = b"your_instagram_activity/"

_SYSTEM_TYPES = ("Subscribe", "Unsubscribe", "Plan")

_NO_OWNER = (
    "This export does not say whose account it is, so messages have no direction until"
    " --owner names the account holder."
)
_NAMELESS = ("Facebook user", "Facebook User", "Instagram user", "Instagram User")
_SHARED_NAME = (
    "A deleted account is shown under a name that all deleted accounts share; two people may"
    " stand behind it."
)


@dataclass(slots=True)
class _Thread:
    """What is known of a thread before its messages are read."""

    head: dict[str, Any] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    messages: int = 0


def claims(service: str, name: str, head: bytes) -> bool:
    """Is this a thread file of `service` (``messenger`` or ``instagram``)?

    The two look alike, so the path decides: the last word "instagram", "facebook" or
    "messenger" before the thread folder; then media paths inside; a file without any sign
    is Messenger's.
    """
    return _looks_like_thread(name, head) and _service(name, head) == service


def _looks_like_thread(name: str, head: bytes) -> bool:
    paths = outline(head)
    if not paths:  # broken from the first key on: the place in the export must tell
        return bool(_THREAD_FILE.search(name)) and head.lstrip(b"\xef\xbb\xbf \r\n").startswith(
            b"{"
        )
    classic = {(*_MESSAGE, "sender_name"), (*_MESSAGE, "timestamp_ms")} <= paths
    encrypted = {(*_MESSAGE, "senderName"), (*_MESSAGE, "timestamp")} <= paths
    empty = {("participants",), ("messages",)} <= paths and (
        ("thread_path",) in paths or ("threadName",) in paths
    )
    return classic or encrypted or empty


def _service(name: str, head: bytes) -> str:
    thread = _THREAD_FILE.search(name)
    words = _SERVICE.findall(name[: thread.start(1)] if thread else name)
    if words:
        return "instagram" if words[-1].lower() == "instagram" else "messenger"
    plain = head.replace(b"\\/", b"/")
    return "instagram" if b'"' + _INSTAGRAM_MEDIA in plain else "messenger"


def read_threads(source: Source, platform: str) -> Iterator[Event | Reject | Account | Note]:
    """Records of one thread file; all times are UTC.

    Raises CorruptInputError when the file breaks before its first message is whole, or
    holds no list of messages.
    """
    thread = _survey(source)
    yield Note(source.name, _NO_OWNER, asks="owner")
    if any(name in _NAMELESS for name in thread.members):
        yield Note(source.name, _SHARED_NAME)
    context = _Context(source, platform, thread)
    row = 0
    try:
        for path, value in walk(source, _OPENED):
            if path == _MESSAGE:
                row += 1
                yield from context.records(row, value)
    except CorruptInputError:
        yield broken_at(source, row + 1)


def _survey(source: Source) -> _Thread:
    """First pass: the thread's keys (they may follow the messages) and who takes part."""
    thread = _Thread()
    has_list = False
    senders: dict[str, None] = {}
    try:
        for path, value in walk(source, _OPENED, _SENDER_KEYS):
            if path == _MESSAGE:
                thread.messages += 1
                sender = _sender(as_dict(value))
                if sender is not None:
                    senders[sender] = None
            elif path == ("messages",):
                has_list = value is START
            elif len(path) == 1 and path[0] in _THREAD_KEYS:
                thread.head[path[0]] = value
    except CorruptInputError:
        if thread.messages == 0:
            raise
    if not has_list:
        raise CorruptInputError(
            f"{source.name} holds no list of messages; choose another --format or leave it out."
        )
    for person in as_list(thread.head.get("participants")):
        name = _clean(person.get("name") if isinstance(person, dict) else person)
        if name is not None:
            thread.members[name] = None
    thread.members |= senders
    return thread


def _clean(value: object) -> str | None:
    text = as_text(value)
    return None if text is None else fix_mojibake(text)


def _sender(message: dict[str, Any]) -> str | None:
    return _clean(message.get("sender_name", message.get("senderName")))


class _Context:
    """Turns messages of one thread into records."""

    def __init__(self, source: Source, platform: str, thread: _Thread) -> None:
        self._source = source
        self._platform = platform
        self._members = thread.members
        self._others = Recipients(thread.members)
        self._group = len(thread.members) > 2 or thread.head.get("thread_type") == "RegularGroup"
        place = _THREAD_FILE.search(source.name)
        titles = (_clean(thread.head.get(k)) for k in ("thread_path", "threadName", "title"))
        self._conversation = next(
            (t for t in titles if t), place.group(1) if place else source.name
        )

    def records(self, row: int, message: object) -> Iterator[Event | Reject]:
        """The event of one message and those of its reactions, or a reject."""
        if not isinstance(message, dict):
            yield Reject(self._source.name, row, "the message is not a map, or far too large")
            return
        raw = message.get("timestamp_ms", message.get("timestamp"))
        time_us = epoch_us(raw, 1_000)
        if time_us is None:
            yield Reject(self._source.name, row, "the message has no usable timestamp")
            return
        sender = _sender(message)
        yield self._event(row, message, sender, time_us, str(raw))
        for reaction in as_list(message.get("reactions")):
            yield self._reaction(row, as_dict(reaction), sender)

    def _event(
        self, row: int, message: dict[str, Any], sender: str | None, time_us: int, raw: str
    ) -> Event:
        content = _clean(message.get("content", message.get("text")))
        kind, act, duration = self._kind(message, content, sender)
        share = as_dict(message.get("share"))
        text = None if act or kind.startswith("call_") else content
        lent = text is None and kind == "msg" and "original_content_owner" in share
        if kind == "msg" and share:
            text = _with_share(text, share)
        unsent = message.get("is_unsent") is True or message.get("isUnsent") is True
        return Event(
            source=self._source.name,
            source_row=row,
            time_us=time_us,
            time_raw=raw,
            tz_basis="export",
            platform=self._platform,
            channel=self._platform,
            kind=kind,
            sender=sender,
            recipients=self._others.of(sender),
            conversation=self._conversation,
            text=text,
            group=self._group,
            deleted=unsent or act == "unsent",
            duration_s=duration,
            forwarded=lent,  # the words of a shared post are its author's
        )

    def _kind(
        self, message: dict[str, Any], content: str | None, sender: str | None
    ) -> tuple[str, str | None, float | None]:
        """Event kind, the act of the app's own that the text stands for, seconds talked."""
        kind = message.get("type")
        if kind == "Call" or "call_duration" in message:
            lasted = epoch_us(message.get("call_duration"), 1_000_000)
            if lasted is None or message.get("missed") is True:
                return "call_missed", None, None
            return "call_answered", None, lasted / 1_000_000
        if kind in _SYSTEM_TYPES:
            return "system", None, None
        if kind == "Payment":
            return "payment_ref", None, None
        return *app_line(content or "", sender, self._members), None

    def _reaction(self, row: int, reaction: dict[str, Any], author: str | None) -> Event:
        stamp = reaction.get("timestamp")
        time_us = epoch_us(stamp, 1_000_000)
        actor = _clean(reaction.get("actor"))
        return Event(
            source=self._source.name,
            source_row=row,
            time_us=time_us,
            time_raw="" if time_us is None else str(stamp),
            tz_basis="unknown" if time_us is None else "export",
            platform=self._platform,
            channel=self._platform,
            kind="reaction",
            sender=actor,
            recipients=() if author is None or author == actor else (author,),
            conversation=self._conversation,
            text=_clean(reaction.get("reaction")),
            group=self._group,
        )


def _with_share(text: str | None, share: dict[str, Any]) -> str | None:
    """The sender's words, or else the shared post's, with the link."""
    link = _clean(share.get("link"))
    words = text or _clean(share.get("share_text"))
    if link is None or link in (words or ""):
        return words
    return link if words is None else f"{words}\n{link}"
