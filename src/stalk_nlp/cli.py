"""The command line (contract section 1). Errors are one sentence on stderr.

Exit codes: 0 done; 1 done, but part of the input could not be read; 2 wrong use or
unreadable input, nothing written; 3 verify found a difference.
"""

from __future__ import annotations

import datetime as dt
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from stalk_nlp import printing
from stalk_nlp._version import __version__
from stalk_nlp.errors import NotInThisVersionError, StalkNLPError, UsageError

__all__ = ["main"]

DONE, PARTLY_READ, WRONG_USE, DIFFERENT, STOPPED = 0, 1, 2, 3, 130

Options = dict[str, Any]
Command = Callable[..., int]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stalk-nlp")
def app() -> None:
    """Marks signs of stalking in message exports and points a human reader to the evidence.

    Every command takes --debug, which adds the traceback to an error.
    """


def _intake(command: Command) -> Command:
    """The arguments that say what to read, and how."""
    for option in reversed(
        [
            click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path)),
            click.option("--owner", metavar="NAME_OR_ID", help="Whose device or account it is."),
            click.option("--tz", metavar="ZONE", help="Zone of local times: Europe/London."),
            click.option("--date-order", metavar="dmy|mdy|ymd", help="Where it is ambiguous."),
            click.option(
                "--party", "parties", multiple=True, metavar='"NAME=ACCOUNT,ACCOUNT"',
                help="Accounts that are one person; may be given again.",
            ),
            click.option("--format", "format_name", default="auto", metavar="auto|NAME"),
            click.option("--columns", metavar='"time=When,from=Who"', help="For tables."),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


def _json(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="JSON for programs.")(command)


def _model(command: Command) -> Command:
    return click.option(
        "--model", "model_name", metavar="DIR", help="Model folder; the packaged one if absent."
    )(command)


@app.command()
@_intake
@click.option("--out", required=True, metavar="CASE", type=click.Path(path_type=Path))
@click.option("--order", "orders", multiple=True, metavar="FILE", help="Orders in force.")
@click.option("--since", metavar="TIME", help="Only events from this time on.")
@click.option("--until", metavar="TIME", help="Only events before this time.")
@click.option("--only", metavar="PARTY", help="Only events of this person.")
@_model
@click.option("--profile", default="thorough", metavar="fast|thorough")
@click.option("--engine", default="local", metavar="local|ray")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
@_json
def score(
    inputs: tuple[Path, ...], out: Path, since: str | None, until: str | None, only: str | None,
    model_name: str | None, quiet: bool, as_json: bool, orders: tuple[str, ...], profile: str,
    engine: str, **intake: Any,
) -> int:  # fmt: skip
    """Score every message and every pair and write a case folder."""
    _refuse("--order", bool(orders))
    _refuse(f"--engine {engine}", engine != "local")
    _refuse(f"--profile {profile}", profile != "thorough")
    _refuse(f"--model {model_name}", (model_name or "").startswith("models:/"))
    from stalk_nlp import score as scoring

    options = _options(intake, since=_moment(since), until=_moment(until), only=only)
    with printing.Bars(quiet or as_json) as progress:
        summary = scoring.score(inputs, out, options, model=model_name, progress=progress)
    if as_json:
        printing.print_json(summary.as_dict())
    elif not quiet:
        printing.print_summary(summary)
    return PARTLY_READ if summary.unparsed else DONE


@app.command()
@_intake
@_json
def inspect(inputs: tuple[Path, ...], as_json: bool, **intake: Any) -> int:
    """Read only: formats, counts, parties, owner, span, zone basis, warnings."""
    from stalk_nlp import score as scoring

    with printing.Bars(as_json) as progress:
        found = scoring.inspect(inputs, _options(intake), progress=progress)
    if as_json:
        printing.print_json(found)
    else:
        printing.print_inspection(found)
    return PARTLY_READ if found["unparsed"] else DONE


