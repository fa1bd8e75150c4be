"""Settings read from TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from training import config


def test_every_config_in_the_repository_loads() -> None:
    found = {path.stem: config.load(path) for path in (config.ROOT / "training/configs").glob("*")}
    assert {name: made.name for name, made in found.items()} == {name: name for name in found}
    assert found["release"].data.splits == "data/splits/release.json"


def test_values_go_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('name = "x"\nseed = 5\n[train]\nepochs = 2\nlosses = {stance = 1.0}\n')
    made = config.load(path)
    assert (made.seed, made.train.epochs, made.train.losses) == (5, 2, {"stance": 1.0})
    assert made.encoder == config.Encoder()


def test_unknown_keys_are_named_with_the_valid_ones(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('name = "x"\n[export]\nbit = 4\n')
    with pytest.raises(
        ValueError, match=r"x\.toml \[export\]: unknown \['bit'\]; valid are \['bits'"
    ):
        config.load(path)
