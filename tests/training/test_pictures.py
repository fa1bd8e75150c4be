"""The page of pictures of the labelled data."""

from __future__ import annotations

from pathlib import Path

from training.corpus import pictures


def test_the_page_is_drawn_the_same_twice(tmp_path: Path, monkeypatch) -> None:
    drawn = []
    for name in ("one.svg", "two.svg"):
        monkeypatch.setattr(pictures, "PAGE", tmp_path / name)
        monkeypatch.setattr(pictures, "ROOT", tmp_path)
        pictures.main()
        drawn.append((tmp_path / name).read_bytes())
    assert drawn[0] == drawn[1]
    for title in (b"Stance", b"Agreement of two readers", b"Learning curve of the word model"):
        assert title in drawn[0]
