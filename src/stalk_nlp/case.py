"""The case folder: written whole or not at all, loaded, and checked against its manifest.

    messages.jsonl, messages.parquet   one event a line, time order (contract section 3)
    pairs.jsonl                        one ordered pair a line, ranked (section 4)
    unparsed.jsonl                     what could not be read: source, row, reason
    report.html                        for people
    manifest.json                      hashes, settings, counts

Everything but the manifest's `created` is a function of inputs, settings and build.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from stalk_nlp.errors import CaseError
from stalk_nlp.event_table import sha256_file
from stalk_nlp.labels import LETTERS, STANCES

__all__ = ["OUTPUTS", "Case", "MessageWriter", "staged", "write_jsonl", "write_manifest"]

MANIFEST = "manifest.json"
OUTPUTS = ("messages.jsonl", "messages.parquet", "pairs.jsonl", "unparsed.jsonl", "report.html")

_TEXT, _LIST = pa.string(), pa.list_(pa.string())
_FOUR = pa.struct([("level", pa.int8()), ("score", pa.float64()), ("basis", _LIST)])
#: The columns of messages.parquet: those of messages.jsonl.
MESSAGE_SCHEMA = pa.schema(
    [
        ("event_id", _TEXT),
        ("input_id", _TEXT),
        ("source", _TEXT),
        ("source_row", pa.int64()),
        ("time_utc", _TEXT),
        ("time_wall", _TEXT),  # as printed, where the zone is not known
        ("time_raw", _TEXT),
        ("tz_basis", _TEXT),
        ("channel", _TEXT),
        ("kind", _TEXT),
        ("sender", _TEXT),
        ("recipients", _LIST),
        ("direction", _TEXT),
        ("conversation", _TEXT),
        ("group", pa.bool_()),
        ("text", _TEXT),
        ("deleted", pa.bool_()),
        ("edited", pa.bool_()),
        ("delivery", _TEXT),
        ("duration_s", pa.float64()),
        (
            "stance",
            pa.struct(
                [("label", _TEXT), ("scores", pa.struct([(s, pa.float64()) for s in STANCES]))]
            ),
        ),
        ("four", pa.struct([(letter, _FOUR) for letter in LETTERS])),
        (
            "boundary",
            pa.struct(
                [(n, _TEXT) for n in ("type", "scope", "by", "to", "state")]
                + [("known", pa.bool_())]
            ),
        ),
        (
            "acts",
            pa.list_(pa.struct([("code", _TEXT), ("status", _TEXT), ("score", pa.float64())])),
        ),
        ("risk", pa.list_(pa.struct([("code", _TEXT), ("score", pa.float64())]))),
        ("safeguarding", pa.bool_()),
        (
            "evidence",
            pa.list_(
                pa.struct(
                    [("label", _TEXT), ("start", pa.int32()), ("end", pa.int32()), ("text", _TEXT)]
                )
            ),
        ),
        ("why", _LIST),
        ("against", _LIST),
    ]
)


@contextlib.contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A hidden folder beside `out` that becomes `out` when the block ends without an error.

    Raises CaseError when `out` already holds something. What a killed run left behind is
    removed by the next one.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CaseError(f"{out} already exists; choose another --out or delete it first.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(out)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.partial-{os.getpid()}-", dir=out.parent))
    except OSError as error:
        raise CaseError(f"{out.parent} cannot be written to: {error.strerror}.") from error
    previous = signal.signal(signal.SIGTERM, _interrupt) if _in_main_thread() else None
    try:
        yield stage
        if out.exists():
            out.rmdir()
        stage.chmod(0o755)
        stage.rename(out)
    finally:
        if previous is not None:
            signal.signal(signal.SIGTERM, previous)
        shutil.rmtree(stage, ignore_errors=True)


def _in_main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _remove_leftovers(out: Path) -> None:
    for folder in out.parent.glob(f".{out.name}.partial-*"):
        pid = folder.name.rsplit("-", 2)[1]
        if not (pid.isdigit() and _is_alive(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Writes one JSON object a line; returns how many."""
    count = 0
    with path.open("wb") as stream:
        for row in rows:
            stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return count


class MessageWriter:
    """Writes messages.jsonl and messages.parquet side by side, chunk by chunk."""

    def __init__(self, folder: Path) -> None:
        self._lines = (folder / "messages.jsonl").open("wb")
        self._parquet = pq.ParquetWriter(folder / "messages.parquet", MESSAGE_SCHEMA)

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Adds rows; a column that a row lacks is null in the Parquet file."""
        self._lines.writelines(orjson.dumps(r, option=orjson.OPT_APPEND_NEWLINE) for r in rows)
        self._parquet.write_table(pa.Table.from_pylist(rows, schema=MESSAGE_SCHEMA))

    def close(self) -> None:
        """Finishes both files."""
        self._lines.close()
        self._parquet.close()


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Adds the outputs' hashes and the time of writing, and writes manifest.json."""
    whole = {
        **manifest,
        "outputs": [
            {"name": n, "sha256": sha256_file(folder / n), "bytes": (folder / n).stat().st_size}
            for n in OUTPUTS
            if (folder / n).exists()
        ],
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    (folder / MANIFEST).write_bytes(_encoded(whole))


def _encoded(manifest: dict[str, Any]) -> bytes:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(manifest, option=options)


@dataclass(frozen=True)
class Case:
    """A case folder that is on disk."""

    folder: Path
    #: The manifest of a case that is still being written; None: the one on disk.
    unwritten: dict[str, Any] | None = None

    @classmethod
    def load(cls, folder: Path) -> Case:
        """Raises CaseError when `folder` is not a case folder."""
        if not (folder / MANIFEST).is_file():
            raise CaseError(f"{folder} is not a case folder: it has no {MANIFEST}.")
        return cls(folder)

    @property
    def _manifest_file(self) -> Path:
        return self.folder / MANIFEST

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest as written, or as it will be."""
        try:
            raw = _encoded(self.unwritten) if self.unwritten else self._manifest_file.read_bytes()
            loaded: dict[str, Any] = orjson.loads(raw)
        except (OSError, orjson.JSONDecodeError) as error:
            raise CaseError(f"{self._manifest_file} is broken; score the case again.") from error
        return loaded

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """Ordered pairs, ranked."""
        return list(self._lines("pairs.jsonl"))

    @property
    def messages(self) -> Iterator[dict[str, Any]]:
        """Events in time order."""
        return self._lines("messages.jsonl")

    @property
    def unparsed(self) -> list[dict[str, Any]]:
        """What could not be read."""
        return list(self._lines("unparsed.jsonl"))

    def changed_files(self) -> list[str]:
        """Names of outputs that are missing or differ from the manifest."""
        differ = []
        for entry in self.manifest.get("outputs", []):
            path = self.folder / str(entry["name"])
            if not path.is_file() or sha256_file(path) != entry["sha256"]:
                differ.append(str(entry["name"]))
        return differ

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        try:
            with (self.folder / name).open("rb") as stream:
                for line in stream:
                    yield orjson.loads(line)
        except (OSError, orjson.JSONDecodeError) as error:
            raise CaseError(f"{self.folder / name} is missing or broken; score again.") from error
