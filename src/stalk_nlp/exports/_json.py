"""What the JSON readers share: a stream that heals small faults, and a walk over it.

A document of any size is walked with the memory of one record. Depth, nodes a record and
bytes a string are capped, so a hostile file costs a reject, not the workstation.
"""

from __future__ import annotations

import codecs
import functools
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import ijson

from stalk_nlp.errors import CorruptInputError
from stalk_nlp.exports._common import MAX_LINE_BYTES, Source

__all__ = ["START", "TOO_BIG", "CleanStream", "Path", "outline", "walk"]

#: Keys from the root of the document; ``*`` stands for an item of a list.
Path = tuple[str, ...]

_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})
_CHUNK = 64 * 1024
_MAX_DEPTH = 64  # levels inside one record; real exports stay under ten
_MAX_NODES = 200_000  # values inside one record
_OUTLINE_DEPTH = 7  # chats, list, *, messages, *, key


class _Mark:
    """A value that no JSON document can hold."""


START: Final = _Mark()  # an opened map or list begins
TOO_BIG: Final = _Mark()  # a record over the caps; it was skipped

_HEX = rb"[0-9A-Fa-f]"
# Sound text: anything but a backslash, or a valid escape. A NUL and half a surrogate pair
# are valid JSON, but not text that can be stored, so they count as faults.
_SOUND = re.compile(
    rb'(?:[^\\]++|\\(?:["\\/bfnrt]|u(?:(?!0000)[0-9A-Ca-cE-Fe-f]%b{3}|[Dd][0-7]%b{2}'
    rb"|[Dd][89ABab]%b{2}\\u[Dd][C-Fc-f]%b{2})))*+" % (_HEX, _HEX, _HEX, _HEX)
)
_FAULT = re.compile(rb"\\(?:x(%b{2})|(u%b{4}))?" % (_HEX, _HEX))
_LONGEST_ESCAPE = 12  # a surrogate pair
# Python refuses integers of over 4,300 digits (640 at the strictest setting), and ijson
# 3.6 crashes then. Two runs can meet at a chunk's border, so one stays below half of that.
# Every 20th byte is enough to see one: a run of 300 has 15 of them.
_SAMPLED_DIGITS = re.compile(rb"[0-9]{15}")
_STRING_REST = re.compile(rb'(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STRING_OR_DIGITS = re.compile(rb'("(?:[^"\\]++|\\.)*+"?)|[0-9]{300,}', re.DOTALL)
_CONTROL = bytes((*range(9), 11, 12, *range(14, 32)))


class CleanStream:
    """A binary stream as sound UTF-8 JSON text, healed on the way.

    Dropped: a byte-order mark. Replaced by U+FFFD: broken UTF-8, raw control characters,
    NUL escapes, half surrogate pairs. Telegram Desktop writes control characters as
    ``\\xNN``, which no JSON decoder takes: they become ``\\u00NN``. Any other invalid
    escape keeps its backslash as a character.
    """

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self._raw = raw
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._tail = b""
        self._unquoted = 0  # bytes since the last quotation mark
        self._in_string = False
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """The next piece (about 64 KiB, whatever `size` is); empty at the end."""
        while size != 0 and not self._ended:
            chunk = self._raw.read(_CHUNK)
            self._ended = not chunk
            text = self._decoder.decode(chunk, final=self._ended)
            data = self._tail + text.encode("utf-8")
            if len(data.translate(None, _CONTROL)) < len(data):
                data = re.sub(b"[%b]" % _CONTROL, "\ufffd".encode(), data)
            healed, self._tail = _heal(data, self._ended)
            if healed:
                return self._guard(healed)
        return b""

    def _guard(self, data: bytes) -> bytes:
        """Keeps what would harm the decoder out of its way.

        Raises CorruptInputError where one string outgrows memory's share. The digits of an
        endless number become one zero: the decoder crashes on them.
        """
        bare = data.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in data else data
        began_in_string = self._in_string
        self._in_string ^= bare.count(b'"') % 2 == 1
        after = bare.rfind(b'"')
        self._unquoted = len(bare) - after - 1 if after >= 0 else self._unquoted + len(bare)
        if self._unquoted > MAX_LINE_BYTES:
            raise CorruptInputError(
                f"{self._name} holds a string longer than {MAX_LINE_BYTES} bytes;"
                " check that it is an export and whole."
            )
        if not _SAMPLED_DIGITS.search(data[::20]):
            return data
        rest = _STRING_REST.match(data) if began_in_string else None
        start = rest.end() if rest else 0
        return data[:start] + _STRING_OR_DIGITS.sub(lambda m: m[1] or b"0", data[start:])


