"""What the released model must do whatever it was trained on."""

from __future__ import annotations

import numpy as np
import pytest

from stalk_nlp.labels import LETTERS, STANCES
from stalk_nlp.text_model import TextInput, TextModel, Turn, default_model_dir, spans


def _stance(model: TextModel, text: str) -> str:
    return STANCES[int(model.score([TextInput(text)]).stance[0].argmax())]


@pytest.mark.parametrize(
    "text",
    ["stop contacting me", "Please stop contacting me.", "leave me alone, don't message again"],
)
def test_a_plain_stop_is_a_boundary(released: TextModel, text: str) -> None:
    assert _stance(released, text) == "BOUNDARY"


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_blank_text_gives_no_marks(released: TextModel, text: str) -> None:
    marks = released.score([TextInput(text, (Turn(False, 60.0, "stop"),))])
    assert not marks.scored[0]
    assert marks.four_level[0].tolist() == [-1] * 4
    assert not marks.safeguarding[0]


def test_ordinary_lines_carry_no_level(released: TextModel) -> None:
    lines = ["Running 5 mins late, sorry", "Can you get milk", "Your code is 482913"]
    marks = released.score([TextInput(line) for line in lines])
    assert marks.four_level.tolist() == [[0] * 4] * 3


def test_scores_are_probabilities(released: TextModel, talk: list[TextInput]) -> None:
    marks = released.score(talk)
    np.testing.assert_allclose(marks.stance.sum(1), 1.0, atol=5e-4)
    assert ((marks.four_score >= 0) & (marks.four_score <= 1)).all()
    assert marks.stance.shape == (40, 7)
    assert marks.risk.shape == (40, 25)
    covered = ~np.isnan(marks.risk[0])
    assert covered.sum() == 25 - len(released.not_covered["risk"])


def test_single_and_batch_agree_exactly(released: TextModel, talk: list[TextInput]) -> None:
    together = released.score(talk)
    for k in (0, 7, 13, 22, 39):
        alone = released.score([talk[k]])
        np.testing.assert_array_equal(alone.stance[0], together.stance[k])
        np.testing.assert_array_equal(alone.four_score[0], together.four_score[k])


def test_more_threads_same_bytes(released: TextModel, talk: list[TextInput]) -> None:
    again = TextModel.load(released.release.folder, threads=2)
    assert again.score(talk).stance.tobytes() == released.score(talk).stance.tobytes()


def test_it_is_the_default_model_and_has_an_identity(released: TextModel) -> None:
    assert default_model_dir().samefile(released.release.folder)
    assert released.identity.startswith(f"{released.release.name}-{released.release.version}@")
    assert set(released.thresholds.four) == set(LETTERS)


def test_evidence_names_words_of_the_message(released: TextModel) -> None:
    text = "right then. please stop contacting me or I go to the police"
    found = spans(released, [TextInput(text)], [(0, "BOUNDARY")])
    assert all(0 <= s.start < s.end <= len(text) and s.label == "BOUNDARY" for s in found)
