"""Terms that the patterns share (codebook 3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Hit"]


@dataclass(frozen=True, slots=True)
class Hit:
    """Result of one pattern for one ordered pair.

    status: flagged | guarded | below | not_computable. computable: yes | partial | no.
    rows: event table rows that the value rests on. guards: names of guards that applied.
    parameters: the limits used. reason: one plain sentence when not (fully) computable.
    """

    code: str
    name: str
    status: str
    value: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    guards: tuple[str, ...] = ()
    computable: str = "yes"
    reason: str = ""
