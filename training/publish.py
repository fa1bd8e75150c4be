"""Stage 6: copies an exported model to models/released, after checking it.

    python -m training.publish --config training/configs/first.toml

Every hash of the manifest must hold, the model card must be there, the whole must stay under
the size limit, and the model must load and mark a plain stop message as BOUNDARY.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from stalk_nlp.labels import STANCES
from stalk_nlp.text_model.encode import TextInput
from stalk_nlp.text_model.session import TextModel
from training import config as settings
from training.config import ROOT


def publish(source: Path, target: Path, limit_megabytes: float) -> str:
    """Copies whole or not at all; returns the model's identity. Raises ValueError on a fault."""
    model = TextModel.load(source)
    if "MODEL_CARD.md" not in model.release.files:
        raise ValueError("There is no model card yet; run training.evaluate first.")
    size = sum(path.stat().st_size for path in source.iterdir()) / 1e6
    if size > limit_megabytes:
        raise ValueError(f"The model takes {size:.1f} MB; the limit is {limit_megabytes} MB.")
    stance = model.score([TextInput("please stop contacting me")]).stance[0].argmax()
    if STANCES[int(stance)] != "BOUNDARY":
        raise ValueError("The model does not see a plain stop message as one.")
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name in (*model.release.files, "manifest.json"):
        shutil.copyfile(source / name, part / name)
    TextModel.load(part)
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
    return f"{model.identity}, {size:.1f} MB"


def main() -> None:
    config, _ = settings.from_command_line("publish")
    released = ROOT / "models" / "released"
    print(publish(config.folder("export"), released, config.export.max_megabytes))


if __name__ == "__main__":
    main()
