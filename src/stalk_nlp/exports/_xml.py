"""Streaming reading of XML exports that are one long list of records.

Expat reads the document; three things stand around it:

- `_xml_text` mends what is not XML in real backups, and drops embedded pictures.
- `_xml_quick` reads records that hold nothing but attributes and are written like the one
  before them; all else goes to expat. This halves the time.
- After broken XML, reading goes on at the next record: a raw ``<`` cannot stand inside an
  attribute, so a record's start tag can be found again.

A document type declaration is refused, so no entity is ever expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from stalk_nlp.errors import CorruptInputError, UnsafeInputError
from stalk_nlp.events import Reject
from stalk_nlp.exports._common import Source
from stalk_nlp.exports._xml_quick import (
    Element,
    Layout,
    Rows,
    Run,
    Template,
    as_elements,
    references_sound,
    template_of,
    unescape,
)
from stalk_nlp.exports._xml_text import MAX_TAG, Oversize, Pieces

MAX_DEPTH = 64  # elements inside one another; real exports have four levels


class Elements:
    """Iterates over the records of one file as `Element`; damage comes as `Reject`.

    After the last one, `root` holds the root's attributes and `count` the records met.
    Raises CorruptInputError when the file is not XML with one of the roots, and
    UnsafeInputError when it declares a document type.
    """

    def __init__(self, source: Source, layout: Layout) -> None:
        self.root: dict[str, str] | None = None
        self.count = 0
        self._source = source
        self._layout = layout
        self._pieces = Pieces(source, layout.skip)
        self._starts = re.compile(rf"<(?:{'|'.join(layout.records)})(?=[\s/>])")
        self._quick = True  # False once a comment or the like is seen among the records
        self._lost = False  # looking for the next record after damage
        self._out: list[Element | Run | Reject] = []
        self._template: Template | None = None
        self._lines = 1  # line of the file, dropped ones not counted, where the piece begins
        self._piece = ""
        self._last_damage = -1  # place in the piece
        self._root_tag = ""
        self._names: tuple[str, ...] = ()  # attributes of the present record, as written
        self._room = 0  # characters the present record may still take
        self._new_parser()

    def __iter__(self) -> Iterator[Element | Reject]:
        for part in self.runs():
            yield from [part] if isinstance(part, Reject) else as_elements(part)

    def runs(self) -> Iterator[Element | Run | Reject]:
        """The same records, with those that were read quickly as they came: in runs."""
        for piece in self._pieces:
            if isinstance(piece, Oversize):
                self._dropped(piece)
            else:
                self._read_piece(piece)
            out, self._out = self._out, []
            yield from out
        self._finish()
        yield from self._out

    def _read_piece(self, piece: str) -> None:
        self._piece = piece
        self._last_damage = -1
        at = 0
        if self._quick and self._template is not None:
            at = self._read_quickly(piece, self._template)
        self._feed(at, len(piece))
        self._lines += piece.count("\n")

    def _read_quickly(self, piece: str, template: Template) -> int:
        """Reads what fits the template; returns where the unread rest begins."""
        at = 0
        ready = self._ready()
        references = "&" in piece
        pick = template.pick
        rows: Rows = []
        for found in template.pattern.finditer(piece):
            if found.start() != at:
                rows = self._add_run(template.tag, rows)
                self._feed(at, found.start())
                at = found.start()
                ready = self._ready()
            if not self._quick:
                break
            if not ready:
                continue
            values: tuple[str | None, ...] = found.group(*pick)
            if references and "&" in found[0]:
                if not references_sound(found[0]):
                    continue
                values = tuple([v and unescape(v) for v in values])
            self._lost = False
            rows.append(values)
            at = found.end()
        self._add_run(template.tag, rows)
        return at

    def _ready(self) -> bool:
        """Whether expat stands between two records, so that one may be read without it."""
        return self._quick and self._depth == 1 and not self._open_tag

    def _add_run(self, tag: str, rows: Rows) -> Rows:
        """Hands on a run and begins the next."""
        if not rows:
            return rows
        self._out.append(Run(tag, self.count + 1, rows))
        self.count += len(rows)
        return []

    def _dropped(self, piece: Oversize) -> None:
        if self.root is None:
            raise CorruptInputError(f"{self._source.name} does not begin as XML should.")
        if self._depth == 1 and not self._lost and self._starts.match(piece.head):
            self.count += 1
        line = self._lines + self._pieces.lines_dropped - piece.lines
        self._reject(f"line {line}: a tag longer than {MAX_TAG} characters was left out")

    def _new_parser(self) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        if defer := getattr(parser, "SetReparseDeferralEnabled", None):
            defer(False)  # newer expat: `_depth` must be true after each call
        self._parser = parser
        self._depth = 0
        self._fed = self._idle = 0  # bytes: in all, and since the last element
        self._open_tag = False
        self._record: Element | None = None

    def _feed(self, at: int, end: int) -> None:
        """Gives the piece from `at` to `end` to expat, going on behind damage."""
        if self._lost:
            at = self._next_record(at, end)
        stop = end
        while at < end:
            text = self._piece[at:stop]
            try:
                self._parse(text)
            except expat.ExpatError as error:
                at = self._recover(at + self._error_place(text), end, error)
            else:
                at = stop
            # Where one record is damaged others may be: from here on, one at a time.
            found = self._starts.search(self._piece, at + 1, end)
            stop = found.start() if found else end

    def _parse(self, text: str) -> None:
        if self.root is not None:
            if text.isspace():
                return
            # Inside a comment a record is none; this can only be told by expat.
            self._quick = self._quick and "<!" not in text and "<?" not in text
        raw = text.encode("utf-8")
        self._fed += len(raw)
        self._idle += len(raw)
        self._parser.Parse(raw, False)
        if self._idle > MAX_TAG:  # a comment without end: expat would hold all of it
            raise CorruptInputError(
                f"{self._source.name} goes on for {MAX_TAG} bytes without an element."
            )
        self._open_tag = not text[-64:].rstrip().endswith(">")

    def _error_place(self, text: str) -> int:
        raw = text.encode("utf-8")
        good = max(0, self._parser.ErrorByteIndex - (self._fed - len(raw)))
        return len(raw[:good].decode("utf-8", "ignore"))

    def _recover(self, at: int, end: int, error: expat.ExpatError) -> int:
        """Place of the next record after damage at `at`; `end` if it is not in this stretch."""
        if self.root is None:
            raise CorruptInputError(
                f"{self._source.name} is not readable as XML; export it again."
            ) from error
        again = at == self._last_damage
        if not again:
            self._count_broken(at)
            line = self._lines + self._pieces.lines_dropped + self._piece.count("\n", 0, at)
            why = expat.ErrorString(error.code)
            self._reject(f"line {line}: broken XML ({why}); reading went on at the next record")
        self._last_damage = at
        self._new_parser()
        opening = f"<{self._root_tag}>".encode()
        self._parser.Parse(opening, False)
        self._fed = len(opening)
        return self._next_record(at + again, end)

    def _next_record(self, at: int, end: int) -> int:
        found = self._starts.search(self._piece, at, end)
        self._lost = found is None
        return found.start() if found else end

    def _count_broken(self, at: int) -> None:
        """Counts the record whose start tag is broken at `at`, which expat never reported."""
        if self._depth != 1:
            return
        begin = self._piece.rfind("<", 0, at + 1)
        if begin == at and not self._starts.match(self._piece, at):  # a raw "<" inside the tag
            begin = self._piece.rfind("<", 0, at)
            if ">" in self._piece[begin:at]:
                return
        if begin >= 0 and self._starts.match(self._piece, begin):
            self.count += 1

    def _finish(self) -> None:
        if self.root is None:
            raise CorruptInputError(f"{self._source.name} ends before its first element.")
        if self._lost:
            return
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            if self._open_tag:
                self._count_broken(len(self._piece))
            at = self._pieces.bytes_read
            self._reject(f"the file breaks off at byte {at}; what came after is missing")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._idle = 0
        if self._depth == 2:
            self._begin_record(tag, attributes)
        elif self._depth == 1:
            self._begin_root(tag, attributes)
        elif self._depth > MAX_DEPTH:
            raise CorruptInputError(f"{self._source.name} nests elements without end.")
        elif self._record is not None:
            self._add_child(self._record, tag, attributes)

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._record is not None:
            self._out.append(self._record)
            if not self._record.children:
                tag = self._record.tag
                self._template = template_of(tag, self._names, self._layout.records[tag])
            self._record = None

    def _begin_root(self, tag: str, attributes: dict[str, str]) -> None:
        if self.root is not None:  # put in after damage
            return
        if tag not in self._layout.roots:
            wanted = " or ".join(f"<{root}>" for root in self._layout.roots)
            raise CorruptInputError(
                f"{self._source.name} does not begin with {wanted}; choose another --format."
            )
        self.root, self._root_tag = attributes, tag

    def _begin_record(self, tag: str, attributes: dict[str, str]) -> None:
        self._record = None
        wanted = self._layout.records.get(tag)
        if wanted is not None:
            self.count += 1
            self._names = tuple(attributes)
            self._room = MAX_TAG
            values = tuple([attributes.get(name) for name in wanted])
            self._record = Element(tag, self.count, values, [])

    def _add_child(self, record: Element, tag: str, attributes: dict[str, str]) -> None:
        skip = self._layout.skip
        if skip and tag == skip.tag:
            attributes.pop(skip.attribute, None)
        self._room -= len(tag) + sum(map(len, attributes.values())) + 1
        if self._room > 0:
            record.children.append((tag, attributes))
        else:
            self._record = None
            self._reject(f"a record longer than {MAX_TAG} characters was left out")

    def _refuse(self, *_declaration: object) -> NoReturn:
        raise UnsafeInputError(
            f"{self._source.name} declares a document type or entities, which can be used to "
            "attack the program; remove the declaration if you trust the file."
        )

    def _reject(self, reason: str) -> None:
        self._out.append(Reject(self._source.name, self.count or None, reason))
