"""The context part of Unwanted and Repeated (codebook 1.6 and 1.7): rules, not words.

Each level set here carries the sentence that says why and the event it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stalk_nlp.pair_view import PairView
from stalk_nlp.patterns import Hit
from stalk_nlp.patterns._common import DAY, silent_intervals

__all__ = ["CONTEXT_STANCES", "Context", "contexts"]

#: Silence that makes unwanted `possible` (codebook 1.6): turns, and time since the first.
SILENT_TURNS, SILENT_US = 5, 7 * DAY
#: Stances on which the context rules may set a level (codebook 1.2, contract section 3).
CONTEXT_STANCES = ("ACTS", "NEUTRAL", "JOKES_FICTION")

_Raised = dict[int, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Context:
    """What the context rules say about one contact: levels 0, 1 or 2, and the reasons."""

    unwanted: int = 0
    repeated: int = 0
    why: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def contexts(view: PairView) -> dict[int, Context]:
    """Event table row -> context, for the contacts of a that a rule marks."""
    return _Rules(view).apply()


class _Rules:
    def __init__(self, view: PairView) -> None:
        self.view = view
        self.pair, self.line = view.pair, view.line

    def apply(self) -> dict[int, Context]:
        unwanted: dict[int, tuple[int, str]] = {}
        repeated: dict[int, tuple[int, str]] = {}
        for each in self.view.by_code["P4"].value.get("each", ()):
            self._after_boundary(each, unwanted, repeated)
        self._after_soft_refusals(unwanted)
        self._in_silence(unwanted)
        for code in ("P3", "P7"):
            self._in_interval(self.view.by_code[code], repeated)
        against = self._against()
        return {
            row: Context(
                unwanted.get(row, (0, ""))[0],
                repeated.get(row, (0, ""))[0],
                tuple(found[row][1] for found in (unwanted, repeated) if row in found),
                against,
            )
            for row in sorted((unwanted.keys() | repeated.keys()) & self._eligible())
        }

    def _eligible(self) -> set[int]:
        """Contacts without words, or whose stance the context may mark; none of a machine."""
        if self.view.only_automated:
            return set()
        fits = np.isin(self.view.stances().astype(str), ("", *CONTEXT_STANCES))
        return set(self.view.rows[fits].tolist())

    def _after_boundary(
        self, each: dict[str, Any], unwanted: dict[int, tuple[int, str]],
        repeated: dict[int, tuple[int, str]],
    ) -> None:  # fmt: skip
        when = self.view.time_of(each["row"])
        event = self.view.id_of(each["row"])
        known = set(each["known_rows"])
        first_session: int | None = None
        by_row = dict(zip(self.view.rows.tolist(), self.view.session.tolist(), strict=True))
        for row in each["rows"]:
            shown = row in known
            how = "" if shown else ", which the export does not show to be known to the sender"
            why = f"said after {self.pair.b}'s stop message of {when}{how} (event {event})"
            _raise(unwanted, row, 2 if shown else 1, why)
            if not shown:
                continue
            first_session = by_row[row] if first_session is None else first_session
            if by_row[row] != first_session:
                again = f"a further occasion of contact after the stop message of {when}"
                _raise(repeated, row, 2, f"{again} (event {event})")

    def _after_soft_refusals(self, unwanted: dict[int, tuple[int, str]]) -> None:
        """Contact until b next writes of their own accord, after one B2: possible [D]."""
        replies = self.line.time_us[self.line.voluntary & ~self.line.by_a]
        for soft in self.view.marked.soft_refusals.get((self.view.b, self.view.a), ()):
            later = replies[replies > soft.time_us]
            until = int(later[0]) if len(later) else int(self.line.time_us[-1]) + 1
            time = self.line.time_us[self.line.by_a]
            why = f"said after {self.pair.b}'s refusal of {self.view.time_of(soft.row)}"
            for row in self.view.rows[(time > soft.time_us) & (time < until)].tolist():
                _raise(unwanted, row, 1, f"{why} (event {self.view.id_of(soft.row)})")

    def _in_silence(self, unwanted: dict[int, tuple[int, str]]) -> None:
        found = silent_intervals(self.line)
        for start, end in zip(found.start.tolist(), found.end.tolist(), strict=True):
            stretch = np.arange(start, end + 1)
            own = stretch[self.line.by_a[stretch]]
            turns = self.line.turn[own] - self.line.turn[start]
            since = self.line.time_us[own] - self.line.time_us[start]
            rank_in = np.unique(turns, return_inverse=True)[1]
            late = own[(rank_in >= SILENT_TURNS) & (since >= SILENT_US)]
            since_when = self.view.time_of(int(self.line.rows[start]))
            why = (
                f"no answer by {self.pair.b} since {since_when}: "
                f"at least {SILENT_TURNS} earlier turns over at least 7 days"
            )
            for row in self.line.rows[late].tolist():
                _raise(unwanted, row, 1, why)

    def _in_interval(self, hit: Hit, repeated: dict[int, tuple[int, str]]) -> None:
        if hit.status not in ("flagged", "guarded"):
            return
        level = 2 if hit.status == "flagged" else 1
        name = hit.name.replace("_", " ")
        why = f"part of a series marked by {hit.code} ({name}), {hit.status}"
        for row in hit.rows:
            _raise(repeated, row, level, why)

    def _against(self) -> tuple[str, ...]:
        mine = self.line.voluntary & ~self.line.by_a
        if not mine.any():
            return ()
        return (f"{self.pair.b} wrote or rang of their own accord {int(mine.sum())} times in all",)


def _raise(levels: dict[int, tuple[int, str]], row: int, level: int, why: str) -> None:
    if level > levels.get(row, (0, ""))[0]:
        levels[row] = (level, why)
