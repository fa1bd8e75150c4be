"""stalk-nlp: points a reader of message exports to evidence of the four signs of stalking.

    import stalk_nlp
    scorer = stalk_nlp.load()
    scorer.score_texts(["..."])
    case = stalk_nlp.score_exports(["chat.zip"], owner="Ana", tz="Europe/London")
    for event in stalk_nlp.read_export("chat.zip", tz="Europe/London"): ...

Importing this loads no model and touches no file. Errors are in `stalk_nlp.errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stalk_nlp._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from stalk_nlp.events import Event
    from stalk_nlp.scorer import ScoredCase, Scorer

__all__ = ["__version__", "load", "read_export", "score_exports"]


def load(model: str | PathLike[str] | None = None) -> Scorer:
    """A scorer with the packaged model, or the one in the folder `model`. Raises ModelError."""
    from stalk_nlp.scorer import Scorer

    return Scorer.load(model)


def score_exports(
    inputs: Sequence[str | PathLike[str]], *, owner: str | None = None, tz: str | None = None,
    date_order: str | None = None, parties: Sequence[str] = (),
    model: str | PathLike[str] | None = None,
) -> ScoredCase:  # fmt: skip
    """Scores every export in `inputs`; the options are those of `stalk-nlp score`.

    Raises the errors of `stalk_nlp.errors` where the command exits with 2.
    """
    from stalk_nlp import scorer

    return scorer.score_exports(
        inputs, owner=owner, tz=tz, date_order=date_order, parties=parties, model=model
    )


def read_export(
    path: str | PathLike[str], *, tz: str | None = None, date_order: str | None = None,
    format: str = "auto",
) -> Iterator[Event]:  # fmt: skip
    """Events of one export file, folder or zip, in its own order, without what cannot be read."""
    from stalk_nlp import scorer

    return scorer.read_export(path, tz=tz, date_order=date_order, format=format)
