"""The folder loads with the datasets library, as the card says."""

from pathlib import Path

import datasets

DATA = Path(__file__).resolve().parents[2] / "data"


def test_messages_load(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    parts = datasets.load_dataset(str(DATA), "messages", cache_dir=str(tmp_path))
    assert set(parts) == {"train", "validation", "test"}
    found = datasets.concatenate_datasets(list(parts.values()))
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in (DATA / "messages").glob("*.jsonl")
    )
    assert found.num_rows == lines
    assert {"text", "context", "stance", "F", "O", "U", "R", "writer"} <= set(found.column_names)


def test_threads_load(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    parts = datasets.load_dataset(str(DATA), "threads", cache_dir=str(tmp_path))
    found = datasets.concatenate_datasets(list(parts.values()))
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in (DATA / "threads").glob("*.jsonl")
    )
    assert found.num_rows == lines
    (one,) = (thread for thread in found if thread["id"] == "w13-T01")
    assert one["gold"][0]["pair"] == "A->B"
    assert one["gold"][0]["event_labels"][0] == {"event": "e16", "F": 0, "O": 0, "U": 1, "R": 0}
    assert one["stances"] is None
