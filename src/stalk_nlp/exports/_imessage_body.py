"""The two binary columns of an iMessage row: `attributedBody` and `message_summary_info`."""

from __future__ import annotations

import io
import itertools
import plistlib
from typing import NamedTuple

from typedstream.stream import BeginTypedValues, TypedStreamReader

__all__ = ["Summary", "body_text", "clean", "read_summary"]

#: Stands in a message's text where an attachment or sticker sits.
_OBJECT = "\ufffc"
#: The text is the first string of the archive, a dozen events in. The cap keeps hostile
#: archives (arrays of millions of empty records) from running on.
_MAX_EVENTS = 64
#: Type code "+" (a byte string) as the archive stores it: its length, then itself.
_STRING_TYPE = b"\x01+"
_END_OF_STRING = b"\x86"
#: How nearly every body begins, up to its first string. The decoder gives the same answer
#: for these; not asking it doubles the speed of the whole reader.
_USUAL_OPENING = (
    b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x19NSMutableAttributedString\0"
    b"\x84\x84\x12NSAttributedString\0\x84\x84\x08NSObject\0\x85\x92\x84\x84\x84"
    b"\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95\x84" + _STRING_TYPE
)
_END_BEFORE_ATTRIBUTES = b"\x86\x84"
#: Length tags: the length follows in this many bytes, little-endian.
_LENGTH_BYTES = {0x81: 2, 0x82: 4}


class Summary(NamedTuple):
    """What `message_summary_info` says happened to a message after it was sent."""

    edited: bool = False
    retracted: bool = False


def clean(text: str | None) -> str | None:
    """`text`, or None when it holds nothing but attachment marks and blanks."""
    if text is None or not text.replace(_OBJECT, "").strip():
        return None
    return text


def body_text(blob: bytes | None) -> str | None:
    """The text of an `attributedBody` (an NSAttributedString as a typedstream), or None.

    Where the archive holds types the decoder does not know, its first string is found by
    its marks (01 2b, length, bytes, 86).
    """
    if not blob:
        return None
    raw = None
    if blob.startswith(_USUAL_OPENING):
        raw = _string_at(blob, len(_USUAL_OPENING))[0]
    if raw is None:
        raw = _first_string(blob)
    if raw is None:
        raw = _scan(blob)
    return None if raw is None else raw.decode("utf-8", "replace").replace("\0", "\ufffd")


def _first_string(blob: bytes) -> bytes | None:
    try:
        events = itertools.islice(TypedStreamReader(io.BytesIO(blob)), _MAX_EVENTS)
        for event in events:
            if isinstance(event, BeginTypedValues) and list(event.encodings) == [b"+"]:
                value = next(events, None)
                return value if isinstance(value, bytes) else None
    except Exception:  # the decoder meets hostile bytes with errors of many classes
        return None
    return None


def _scan(blob: bytes) -> bytes | None:
    mark = blob.find(_STRING_TYPE)
    if mark < 0:
        return None
    raw, start = _string_at(blob, mark + len(_STRING_TYPE))
    if raw is None and (end := blob.find(_END_BEFORE_ATTRIBUTES, start)) >= start:
        return blob[start:end]
    return raw


def _string_at(blob: bytes, at: int) -> tuple[bytes | None, int]:
    """The string whose length stands at `at`, or None where no end mark follows it; and
    where its bytes begin."""
    if at >= len(blob):
        return None, at
    size = _LENGTH_BYTES.get(blob[at], 0)
    start = at + 1 + size
    length = int.from_bytes(blob[at + 1 : start], "little") if size else blob[at]
    end = start + length
    return (blob[start:end] if blob[end : end + 1] == _END_OF_STRING else None), start


def read_summary(blob: bytes | None) -> Summary:
    """Edited and unsent parts of a message: keys `ec`/`ep` and `rp` of the binary plist."""
    if not blob or not blob.startswith(b"bplist00"):
        return Summary()
    try:
        info = plistlib.loads(blob, fmt=plistlib.FMT_BINARY)
    except Exception:  # as above: damaged plists fail in many ways
        return Summary()
    if not isinstance(info, dict):
        return Summary()
    return Summary(bool(info.get("ec") or info.get("ep")), bool(info.get("rp")))
