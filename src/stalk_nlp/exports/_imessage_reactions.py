"""Tapbacks: the codes of chat.db, and the English sentences old systems sent instead."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

__all__ = ["STICKER", "Reaction", "SeenTexts", "by_code", "in_words"]

STICKER = 1000
_ADDED = range(2000, 3000)
_REMOVED = range(3000, 4000)
#: `associated_message_type` less 2000 or 3000.
_NAMES = ("love", "like", "dislike", "laugh", "emphasize", "question", "emoji", "sticker")
_EMOJI = 6

_VERBS = {
    "Loved": "love",
    "Liked": "like",
    "Disliked": "dislike",
    "Laughed at": "laugh",
    "Emphasized": "emphasize",
    "Emphasised": "emphasize",
    "Questioned": "question",
}
_REMOVALS = {
    "a heart": "love",
    "a like": "like",
    "a dislike": "dislike",
    "a laugh": "laugh",
    "an exclamation": "emphasize",
    "a question mark": "question",
}
_SENTENCE = re.compile(
    rf"(?:(?P<verb>{'|'.join(_VERBS)})"
    r"|Reacted (?P<emoji>\S{1,32}) to"
    rf"|Removed (?P<removed>{'|'.join(_REMOVALS)}|\S{{1,32}}) from)"
    r" (?:“(?P<curly>.+)”|\"(?P<straight>.+)\")",
    re.DOTALL,
)


class Reaction(NamedTuple):
    """A reaction: its name or emoji ("removed: love" when taken back), and the words reacted to."""

    text: str
    quoted: str | None = None


def by_code(code: int, emoji: str | None) -> Reaction | None:
    """The reaction an `associated_message_type` stands for, or None."""
    if code in _ADDED or code in _REMOVED:
        number = code % 1000
        name = _NAMES[number] if number < len(_NAMES) else "other"
        if number == _EMOJI and emoji:
            name = emoji
        return Reaction(f"removed: {name}" if code in _REMOVED else name)
    return None


def in_words(text: str) -> Reaction | None:
    """A reaction sent as an English sentence (Loved “…”), as phones before iOS 10 show it.

    The caller must check that the quoted words were said before: people write such
    sentences themselves.
    """
    match = _SENTENCE.fullmatch(text.strip())
    if match is None:
        return None
    quoted = match["curly"] or match["straight"]
    if removed := match["removed"]:
        return Reaction(f"removed: {_REMOVALS.get(removed, removed)}", quoted)
    return Reaction(_VERBS[match["verb"]] if match["verb"] else match["emoji"], quoted)


class SeenTexts:
    """Which texts were said before in which chat, for the newest `limit` texts.

    Digests are kept, not texts: about 10 MB at the default limit (ours), which reaches
    back further than anybody reacts.
    """

    def __init__(self, limit: int = 100_000) -> None:
        self._limit = limit
        self._seen: dict[bytes, None] = {}

    def add(self, conversation: str, text: str) -> None:
        key = _digest(conversation, text)
        self._seen.pop(key, None)
        self._seen[key] = None
        if len(self._seen) > self._limit:
            del self._seen[next(iter(self._seen))]

    def has(self, conversation: str, text: str) -> bool:
        return _digest(conversation, text) in self._seen


def _digest(conversation: str, text: str) -> bytes:
    whole = f"{conversation}\0{text.strip()}".encode("utf-8", "replace")
    return hashlib.blake2b(whole, digest_size=16).digest()
