"""The network: a pretrained encoder with one linear layer a head, and a wide half beside it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
import transformers
from tokenizers import Tokenizer
from torch import Tensor, nn

from stalk_nlp.text_model.encode import Layout
from training.config import Encoder
from training.targets import HEADS
from training.wide import Wide

transformers.utils.logging.disable_progress_bar()


def find_weights(encoder: Encoder) -> str:
    """Folder (or Hugging Face name) of the weights; the hash is checked where one is given."""
    name = encoder.weights
    if name.startswith("package:"):
        module, _, inner = name.removeprefix("package:").partition("/")
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            raise FileNotFoundError(f"Install the package that holds {module}.")
        name = str(Path(spec.origin).parent / inner)
    if encoder.sha256:
        found = hashlib.sha256((Path(name) / "model.safetensors").read_bytes()).hexdigest()
        if found != encoder.sha256:
            raise ValueError(f"{encoder.weights}: model.safetensors is not the pinned file")
    if Path(name).is_dir():
        os.environ["HF_HUB_OFFLINE"] = "1"
    return name


def load_tokenizer(encoder: Encoder) -> tuple[Tokenizer, Layout]:
    """The fast tokenizer, and how it joins two pieces."""
    fast = transformers.AutoTokenizer.from_pretrained(find_weights(encoder))
    inner: Tokenizer = fast.backend_tokenizer
    inner.no_truncation()
    inner.no_padding()
    marks = inner.encode("a", "b").ids
    a, b = (inner.encode(x, add_special_tokens=False).ids for x in "ab")
    first, second = marks.index(a[0]), len(marks) - 1 - marks[::-1].index(b[0])
    layout = Layout(
        start=tuple(marks[:first]),
        middle=tuple(marks[first + 1 : second]),
        end=tuple(marks[second + 1 :]),
        pad=fast.pad_token_id,
        max_target=encoder.max_target,
        max_total=encoder.max_total,
    )
    return inner, layout


class Network(nn.Module):
    """Token ids, mask and segment marks in; one logit tensor a head out, in `HEADS` order.

    The pooled vector is the mean over all tokens, over the target's and over the context's
    (zeros without context), side by side. The wide half, where there is one, adds its logits.
    """

    def __init__(self, encoder: nn.Module, hidden: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = encoder
        self.segments = "type_vocab_size" in encoder.config.to_dict() and (
            encoder.config.type_vocab_size > 1
        )
        self.dropout = nn.Dropout(dropout)
        self.wide: Wide | None = None
        self.wide_share = 0.0
        self.widths = [len(head.columns) for head in HEADS]
        self.heads = nn.Linear(3 * hidden, sum(self.widths))

    def pooled(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """Frozen-feature view: (rows, 3 x hidden)."""
        extra = {"token_type_ids": segments} if self.segments else {}
        states = self.encoder(input_ids=ids, attention_mask=mask, **extra).last_hidden_state
        context = segments * mask
        views = (mask, mask - context, context)
        return torch.cat([_mean(states, view) for view in views], dim=-1)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, ...]:
        logits = self.heads(self.dropout(self.pooled(ids, mask, segments)))
        if self.wide is not None:
            logits = logits + self.wide_share * self.wide(ids, mask, segments)
        return torch.split(logits, self.widths, dim=-1)


def _mean(states: Tensor, view: Tensor) -> Tensor:
    weights = view.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def build(encoder: Encoder, dropout: float) -> Network:
    """The network on its pretrained weights, in float32."""
    inner = transformers.AutoModel.from_pretrained(
        find_weights(encoder), attn_implementation="eager", dtype=torch.float32
    )
    return Network(inner, inner.config.hidden_size, dropout)
