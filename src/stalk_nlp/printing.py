"""What the command line shows: progress, the ranked summary, an inspection, JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

__all__ = ["ERR", "Bars", "print_inspection", "print_json", "print_summary"]

ERR = Console(stderr=True, highlight=False, soft_wrap=True)


class Bars:
    """Counts and rate on stderr while a stage runs; silent with `quiet`."""

    def __init__(self, quiet: bool) -> None:
        self.bars = Progress(
            TextColumn("{task.description:<20}"), BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"), TimeElapsedColumn(),
            console=ERR, disable=quiet or not ERR.is_terminal, transient=True,
        )  # fmt: skip
        self.tasks: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int | None], None]:
        self.bars.start()
        return self.update

    def __exit__(self, *_: object) -> None:
        self.bars.stop()

    def update(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self.tasks:
            self.tasks[stage] = self.bars.add_task(stage, total=total, count="")
        task = self.bars.tasks[self.bars.task_ids.index(self.tasks[stage])]
        rate = done / task.elapsed if task.elapsed else 0.0
        of = f" of {total:,}" if total else ""
        self.bars.update(
            self.tasks[stage], completed=done, total=total, count=f"{done:,}{of}  {rate:,.0f}/s"
        )


def print_json(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")


def print_summary(summary: Any) -> None:
    console = Console(highlight=False)
    console.print(
        f"{summary.events:,} events in {summary.sources} sources, "
        f"{summary.pairs_screened:,} ordered pairs screened, "
        f"{summary.duplicates:,} duplicates left out, {summary.unparsed:,} rows not read."
    )
    table = Table(box=None, pad_edge=False)
    for head in ("rank", "from", "to", "contacts", "after stop", "FOUR", "flagged"):
        numeric = head in ("rank", "contacts", "after stop")
        table.add_column(head, justify="right" if numeric else "left", no_wrap=head != "to")
    for row in summary.top:
        table.add_row(*(str(v) for v in row))
    console.print(table)
    for note in summary.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    console.print(f"Report: {summary.report}", markup=False, soft_wrap=True)


def print_inspection(found: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table("source", "format", "events", "system", "unparsed", box=None, pad_edge=False)
    for s in found["sources"]:
        table.add_row(
            s["name"], s["format"], *(f"{s[k]:,}" for k in ("events", "system", "unparsed"))
        )
    console.print(table)
    console.print(f"Parties: {', '.join(found['parties']) or 'none'}", markup=False, soft_wrap=True)
    console.print(f"Owner: {found['owner'] or 'unknown'}", markup=False, soft_wrap=True)
    console.print(f"Span: {found['first'] or '-'} to {found['last'] or '-'}")
    console.print(f"Zone basis: {', '.join(found['tz_basis']) or '-'}")
    console.print(f"Duplicates: {found['duplicates']:,}")
    for note in found["warnings"]:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    for reject in found["unparsed"][:20]:
        row = "" if reject["row"] is None else f", row {reject['row']}"
        console.print(
            f"Not read: {reject['source']}{row}: {reject['reason']}", markup=False, soft_wrap=True
        )
