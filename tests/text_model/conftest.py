"""A tiny model, trained and exported through the real code path, and the released one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stalk_nlp.text_model import TextInput, TextModel, Turn

ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    "stop contact me you please do not again hi see tomorrow ok thanks i am outside your house"
    " love will wait d m h asked to unanswered"
).split()


def tiny_encoder(folder: Path) -> Path:
    """A random two-layer BERT and a word-piece tokenizer over a few dozen words."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(3)
    letters = [chr(c) for c in range(97, 123)] + list("0123456789[]|:.'")
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *WORDS]
    vocab += [f"##{x}" for x in letters[:36]]
    table = {token: i for i, token in enumerate(dict.fromkeys(vocab))}
    config = transformers.BertConfig(
        vocab_size=len(table),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(folder)
    transformers.BertTokenizer(vocab=table).save_pretrained(folder)
    return folder


def tiny_rows() -> list[dict[str, object]]:
    """Sixteen labelled messages, two kinds: stops and approaches."""
    found = []
    for k in range(8):
        base = {
            "context": [["A", f"-{k + 1}d", "hi"]] if k % 2 else [],
            "risk": [],
            "spans": [],
            "pair_id": None,
            "why": "made for a test",
        }
        stop = {"stance": "BOUNDARY", "boundary": {"type": "B1", "scope": "all"}, "acts": []}
        act = {"stance": "ACTS", "boundary": None, "acts": [["loiter", "ADMITTED"]]}
        found.append({**base, **stop, **dict.fromkeys("FOUR", 0), "id": f"s{k}", "from": "B"})
        found[-1] |= {"to": "A", "text": f"please stop contact {WORDS[k]}"}
        levels = {"F": 0, "O": k % 3, "U": 2, "R": 0}
        found.append({**base, **act, **levels, "id": f"a{k}", "from": "A", "to": "B"})
        found[-1] |= {"text": f"i am outside your house {WORDS[-k - 1]}"}
    return found


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """Folder of a tiny exported model, and what int8 changed."""
    pytest.importorskip("torch")
    from training import calibrate, config, export, rows, train
    from training.targets import stack

    home = tmp_path_factory.mktemp("tiny")
    made = config.Config(
        name="tiny",
        runs=str(home / "runs"),
        encoder=config.Encoder(
            weights=str(tiny_encoder(home / "encoder")), max_target=24, max_total=48
        ),
        train=config.Train(epochs=2, batch_size=8, learning_rate=1e-3),
    )
    labelled = [rows.from_item(item) for item in tiny_rows()]
    for split in ("train", "validation"):
        rows.write(labelled, made.folder("prepared") / f"{split}.jsonl")
    train.Trainer(made).run()
    train.fit_wide(made)
    net, encoder = train.load_best(made)
    from training import batches, targets

    logits = batches.logits(net, encoder, [row.input for row in labelled])
    missing = {head.name: [] for head in targets.HEADS} | {"risk": ["weapon", "tracker"]}
    gold = stack([row.targets for row in labelled])
    record = calibrate.fit(logits, gold, logits, missing, made)
    (made.folder("calibrate") / "calibration.json").write_text(json.dumps(record))
    return made.folder("export"), export.export(made)


@pytest.fixture(scope="session")
def released() -> TextModel:
    """The model in models/released, or a skip."""
    folder = ROOT / "models" / "released"
    if not (folder / "manifest.json").is_file():
        pytest.skip("there is no released model in this checkout")
    return TextModel.load(folder, threads=1)


@pytest.fixture
def talk() -> list[TextInput]:
    """A few dozen inputs of many lengths, with and without context."""
    lines = ["please stop", "i am outside your house", "ok thanks see you tomorrow", "love you"]
    made = [TextInput(" ".join(lines[k % 4 :] * (1 + k % 5))) for k in range(20)]
    before = Turn(False, 3 * 86_400.0, "please stop contacting me")
    return made + [item._replace(context=(before,), unanswered=k) for k, item in enumerate(made)]
