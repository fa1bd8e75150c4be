"""Instagram JSON: ``your_instagram_activity/messages/inbox/<thread>/message_1.json``.

The shape, its traps and the rules of reading are in `_meta`, for Meta writes Messenger and
Instagram exports alike. `source_row` is the place in the file's ``messages`` list, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from stalk_nlp.events import Account, Event, Note, Reject
from stalk_nlp.exports._common import ReadOptions, Source
from stalk_nlp.exports._meta import claims, read_threads

__all__ = ["NAME", "NEEDS", "PLATFORM", "TITLE", "read", "sniff"]

NAME = "instagram"
TITLE = "Instagram JSON (download of your information)"
NEEDS = "--owner"
PLATFORM = "instagram"


def sniff(name: str, head: bytes) -> bool:
    """A Meta thread file that its path or media show as Instagram's."""
    return claims(NAME, name, head)


def read(
    source: Source,
    options: ReadOptions,  # noqa: ARG001  (every reader takes them; all times here are UTC)
) -> Iterator[Event | Reject | Account | Note]:
    """Records of one thread file. All times are UTC; the owner is not in the file.

    Raises CorruptInputError when not one message can be read.
    """
    return read_threads(source, PLATFORM)
