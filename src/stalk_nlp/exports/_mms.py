"""The inside of a picture message: its text, and who wrote it to whom."""

from __future__ import annotations

from typing import NamedTuple

from stalk_nlp.events import OWNER
from stalk_nlp.exports._android import OWN_TOKEN, conversation, known, parties, same_number
from stalk_nlp.exports._xml_quick import Children

#: Delivery and read reports (OMA MMS encapsulation, X-Mms-Message-Type): nobody wrote them.
REPORT_TYPES = frozenset({"134", "135", "136"})

#: Android PduHeaders: From; To, Cc, Bcc.
_FROM = "137"
_TO = frozenset({"151", "130", "129"})


class MmsWay(NamedTuple):
    """Who wrote to whom. own: the owner's numbers as far as the message shows them."""

    sender: str | None
    recipients: tuple[str, ...]
    conversation: str
    group: bool
    own: tuple[str, ...] = ()


def mms_text(subject: str | None, children: Children) -> str | None:
    """Subject and plain text parts, a line each; None when there are only pictures.

    A part of the word ``null`` without a character set has no text (the exporter's NULL).
    """
    lines = [known(subject)]
    for tag, part in children:
        if tag != "part" or not part.get("ct", "").lower().startswith("text/plain"):
            continue
        text = part.get("text")
        if text == "null" and known(part.get("chset")) is None:
            text = None
        lines.append(text)
    return "\n".join(line for line in lines if line) or None


def mms_way(address: str | None, received: bool, children: Children) -> MmsWay:
    """Sender and recipients from ``<addr>``, or from `address` where those are missing.

    `address` lists the others of the thread, never the owner. So the one To number of a
    received message that is not in it is the owner's own.
    """
    others = parties(address)
    sender, to = _addrs(children)
    if not received:
        return _sent(others, sender, to)
    if sender is None or sender == OWNER:
        sender = others[0] if len(others) == 1 else None
    own = () if OWNER in to else _own(others, to)
    listed = to or others
    known_ones = (OWNER, *own, *([sender] if sender else []))
    rest = tuple(o for o in listed if not any(same_number(o, met) for met in known_ones))
    return _way(others, sender, (OWNER, *rest), own)


def _sent(others: tuple[str, ...], sender: str | None, to: tuple[str, ...]) -> MmsWay:
    shown = sender is not None and sender != OWNER
    mine = shown and not any(same_number(sender or "", one) for one in others)
    own = (sender,) if mine and sender is not None else ()
    recipients = tuple(one for one in to if one not in (OWNER, *own)) or others
    return _way(others, OWNER, recipients, own)


def _way(
    others: tuple[str, ...], sender: str | None, recipients: tuple[str, ...], own: tuple[str, ...]
) -> MmsWay:
    met = tuple(one for one in (sender, *recipients) if one is not None and one != OWNER)
    thread = conversation(others or met)
    group = len(others) > 1 or len(set(met)) > 1
    return MmsWay(sender, recipients, thread, group, own)


def _own(others: tuple[str, ...], to: tuple[str, ...]) -> tuple[str, ...]:
    """The owner's number among the recipients of a received message, if only one can be it."""
    left = [one for one in to if not any(same_number(one, other) for other in others)]
    return tuple(left) if len(left) == 1 else ()


def _addrs(children: Children) -> tuple[str | None, tuple[str, ...]]:
    """From (the first one), and To, Cc and Bcc without repeats; the owner's mark as OWNER."""
    sender: str | None = None
    to: list[str] = []
    for tag, addr in children:
        address = known(addr.get("address", "").strip()) if tag == "addr" else None
        if address is None:
            continue
        address = OWNER if address == OWN_TOKEN else address
        if addr.get("type") == _FROM:
            sender = sender or address
        elif addr.get("type") in _TO:
            to.append(address)
    return sender, tuple(dict.fromkeys(to))
