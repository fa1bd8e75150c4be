"""The dataset card says what the data say."""

from __future__ import annotations

import json

from training.corpus import dataset_card, second_reading


def test_the_card_holds_the_counts_and_figures_of_the_data() -> None:
    text = dataset_card.CARD.read_text(encoding="utf-8")
    for part in (dataset_card.counts, dataset_card.agreement, dataset_card.words):
        assert "\n".join(part()) in text


def test_the_card_lists_every_file_under_its_writers_split() -> None:
    header = dataset_card.CARD.read_text(encoding="utf-8").partition("\n---\n")[0]
    for folder in ("messages", "threads"):
        for entry in dataset_card.files_by_split(folder):
            line = f"- split: {entry['split']}\n        path: {json.dumps(entry['path'])}\n"
            assert line in header


def test_renewing_twice_changes_nothing(monkeypatch) -> None:
    monkeypatch.setattr(dataset_card, "measured_part", lambda: "figures\n")
    once = dataset_card.renewed(dataset_card.CARD.read_text(encoding="utf-8"))
    assert dataset_card.renewed(once) == once
    assert f"{dataset_card.BEGIN}\n\nfigures\n" in once


def test_a_quarter_of_the_messages_and_a_fifth_of_the_threads_are_read_twice() -> None:
    items, lines = (
        dataset_card.describe.read("messages"),
        dataset_card.describe.read("threads"),
    )
    assert len(second_reading.read("messages")) >= 0.25 * len(items)
    assert len(second_reading.read("threads")) >= 0.20 * len(lines)
