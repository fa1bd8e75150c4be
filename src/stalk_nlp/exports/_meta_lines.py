"""Lines that Messenger and Instagram write by themselves, in English exports.

A person can type the same words, so a line counts only when it is whole and names the
sender or a participant exactly where the app would.
"""

from __future__ import annotations

import re
from collections.abc import Container

__all__ = ["app_line"]

_REACTED = re.compile(r"(?:liked a message|reacted .{1,20} to your message)\s*", re.IGNORECASE)
_CALL = re.compile(
    r"(?P<who>.+?) (?:missed (?P<missed>your|an?) (?:(?:audio|video|voice) )?(?:call|chat)"
    r"(?: (?:from|with) (?P<other>.+?))?|started an? (?:audio|video) (?:call|chat))\.?"
)
_CALL_END = re.compile(r"(?:The )?(?:audio|video) (?:call|chat) ended\.?", re.IGNORECASE)
_OWN_ACTS = {"sent an attachment.": "attachment", "unsent a message": "unsent"}


def app_line(content: str, sender: str | None, members: Container[str]) -> tuple[str, str | None]:
    """Event kind of a text, and the act it stands for when it is not a person's words.

    Acts: ``attachment`` (words and link are elsewhere in the message), ``unsent``, None.
    A line that another person missed a call is the sender's missed call. Where the sender
    missed it, the caller is not said; the start and end lines of a call do not say who
    talked: those stay system lines.
    """
    if _REACTED.fullmatch(content):
        return "reaction", None
    for who in ("You", sender or "You"):
        act = _OWN_ACTS.get(content.removeprefix(who + " ").rstrip())
        if act and content.startswith(who + " "):
            return "msg", act
    if _CALL_END.fullmatch(content):
        return "system", None
    line = _CALL.fullmatch(content)
    known = ("You", None)
    if line and all(n in known or n in members for n in (line["who"], line["other"])):
        placed = line["missed"] and line["who"] != sender
        return ("call_missed" if placed else "system"), None
    return "msg", None
