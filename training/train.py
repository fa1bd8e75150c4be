"""Stage 2: fine-tunes the encoder and its heads, and fits the wide half.

    python -m training.train --config training/configs/first.toml

Reads runs/<name>/prepared/; writes runs/<name>/train/: last.pt after each epoch (an
interrupted run goes on from it), best.pt (weights of the best validation epoch),
wide.pt and history.json. Same config, data and machine: same weights.
"""

from __future__ import annotations

import ctypes
import json
import platform
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from stalk_nlp.text_model.encode import TextInput, TokenEncoder
from training import batches, metrics, network, probe, rows, tracking, wide
from training import config as settings
from training.config import Config
from training.targets import HEADS, Targets, stack


def validation_score(gold: Targets, logits: Targets) -> dict[str, float]:
    """Stance accuracy and macro F1, average precision of the letters, and their mean."""
    said = logits["stance"].argmax(1)
    found = {
        "stance_accuracy": metrics.accuracy(gold["stance"], said),
        "stance_macro_f1": metrics.macro_f1(gold["stance"], said, 7),
    }
    for k, letter in enumerate("FOUR"):
        found[f"ap_{letter}"] = metrics.average_precision(
            gold["four"][:, 2 * k], logits["four"][:, 2 * k]
        )
    mean_ap = float(np.mean([found[f"ap_{letter}"] for letter in "FOUR"]))
    found["score"] = 0.5 * mean_ap + 0.25 * (found["stance_accuracy"] + found["stance_macro_f1"])
    return found


def class_weights(gold: Targets, cap: float) -> dict[str, Tensor]:
    """Square-root inverse class frequency (softmax) or positive weight (binary), capped."""
    weights = {}
    for head in HEADS:
        g = gold[head.name]
        if head.kind == "softmax":
            count = np.bincount(g[g >= 0], minlength=len(head.columns)).astype(float)
            w = np.sqrt(count.max() / np.maximum(count, 1))
        else:
            yes, no = (g == 1).sum(0), (g == 0).sum(0)
            w = np.sqrt(no / np.maximum(yes, 1))
        weights[head.name] = torch.tensor(np.clip(w, 1, cap), dtype=torch.float32)
    return weights


def loss_of(
    outputs: tuple[Tensor, ...],
    gold: dict[str, Tensor],
    row_weight: Tensor,
    weights: dict[str, Tensor],
    shares: dict[str, float],
) -> Tensor:
    """Weighted sum of the head losses; unknown targets add nothing."""
    total = torch.zeros(())
    for head, out in zip(HEADS, outputs, strict=True):
        g, out = gold[head.name], out.float()
        if head.kind == "softmax":
            each = F.cross_entropy(
                out, g, weight=weights[head.name], ignore_index=-1, reduction="none"
            )
        else:
            known = (g >= 0).float()
            each = F.binary_cross_entropy_with_logits(
                out, g.clamp(min=0).float(), pos_weight=weights[head.name], reduction="none"
            )
            each = (each * known).mean(1)
        total = total + shares[head.name] * (each * row_weight).mean()
    return total


def optimiser(net: network.Network, config: Config) -> torch.optim.Optimizer:
    """AdamW; layers learn less the further they are from the heads."""
    train = config.train
    layers = net.encoder.config.num_hidden_layers
    groups: list[dict[str, Any]] = []
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("heads."):
            rate = train.head_learning_rate
        else:
            marks = [int(part) for part in name.split(".") if part.isdigit()]
            depth = marks[0] + 1 if marks else 0
            rate = train.learning_rate * train.layer_decay ** (layers - depth)
        decay = 0.0 if parameter.ndim == 1 else train.weight_decay
        groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups)


def shortened(item: TextInput, share: float, rng: random.Random) -> TextInput:
    """With chance `share`, the input without some of its oldest turns."""
    if item.context and rng.random() < share:
        return item._replace(context=item.context[rng.randint(1, len(item.context)) :])
    return item


