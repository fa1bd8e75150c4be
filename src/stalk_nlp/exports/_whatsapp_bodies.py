"""What the body of a WhatsApp message is: words, a call, media, a deleted message, …"""

from __future__ import annotations

import re
from typing import NamedTuple

from stalk_nlp.exports import _whatsapp_phrases as phrases
from stalk_nlp.exports._whatsapp_lines import tidy

__all__ = [
    "Body",
    "classify",
    "is_group_event",
    "is_notice",
    "names_group_event",
    "opens_chat",
    "speaks_to_owner",
    "system_kind",
]

#: Longest thing WhatsApp itself writes as a whole body.
_MAX_PHRASE = 400
#: Longest body looked at as a call or placeholder that stands alone.
_MAX_SHORT = 160

_UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1, "g": 3600, "o": 3600}
_PART = re.compile(
    r"\s*(\d{1,4})\s?(h(?:rs?|ours?|oras?|eures?)?|std|stunden?|or[ae]|godz(?:in[ay]?)?"
    r"|m(?:ins?|inut(?:es?|en?|os?|i|y|a)?)?|s(?:ecs?|ek|eg|econds?|ekunden?|egundos?"
    r"|econd[oi]|econdes?|ekund[ay]?)?)(?![^\W\d_])\.?,?"
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})")


class Body(NamedTuple):
    """A body that is more, or other, than plain words."""

    kind: str = "msg"
    text: str | None = None
    deleted: bool = False
    edited: bool = False
    forwarded: bool = False
    duration_s: float | None = None


_NOTHING = Body()
_DELETED = Body(deleted=True)


def plain(text: str) -> str:
    """`text` as `_whatsapp_phrases` compares it."""
    return tidy(text).casefold().rstrip(".").rstrip()


def classify(body: str) -> Body | None:
    """What `body` is, or None when it is plain words and nothing else."""
    start = body[:3]
    if len(body) <= _MAX_SHORT and (not start.isalnum() or start.casefold() in _STARTS):
        whole = _whole(plain(body))
        if whole is not None:
            return whole
    if "<" in body or ")" in body or "\u200e" in body or "\u200f" in body:
        return _parts(body)
    return None


def _whole(key: str) -> Body | None:
    """A body that is a phrase of WhatsApp's and nothing more."""
    if not key or key in phrases.HIDDEN or phrases.VIEW_ONCE.match(key):
        return _NOTHING
    if key in phrases.DELETED or key.startswith("this message was deleted by admin "):
        return _DELETED
    if _is_omitted(key):
        return _NOTHING
    return _call(key)


def _is_omitted(key: str) -> bool:
    return key in phrases.OMITTED or (
        key[0] == "<" and key[-1] == ">" and key[1:-1].strip(" .") in _IN_BRACKETS
    )


_IN_BRACKETS = phrases.OMITTED | phrases.HIDDEN
#: First three letters of every phrase that `_whole` knows: most messages have others.
_STARTS = frozenset(phrase[:3] for phrase in phrases.DELETED | _IN_BRACKETS) | frozenset(
    "app cha chi gro lig lla mis nie poł roz sil spr stu ver vid voi wid you thi".split()
)


def _call(key: str) -> Body | None:
    if phrases.MISSED_CALL.fullmatch(key):
        return Body("call_missed")
    found = phrases.CALL.fullmatch(key)
    if found is None:
        return None
    outcome = found[1].strip()
    if outcome in phrases.UNREACHED:
        return Body("call_missed")
    if outcome in phrases.DECLINED:
        return Body("call_rejected")
    if phrases.MISSED_CALL.fullmatch(outcome) or outcome.startswith(("tap to call", "click to")):
        return Body("call_missed")
    seconds = _duration(outcome)
    if seconds is not None or phrases.ANSWERED_ELSEWHERE.match(outcome):
        return Body("call_answered", duration_s=seconds)
    return None


def _duration(printed: str) -> float | None:
    """Seconds of "1 hr 5 min", "3 Min", "25 s" or "1:05:09"; None for anything else."""
    if clock := _CLOCK.fullmatch(printed):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    total, at = 0, 0
    while at < len(printed) and (part := _PART.match(printed, at)):
        unit = "h" if part[2].startswith("st") else part[2][0]
        total += int(part[1]) * _UNIT_SECONDS[unit]
        at = part.end()
    return float(total) if at and at == len(printed) else None


def _parts(body: str) -> Body | None:
    """Words that WhatsApp added something to: an edit mark, media, a forwarded mark."""
    text, edited, forwarded = body, False, False
    tail = text[-phrases.EDITED_WIDTH :]
    if ">" in tail and (suffix := phrases.EDITED.search(tail)):
        text = text[: len(text) - len(tail) + suffix.start()].rstrip(" \n\u200e\u200f\u00a0\u202f")
        edited = True
    if mark := phrases.FORWARDED.match(text):
        text, forwarded = text[mark.end() :], True
    caption = _caption(text)
    if caption is not None:
        return Body(text=caption or None, edited=edited, forwarded=forwarded)
    if edited or forwarded:
        again = _whole(plain(text)) if len(text) <= _MAX_SHORT else None
        done = again or Body(text=text or None)
        return done._replace(edited=edited, forwarded=forwarded)
    return None


def _caption(text: str) -> str | None:
    """The caption of a media message ("" without one), or None for other messages."""
    first, newline, rest = text.partition("\n")
    if newline and len(first) <= _MAX_SHORT and (key := plain(first)) and _is_omitted(key):
        return tidy(rest)
    if found := phrases.ATTACHED.search(text):
        before, after = tidy(text[: found.start()]), tidy(text[found.end() :])
        if not before or not after:
            return before or after
    before, mark, last = text.rpartition("\u200e")
    if mark and len(last) <= _MAX_SHORT and (key := plain(last)) and _is_omitted(key):
        return "" if key in phrases.DOCUMENT else tidy(before)
    return None


def is_notice(body: str) -> bool:
    """A sentence about the chat itself, as iOS prints under a person's name."""
    return len(body) <= _MAX_PHRASE and bool(phrases.NOTICE.search(plain(body)))


def opens_chat(body: str) -> bool:
    """The encryption notice, word for word."""
    return len(body) <= _MAX_PHRASE and bool(phrases.ENCRYPTION.match(tidy(body).casefold()))


def is_group_event(text: str) -> bool:
    """A system line that only groups have: someone created, joined, was added, left."""
    if len(text) > _MAX_PHRASE or is_notice(text):
        return False
    return bool(phrases.GROUP_EVENT.search(_outside_quotes(text)))


def names_group_event(name: str) -> bool:
    """A system line cut at a colon inside its quotes: ``Ana created group "Trip: May``."""
    return any(q in name for q in _QUOTES) and is_group_event(name)


_QUOTES = ('"', "“", "„", "«", "”")
_QUOTED = re.compile(r"[\"“„«].*")


def _outside_quotes(text: str) -> str:
    """A group's own name says nothing about the line it stands in."""
    return plain(_QUOTED.sub("", text))


def speaks_to_owner(text: str) -> bool:
    """ "You added Ben": a system line about the owner of the phone."""
    return plain(text).split(" ", 1)[0] in phrases.OWNER_WORDS


def system_kind(text: str) -> str:
    """``block``, ``unblock`` or ``system``."""
    key = plain(text)
    if phrases.UNBLOCKED.match(key):
        return "unblock"
    return "block" if phrases.BLOCKED.match(key) else "system"
