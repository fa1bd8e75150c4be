"""Calibration, thresholds and levels on hand-made logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from stalk_nlp.labels import LETTERS, STANCES
from stalk_nlp.text_model.marks import HEAD_COLUMNS, Calibration, make_marks


def _calibration(**not_covered: list[str]) -> Calibration:
    heads: dict[str, Any] = {
        head: {
            "scale": [1.0] * len(columns),
            "bias": [0.0] * len(columns),
            "not_covered": not_covered.get(head, []),
        }
        for head, columns in HEAD_COLUMNS.items()
    }
    limits = {
        "four": {letter: [0.4, 0.6] for letter in LETTERS},
        "acts": {},
        "risk": {},
        "safeguarding": 0.2,
    }
    return Calibration.from_json({"heads": heads, "thresholds": limits})


def _logits(rows: int) -> dict[str, np.ndarray]:
    return {h: np.zeros((rows, len(c)), dtype=np.float32) for h, c in HEAD_COLUMNS.items()}


def test_levels_need_both_thresholds_and_an_acting_stance() -> None:
    logits = _logits(4)
    logits["stance"][:, STANCES.index("ACTS")] = [5, 5, 5, 0]
    logits["stance"][3, STANCES.index("NARRATES")] = 5
    logits["four"][:, 0] = [2, 2, -2, 2]  # fixated >= 1
    logits["four"][:, 1] = [2, -2, 2, 2]  # fixated >= 2
    marks = make_marks(logits, _calibration(), np.ones(4, dtype=bool))
    assert marks.four_level[:, 0].tolist() == [2, 1, 0, 0]
    assert marks.four_level.dtype == np.int8
    np.testing.assert_allclose(marks.four_score[:, 0], [0.8808, 0.8808, 0.1192, 0.8808])


def test_labels_not_covered_are_nan_and_leave_the_rest_whole() -> None:
    calibration = _calibration(risk=["weapon"], boundary=["B6"], four=["fixated>=2"])
    logits = _logits(1)
    logits["stance"][:, 0] = 5
    logits["four"][:, :2] = 3
    marks = make_marks(logits, calibration, np.ones(1, dtype=bool))
    weapon = HEAD_COLUMNS["risk"].index("weapon")
    assert np.isnan(marks.risk[0, weapon])
    assert np.isfinite(np.delete(marks.risk[0], weapon)).all()
    assert np.isnan(marks.boundary[0, 6])
    np.testing.assert_allclose(marks.boundary[0, :6], 0.1667)
    assert marks.four_level[0, 0] == 1


def test_a_letter_not_covered_is_not_assessed() -> None:
    calibration = _calibration(four=["repeated>=1", "repeated>=2"])
    marks = make_marks(_logits(1), calibration, np.ones(1, dtype=bool))
    assert marks.four_level[0].tolist() == [1, 1, 1, -1]


def test_unscored_rows_are_not_assessed() -> None:
    logits = _logits(1)
    logits["safeguarding"][:] = 4
    marks = make_marks(logits, _calibration(), np.array([False, True]))
    assert marks.four_level[0].tolist() == [-1] * 4
    assert np.isnan(marks.stance[0]).all()
    assert marks.safeguarding.tolist() == [False, True]
    assert len(marks) == 2


def test_scale_and_bias_move_the_probability() -> None:
    calibration = _calibration()
    calibration.scale["acts"][0], calibration.bias["acts"][0] = 2.0, -1.0
    logits = _logits(1)
    logits["acts"][0, :2] = 1.5
    found = calibration.probabilities(logits, "acts")[0, :2]
    np.testing.assert_allclose(found, [0.8808, 0.8176])
