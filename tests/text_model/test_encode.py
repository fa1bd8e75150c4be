"""Rendering and token layout."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from stalk_nlp.text_model import TextInput, Turn
from stalk_nlp.text_model.encode import (
    Layout,
    Row,
    TokenEncoder,
    coarse_age,
    is_blank,
    pad,
    render,
)


def test_a_single_text_needs_no_context() -> None:
    assert render(TextInput("hi  there\n")) == ("hi there", "")


def test_header_and_context_are_spelled_out() -> None:
    turns = (
        Turn(False, 3 * 86_400.0, "please stop"),
        Turn(True, 7200.0, "ok"),
        Turn(True, None, "hello?"),
    )
    item = TextInput("u up", turns, unanswered=2, boundary=True)
    assert render(item) == (
        "[asked to stop] [2 unanswered] u up",
        "you 3d: please stop | me 2h: ok | me: hello?",
    )


def test_only_the_newest_six_turns_are_read() -> None:
    turns = tuple(Turn(True, None, f"t{k}") for k in range(9))
    assert render(TextInput("x", turns))[1] == "me: t3 | me: t4 | me: t5 | me: t6 | me: t7 | me: t8"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0m"),
        (-5, "0m"),
        (150, "2m"),
        (3599, "59m"),
        (3600, "1h"),
        (86_399, "23h"),
        (5 * 86_400, "5d"),
        (13.9 * 86_400, "13d"),
        (49 * 86_400, "7w"),
        (800 * 86_400, "2y"),
    ],
)
def test_coarse_age(seconds: float | None, text: str) -> None:
    assert coarse_age(seconds) == text


def test_counts_are_coarse() -> None:
    def headers(count: int) -> str:
        return render(TextInput("x", unanswered=count))[0]

    assert [headers(n) for n in (0, 1, 3, 4, 9, 10, 500)] == [
        "x",
        "[1 unanswered] x",
        "[3 unanswered] x",
        "[4 or more unanswered] x",
        "[4 or more unanswered] x",
        "[10 or more unanswered] x",
        "[10 or more unanswered] x",
    ]


def test_disguised_letters_and_emoji_become_words() -> None:
    assert render(TextInput("𝓁𝑜𝓋𝑒 y\u200bou ❤️"))[0] == "love you heavy black heart"
    assert render(TextInput("👍🏽"))[0] == "thumbs up sign"


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200e", "\ufe0f"])
def test_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(text + "x")


def _encoder(max_target: int = 4, max_total: int = 12) -> TokenEncoder:
    words = {word: k for k, word in enumerate(["[UNK]", *"abcdefghij", "me", "you", ":", "|"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    layout = Layout((100,), (101,), (102,), 99, max_target, max_total)
    return TokenEncoder(tokenizer, layout)


def test_target_alone_has_no_second_segment() -> None:
    assert _encoder().rows([TextInput("a b")]) == [Row((100, 1, 2, 101), 4)]


def test_long_target_keeps_its_start_and_its_end() -> None:
    assert _encoder().rows([TextInput("a b c d e f")]) == [Row((100, 1, 2, 3, 6, 101), 6)]


def test_context_loses_its_oldest_tokens() -> None:
    item = TextInput("a", (Turn(False, None, "b c d e f g h i j"),))
    assert _encoder(max_total=8).rows([item]) == [Row((100, 1, 101, 7, 8, 9, 10, 102), 3)]


def test_padding_marks_context_and_fills_with_the_first_row() -> None:
    ids, mask, segments = pad([Row((7, 8, 9), 1), Row((5,), 1)], 4, 0, height=3)
    np.testing.assert_array_equal(ids, [[7, 8, 9, 0], [5, 0, 0, 0], [7, 8, 9, 0]])
    np.testing.assert_array_equal(mask, [[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 0]])
    np.testing.assert_array_equal(segments, [[0, 1, 1, 0], [0, 0, 0, 0], [0, 1, 1, 0]])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=8), st.integers(0, 99))
def test_any_text_fits_the_layout(text: str, turns: list[str], unanswered: int) -> None:
    item = TextInput(text, tuple(Turn(True, 1.0, t) for t in turns), unanswered)
    (row,) = _encoder().rows([item])
    assert len(row.ids) <= 12
    assert row.ids[0] == 100
    assert row.split <= 4 + 2
