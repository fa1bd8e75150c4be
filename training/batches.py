"""Batches of similar length, and the network run over many rows."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from stalk_nlp.text_model.encode import Row, TextInput, TokenEncoder, pad
from training.network import Network
from training.targets import HEADS, Targets


def buckets(rows: Sequence[Row], size: int, rng: random.Random | None) -> Iterator[list[int]]:
    """Row numbers in batches of similar length; shuffled when a generator is given."""
    order = sorted(range(len(rows)), key=lambda i: (len(rows[i].ids), rng.random() if rng else 0))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    if rng:
        rng.shuffle(batches)
    yield from batches


def tensors(rows: Sequence[Row], pad_id: int) -> tuple[Tensor, Tensor, Tensor]:
    """The three inputs of the network for one batch, padded to its longest row."""
    arrays = pad(rows, max(len(row.ids) for row in rows), pad_id)
    ids, mask, segments = (torch.from_numpy(array) for array in arrays)
    return ids, mask, segments


def bf16_supported() -> bool:
    """True where the processor multiplies bf16 in hardware; emulated, it is slower than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def autocast(enabled: bool) -> contextlib.AbstractContextManager[object]:
    """bf16 autocast on the processor, or nothing."""
    return torch.autocast("cpu", torch.bfloat16) if enabled else contextlib.nullcontext()


@torch.inference_mode()
def logits(
    network: Network, encoder: TokenEncoder, inputs: Sequence[TextInput], bf16: bool = False
) -> dict[str, np.ndarray]:
    """Logits of every head, (n, columns) float64, in the order of the inputs."""
    if not inputs:
        return split_heads(np.zeros((0, sum(network.widths))))
    return split_heads(_run(network, encoder, inputs, bf16, network_logits))


@torch.inference_mode()
def features(
    network: Network, encoder: TokenEncoder, inputs: Sequence[TextInput], bf16: bool = False
) -> np.ndarray:
    """Pooled vectors, (n, 3 x hidden) float64."""
    return _run(network, encoder, inputs, bf16, Network.pooled)


def network_logits(network: Network, *batch: Tensor) -> Tensor:
    """All heads side by side."""
    return torch.cat(network(*batch), dim=-1)


def _run(network, encoder, inputs, bf16, view):  # type: ignore[no-untyped-def]
    network.eval()
    rows = encoder.rows(inputs)
    found: list[np.ndarray | None] = [None] * len(rows)
    for batch in buckets(rows, 64, None):
        with autocast(bf16):
            out = view(network, *tensors([rows[i] for i in batch], encoder.layout.pad))
        for i, value in zip(batch, out.float().numpy(), strict=True):
            found[i] = value
    return np.stack(found).astype(np.float64)


def split_heads(stacked: np.ndarray) -> Targets:
    """Columns of all heads side by side -> one array a head."""
    ends = np.cumsum([len(head.columns) for head in HEADS])[:-1]
    return dict(zip((head.name for head in HEADS), np.split(stacked, ends, axis=1), strict=True))
