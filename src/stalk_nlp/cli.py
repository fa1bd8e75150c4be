"""The command line (contract section 1). Errors are one sentence on stderr.

Exit codes: 0 done; 1 done, but part of the input could not be read; 2 wrong use or
unreadable input, nothing written; 3 verify found a difference.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import click
import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from stalk_nlp.errors import NotInThisVersionError, StalkNLPError, UsageError

__all__ = ["app", "main"]

app = typer.Typer(
    name="stalk-nlp",
    help="Marks signs of stalking in message exports and points a human reader to the evidence.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

DONE, PARTLY_READ, WRONG_USE, DIFFERENT = 0, 1, 2, 3

_err = Console(stderr=True, highlight=False)

Inputs = Annotated[list[Path], typer.Argument(help="Files, folders or zips.", show_default=False)]
Owner = Annotated[str | None, typer.Option(help="Whose device or account it is.")]
Zone = Annotated[str | None, typer.Option(help="Zone of local times, e.g. Europe/London.")]
DateOrder = Annotated[str | None, typer.Option(help="dmy, mdy or ymd.")]
Parties = Annotated[
    list[str] | None, typer.Option("--party", help='"Name=account,account": one person.')
]
FormatName = Annotated[str, typer.Option("--format", help="auto, or a name from `formats`.")]
Columns = Annotated[str | None, typer.Option(help='For tables: "time=When,from=Who,text=Message".')]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


@app.command()
def score(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Case folder to write.")],
    owner: Owner = None,
    tz: Zone = None,
    date_order: DateOrder = None,
    party: Parties = None,
    order: Annotated[list[Path] | None, typer.Option(help="Orders in force (TOML).")] = None,
    since: Annotated[str | None, typer.Option(help="Only events from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only events before this time.")] = None,
    only: Annotated[str | None, typer.Option(help="Only events of this person.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Model folder; the packaged one if absent.")
    ] = None,
    profile: Annotated[str, typer.Option(help="fast or thorough.")] = "thorough",
    format: FormatName = "auto",
    columns: Columns = None,
    engine: Annotated[str, typer.Option(help="local or ray.")] = "local",
    quiet: Annotated[bool, typer.Option(help="No progress, no summary.")] = False,
    json: AsJson = False,
) -> int:
    """Scores every message and every pair and writes a case folder."""
    if order:
        raise NotInThisVersionError("--order is not in this version.")
    if engine != "local":
        raise NotInThisVersionError(f"--engine {engine} is not in this version; use local.")
    if profile != "thorough":
        raise NotInThisVersionError(f"--profile {profile} is not in this version; use thorough.")
    from stalk_nlp import score as scoring

    options = _intake_options(
        owner, tz, date_order, party, format, columns, _moment(since), _moment(until), only
    )
    with _Bars(quiet or json) as progress:
        summary = scoring.score(inputs, out, options, model=model, progress=progress)
    if json:
        _print_json(summary.as_dict())
    elif not quiet:
        _print_summary(summary)
    return PARTLY_READ if summary.unparsed else DONE


@app.command()
def inspect(
    inputs: Inputs,
    owner: Owner = None,
    tz: Zone = None,
    date_order: DateOrder = None,
    party: Parties = None,
    format: FormatName = "auto",
    columns: Columns = None,
    json: AsJson = False,
) -> int:
    """Reads only: formats, counts, parties, owner, span, zone basis, warnings."""
    from stalk_nlp import score as scoring

    options = _intake_options(owner, tz, date_order, party, format, columns)
    with _Bars(quiet=json) as progress:
        found = scoring.inspect(inputs, options, progress=progress)
    if json:
        _print_json(found)
    else:
        _print_inspection(found)
    return PARTLY_READ if found["unparsed"] else DONE


@app.command()
def text(
    words: Annotated[str, typer.Argument(help="A text, or - to read one a line from stdin.")],
    model: Annotated[str | None, typer.Option(help="Model folder.")] = None,
) -> int:
    """Scores single texts without context; one JSON object a line."""
    import stalk_nlp

    scorer = stalk_nlp.load(model)
    lines = [line.rstrip("\n") for line in sys.stdin] if words == "-" else [words]
    for result in scorer.score_texts(lines):
        _print_json(result)
    return DONE


@app.command()
def report(
    case: Annotated[Path, typer.Argument(help="Case folder.")],
    format: Annotated[str, typer.Option("--format", help="html")] = "html",
) -> int:
    """Writes further outputs from a case folder without scoring again."""
    from stalk_nlp import reports
    from stalk_nlp.case import Case

    loaded = Case.load(case)
    for name in format.split(","):
        path = reports.write_report(loaded, name.strip(), case)
        _err.print(f"Wrote {path}")
    return DONE


@app.command()
def verify(case: Annotated[Path, typer.Argument(help="Case folder.")]) -> int:
    """Re-hashes inputs and outputs and re-scores; 0 only when everything is identical."""
    from stalk_nlp import score as scoring

    with _Bars(quiet=False) as progress:
        differences = scoring.verify(case, progress=progress)
    for line in differences:
        _err.print(line, markup=False, soft_wrap=True)
    if not differences:
        _err.print("Inputs, outputs and a new scoring are identical to the manifest.")
    return DIFFERENT if differences else DONE


@app.command()
def formats(json: AsJson = False) -> int:
    """The export formats it reads, with what each may need."""
    from stalk_nlp.exports import formats as all_formats

    rows = [{"name": f.NAME, "title": f.TITLE, "needs": f.NEEDS} for f in all_formats().values()]
    if json:
        for row in rows:
            _print_json(row)
        return DONE
    table = Table("format", "what it reads", "may need", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)
    return DONE


@app.command()
def model(
    model: Annotated[str | None, typer.Option(help="Model folder.")] = None, json: AsJson = False
) -> int:
    """The model in use: name, version, hash, labels, thresholds, tested error rates."""
    import stalk_nlp

    found = stalk_nlp.load(model).describe()
    if json:
        _print_json(found)
    else:
        Console().print_json(orjson.dumps(found).decode())
    return DONE


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def review(ctx: typer.Context) -> int:  # noqa: ARG001 - takes and refuses any arguments
    """The review page (not in this version)."""
    raise NotInThisVersionError("review is not in this version; open report.html instead.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(ctx: typer.Context) -> int:  # noqa: ARG001 - takes and refuses any arguments
    """The REST API (not in this version)."""
    raise NotInThisVersionError("serve is not in this version; use `stalk-nlp score`.")


def main(args: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code. `--debug` anywhere adds tracebacks."""
    words = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in words
    words = [w for w in words if w != "--debug"]
    try:
        code = app(words, standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except (StalkNLPError, click.ClickException) as error:
        if debug and isinstance(error, StalkNLPError):
            _err.print_exception(show_locals=False)
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        _err.print(text, markup=False, soft_wrap=True)
        return WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        _err.print("Stopped; nothing was written.")
        return 130
    except BrokenPipeError:
        return DONE


def _intake_options(
    owner: str | None, tz: str | None, date_order: str | None, party: list[str] | None,
    format: str, columns: str | None, since: dt.datetime | None = None,
    until: dt.datetime | None = None, only: str | None = None,
) -> Any:  # fmt: skip
    from stalk_nlp.event_table import IntakeOptions
    from stalk_nlp.people import parse_party

    return IntakeOptions(
        owner=owner, tz=tz, date_order=date_order, since=since, until=until, only=only,
        parties=tuple(parse_party(p) for p in party or ()), format=format,
        columns=_parse_columns(columns),
    )  # fmt: skip


def _parse_columns(text: str | None) -> dict[str, str]:
    pairs = [p.partition("=") for p in (text or "").split(",") if p.strip()]
    if any(not equals or not header.strip() for _, equals, header in pairs):
        raise UsageError('--columns must look like "time=When,from=Who,text=Message".')
    return {field.strip(): header.strip() for field, _, header in pairs}


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a time; write it like 2025-03-02T21:14.") from error


class _Bars:
    """Counts and rate on stderr while a stage runs; silent with `quiet`."""

    def __init__(self, quiet: bool) -> None:
        self.bars = Progress(
            TextColumn("{task.description:<20}"), BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"), TimeElapsedColumn(),
            console=_err, disable=quiet or not _err.is_terminal, transient=True,
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


def _print_json(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")


def _print_summary(summary: Any) -> None:
    console = Console(highlight=False)
    console.print(
        f"{summary.events:,} events in {summary.sources} sources, "
        f"{summary.pairs_screened:,} ordered pairs screened, "
        f"{summary.duplicates:,} duplicates left out, {summary.unparsed:,} rows not read."
    )
    table = Table(box=None, pad_edge=False)
    for head in ("rank", "from", "to", "contacts", "after boundary", "FOUR marked", "patterns"):
        table.add_column(head)
    for row in summary.top:
        table.add_row(*(str(v) for v in row))
    console.print(table)
    for note in summary.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    console.print(f"Report: {summary.report}", markup=False, soft_wrap=True)


def _print_inspection(found: dict[str, Any]) -> None:
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
