"""The Python side of the contract (section 8): `Scorer`, `ScoredCase`, `read_export`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from stalk_nlp import exports
from stalk_nlp import score as scoring
from stalk_nlp.errors import CaseError
from stalk_nlp.event_table import IntakeOptions
from stalk_nlp.events import Event
from stalk_nlp.exports._intake import find_sources
from stalk_nlp.marking import mark_texts
from stalk_nlp.messages import text_result
from stalk_nlp.people import parse_party
from stalk_nlp.text_model import TextModel, describe

__all__ = ["ScoredCase", "Scorer", "read_export", "score_exports"]


class Scorer:
    """A loaded model."""

    def __init__(self, model: TextModel) -> None:
        self._model = model

    @classmethod
    def load(cls, model: str | PathLike[str] | None = None) -> Scorer:
        """The packaged model, or the one in the folder `model`. Raises ModelError."""
        return cls(scoring.load_model(None if model is None else str(model)))

    def score_texts(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Marks of single texts without context, in the shape of contract section 3.

        Only the text fields are there, and levels say what the words alone show.
        """
        marked = mark_texts(list(texts), self._model)
        return [text_result(marked, row, text) for row, text in enumerate(texts)]

    def describe(self) -> dict[str, Any]:
        """Name, version, hash, labels, thresholds and tested error rates of the model."""
        return describe(self._model)


class ScoredCase:
    """A case on disk in a temporary folder that goes when this object does."""

    def __init__(self, holder: tempfile.TemporaryDirectory[str], folder: Path) -> None:
        self._holder = holder
        self._folder = folder

    @property
    def messages(self) -> pa.Table:
        """Events in time order, the columns of messages.parquet."""
        return pq.read_table(self._folder / "messages.parquet")

    @property
    def pairs(self) -> pa.Table:
        """Ordered pairs, ranked: the keys of pairs.jsonl; nested values are JSON strings."""
        with (self._folder / "pairs.jsonl").open("rb") as stream:
            records = [orjson.loads(line) for line in stream]
        rows = [
            {
                k: orjson.dumps(v).decode() if isinstance(v, (dict, list)) else v
                for k, v in r.items()
            }
            for r in records
        ]
        return pa.Table.from_pylist(rows)

    def save(self, folder: str | PathLike[str]) -> Path:
        """Copies the case folder to `folder`, which must not exist yet. Raises CaseError."""
        target = Path(folder)
        if target.exists():
            raise CaseError(f"{target} already exists; choose another folder.")
        return Path(shutil.copytree(self._folder, target))


def score_exports(
    inputs: Sequence[str | PathLike[str]], *, owner: str | None, tz: str | None,
    date_order: str | None, parties: Sequence[str], model: str | PathLike[str] | None,
) -> ScoredCase:  # fmt: skip
    """See `stalk_nlp.score_exports`."""
    options = IntakeOptions(
        owner=owner, tz=tz, date_order=date_order, parties=tuple(parse_party(p) for p in parties)
    )
    holder = tempfile.TemporaryDirectory()
    folder = Path(holder.name) / "case"
    name = None if model is None else str(model)
    scoring.score([Path(p) for p in inputs], folder, options, model=name)
    return ScoredCase(holder, folder)


def read_export(
    path: str | PathLike[str], *, tz: str | None, date_order: str | None, format: str
) -> Iterator[Event]:
    """See `stalk_nlp.read_export`."""
    options = IntakeOptions(tz=tz, date_order=date_order).read_options()
    with tempfile.TemporaryDirectory() as work:
        for source in find_sources([Path(path)], Path(work)).sources:
            for record in exports.read(source, options, format):
                if isinstance(record, Event):
                    yield record
