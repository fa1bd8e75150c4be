"""People -> senders, recipients and directions of events, and the events of ordered pairs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stalk_nlp.events import Boundary
from stalk_nlp.people import People

__all__ = ["PairEvents", "link_events"]


def link_events(events: pl.DataFrame, people: People) -> pl.DataFrame:
    """Adds `sender_id` (-1: unknown), `recipient_ids` and `direction` to the event table."""
    table = pl.DataFrame(
        {
            "platform": [p for p, _ in people.ids],
            "key": [k for _, k in people.ids],
            "id": list(people.ids.values()),
        },
        schema={"platform": pl.String, "key": pl.String, "id": pl.Int32},
    )
    rows = events.with_row_index("row")
    sender = rows.select("row", "platform", key="sender").join(
        table, on=["platform", "key"], how="left", maintain_order="left"
    )["id"]
    exploded = (
        rows.select("row", "platform", key="recipients")
        .explode("key")
        .join(table, on=["platform", "key"], how="left", maintain_order="left")
        .filter(pl.col("id").is_not_null())
    )
    recipients = exploded.group_by("row", maintain_order=True).agg(pl.col("id").unique().sort())
    joined = rows.join(recipients, on="row", how="left", maintain_order="left")
    owner = -2 if people.owner is None else people.owner
    return joined.with_columns(
        sender_id=sender.fill_null(-1),
        recipient_ids=pl.col("id").fill_null(pl.lit([], dtype=pl.List(pl.Int32))),
        direction=pl.when((pl.lit(owner) < 0) | (sender.fill_null(-1) < 0))
        .then(pl.lit("unknown"))
        .when(sender == owner)
        .then(pl.lit("sent"))
        .when(pl.col("group") | pl.col("id").list.contains(owner).fill_null(value=False))
        .then(pl.lit("received"))
        .otherwise(pl.lit("unknown")),
    ).drop("id", "row")


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
    #: A message that only acknowledges a stop and opens nothing new (word test, codebook P4).
    #: Empty where no text was looked at: then nothing is taken for an acknowledgement.
    acknowledges: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def __len__(self) -> int:
        return len(self.rows)
