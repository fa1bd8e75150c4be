"""Records of an XML export, and reading those that are written like the one before them.

A record without children is read by a regular expression made from the attribute names of
an earlier one. It accepts only what expat would read the same way.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stalk_nlp.exports._xml_text import Skip

_REFERENCES = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


Children = list[tuple[str, dict[str, str]]]
Rows = list[tuple[str | None, ...]]


class Element(NamedTuple):
    """One record element.

    ordinal: 1-based place among all record elements of the file, whatever their tag.
    values: the attributes asked for, in that order; None where one is missing.
    children: tag and attributes of everything inside, in document order.
    """

    tag: str
    ordinal: int
    values: tuple[str | None, ...]
    children: Children


class Run(NamedTuple):
    """Records without children that follow one another: `Element.values` of each."""

    tag: str
    first: int  # ordinal of the first one
    rows: Rows


def as_elements(part: Element | Run) -> Iterator[Element]:
    """The elements of a run, or the one element."""
    if isinstance(part, Element):
        yield part
        return
    for ordinal, values in enumerate(part.rows, part.first):
        yield Element(part.tag, ordinal, values, [])


class Layout(NamedTuple):
    """What to read. records: tag of a record -> the attributes wanted of it (two or more)."""

    roots: tuple[str, ...]
    records: Mapping[str, tuple[str, ...]]
    skip: Skip | None = None


class Template(NamedTuple):
    """How to read a record without children, written like the one it was made from."""

    tag: str
    pattern: re.Pattern[str]
    pick: tuple[int, ...]  # group of each wanted attribute


@functools.lru_cache(maxsize=64)
def template_of(tag: str, names: tuple[str, ...], wanted: tuple[str, ...]) -> Template:
    """Strict on purpose: double quotes, `names` in this order, no character to normalise."""
    blank, value = r"[ \t\r\n]", r'[^"<\t\r\n]*+'
    parts = [rf"<{re.escape(tag)}"]
    groups: dict[str, int] = {}
    for name in names:
        if name in wanted:
            groups[name] = len(groups) + 1
        shown = f"({value})" if name in wanted else value
        parts.append(f'{blank}++{re.escape(name)}="{shown}"')
    parts.append(rf"{blank}*+/>{blank}*+(?:(?!)())?")  # the last group is never there
    absent = len(groups) + 1
    pick = tuple(groups.get(name, absent) for name in wanted)
    return Template(tag, re.compile("".join(parts)), pick)


def unescape(value: str) -> str:
    """The text of an attribute value whose references are all sound."""
    return _REFERENCES.sub(_character, value) if "&" in value else value


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _NAMED[found[1]]
    return chr(int(found[2]) if found[2] else int(found[3], 16))


def references_sound(tag: str) -> bool:
    return tag.count("&") == len(_REFERENCES.findall(tag))
