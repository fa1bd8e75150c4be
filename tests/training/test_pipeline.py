"""Training goes on after a kill; evaluation and publishing hold their promises."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.text_model.conftest import tiny_encoder, tiny_rows
from training import config, evaluate, publish, rows

torch = pytest.importorskip("torch")
from training import batches, train, wide  # noqa: E402

pytestmark = pytest.mark.slow
Make = Callable[[str], config.Config]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    encoder = config.Encoder(weights=str(tiny_encoder(tmp_path / "e")), max_target=24, max_total=48)

    def build(name: str) -> config.Config:
        made = config.Config(
            name=name,
            runs=str(tmp_path / "runs"),
            encoder=encoder,
            train=config.Train(epochs=3, batch_size=8),
        )
        labelled = [rows.from_item(item) for item in tiny_rows()]
        for split in ("train", "validation"):
            rows.write(labelled, made.folder("prepared") / f"{split}.jsonl")
        return made

    return build


def _weights(made: config.Config) -> dict[str, object]:
    state = torch.load(made.folder("train") / "last.pt", weights_only=True)
    return state["net"]


def test_a_killed_run_ends_with_the_same_weights(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = make("whole"), make("broken")
    train.Trainer(whole).run()
    inner = train.Trainer.epoch

    def stop_at_two(self: train.Trainer, number: int) -> dict[str, float]:
        if number == 2:
            raise KeyboardInterrupt
        return inner(self, number)

    with monkeypatch.context() as patch:
        patch.setattr(train.Trainer, "epoch", stop_at_two)
        killed = train.Trainer(broken)
        with pytest.raises(KeyboardInterrupt):
            killed.run()
    history = train.Trainer(broken).run()
    assert [record["epoch"] for record in history] == [0, 1, 2, 3]
    expected = _weights(whole)
    for name, value in _weights(broken).items():
        torch.testing.assert_close(value, expected[name], rtol=0, atol=0, msg=name)


def test_the_wide_half_sums_what_it_was_fitted_on(make: Make) -> None:
    made = make("wide")
    labelled = rows.read(made.folder("prepared") / "train.jsonl")
    encoder = train.TokenEncoder(*train.network.load_tokenizer(made.encoder))
    found = encoder.rows([row.input for row in labelled])
    size = encoder.tokenizer.get_vocab_size()
    half = wide.fit(
        found, train.stack([r.targets for r in labelled]), np.ones(len(found)), size, 1.0
    )
    tables = np.concatenate([table.weight.numpy() for table in half.tables])
    expected = wide.counts(found, size) @ tables + half.bias.numpy()
    with torch.no_grad():
        together = half(*batches.tensors(found, 0)).numpy()
    np.testing.assert_allclose(together, expected, atol=1e-4)


def test_not_a_number_never_reaches_a_file() -> None:
    tidy = evaluate.tidy({"a": {"b": math.nan, "c": 0.123456}, "d": 3})
    assert tidy == {"a": {"b": None, "c": 0.1235}, "d": 3}


def test_a_model_without_a_card_is_not_published(tiny: tuple[Path, object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no model card yet"):
        publish.publish(tiny[0], tmp_path / "released", 40.0)
    assert not (tmp_path / "released").exists()


def test_too_large_a_model_is_not_published(tiny: tuple[Path, object], tmp_path: Path) -> None:
    import shutil

    from training.export import write_manifest

    copy = Path(shutil.copytree(tiny[0], tmp_path / "model"))
    (copy / "MODEL_CARD.md").write_text("# made for a test\n")
    write_manifest(copy, "0.0.1")
    with pytest.raises(ValueError, match=r"the limit is 0\.001 MB"):
        publish.publish(copy, tmp_path / "released", 0.001)
    identity = publish.publish(copy, tmp_path / "released", 40.0)
    assert identity.startswith("stalk-four-0.0.1@")
    files = json.loads((tmp_path / "released" / "manifest.json").read_text())["files"]
    assert {p.name for p in (tmp_path / "released").iterdir()} == {*files, "manifest.json"}
