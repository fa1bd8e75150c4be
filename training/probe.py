"""The linear probe that starts the heads (LP-FT): logistic regressions on frozen features."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from training.network import Network
from training.targets import HEADS, Targets


def start_heads(network: Network, features: np.ndarray, gold: Targets, strength: float) -> None:
    """Sets the head weights from one logistic regression a head (softmax) or column (binary).

    All features share one scale. With a scale each, the heads lean hardest on the features that
    vary least, and the first steps of fine-tuning move those by more than their own spread: the
    stance head then falls to one class.
    """
    centre = features.mean(0)
    scale = float((features - centre).std())
    x = (features - centre) / scale
    weights, biases = [], []
    for head in HEADS:
        columns = gold[head.name][:, None] if head.kind == "softmax" else gold[head.name]
        for k in range(columns.shape[1]):
            classes = len(head.columns) if head.kind == "softmax" else 1
            w, b = _fit(x, columns[:, k], classes, strength)
            weights.append(w / scale)
            biases.append(b - (w / scale) @ centre)
    with torch.no_grad():
        network.heads.weight.copy_(torch.from_numpy(np.concatenate(weights)))
        network.heads.bias.copy_(torch.from_numpy(np.concatenate(biases)))


def _fit(
    x: np.ndarray, gold: np.ndarray, classes: int, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (classes, width) and biases (classes,); a class without rows stays far below."""
    known = gold >= 0
    weights, biases = np.zeros((classes, x.shape[1])), np.full(classes, -4.0)
    if len(set(gold[known])) < 2:
        return weights, biases
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300)
    model.fit(x[known], gold[known])
    if classes == 1:
        return model.coef_, model.intercept_
    if len(model.classes_) == 2:  # one row of weights stands for both classes
        coef, bias = np.vstack([-model.coef_, model.coef_]) / 2, model.intercept_ * [-0.5, 0.5]
    else:
        coef, bias = model.coef_, model.intercept_
    weights[model.classes_], biases[model.classes_] = coef, bias
    return weights, biases
