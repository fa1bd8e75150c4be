"""The text model: texts with their context in, marks out.

A text's marks depend on nothing but the text and its context. Weights are int8, but every
activation row is quantised by itself; a row is padded to a length that follows from its own
tokens alone; batches have one fixed shape for each length. So neighbours in a batch, the
order of the inputs and repeated runs leave no trace.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from stalk_nlp.errors import ModelError
from stalk_nlp.text_model.encode import Layout, Row, TextInput, TokenEncoder, is_blank, pad
from stalk_nlp.text_model.marks import HEAD_COLUMNS, Calibration, Marks, Thresholds, make_marks
from stalk_nlp.text_model.release import Release, default_model_dir, open_release

__all__ = ["TextModel"]

#: Padded lengths are multiples of this many tokens.
STEP = 16
#: Tokens in a batch, padding included: rows = BATCH_TOKENS // length.
BATCH_TOKENS = 1024
#: Inputs tokenised and held at once.
CHUNK = 4096


class TextModel:
    """A released model, ready to score. Make one with `TextModel.load`."""

    def __init__(self, release: Release, session: ort.InferenceSession) -> None:
        self.release = release
        self.calibration = Calibration.from_json(release.calibration)
        self._session = session
        layout = release.info["layout"]
        self._encoder = TokenEncoder(
            Tokenizer.from_file(str(release.folder / "tokenizer.json")),
            Layout(
                tuple(layout["start"]),
                tuple(layout["middle"]),
                tuple(layout["end"]),
                layout["pad"],
                layout["max_target"],
                layout["max_total"],
            ),
        )

    @classmethod
    def load(cls, folder: Path | str | None = None, *, threads: int | None = None) -> TextModel:
        """Checks and loads a model folder (default: the model that comes with the program).

        threads: cores to use; default all that this process may use. The marks are the same
        for any number. Raises ModelError when the folder is missing, altered, or made for
        another version.
        """
        release = open_release(Path(folder) if folder is not None else default_model_dir())
        try:
            session = _open_session(release.folder / "model.onnx", threads or _cores())
            return cls(release, session)
        except ModelError:
            raise
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ModelError(f"The model in {release.folder} cannot be opened here.") from error

    @property
    def thresholds(self) -> Thresholds:
        """Probabilities from which marks are made."""
        return self.calibration.thresholds

    @property
    def identity(self) -> str:
        """name-version@hash, for reports and manifests."""
        return f"{self.release.name}-{self.release.version}@{self.release.sha256[:12]}"

    @property
    def not_covered(self) -> dict[str, tuple[str, ...]]:
        """Labels the model was not trained for, by head; their scores are NaN."""
        return {
            head: tuple(
                column
                for column, covered in zip(columns, self.calibration.covered[head], strict=True)
                if not covered
            )
            for head, columns in HEAD_COLUMNS.items()
        }

    def score(self, inputs: Sequence[TextInput]) -> Marks:
        """Marks of every input, in order. Equal inputs are scored once; blank texts not at all."""
        place: dict[TextInput, int] = {}
        blank: dict[str, bool] = {}
        rows_of = np.full(len(inputs), -1, dtype=np.int64)
        for i, item in enumerate(inputs):
            if item.text not in blank:
                blank[item.text] = is_blank(item.text)
            if not blank[item.text]:
                rows_of[i] = place.setdefault(item, len(place))
        logits = self._logits(list(place))
        scored = rows_of >= 0
        found = {head: values[rows_of[scored]] for head, values in logits.items()}
        return make_marks(found, self.calibration, scored)

    def _logits(self, inputs: Sequence[TextInput]) -> dict[str, npt.NDArray[np.float32]]:
        out = {
            head: np.zeros((len(inputs), len(columns)), dtype=np.float32)
            for head, columns in HEAD_COLUMNS.items()
        }
        for start in range(0, len(inputs), CHUNK):
            rows = self._encoder.rows(inputs[start : start + CHUNK])
            for length, members in _batches(rows):
                found = self._run([rows[i] for i in members], length)
                for head, values in zip(HEAD_COLUMNS, found, strict=True):
                    out[head][[start + i for i in members]] = values[: len(members)]
        return out

    def _run(self, rows: Sequence[Row], length: int) -> list[npt.NDArray[np.float32]]:
        height = _height(length)
        ids, mask, segments = pad(rows, length, self._encoder.layout.pad, height)
        feed = {"input_ids": ids, "attention_mask": mask, "segments": segments}
        found: list[npt.NDArray[np.float32]] = self._session.run(list(HEAD_COLUMNS), feed)
        return found


def _batches(rows: Sequence[Row]) -> list[tuple[int, list[int]]]:
    """(padded length, row numbers) of each batch, shortest first."""
    by_length: dict[int, list[int]] = {}
    for i, row in enumerate(rows):
        by_length.setdefault(-(-len(row.ids) // STEP) * STEP, []).append(i)
    return [
        (length, members[k : k + _height(length)])
        for length, members in sorted(by_length.items())
        for k in range(0, len(members), _height(length))
    ]


def _height(length: int) -> int:
    return max(1, BATCH_TOKENS // length)


def _open_session(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
