"""Contact patterns of codebook section 3: one file each, found by walking this folder.

A pattern is a module here whose name does not start with an underscore, with

    CODE: str          "P1"
    NAME: str          snake_case, as in the output
    LIMITS: Limits     a frozen dataclass of its thresholds, with the source of each
    find(pair, limits) -> Hit

`pair` is a `PairEvents`: what `pair.a` did towards `pair.b`, with `pair.b`'s events beside.
A missing input gives status ``not_computable``, never ``below``.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Any, Protocol, cast

from stalk_nlp.pairs import PairEvents
from stalk_nlp.patterns._common import Hit

__all__ = ["Hit", "Pattern", "find_all", "patterns"]


class Pattern(Protocol):
    """What a pattern module offers."""

    CODE: str
    NAME: str
    LIMITS: Any

    def find(self, pair: PairEvents, limits: Any) -> Hit: ...


@functools.cache
def patterns() -> tuple[Pattern, ...]:
    """Every pattern, in the order of their codes."""
    names = [i.name for i in pkgutil.iter_modules(__path__) if not i.name.startswith("_")]
    modules = [cast("Pattern", importlib.import_module(f"{__name__}.{name}")) for name in names]
    return tuple(sorted(modules, key=lambda m: int(m.CODE[1:])))


def find_all(pair: PairEvents) -> tuple[Hit, ...]:
    """Every pattern's result for one ordered pair, with the packaged limits."""
    return tuple(p.find(pair, p.LIMITS) for p in patterns())
