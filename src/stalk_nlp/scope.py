"""What a boundary rules out, as far as channel and kind of contact can tell.

`scope_detail` of a channel boundary is ``only:`` or ``not:`` with channel families joined by
``+``: ``not:call`` rules out calls, ``only:email`` rules out everything but e-mail.
"""

from __future__ import annotations

from stalk_nlp.events import Boundary

__all__ = ["in_scope"]

_CALLS = frozenset(("phone", "call", "voicemail", "facetime"))
_SOCIAL = frozenset(
    ("instagram", "messenger", "facebook", "snapchat", "telegram", "twitter", "discord", "slack")
)
_SPOKEN = ("call_answered", "call_missed", "call_rejected", "voicemail")
_UNSEEN = frozenset(("unnamed", "group"))


def in_scope(boundary: Boundary, channel: str, kind: str = "msg") -> bool | None:
    """Whether contact on `channel` lies within what the boundary ruled out.

    None means not assessable: scopes topic, place, time and role, and channel limits that
    name no channel of an export ("not here"). "not:call" rules out calls; "only:email"
    rules out everything but e-mail, and "only:solicitor" every channel an export holds.
    """
    if boundary.scope == "all":
        return True
    if boundary.scope != "channel":
        return None
    sign, _, names = boundary.scope_detail.partition(":")
    families = frozenset(names.split("+"))
    if not names or families & _UNSEEN:
        return None
    named = bool(families & _families(channel.lower(), kind))
    return not named if sign == "only" else named


def _families(channel: str, kind: str) -> frozenset[str]:
    """The families a contact belongs to: a WhatsApp message is a text and WhatsApp."""
    if kind in _SPOKEN or channel in _CALLS:
        return frozenset((channel, "call"))
    if kind == "email" or channel == "email":
        return frozenset((channel, "email"))
    return frozenset((channel, "text", "dm" if channel in _SOCIAL else "text"))
