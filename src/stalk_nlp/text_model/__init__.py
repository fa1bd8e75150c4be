"""The text model: a message and its context -> stance, FOUR, boundary, acts, risk markers.

    model = TextModel.load()
    marks = model.score([TextInput("please stop contacting me")])

Reads text only. Whether contact is unwanted or repeated by the record is a matter of rules
over typed events, decided elsewhere.
"""

from stalk_nlp.text_model.description import describe
from stalk_nlp.text_model.encode import TextInput, Turn
from stalk_nlp.text_model.evidence import Span, spans
from stalk_nlp.text_model.marks import BOUNDARY_CLASSES, Marks, Thresholds
from stalk_nlp.text_model.release import default_model_dir
from stalk_nlp.text_model.session import TextModel

__all__ = [
    "BOUNDARY_CLASSES",
    "Marks",
    "Span",
    "TextInput",
    "TextModel",
    "Thresholds",
    "Turn",
    "default_model_dir",
    "describe",
    "spans",
]
