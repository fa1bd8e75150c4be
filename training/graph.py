"""The trained network as one ONNX graph with a named output a head."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from training.network import Network
from training.targets import HEADS

OPSET = 18
INPUTS = ("input_ids", "attention_mask", "segments")


class _Graph(nn.Module):
    """The network with its own attention mask, so that the graph holds plain arithmetic only."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, ...]:
        return self.network(ids, mask, segments)


def write(network: Network, target: Path) -> None:
    """Writes the float32 graph; rows and tokens are free dimensions."""
    ids = torch.randint(5, 20, (2, 16), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, 12:] = 0
    segments = torch.zeros_like(ids)
    segments[:, 8:12] = 1
    axes = {name: {0: "rows", 1: "tokens"} for name in INPUTS}
    axes |= {head.name: {0: "rows"} for head in HEADS}
    with torch.inference_mode():
        torch.onnx.export(
            _Graph(network).eval(),
            (ids, mask, segments),
            str(target),
            input_names=list(INPUTS),
            output_names=[head.name for head in HEADS],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
