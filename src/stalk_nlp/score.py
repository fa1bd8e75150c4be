"""The wiring: exports -> events -> people -> marks -> patterns -> findings -> case folder."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stalk_nlp._version import __version__
from stalk_nlp.case import Case, MessageWriter, staged, write_jsonl, write_manifest
from stalk_nlp.errors import CaseError
from stalk_nlp.event_table import EventTable, IntakeOptions, read_inputs, sha256_file
from stalk_nlp.events import Reject, format_time
from stalk_nlp.findings import Finding, find, rank
from stalk_nlp.labels import LETTERS
from stalk_nlp.marking import mark
from stalk_nlp.messages import message_chunks
from stalk_nlp.pair_view import pair_views
from stalk_nlp.patterns import patterns
from stalk_nlp.people import Party
from stalk_nlp.reports import write_report
from stalk_nlp.text_model import TextModel, describe
from stalk_nlp.threads import threads

__all__ = ["Summary", "inspect", "load_model", "score", "verify"]

Progress = Callable[[str, int, int | None], None]

#: Rows of the ranked table that `score` prints.
TOP_PAIRS = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """What `score` did. `top`: rank, from, to, contacts, after boundary, FOUR, patterns."""

    case: str
    report: str
    sources: int
    events: int
    duplicates: int
    unparsed: int
    pairs_screened: int
    notes: tuple[str, ...]
    top: tuple[tuple[object, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def load_model(name: str | None = None) -> TextModel:
    """The packaged model, or the one in the folder `name`. Raises ModelError."""
    return TextModel.load(name)


def score(
    inputs: Sequence[Path], out: Path, options: IntakeOptions | None = None, *,
    model: str | None = None, progress: Progress | None = None,
) -> Summary:  # fmt: skip
    """Scores every export in `inputs` and writes the case folder `out`, whole or not at all."""
    options = options or IntakeOptions()
    text_model = load_model(model)
    with staged(out) as stage, tempfile.TemporaryDirectory(dir=stage) as work:
        table = read_inputs(inputs, options, Path(work), progress)
        pairs = _write_outputs(stage, table, text_model, progress)
        manifest = _manifest(inputs, out, options, table, text_model, model, pairs)
        write_report(Case(stage, manifest), "html", stage)
        write_manifest(stage, manifest)
        del table
    return _summary(out, manifest, pairs)


def inspect(
    inputs: Sequence[Path], options: IntakeOptions | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Reads only: what is in the inputs, for the `inspect` command."""
    with tempfile.TemporaryDirectory() as work:
        table = read_inputs(inputs, options or IntakeOptions(), Path(work), progress)
        times = table.index["time_us"]
        bases = sorted(table.index["tz_basis"].unique().to_list())
        basis = "unknown" if "unknown" in bases else "export"
        kinds = table.index.group_by("kind").len().sort("kind")
        owner = table.people.owner
        return {
            "sources": [asdict(s) for s in table.sources],
            "skipped": [asdict(s) for s in table.found.skipped],
            "kinds": dict(kinds.iter_rows()),
            "parties": list(table.people.names),
            "owner": None if owner is None else table.people.names[owner],
            "links": [asdict(link) for link in table.people.links],
            "first": format_time(times.min(), basis),  # type: ignore[arg-type]
            "last": format_time(times.max(), basis),  # type: ignore[arg-type]
            "tz_basis": bases,
            "duplicates": table.duplicates,
            "warnings": _notes(table),
            "unparsed": [_reject_row(r) for r in table.rejects],
        }


def verify(folder: Path, progress: Progress | None = None) -> list[str]:
    """Differences between a case folder, its inputs and a new scoring; empty when identical."""
    case = Case.load(folder)
    manifest = case.manifest
    differences = [f"Output {n} differs from the manifest." for n in case.changed_files()]
    inputs = [_locate(folder, entry) for entry in manifest["inputs"]]
    for path, entry in zip(inputs, manifest["inputs"], strict=True):
        if path is None:
            differences.append(f"Input {entry['path']} is not where it was.")
    for entry in manifest["files"]:
        found = _locate(folder, entry)
        if found is None or sha256_file(found) != entry["sha256"]:
            differences.append(f"Input file {entry['name']} is missing or differs.")
    if differences:
        return differences
    return _score_again(folder, manifest, [p for p in inputs if p], progress)


def _score_again(
    folder: Path, manifest: dict[str, Any], inputs: list[Path], progress: Progress | None
) -> list[str]:
    with tempfile.TemporaryDirectory() as work:
        again = Path(work) / "again"
        score(
            inputs, again, _options_from(manifest["settings"]),
            model=manifest["settings"]["model"], progress=progress,
        )  # fmt: skip
        new = {o["name"]: o["sha256"] for o in Case.load(again).manifest["outputs"]}
    compared = [o for o in manifest["outputs"] if o["name"] != "report.html"]
    return [
        f"Scoring {folder} again gives another {o['name']}."
        for o in compared
        if new.get(o["name"]) != o["sha256"]
    ]


