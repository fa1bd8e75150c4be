"""Measures and calibration on arrays small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training import calibrate, metrics
from training.config import Calibrate


def test_accuracy_leaves_out_unknown_gold() -> None:
    assert metrics.accuracy(np.array([0, 1, -1, 2]), np.array([0, 2, 0, 2])) == pytest.approx(2 / 3)


def test_f1_and_precision_recall() -> None:
    gold, said = np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool)
    assert metrics.f1(gold, said) == 0.5
    assert metrics.precision_recall(gold, said) == (0.5, 0.5)
    assert metrics.f1(gold, ~gold) == 0.0
    assert np.isnan(metrics.precision_recall(gold, np.zeros(4, bool))[0])


def test_macro_f1_counts_only_classes_that_occur() -> None:
    gold, said = np.array([0, 0, 1, -1]), np.array([0, 1, 1, 2])
    assert metrics.macro_f1(gold, said, 5) == pytest.approx(2 / 3)


def test_average_precision_by_hand() -> None:
    gold, score = np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])
    assert metrics.average_precision(gold, score) == pytest.approx((1 + 2 / 3) / 2)


def test_average_precision_takes_ties_together() -> None:
    assert metrics.average_precision(np.array([1, 0, 0, 0]), np.full(4, 0.5)) == 0.25
    assert np.isnan(metrics.average_precision(np.zeros(3, int), np.arange(3.0)))


def test_average_precision_agrees_with_scikit_learn() -> None:
    reference = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(5)
    gold, score = rng.integers(0, 2, 80), np.round(rng.random(80), 1)
    expected = reference.average_precision_score(gold, score)
    assert metrics.average_precision(gold, score) == pytest.approx(expected)


def test_quadratic_kappa() -> None:
    gold = np.array([0, 1, 2, 0, 1, 2])
    assert metrics.quadratic_kappa(gold, gold) == 1.0
    assert metrics.quadratic_kappa(gold, 2 - gold) == pytest.approx(-1.0)
    # one step off once (weight 1); chance expects 10/3 + 5/3
    gold, said = np.array([0, 0, 2, -1]), np.array([0, 1, 2, 0])
    assert metrics.quadratic_kappa(gold, said) == pytest.approx(0.8)
    assert np.isnan(metrics.quadratic_kappa(np.zeros(3, int), np.zeros(3, int)))


def test_platt_undoes_a_known_stretch() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 2, 6000)
    gold = (rng.random(6000) < metrics.sigmoid(truth)).astype(int)
    scale, bias = calibrate.fit_binary((truth + 1) * 2, gold, prior=0.01)
    assert scale == pytest.approx(0.5, abs=0.04)
    assert bias == pytest.approx(-1.0, abs=0.1)


def test_softmax_calibration_undoes_a_known_stretch() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 1.5, (6000, 3))
    gold = np.array([rng.choice(3, p=p) for p in metrics.softmax(truth)])
    scale, bias = calibrate.fit_softmax(truth * 3, gold, prior=0.01)
    assert scale[0] == pytest.approx(1 / 3, abs=0.02)
    assert np.ptp(bias) < 0.2


def test_calibration_without_gold_changes_nothing() -> None:
    nothing = np.full(3, -1)
    assert calibrate.fit_binary(np.zeros(3), nothing, 1.0) == (1.0, 0.0)
    assert calibrate.fit_softmax(np.zeros((3, 2)), nothing, 1.0) == ([1.0, 1.0], [0.0, 0.0])


def test_thresholds() -> None:
    rng = np.random.default_rng(0)
    gold = np.array([0] * 50 + [1] * 50)
    score = np.concatenate([np.full(50, 0.2), np.full(50, 0.8)])
    limits = Calibrate(bootstrap=20)
    assert calibrate.best_threshold(gold, score, limits, rng) == 0.8
    assert calibrate.best_threshold(np.zeros(4, int), np.zeros(4), limits, rng) == 0.5


def test_the_safeguarding_threshold_is_low_but_bearable() -> None:
    gold = np.array([0] * 50 + [1] * 50)
    score = np.linspace(0, 0.99, 100)
    assert calibrate.recall_threshold(gold, score, 1.0, 1.0) == 0.5
    assert calibrate.recall_threshold(gold, score, 0.9, 1.0) == 0.55
    assert calibrate.recall_threshold(gold, score[::-1], 0.9, 0.2) == 0.9
    assert calibrate.recall_threshold(np.zeros(3, int), np.zeros(3), 0.9, 0.2) == 0.98
