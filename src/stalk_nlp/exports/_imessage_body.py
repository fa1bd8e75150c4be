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
    if mark < 0 or mark + len(_STRING_TYPE) >= len(blob):
        return None
    start = mark + len(_STRING_TYPE)
    size = _LENGTH_BYTES.get(blob[start], 0)
    length = int.from_bytes(blob[start + 1 : start + 1 + size], "little") if size else blob[start]
    start += 1 + size
    end = start + length
    if blob[end : end + 1] != _END_OF_STRING:
        end = blob.find(_END_BEFORE_ATTRIBUTES, start)
    return blob[start:end] if end >= start else None


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
