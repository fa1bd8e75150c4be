"""The wide half of the network: linear weights for word pieces and their neighbours.

Words that give a label away outright are learned better by a linear model over word
counts than by a fine-tuned encoder with a few hundred examples. Its weights are fitted
here (scikit-learn), then looked up inside the graph from the same token ids.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from stalk_nlp.text_model.encode import Row
from training.targets import HEADS, Targets

#: Pairs of neighbouring tokens are hashed into this many buckets.
PAIRS = 1 << 15
_FACTOR = 40_503


class Wide(nn.Module):
    """Sum of looked-up weights, over the root of the number of tokens, for each segment.

    Four tables: single tokens and neighbouring pairs, of the target and of the context.
    """

    def __init__(self, vocabulary: int, outputs: int) -> None:
        super().__init__()
        sizes = (vocabulary, PAIRS, vocabulary, PAIRS)
        self.tables = nn.ModuleList(nn.Embedding(size, outputs) for size in sizes)
        for table in self.tables:
            nn.init.zeros_(table.weight)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        pairs = torch.remainder(ids[:, :-1] * _FACTOR + ids[:, 1:], PAIRS)
        context = segments * mask
        total = self.bias.expand(ids.shape[0], -1)
        for place, view in enumerate((mask - context, context)):
            view = view.to(self.bias.dtype)
            root = view.sum(1, keepdim=True).clamp(min=1.0).sqrt()
            both = view[:, :-1] * view[:, 1:]
            single = (self.tables[2 * place](ids) * view.unsqueeze(-1)).sum(1)
            double = (self.tables[2 * place + 1](pairs) * both.unsqueeze(-1)).sum(1)
            total = total + (single + double) / root
        return total


def counts(rows: Sequence[Row], vocabulary: int) -> sparse.csr_matrix:
    """The features `Wide` sums over, one column a table entry, tables side by side."""
    starts = np.cumsum([0, vocabulary, PAIRS, vocabulary])
    lines, columns, values = [], [], []
    for line, row in enumerate(rows):
        for place, ids in enumerate((row.ids[: row.split], row.ids[row.split :])):
            here = np.asarray(ids, dtype=np.int64)
            pairs = (here[:-1] * _FACTOR + here[1:]) % PAIRS
            found = [*(here + starts[2 * place]), *(pairs + starts[2 * place + 1])]
            columns += found
            lines += [line] * len(found)
            values += [1 / np.sqrt(max(len(here), 1))] * len(found)
    shape = (len(rows), int(starts[-1]) + PAIRS)
    return sparse.csr_matrix((values, (lines, columns)), shape=shape)


def fit(
    rows: Sequence[Row], gold: Targets, weight: np.ndarray, vocabulary: int, strength: float
) -> Wide:
    """Logistic regressions, one a column (one against the rest for softmax heads)."""
    x = counts(rows, vocabulary)
    rarity = np.log((1 + x.shape[0]) / (1 + np.asarray((x > 0).sum(0)).ravel())) + 1
    scaled = sparse.csr_matrix(x @ sparse.diags(rarity))
    weights, biases = [], []
    for head in HEADS:
        for k in range(len(head.columns)):
            known = gold[head.name] if head.kind == "softmax" else gold[head.name][:, k]
            yes = (known == k) if head.kind == "softmax" else (known == 1)
            w, b = _regression(scaled, yes, known >= 0, weight, strength)
            weights.append(w * rarity)
            biases.append(b)
    wide = Wide(vocabulary, len(weights))
    stacked = torch.from_numpy(np.stack(weights, axis=1)).float()
    place = 0
    with torch.no_grad():
        for table in wide.tables:
            table.weight.copy_(stacked[place : place + table.num_embeddings])
            place += table.num_embeddings
        wide.bias.copy_(torch.tensor(biases))
    return wide


def _regression(
    x: sparse.csr_matrix, yes: np.ndarray, known: np.ndarray, weight: np.ndarray, strength: float
) -> tuple[np.ndarray, float]:
    if not yes[known].any() or yes[known].all():
        return np.zeros(x.shape[1]), -4.0
    model = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear")
    model.fit(x[known], yes[known], sample_weight=weight[known])
    return model.coef_[0], float(model.intercept_[0])
