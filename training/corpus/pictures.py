"""One page of pictures of the labelled data: docs/corpus.svg.

    python -m training.corpus.pictures

Label counts, lengths of the texts, which letters and stances occur together, agreement of the
two readers, and the learning curve of the word model (data/word-baseline.json).
"""

from __future__ import annotations

import json
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from stalk_nlp.labels import LETTERS, STANCES
from training.config import ROOT
from training.corpus import describe, second_reading, word_baseline

mpl.use("agg")
Record = dict[str, Any]
PAGE = ROOT / "docs" / "corpus.svg"
ONE, TWO, THREE = "#c9a227", "#1f4e79", "#8a8f98"


def stances(axes: Axes, items: list[Record]) -> None:
    """Messages of each stance."""
    counts = [sum(i["stance"] == stance for i in items) for stance in STANCES]
    order = np.argsort(counts)
    names = [STANCES[k].replace("_", " ").lower() for k in order]
    bars = axes.barh(names, [counts[k] for k in order], color=TWO)
    axes.bar_label(bars, fmt="{:,.0f}", padding=3, fontsize=8)
    axes.set_title("Stance")
    axes.margins(x=0.15)


def levels(axes: Axes, items: list[Record]) -> None:
    """Messages at level 1 and at level 2 of each letter."""
    letters = list("FOUR")
    at = {n: [sum(i[x] == n for i in items) for x in letters] for n in (1, 2)}
    place = np.arange(4)
    for shift, n, colour, name in ((-0.2, 1, ONE, "1 possible"), (0.2, 2, TWO, "2 shown")):
        bars = axes.bar(place + shift, at[n], 0.4, color=colour, label=name)
        axes.bar_label(bars, fmt="{:,.0f}", padding=2, fontsize=8)
    axes.set_xticks(place, [name.capitalize() for name in LETTERS])
    axes.set_title("Levels of the four signs")
    axes.legend(frameon=False, fontsize=8)
    axes.margins(y=0.12)


def labels(axes: Axes, items: list[Record]) -> None:
    """Messages that carry each act, risk marker and boundary type."""
    table = describe.counts(items, [])
    rows: list[tuple[str, int, str]] = []
    for name, colour in (("risk", ONE), ("acts", TWO), ("boundary", THREE)):
        ranked = [pair for pair in table[name].items() if pair[0] != "contact"]
        rows += [(label.replace("_", " "), count, colour) for label, count in reversed(ranked)]
    names, counts, colours = zip(*rows, strict=True)
    bars = axes.barh(names, counts, color=colours)
    axes.bar_label(bars, fmt="{:,.0f}", padding=2, fontsize=7)
    axes.tick_params(axis="y", labelsize=7)
    axes.set_title("Boundaries (grey), acts (blue), risks (yellow)")
    axes.margins(x=0.12, y=0.01)


def lengths(axes: Axes, items: list[Record]) -> None:
    """Words of the targets and of the messages before them."""
    edges = np.arange(0, 64, 2)
    own = [len(i["text"].split()) for i in items]
    before = [len(text.split()) for i in items for _, _, text in i["context"]]
    for values, colour, name in ((own, TWO, "target"), (before, ONE, "context")):
        axes.hist(
            np.clip(values, 0, edges[-1]),
            edges,
            density=True,
            histtype="step",
            color=colour,
            linewidth=1.6,
            label=f"{name}, median {np.median(values):.0f}",
        )
    axes.set_title("Words of a message")
    axes.set_xlabel("words (longer ones in the last bar)")
    axes.set_yticks([])
    axes.legend(frameon=False, fontsize=8)


def together(axes: Axes, items: list[Record]) -> None:
    """Of the messages that carry the row's letter, the share that carries the column's too."""
    marked = np.array([[i[x] > 0 for x in "FOUR"] for i in items], dtype=float)
    share = (marked.T @ marked) / marked.sum(0)[:, None]
    axes.imshow(share, vmin=0, vmax=1, cmap="Blues")
    for row in range(4):
        for column in range(4):
            colour = "white" if share[row, column] > 0.6 else "black"
            axes.text(column, row, f"{share[row, column]:.2f}", ha="center", color=colour)
    axes.set_xticks(range(4), list("FOUR"))
    axes.set_yticks(range(4), list("FOUR"))
    axes.set_title("Of messages with the row's sign,\nshare with the column's (level 1 or 2)")


def agreement(axes: Axes) -> None:
    """Kappa of the two readers on each field of the messages and of the pairs of threads."""
    rows = [
        (f"{where}: {field.replace('_', ' ')}", row["kappa"])
        for where, table in zip(("message", "thread"), second_reading.tables(), strict=True)
        for field, row in table.items()
        if "kappa" in row
    ]
    names, kappas = zip(*reversed(rows), strict=True)
    bars = axes.barh(names, kappas, color=TWO)
    axes.bar_label(bars, fmt="{:.2f}", padding=2, fontsize=8)
    axes.axvline(0.7, color=THREE, linewidth=1, linestyle="--")
    axes.set_xlim(0, 1.1)
    axes.tick_params(axis="y", labelsize=8)
    axes.set_title("Agreement of two readers (kappa;\nquadratic for F, O, U, R)")


def curve(axes: Axes, table: Record) -> None:
    """The word model by the messages it was fitted on."""
    points = table["learning curve"]
    count = [point["rows"] for point in points]
    for key, colour, name in (
        ("stance_accuracy", TWO, "stance accuracy"),
        ("mean_ap", ONE, "mean AP of F, O, U, R"),
    ):
        values = [point[key] for point in points]
        axes.plot(count, values, "o-", color=colour, label=name)
        for x, y in zip(count, values, strict=True):
            axes.annotate(f"{y:.2f}", (x, y), (0, 6), textcoords="offset points", fontsize=8)
    axes.set_xscale("log")
    axes.set_xticks(count, [f"{n:,.0f}" for n in count])
    axes.minorticks_off()
    axes.margins(y=0.2)
    axes.set_xlabel("messages learnt from (10, 25, 50, 100% of the writers)")
    axes.set_title("Learning curve of the word model")
    axes.legend(frameon=False, fontsize=8, loc="lower right")


def draw() -> plt.Figure:
    """The whole page."""
    items = describe.read("messages")
    table = json.loads(word_baseline.WRITTEN.read_text(encoding="utf-8"))
    figure = plt.figure(figsize=(15, 14), layout="constrained")
    grid = figure.add_gridspec(3, 3)
    stances(figure.add_subplot(grid[0, 0]), items)
    levels(figure.add_subplot(grid[0, 1]), items)
    labels(figure.add_subplot(grid[:2, 2]), items)
    lengths(figure.add_subplot(grid[1, 0]), items)
    together(figure.add_subplot(grid[1, 1]), items)
    agreement(figure.add_subplot(grid[2, 0]))
    curve(figure.add_subplot(grid[2, 1:]), table)
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    threads = describe.read("threads")
    figure.suptitle(f"The labelled data: {len(items):,} messages, {len(threads):,} threads")
    return figure


def main() -> None:
    # A fixed salt and no date: the same data draw the same bytes.
    with mpl.rc_context({"svg.hashsalt": "stalk-nlp", "font.size": 9}):
        draw().savefig(PAGE, metadata={"Date": None})
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