def _heal(data: bytes, final: bool) -> tuple[bytes, bytes]:
    """Sound bytes, and the rest that must wait for the next chunk."""
    pieces = []
    position = 0
    while True:
        sound = _SOUND.match(data, position)
        end = sound.end() if sound else position
        pieces.append(data[position:end])
        if end == len(data):
            return b"".join(pieces), b""
        if not final and len(data) - end < _LONGEST_ESCAPE:
            return b"".join(pieces), data[end:]
        fault = _FAULT.match(data, end)
        code, half = fault.groups() if fault else (None, None)
        if half or code == b"00":
            pieces.append(b"\\ufffd")
        else:
            pieces.append(b"\\u00" + code if code else b"\\\\")
        position = fault.end() if fault else end + 1


def walk(
    source: Source, opened: frozenset[Path], wanted: frozenset[str] | None = None
) -> Iterator[tuple[Path, Any]]:
    """Values of the document in its own order, each with its path.

    The containers in `opened` are entered: they come as ``(path, START)`` and then item
    by item. Everything else comes whole, or as TOO_BIG. Numbers are int or Decimal.
    With `wanted`, the items of opened lists hold those keys only, which is faster.

    Raises CorruptInputError where the JSON breaks; all values before that were yielded.
    """
    with source.open() as raw:
        try:
            yield from _walk(CleanStream(raw, source.name), opened, wanted)
        except (ijson.JSONError, ValueError, ArithmeticError):
            # Not chained: the decoder's message quotes the text around the fault.
            raise CorruptInputError(
                f"{source.name} is not whole, sound JSON; make the export again or use the"
                " original file."
            ) from None


def _walk(
    stream: CleanStream, opened: frozenset[Path], wanted: frozenset[str] | None
) -> Iterator[tuple[Path, Any]]:
    events = ijson.basic_parse(stream, buf_size=_CHUNK)
    stack: list[tuple[Path, bool]] = []  # path of each opened container; is it a map
    path: Path = ()
    for event, value in events:
        if event == "map_key":
            path = (*stack[-1][0], value)
        elif event in _ENDS:
            stack.pop()
        else:
            in_list = bool(stack) and not stack[-1][1]
            if in_list:
                path = (*stack[-1][0], "*")
            if event in _STARTS:
                if path in opened:
                    stack.append((path, event == "start_map"))
                    value = START
                elif in_list and wanted is not None:
                    value = _pick(events, wanted)
                else:
                    value = _build(events, event == "start_map")
            yield path, value


def _build(events: Iterator[tuple[str, Any]], is_map: bool) -> Any:
    """One container whole, or TOO_BIG (read to its end all the same)."""
    top: Any = {} if is_map else []
    around: list[Any] = []
    key = ""
    nodes = 0
    for event, value in events:
        if event == "map_key":
            key = value
            continue
        if event in _ENDS:
            if not around:
                return top
            top = around.pop()
            is_map = type(top) is dict
            continue
        nodes += 1
        starts = event in _STARTS
        if nodes > _MAX_NODES or (starts and len(around) >= _MAX_DEPTH):
            return _skip(events, len(around) + 1 + starts)
        if starts:
            value = {} if event == "start_map" else []
        if is_map:
            top[key] = value
        else:
            top.append(value)
        if starts:
            around.append(top)
            top, is_map = value, event == "start_map"
    return TOO_BIG


def _pick(events: Iterator[tuple[str, Any]], wanted: frozenset[str]) -> dict[str, Any]:
    """Only the wanted keys of one map; the rest is read over."""
    found: dict[str, Any] = {}
    key = ""
    depth = 1
    for event, value in events:
        if event in _ENDS:
            depth -= 1
            if depth == 0:
                break
        elif depth > 1:
            depth += event in _STARTS
        elif event == "map_key":
            key = value
        elif key in wanted:
            found[key] = _build(events, event == "start_map") if event in _STARTS else value
        else:
            depth += event in _STARTS
    return found


def _skip(events: Iterator[tuple[str, Any]], depth: int) -> _Mark:
    """Reads on to the end of the container that is `depth` levels up."""
    for event, _ in events:
        depth += (event in _STARTS) - (event in _ENDS)
        if depth == 0:
            break
    return TOO_BIG


@functools.lru_cache(maxsize=4)
def outline(head: bytes) -> frozenset[Path]:
    """Paths of the keys that the start of a file shows, down to seven levels.

    Empty when it does not begin as a JSON map. Lists show as ``*``:
    ``("messages", "*", "sender_name")``. A head that stops in mid-document is expected.
    """
    if not head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return frozenset()
    found: set[Path] = set()
    path: list[str] = []  # a map holds the place of its current key; a list is ``*``
    skipped = 0
    try:
        for event, value in ijson.basic_parse(CleanStream(io.BytesIO(head), "head")):
            if event.startswith("start_"):
                if skipped or len(path) >= _OUTLINE_DEPTH:
                    skipped += 1
                else:
                    path.append("*" if event == "start_array" else "")
            elif event.startswith("end_"):
                if skipped:
                    skipped -= 1
                else:
                    path.pop()
            elif event == "map_key" and not skipped:
                path[-1] = value
                found.add(tuple(path))
    except (ijson.JSONError, ValueError, ArithmeticError):
        return frozenset(found)
    return frozenset(found)
