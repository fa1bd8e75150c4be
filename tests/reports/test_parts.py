"""Wording, highlighting and the timeline on their own."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.reports import _wording as words
from stalk_nlp.reports._timeline import Slot, draw, months

NAMES = ("Ana", "Ben")
JAN = 482_136  # hours from 1970 to 2025-01-01T00:00


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2025-02-01T20:14:07Z", "1 Feb 2025, 20:14 UTC"),
        ("2025-02-01T20:14:07.250Z", "1 Feb 2025, 20:14 UTC"),
        ("2025-12-31T23:59:59", "31 Dec 2025, 23:59"),
        (None, "time not known"),
        ("an unknown time", "an unknown time"),
    ],
)
def test_times_are_said_so_that_day_and_month_cannot_be_confused(time: str, said: str) -> None:
    assert words.when(time) == said


def test_numbers_are_said_in_the_right_number() -> None:
    assert words.count(1, "contact") == "1 contact"
    assert words.count(1234, "contact") == "1,234 contacts"
    assert (words.duration(45.0), words.duration(185.2), words.duration(None)) == (
        "45 s", "3 min 5 s", "",
    )  # fmt: skip


def test_ids_and_times_in_reasons_become_links_and_words() -> None:
    event = "sha256:" + "ab12" * 16
    line = f"after <b> of 2025-02-01T20:14:07Z (event {event})"
    shown = words.linked(line, {event: "p1-x"})
    assert shown == (
        "after &lt;b&gt; of 1 Feb 2025, 20:14 UTC "
        '(event <a href="#p1-x"><code>ab12ab12ab</code></a>)'
    )
    assert "<a" not in words.linked(line, {})


SPANS = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from(["fixated", "obsessive", "threat", "B1"]),
            "start": st.integers(-3, 40),
            "end": st.integers(-3, 60),
        }
    ),
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), SPANS)
def test_highlighting_never_changes_the_words(text: str, evidence: list) -> None:
    shown = str(words.highlight(text, evidence))
    bare = re.sub(r'<span class="tag">.*?</span>|</?mark[^>]*>', "", shown)
    assert bare.replace("&#34;", '"').replace("&#39;", "'") == html.escape(
        words.clean(text), quote=False
    )


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abc", min_size=1, max_size=30), SPANS)
def test_every_marked_letter_is_in_a_span_and_the_other_way_round(text: str, spans: list) -> None:
    shown = re.sub(r'<span class="tag">.*?</span>', "", str(words.highlight(text, spans)))
    inside, flags = False, []
    for token in re.findall(r"<[^>]*>|.", shown):
        if token.startswith("<"):
            inside = token.startswith("<mark")
        else:
            flags.append(inside)
    wanted = [any(max(0, s["start"]) <= i < s["end"] for s in spans) for i in range(len(text))]
    assert flags == wanted


@pytest.mark.parametrize(
    ("hours", "bar"), [(48, "hour"), (24 * 300, "day"), (24 * 900, "week"), (24 * 4000, "30 days")]
)
def test_bars_widen_with_the_span(hours: int, bar: str) -> None:
    counts = Counter({Slot(JAN, True, "message"): 3, Slot(JAN + hours, False, "message"): 1})
    drawn = draw(counts, [], NAMES, "k")
    assert drawn is not None
    assert drawn.bar == bar
    assert len(re.findall("M[^M]*z", drawn.svg)) == 2


def test_events_of_a_day_are_one_bar() -> None:
    counts = Counter({Slot(JAN + h, True, "message"): 2 for h in range(24)})
    counts[Slot(JAN + 24 * 30, False, "message")] = 1
    drawn = draw(counts, [], NAMES, "k")
    assert drawn is not None
    assert len(re.findall("M[^M]*z", drawn.svg)) == 2
    assert ">48<" in drawn.svg  # the peak of the day


def test_calls_have_a_lane_of_their_own_only_where_there_are_calls() -> None:
    counts = Counter({Slot(JAN, True, "message"): 1})
    assert ">Calls<" not in draw(counts, [], NAMES, "k").svg  # type: ignore[union-attr]
    counts[Slot(JAN, False, "unanswered")] = 1
    svg = draw(counts, [], NAMES, "k").svg  # type: ignore[union-attr]
    assert ">Calls<" in svg
    assert 'class="b unanswered"' in svg


def test_nothing_to_draw() -> None:
    assert draw(Counter(), [], NAMES, "k") is None


def test_boundary_labels_do_not_run_into_each_other() -> None:
    counts = Counter({Slot(JAN, True, "message"): 1, Slot(JAN + 24 * 90, True, "message"): 1})
    close = [(JAN + 24.0 * 30 + i, f"b{i}") for i in range(4)]
    svg = draw(counts, close, NAMES, "k").svg  # type: ignore[union-attr]
    assert svg.count('class="boundary"') == 4
    assert re.findall(r'boundary-label"[^>]*>([^<]*)<', svg) == ["b0", "b1", "", ""]


def test_months_hold_every_event() -> None:
    counts = Counter({Slot(JAN, True, "message"): 2, Slot(JAN + 24 * 31, False, "answered"): 1})
    assert months(counts) == [("2025-01", {"a_message": 2}), ("2025-02", {"b_answered": 1})]


def test_unknown_patterns_are_still_shown() -> None:
    pattern = {"code": "P99", "value": {"ratio": 2.5, "list": [1]}, "parameters": {}}
    assert words.findings_of(pattern) == ["ratio: 2.5"]


def test_long_findings_are_cut_and_say_so() -> None:
    pattern = {"code": "P99", "value": {f"n{i}": i for i in range(20)}}
    lines = words.findings_of(pattern)
    assert (len(lines), lines[-1]) == (13, "8 lines more in pairs.jsonl.")
