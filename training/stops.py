"""Which earlier messages are stops: fills the `boundary` flag of corpus rows.

The program sets that flag from its boundary rules. A corpus item carries no boundary
record for its context, so a small word model, fitted on the targets of the train split
(BOUNDARY against the rest), reads the other party's turns. It never sees the label of the
row whose flag it sets.
"""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from stalk_nlp.labels import STANCES
from training.rows import LabelledRow

THRESHOLD = 0.5
_BOUNDARY = STANCES.index("BOUNDARY")


def word_features(max_features: int = 40_000) -> object:
    """TF-IDF over words and their pairs, and over character runs inside words."""
    return make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=max_features),
        TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, max_features=max_features
        ),
    )


def fit(rows: Sequence[LabelledRow]) -> Pipeline:
    """Fits on the targets of corpus items with a known stance."""
    known = [row for row in rows if row.targets["stance"] >= 0]
    model = make_pipeline(word_features(), LogisticRegression(C=10.0, max_iter=1000))
    return model.fit(
        [row.input.text for row in known], [row.targets["stance"] == _BOUNDARY for row in known]
    )


def flag(rows: Sequence[LabelledRow], model: Pipeline) -> list[LabelledRow]:
    """Rows of corpus items with the flag set; thread rows keep the flag of their gold."""
    texts = sorted(
        {t.text for r in rows if r.kind == "item" for t in r.input.context if not t.by_sender}
    )
    scores = model.predict_proba(texts)[:, 1] if texts else []
    stops = {text for text, score in zip(texts, scores, strict=True) if score >= THRESHOLD}
    return [_flagged(row, stops) if row.kind == "item" else row for row in rows]


def _flagged(row: LabelledRow, stops: set[str]) -> LabelledRow:
    found = any(not turn.by_sender and turn.text in stops for turn in row.input.context)
    return row._replace(input=row.input._replace(boundary=found))
