"""What a person or a program may want to know of the model in use."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stalk_nlp.text_model.marks import HEAD_COLUMNS
from stalk_nlp.text_model.session import TextModel

__all__ = ["describe"]


def describe(model: TextModel) -> dict[str, Any]:
    """Name, version, hash, labels, thresholds, labels not covered, measured error rates."""
    release = model.release
    return {
        "name": release.name,
        "version": release.version,
        "sha256": release.sha256,
        "files": dict(sorted(release.files.items())),
        "labels": {head: list(columns) for head, columns in HEAD_COLUMNS.items()},
        "thresholds": asdict(model.thresholds),
        "not_covered": {h: list(c) for h, c in model.not_covered.items() if c},
        "measured": release.info.get("metrics", {}),
        "limits": release.info.get("limits", []),
    }
