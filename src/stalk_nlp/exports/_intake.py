"""Inputs -> sources: folders are walked, zips unpacked within limits, nothing is changed.

Zips are hostile until shown otherwise: names that leave the folder, links, encrypted
members, too many members and too many bytes are refused with UnsafeInputError before or
while they are unpacked. Sizes are counted as they are written, since declared sizes lie.
"""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stalk_nlp.errors import CorruptInputError, InputError, UnsafeInputError
from stalk_nlp.events import Reject
from stalk_nlp.exports._common import Source, natural_key

__all__ = ["Found", "Skipped", "ZipLimits", "find_sources"]

#: Files that hold no messages; named in the manifest, never read.
MEDIA_SUFFIXES = frozenset(
    ".jpg .jpeg .png .gif .webp .heic .bmp .svg .mp4 .mov .3gp .avi .mkv .webm .mp3 .m4a .aac "
    ".ogg .opus .wav .amr .pdf .vcf .doc .docx .ppt .pptx .thumb .ds_store".split()
)
#: Belong to a database beside them and are read with it.
COMPANION_SUFFIXES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """Ours [D], far above any real phone export: a 1 GB SMS backup packs about 1:20."""

    members: int = 200_000
    total_bytes: int = 64 * 1024**3
    ratio: int = 250  # of unpacked to packed bytes, once over ratio_from
    ratio_from: int = 32 * 1024**2
    depth: int = 2  # a zip in a zip


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read on purpose."""

    name: str
    reason: str


@dataclass(slots=True)
class Found:
    """What the inputs hold. `files` are the evidence files on disk, to be hashed."""

    sources: list[Source] = field(default_factory=list)
    files: list[Source] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def find_sources(inputs: list[Path], work: Path, limits: ZipLimits | None = None) -> Found:
    """Every file to read in `inputs`, in a stable order. Zips are unpacked below `work`.

    Raises InputError when an input named by the user does not exist, and UnsafeInputError
    or CorruptInputError when a zip named by the user cannot be unpacked; inside a folder
    those become rejects.
    """
    found = Found()
    intake = _Intake(found, work, limits or ZipLimits())
    for path in inputs:
        if path.is_dir():
            intake.add_folder(path)
        elif path.is_file():
            found.files.append(Source(path.name, path))
            intake.add_file(Source(path.name, path), depth=0)
        else:
            raise InputError(f"There is no file or folder {path}; check the name.")
    return found


class _Intake:
    def __init__(self, found: Found, work: Path, limits: ZipLimits) -> None:
        self.found = found
        self.work = work
        self.limits = limits

    def add_folder(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*"), key=lambda p: natural_key(p.as_posix())):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            if path.is_symlink():
                self.found.skipped.append(Skipped(name, "a link, not followed"))
            elif path.is_file():
                source = Source(name, path)
                self.found.files.append(source)
                try:
                    self.add_file(source, depth=0)
                except InputError as error:
                    self.found.rejects.append(Reject(name, None, str(error)))

    def add_file(self, source: Source, depth: int) -> None:
        if reason := _why_skip(source.name):
            self.found.skipped.append(Skipped(source.name, reason))
        elif zipfile.is_zipfile(source.path) or source.path.suffix.lower() == ".zip":
            self._add_zip(source, depth)
        else:
            self.found.sources.append(source)

    def _add_zip(self, source: Source, depth: int) -> None:
        if depth >= self.limits.depth:
            raise UnsafeInputError(f"{source.name} is nested too deep; unpack it first.")
        members = list(self._unpack(source))
        for member in sorted(members, key=lambda m: natural_key(m.name)):
            self.add_file(member, depth + 1)

    def _unpack(self, source: Source) -> Iterator[Source]:
        target = Path(tempfile.mkdtemp(dir=self.work))
        try:
            with zipfile.ZipFile(source.path) as archive:
                infos = [i for i in archive.infolist() if not i.is_dir()]
                self._check(source, infos)
                yield from self._extract(source, archive, infos, target)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError,
                NotImplementedError, RuntimeError) as error:  # fmt: skip
            raise CorruptInputError(
                f"{source.name} is not a sound zip file; make the export again or unpack it."
            ) from error

    def _check(self, source: Source, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > self.limits.members:
            raise UnsafeInputError(f"{source.name} holds too many files; unpack it first.")
        for info in infos:
            parts = PurePosixPath(info.filename.replace("\\", "/")).parts
            if ".." in parts or info.filename[:1] in "/\\" or ":" in parts[0]:
                raise UnsafeInputError(
                    f"{source.name} holds a name that leaves its folder; do not unpack it."
                )
            if stat.S_ISLNK(info.external_attr >> 16):
                raise UnsafeInputError(f"{source.name} holds a link; do not unpack it.")
            if info.flag_bits & 1:
                raise CorruptInputError(f"{source.name} is encrypted; unpack it with its password.")

    def _extract(
        self, source: Source, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], target: Path
    ) -> Iterator[Source]:
        total = 0
        folders: dict[PurePosixPath, str] = {}
        packed = max(source.path.stat().st_size, 1)
        for number, info in enumerate(infos):
            name = f"{source.name}/{info.filename}"
            reason = _why_skip(name)
            if reason and not name.endswith(COMPANION_SUFFIXES):
                self.found.skipped.append(Skipped(name, reason))
                continue
            # Members keep their last name (readers look at it), in a folder of their own
            # parent's: a database and its write-ahead log must stay side by side.
            folder = target / folders.setdefault(PurePosixPath(info.filename).parent, str(number))
            folder.mkdir(exist_ok=True)
            path = folder / PurePosixPath(info.filename).name[-120:]
            with archive.open(info) as packed_stream, path.open("xb") as stream:
                while chunk := packed_stream.read(1024 * 1024):
                    total += len(chunk)
                    if total > self.limits.total_bytes or (
                        total > self.limits.ratio_from and total > packed * self.limits.ratio
                    ):
                        stream.close()
                        shutil.rmtree(target)
                        raise UnsafeInputError(
                            f"{source.name} unpacks to far more than its size (a zip bomb?); "
                            "unpack it by hand if you trust it."
                        )
                    stream.write(chunk)
            yield Source(name, path)


def _why_skip(name: str) -> str:
    lower = name.lower()
    if PurePosixPath(lower).suffix in MEDIA_SUFFIXES or lower.endswith(".ds_store"):
        return "media or document, holds no messages"
    if lower.endswith(COMPANION_SUFFIXES):
        return "read with the database beside it"
    if "__macosx/" in lower:
        return "macOS resource fork"
    return ""