@app.command()
@click.argument("words", metavar="TEXT|-")
@_model
def text(words: str, model_name: str | None) -> int:
    """Score single texts without context; - reads one a line from stdin."""
    import stalk_nlp

    scorer = stalk_nlp.load(model_name)
    lines = [line.rstrip("\n") for line in sys.stdin] if words == "-" else [words]
    for result in scorer.score_texts(lines):
        printing.print_json(result)
    return DONE


@app.command()
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--format", "formats_named", default="html", metavar="html,…")
def report(case: Path, formats_named: str) -> int:
    """Write further outputs from a case folder without scoring again."""
    from stalk_nlp import reports
    from stalk_nlp.case import Case

    loaded = Case.load(case)
    for name in formats_named.split(","):
        printing.ERR.print(
            f"Wrote {reports.write_report(loaded, name.strip(), case)}", markup=False
        )
    return DONE


@app.command()
@click.argument("case", type=click.Path(path_type=Path))
def verify(case: Path) -> int:
    """Hash inputs and outputs and score again; exit 0 only when everything is identical."""
    from stalk_nlp import score as scoring

    with printing.Bars(quiet=False) as progress:
        differences = scoring.verify(case, progress=progress)
    for line in differences:
        printing.ERR.print(line, markup=False)
    if not differences:
        printing.ERR.print("Inputs, outputs and a new scoring are identical to the manifest.")
    return DIFFERENT if differences else DONE


@app.command()
@_json
def formats(as_json: bool) -> int:
    """List the export formats it reads, with what each may need."""
    from stalk_nlp.exports import formats as all_formats

    table = Table("format", "what it reads", "may need", box=None, pad_edge=False)
    for found in all_formats().values():
        if as_json:
            printing.print_json({"name": found.NAME, "title": found.TITLE, "needs": found.NEEDS})
        table.add_row(found.NAME, found.TITLE, found.NEEDS)
    if not as_json:
        Console().print(table)
    return DONE


@app.command()
@_model
@_json
def model(model_name: str | None, as_json: bool) -> int:
    """Show the model in use: name, version, hash, labels, thresholds, tested error rates."""
    import stalk_nlp

    found = stalk_nlp.load(model_name).describe()
    if as_json:
        printing.print_json(found)
    else:
        Console().print_json(orjson.dumps(found).decode())
    return DONE


_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_ANYTHING)
def review() -> int:
    """Open the review page for a case (not in this version)."""
    raise NotInThisVersionError("review is not in this version; open report.html instead.")


@app.command(context_settings=_ANYTHING)
def serve() -> int:
    """Run the REST API (not in this version)."""
    raise NotInThisVersionError("serve is not in this version; use `stalk-nlp score`.")


def _refuse(what: str, used: bool) -> None:
    if used:
        raise NotInThisVersionError(f"{what} is not in this version.")


def main(args: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code. `--debug` anywhere adds tracebacks."""
    words = list(sys.argv[1:] if args is None else args)
    # Reading makes millions of short-lived records without cycles; looking for cycles
    # among them every few hundred costs a third of the time.
    gc.set_threshold(200_000, 20, 20)
    debug = "--debug" in words
    words = [w for w in words if w != "--debug"]
    try:
        code = app.main(words, prog_name="stalk-nlp", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except StalkNLPError as error:
        if debug:
            printing.ERR.print_exception(show_locals=False)
        printing.ERR.print(str(error), markup=False)
        return WRONG_USE
    except click.ClickException as error:
        printing.ERR.print(error.format_message(), markup=False)
        return WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        printing.ERR.print("Stopped; nothing was written.")
        return STOPPED
    except BrokenPipeError:
        return DONE


def _options(intake: Options, **scope: Any) -> Any:
    from stalk_nlp.event_table import IntakeOptions
    from stalk_nlp.people import parse_party

    return IntakeOptions(
        owner=intake["owner"],
        tz=intake["tz"],
        date_order=intake["date_order"],
        parties=tuple(parse_party(p) for p in intake["parties"]),
        format=intake["format_name"],
        columns=_parse_columns(intake["columns"]),
        **scope,
    )


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
