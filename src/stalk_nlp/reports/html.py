"""The report for people: one HTML file that opens offline and asks nothing of the network.

Everything is in the file: the style sheet, and timelines as inline SVG. There is no script.
A Content-Security-Policy allows that one style sheet, by its hash, and nothing else. Text
from exports goes through Jinja's escaping. The bytes depend on the case alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any, Protocol, TextIO

import jinja2

from stalk_nlp import labels
from stalk_nlp.reports import _wording as words
from stalk_nlp.reports._gather import MAX_MESSAGES, MAX_PAIRS, gather

__all__ = ["SUFFIX", "CaseView", "write"]

SUFFIX = ".html"
#: Rows of long lists; the rest is in the case folder's own files.
MAX_ROWS = 500


class CaseView(Protocol):
    """The parts of a case that the report reads."""

    @property
    def manifest(self) -> dict[str, Any]: ...
    @property
    def pairs(self) -> list[dict[str, Any]]: ...
    @property
    def messages(self) -> Iterable[dict[str, Any]]: ...
    @property
    def unparsed(self) -> list[dict[str, Any]]: ...


def write(case: CaseView, stream: TextIO) -> None:
    """Writes the report. Messages are read once, in order, and not kept."""
    env = _environment()
    loader = env.loader
    assert loader is not None
    css = loader.get_source(env, "report.css")[0].strip()
    pairs = case.pairs
    views, safeguarding, listed = gather(pairs, case.messages)
    shown = {view.record["rank"] for view in views}
    template = env.get_template("report.html.j2")
    parts = template.generate(
        css=css,
        policy=_policy(css),
        manifest=case.manifest,
        pairs=pairs,
        views=views,
        shown=shown,
        safeguarding=safeguarding,
        safeguarding_listed=listed,
        places=_places(views),
        unparsed=case.unparsed,
        letters=labels.LETTERS,
        w=words,
        max_rows=MAX_ROWS,
        max_pairs=MAX_PAIRS,
        max_messages=MAX_MESSAGES,
    )
    stream.writelines(parts)


def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("stalk_nlp.reports", "templates"),
        autoescape=True,
        finalize=_printable,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "when": words.when,
        "day": lambda time: words.when(time).partition(",")[0],
        "duration": words.duration,
        "short": _short,
        "findings": words.findings_of,
        "level": lambda four: {k: v for k, v in (four or {}).items() if v.get("level")},
    }
    env.globals["n"] = words.count
    env.globals["highlight"] = words.highlight
    env.globals["linked"] = words.linked
    return env


def _printable(value: Any) -> Any:
    """Every text that a template prints; what is markup already was cleaned when made."""
    return (
        words.clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
    )


def _policy(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _short(event: str) -> str:
    """First ten hex digits of an event id: enough to find it in messages.jsonl."""
    return event.removeprefix("sha256:")[:10]


def _places(views: Iterable[Any]) -> dict[str, str]:
    """Where each event is shown first: event id -> anchor."""
    found: dict[str, str] = {}
    for view in views:
        for entry in view.entries:
            event = entry.message["event_id"]
            found.setdefault(event, f"{view.key}-{_short(event)}")
    return found
