"""Accounts -> people -> ordered pairs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stalk_nlp.events import Boundary

__all__ = ["PairEvents"]


@dataclass(frozen=True, slots=True)
class PairEvents:
    """Direct events between two people, seen from `a` towards `b`, in time order.

    All arrays have one entry an event; group chats are not in here. `rows` are event
    table row numbers: every pattern names its evidence by them.
    """

    a: str
    b: str
    rows: NDArray[np.int64]
    time_us: NDArray[np.int64]  # microseconds; UTC, or wall clock where zone_known is False
    by_a: NDArray[np.bool_]  # the sender is a
    kind: NDArray[np.object_]  # one of events.KINDS
    channel: NDArray[np.object_]
    duration_s: NDArray[np.float64]  # NaN where the export gives none
    delivery: NDArray[np.object_]
    is_boundary: NDArray[np.bool_]  # a boundary message of either party: never a voluntary reply
    automated: NDArray[np.bool_]  # automated or institutional sender
    stance: NDArray[np.object_]  # stance label, "" where there is no text
    zone_known: bool = True
    has_calls: bool = True  # the export holds a call log
    both_sides: bool = True  # the export can hold both parties' messages
    boundaries: tuple[Boundary, ...] = field(default=())  # set by b towards a, in time order

    def __len__(self) -> int:
        return len(self.rows)