def _write_outputs(
    stage: Path, table: EventTable, model: TextModel, progress: Progress | None
) -> list[Finding]:
    ids = table.event_ids()
    found = list(threads(table))
    marked = mark(table, found, model, progress)
    pairs = rank([find(v) for v in pair_views(table, marked, found, ids)])
    context = {row: c for finding in pairs for row, c in finding.context.items()}
    writer = MessageWriter(stage)
    done = 0
    for chunk in message_chunks(table, marked, context, ids):
        writer.write(chunk)
        done += len(chunk)
        if progress:
            progress("Writing", done, len(table))
    writer.close()
    write_jsonl(stage / "pairs.jsonl", (f.record for f in pairs))
    write_jsonl(stage / "unparsed.jsonl", (_reject_row(r) for r in table.rejects))
    return pairs


def _manifest(
    inputs: Sequence[Path], out: Path, options: IntakeOptions, table: EventTable,
    model: TextModel, model_name: str | None, pairs: list[Finding],
) -> dict[str, Any]:  # fmt: skip
    return {
        "program": {"name": "stalk-nlp", "version": __version__},
        "settings": _settings(options, model_name),
        "inputs": [_place(p, out) for p in inputs],
        "files": [
            {"name": f.name, "sha256": sha256_file(f.path), "bytes": f.path.stat().st_size}
            | _place(f.path, out)
            for f in table.found.files
        ],
        "sources": [asdict(s) for s in table.sources],
        "skipped": [asdict(s) for s in table.found.skipped],
        "owner": None if table.people.owner is None else table.people.names[table.people.owner],
        "people": [
            {"name": name, "links": [asdict(k) for k in table.people.links if k.person == name]}
            for name in table.people.names
        ],
        "counts": {
            "events": len(table),
            "messages": int(table.index["kind"].is_in(["msg", "email"]).sum()),
            "duplicates": table.duplicates,
            "out_of_scope": table.out_of_scope,
            "unparsed": len(table.rejects),
            "pairs_screened": len(pairs),
        },
        "tz_basis": sorted(table.index["tz_basis"].unique().to_list()),
        "notes": _notes(table),
        "model": describe(model),
        "rules": {p.CODE: asdict(p.LIMITS) for p in patterns()},
        "jurisdiction": "EW",
    }


def _place(path: Path, out: Path) -> dict[str, str]:
    """Where an input is: as the user wrote it, and seen from beside the case folder."""
    beside = os.path.relpath(path.resolve(), out.resolve().parent)
    return {"path": path.as_posix(), "beside_case": Path(beside).as_posix()}


def _locate(folder: Path, entry: dict[str, str]) -> Path | None:
    for candidate in (folder.resolve().parent / entry["beside_case"], Path(entry["path"])):
        if candidate.exists():
            return candidate
    return None


def _settings(options: IntakeOptions, model: str | None) -> dict[str, Any]:
    values = asdict(options)
    for name in ("since", "until"):
        values[name] = values[name].isoformat() if values[name] else None
    values["parties"] = [{"name": p.name, "accounts": list(p.accounts)} for p in options.parties]
    return values | {"model": model, "profile": "thorough"}


def _options_from(settings: dict[str, Any]) -> IntakeOptions:
    plain = {k: settings.get(k) for k in ("owner", "tz", "date_order", "only")}
    try:
        return IntakeOptions(
            **plain,
            parties=tuple(Party(p["name"], tuple(p["accounts"])) for p in settings["parties"]),
            since=_stored_moment(settings["since"]),
            until=_stored_moment(settings["until"]),
            format=settings["format"],
            columns=settings["columns"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CaseError("The manifest's settings are of another version; score again.") from error


def _stored_moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _notes(table: EventTable) -> list[str]:
    """Warnings of the readers; one that many sources share is said once."""
    by_text: dict[str, list[str]] = {}
    for note in table.notes:
        by_text.setdefault(note.text, []).append(note.source)
    return [_note(text, list(dict.fromkeys(sources))) for text, sources in by_text.items()]


def _note(text: str, sources: list[str]) -> str:
    if len(sources) > 1:
        return f"{len(sources)} sources: {text}"
    return f"{sources[0]}: {text}" if sources[0] else text


def _reject_row(reject: Reject) -> dict[str, Any]:
    return {"source": reject.source, "row": reject.row, "reason": reject.reason}


def _summary(out: Path, manifest: dict[str, Any], pairs: list[Finding]) -> Summary:
    counts = manifest["counts"]
    return Summary(
        case=str(out),
        report=str(out / "report.html"),
        sources=len(manifest["sources"]),
        events=counts["events"],
        duplicates=counts["duplicates"],
        unparsed=counts["unparsed"],
        pairs_screened=counts["pairs_screened"],
        notes=tuple(manifest["notes"]),
        top=tuple(_top_row(f.record) for f in pairs[:TOP_PAIRS]),
    )


def _top_row(record: dict[str, Any]) -> tuple[object, ...]:
    four = "".join(n[0].upper() if record["four"][n]["level"] else "·" for n in LETTERS)
    flagged = [p["code"] for p in record["patterns"] if p["status"] == "flagged"]
    return (
        record["rank"], record["from"], record["to"], record["counts"]["events"],
        len(record["contacts_after_boundary"]), four, ", ".join(flagged) or "-",
    )  # fmt: skip
