"""Case folder -> further outputs. One file a format, found by walking this folder.

A report format is a module here whose name does not start with an underscore, with

    SUFFIX: str                 ".html"
    write(case, stream)         writes the whole report to a text stream
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from pathlib import Path
from typing import Protocol, TextIO, cast

from stalk_nlp.case import Case
from stalk_nlp.errors import NotInThisVersionError

__all__ = ["Report", "reports", "write_report"]


class Report(Protocol):
    """What a report module offers."""

    SUFFIX: str

    def write(self, case: Case, stream: TextIO) -> None: ...


@functools.cache
def reports() -> dict[str, Report]:
    """Every report format by the name of its module."""
    names = [i.name for i in pkgutil.iter_modules(__path__) if not i.name.startswith("_")]
    return {n: cast("Report", importlib.import_module(f"{__name__}.{n}")) for n in names}


def write_report(case: Case, name: str, folder: Path) -> Path:
    """Writes one report into `folder` and returns its path."""
    if name not in reports():
        known = ", ".join(sorted(reports()))
        raise NotInThisVersionError(f"Report format {name!r} is not in this version; use {known}.")
    report = reports()[name]
    path = folder / f"report{report.SUFFIX}"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        report.write(case, stream)
    return path
