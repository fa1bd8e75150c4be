"""A released model on disk: where it is, what belongs to it, whether it is unaltered."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from stalk_nlp.errors import ModelError

__all__ = ["FORMAT", "REQUIRED", "Release", "default_model_dir", "open_release"]

#: Version of the folder's layout; a model of another version is refused.
FORMAT = 1
REQUIRED = ("model.onnx", "tokenizer.json", "model.json", "calibration.json")


class Release(NamedTuple):
    """A checked model folder.

    sha256: of manifest.json, and so of everything in it; the model's identity.
    info: content of model.json. calibration: content of calibration.json.
    """

    folder: Path
    name: str
    version: str
    sha256: str
    files: dict[str, str]
    info: dict[str, Any]
    calibration: dict[str, Any]


def default_model_dir() -> Path:
    """The model that comes with the program.

    In an installed package it is the folder `_model`; in a source checkout `models/released`.
    Raises ModelError when neither is there.
    """
    packaged = Path(str(resources.files("stalk_nlp"))) / "_model"
    if (packaged / "manifest.json").is_file():
        return packaged
    for parent in Path(__file__).resolve().parents:
        folder = parent / "models" / "released"
        if (folder / "manifest.json").is_file():
            return folder
    raise ModelError("No text model came with this installation; name one with --model.")


def open_release(folder: Path) -> Release:
    """Reads the manifest and checks every file against it.

    Raises ModelError when a file is missing or altered, or the format is another version's.
    """
    manifest, raw = _read(folder, "manifest.json")
    if manifest.get("format") != FORMAT:
        raise ModelError(
            f"The model in {folder} has format {manifest.get('format')}, this program reads"
            f" format {FORMAT}; use a model released for this version."
        )
    files = manifest.get("files")
    if not isinstance(files, dict) or not set(REQUIRED) <= set(files):
        raise ModelError(f"The manifest of the model in {folder} is incomplete; copy it again.")
    for name, expected in sorted(files.items()):
        _check(folder, name, expected)
    return Release(
        folder,
        str(manifest.get("name")),
        str(manifest.get("version")),
        hashlib.sha256(raw).hexdigest(),
        files,
        _read(folder, "model.json")[0],
        _read(folder, "calibration.json")[0],
    )


def _check(folder: Path, name: str, expected: object) -> None:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise ModelError(f"The model in {folder} lacks the file {name}; copy it again.")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != expected:
        raise ModelError(
            f"The file {name} of the model in {folder} is not the one released; copy it again."
        )


def _read(folder: Path, name: str) -> tuple[dict[str, Any], bytes]:
    try:
        raw = (folder / name).read_bytes()
        record = orjson.loads(raw)
    except OSError as error:
        raise ModelError(f"There is no model in {folder}: {name} cannot be read.") from error
    except orjson.JSONDecodeError as error:
        raise ModelError(f"{name} of the model in {folder} is broken; copy it again.") from error
    if not isinstance(record, dict):
        raise ModelError(f"{name} of the model in {folder} is broken; copy it again.")
    return record, raw