def steady_memory() -> None:
    """Keeps freed memory in the process: giving it back each step costs more than the step.

    glibc only; elsewhere nothing happens.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 1 << 30)  # M_MMAP_THRESHOLD
        libc.mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD


class Trainer:
    """One run's network, data and optimiser; `run` trains to the end or to its patience."""

    def __init__(self, config: Config) -> None:
        steady_memory()
        torch.set_num_threads(config.threads)
        self.bf16 = batches.bf16_supported()
        torch.manual_seed(config.seed)
        self.config = config
        self.folder = config.folder("train")
        prepared = config.folder("prepared")
        self.train_rows = rows.read(prepared / "train.jsonl")
        self.check_rows = [
            row for row in rows.read(prepared / "validation.jsonl") if row.kind == "item"
        ]
        self.encoder = TokenEncoder(*network.load_tokenizer(config.encoder))
        self.net = network.build(config.encoder, config.train.dropout)
        if config.train.freeze_embeddings:
            self.net.encoder.embeddings.requires_grad_(False)
        self.gold = stack([row.targets for row in self.train_rows])
        self.check_gold = stack([row.targets for row in self.check_rows])
        self.weights = class_weights(self.gold, config.train.positive_weight_cap)
        light = config.train.thread_weight
        self.row_weight = torch.tensor(
            [light if r.kind == "thread" else 1.0 for r in self.train_rows]
        )
        steps = -(-len(self.train_rows) // config.train.batch_size) * config.train.epochs
        self.optimiser = optimiser(self.net, config)
        warm = max(1, int(steps * config.train.warmup))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / (steps - warm)))
        )
        self.history: list[dict[str, float]] = []

    def start(self) -> None:
        """Goes on from last.pt, or starts the heads from a linear probe."""
        last = self.folder / "last.pt"
        if last.exists():
            state = torch.load(last, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.schedule.load_state_dict(state["schedule"])
            torch.set_rng_state(state["rng"])
            self.history = state["history"]
            return
        inputs = [row.input for row in self.train_rows]
        found = batches.features(self.net, self.encoder, inputs, self.bf16)
        probe.start_heads(self.net, found, self.gold, self.config.train.probe_strength)
        self.history = [{"epoch": 0, **self.check()}]

    def check(self) -> dict[str, float]:
        """Validation scores of the network as it is."""
        inputs = [row.input for row in self.check_rows]
        found = batches.logits(self.net, self.encoder, inputs, self.bf16)
        return validation_score(self.check_gold, found)

    def epoch(self, number: int) -> dict[str, float]:
        """One pass over the training rows."""
        train, began = self.config.train, time.monotonic()
        rng = random.Random(f"{self.config.seed}-{number}")
        inputs = [shortened(row.input, train.drop_context, rng) for row in self.train_rows]
        tokens = self.encoder.rows(inputs)
        self.net.train()
        total = 0.0
        for batch in batches.buckets(tokens, train.batch_size, rng):
            parts = batches.tensors([tokens[i] for i in batch], self.encoder.layout.pad)
            gold = {name: torch.from_numpy(values[batch]) for name, values in self.gold.items()}
            with batches.autocast(self.bf16):
                outputs = self.net(*parts)
            loss = loss_of(outputs, gold, self.row_weight[batch], self.weights, train.losses)
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.optimiser.step()
            self.schedule.step()
            total += float(loss.detach()) * len(batch)
        found = {"epoch": number, "loss": total / len(tokens), **self.check()}
        return {**found, "seconds": round(time.monotonic() - began, 1)}

    def run(self) -> list[dict[str, float]]:
        """Trains; returns one record of measures an epoch (epoch 0 is the linear probe)."""
        self.start()
        while len(self.history) <= self.config.train.epochs:
            best = max(range(len(self.history)), key=lambda i: self.history[i]["score"])
            if len(self.history) - 1 - best >= self.config.train.patience:
                break
            record = self.epoch(len(self.history))
            if record["score"] > self.history[best]["score"] or not self.best_file.exists():
                torch.save(self.net.state_dict(), self.best_file)
            self.history.append(record)
            self.save()
            print(json.dumps({k: round(v, 3) for k, v in record.items()}), flush=True)
        (self.folder / "history.json").write_text(json.dumps(self.history, indent=1) + "\n")
        return self.history

    @property
    def best_file(self) -> Path:
        """Weights of the best epoch so far."""
        return self.folder / "best.pt"

    def save(self) -> None:
        """Writes last.pt whole or not at all."""
        state = {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "rng": torch.get_rng_state(),
            "history": self.history,
        }
        part = self.folder / "last.pt.part"
        torch.save(state, part)
        part.replace(self.folder / "last.pt")


def fit_wide(config: Config) -> None:
    """Fits the wide half on the train split and writes wide.pt."""
    labelled = rows.read(config.folder("prepared") / "train.jsonl")
    encoder = TokenEncoder(*network.load_tokenizer(config.encoder))
    light = config.train.thread_weight
    made = wide.fit(
        encoder.rows([row.input for row in labelled]),
        stack([row.targets for row in labelled]),
        np.array([light if row.kind == "thread" else 1.0 for row in labelled]),
        encoder.tokenizer.get_vocab_size(),
        config.train.wide_strength,
    )
    torch.save(made.state_dict(), config.folder("train") / "wide.pt")


def load_best(config: Config) -> tuple[network.Network, TokenEncoder]:
    """The trained network of a run, both halves, with its token encoder."""
    folder = config.folder("train")
    net = network.build(config.encoder, 0.0)
    net.load_state_dict(torch.load(folder / "best.pt", weights_only=True))
    encoder = TokenEncoder(*network.load_tokenizer(config.encoder))
    if config.train.wide_share:
        net.wide = wide.Wide(encoder.tokenizer.get_vocab_size(), sum(net.widths))
        net.wide.load_state_dict(torch.load(folder / "wide.pt", weights_only=True))
        net.wide_share = config.train.wide_share
    return net.eval(), encoder


def main() -> None:
    config, _ = settings.from_command_line("train")
    history = Trainer(config).run()
    if config.train.wide_share:
        fit_wide(config)
    tracking.log(config, "train", history)


if __name__ == "__main__":
    main()
