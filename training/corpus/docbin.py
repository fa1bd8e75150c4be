"""Labelled messages to and from a spaCy DocBin, without loss.

    python -m training.corpus.docbin export data/messages/w101.jsonl w101.spacy
    python -m training.corpus.docbin import w101.spacy w101.jsonl

A message is a Doc of blank English. `doc.cats` holds the stance and the levels (1.0 or 0.0),
`doc.spans["evidence"]` the evidence, widened to whole tokens. The item itself, with its exact
spans, lies in `doc.user_data["item"]`, so nothing is lost on the way back.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from stalk_nlp.labels import STANCES

Record = dict[str, Any]


def to_doc(item: Record, nlp: Language) -> Doc:
    """A labelled message as a Doc."""
    doc = nlp.make_doc(item["text"])
    doc.cats = {
        **{stance: float(item["stance"] == stance) for stance in STANCES},
        **{f"{x}>={n}": float(item[x] >= n) for x in "FOUR" for n in (1, 2)},
    }
    places = [(label, item["text"].index(words), len(words)) for label, words in item["spans"]]
    found = [
        doc.char_span(start, start + length, label=label, alignment_mode="expand")
        for label, start, length in places
    ]
    doc.spans["evidence"] = [span for span in found if span is not None]
    doc.user_data["item"] = json.dumps(item, ensure_ascii=False)
    return doc


def from_doc(doc: Doc) -> Record:
    """The labelled message of a Doc."""
    item: Record = json.loads(doc.user_data["item"])
    return item


def to_bytes(items: Iterable[Record]) -> bytes:
    """Labelled messages as the bytes of a DocBin."""
    nlp = spacy.blank("en")
    docs = DocBin(store_user_data=True)
    for item in items:
        docs.add(to_doc(item, nlp))
    return docs.to_bytes()


def from_bytes(raw: bytes) -> Iterator[Record]:
    """The labelled messages of a DocBin, in order."""
    nlp = spacy.blank("en")
    for doc in DocBin(store_user_data=True).from_bytes(raw).get_docs(nlp.vocab):
        yield from_doc(doc)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.corpus.docbin")
    parser.add_argument("direction", choices=("export", "import"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    if options.direction == "export":
        lines = options.source.read_text(encoding="utf-8").splitlines()
        options.target.write_bytes(to_bytes(json.loads(line) for line in lines))
    else:
        items = from_bytes(options.source.read_bytes())
        text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
        options.target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
