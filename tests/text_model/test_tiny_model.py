"""The whole path from training to marks, on a tiny random model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from stalk_nlp.errors import ModelError
from stalk_nlp.labels import SAFEGUARDING
from stalk_nlp.text_model import TextInput, TextModel, spans

Tiny = tuple[Path, dict[str, object]]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tiny: Tiny) -> TextModel:
    return TextModel.load(tiny[0], threads=1)


def test_int8_stays_close_to_float32(tiny: Tiny) -> None:
    assert tiny[1]["texts"] == 16
    assert float(str(tiny[1]["largest"])) < 0.05


def test_the_model_learned_the_two_kinds(model: TextModel) -> None:
    marks = model.score([TextInput("please stop contact me"), TextInput("i am outside your house")])
    assert marks.stance.argmax(1).tolist() == [1, 0]


def test_same_inputs_same_bytes(model: TextModel, talk: list[TextInput]) -> None:
    first, second = model.score(talk), model.score(talk)
    assert first.stance.tobytes() == second.stance.tobytes()
    assert first.risk.tobytes() == second.risk.tobytes()


def test_neighbours_leave_no_trace(model: TextModel, talk: list[TextInput]) -> None:
    together = model.score(talk)
    alone = np.concatenate([model.score([item]).stance for item in talk])
    np.testing.assert_array_equal(together.stance, alone)
    turned = model.score(talk[::-1])
    np.testing.assert_array_equal(together.four_score, turned.four_score[::-1])


def test_equal_inputs_are_scored_once(model: TextModel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    inner = model._logits
    monkeypatch.setattr(
        model, "_logits", lambda inputs: (seen.append(len(inputs)), inner(inputs))[1]
    )
    marks = model.score([TextInput("ok"), TextInput("hi"), TextInput("ok"), TextInput(" ")])
    assert seen == [2]
    assert marks.scored.tolist() == [True, True, True, False]
    np.testing.assert_array_equal(marks.stance[0], marks.stance[2])


def test_nothing_to_score(model: TextModel) -> None:
    assert len(model.score([])) == 0
    assert model.score([TextInput("")]).four_level.tolist() == [[-1] * 4]


def test_labels_not_covered(model: TextModel) -> None:
    assert model.not_covered["risk"] == ("tracker", "weapon")
    assert set(model.not_covered["risk"]) < set(SAFEGUARDING)
    assert np.isnan(model.score([TextInput("ok")]).risk[0]).sum() == 2


def test_spans_point_into_the_text(model: TextModel) -> None:
    item = TextInput("ok i am outside your house tomorrow")
    found = spans(model, [item], [(0, "ACTS"), (0, "loiter")])
    assert all(item.text[s.start : s.end].strip() == item.text[s.start : s.end] for s in found)
    assert {s.row for s in found} <= {0}
    with pytest.raises(KeyError):
        spans(model, [item], [(0, "no such label")])


@pytest.fixture
def copy(tiny: Tiny, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny[0], tmp_path / "model"))


def test_an_altered_file_is_refused(copy: Path) -> None:
    with (copy / "calibration.json").open("a") as stream:
        stream.write(" ")
    with pytest.raises(ModelError, match=r"calibration\.json .* not the one released"):
        TextModel.load(copy)


def test_a_missing_file_is_refused(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"lacks the file tokenizer\.json"):
        TextModel.load(copy)


def test_another_format_is_refused(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(ModelError, match="has format 99, this program reads format 1"):
        TextModel.load(copy)


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model in"):
        TextModel.load(tmp_path)


def test_a_broken_graph_is_refused(copy: Path) -> None:
    from training.export import write_manifest

    (copy / "model.onnx").write_bytes(b"not a graph")
    write_manifest(copy, "0.0.1")
    with pytest.raises(ModelError, match="cannot be opened here"):
        TextModel.load(copy)
