"""The lint of the labelled data finds what it is there to find."""

import pytest

from training.corpus import describe, lint


def item(number, text, pair=None, context=()):
    return {"id": f"w1-{number}", "text": text, "pair_id": pair, "context": list(context)}


def test_near_duplicates_outside_a_minimal_pair():
    a = item(1, "could you drop the ladder back before sunday please")
    b = item(2, "could you drop the ladder back before Sunday, please")
    c = item(3, "the ladder is still at ours and I need it for the loft")
    assert list(lint.near_duplicates([a, b, c])) == ["w1-1 and w1-2 are near-duplicates"]
    pair = [{**a, "pair_id": "p1"}, {**b, "pair_id": "p1"}]
    assert list(lint.near_duplicates(pair)) == []


def test_short_texts_may_be_alike():
    assert list(lint.near_duplicates([item(1, "on my way x"), item(2, "on my way x")])) == []


def test_similarity_is_jaccard_of_character_runs():
    assert lint.grams("abcdefg") == {"abcde", "bcdef", "cdefg"}
    assert lint.alike(lint.grams("abcdefg"), lint.grams("abcdefh")) == 2 / 4


def test_a_frame_in_more_than_twelve_items():
    turn = ("B", "-1h", "well I never said that you could")
    items = [item(n, f"number {n}", context=[turn]) for n in range(13)]
    assert list(lint.overused(items)) == [
        "“i never said that you” stands in 13 items",
        "“never said that you could” stands in 13 items",
        "“well i never said that” stands in 13 items",
    ]
    assert list(lint.overused(items[:12])) == []
    pairs = [{**i, "pair_id": f"p{n // 2}"} for n, i in enumerate(items)]
    assert list(lint.overused(pairs)) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("ring 07700 900123 after six", 0),
        ("ring +44 7700 900123", 0),
        ("0161 496 0000 is not ours", 1),
        ("call 020 7946 0123 or 01632 960455", 0),
        ("ref 4417 at 18:30 on 12/03/2025", 0),
        ("£0.01 ref 0044718", 0),
        ("send it to SW1A 1AA", 1),
        ("mail me at sam@example.org", 0),
        ("mail me at sam@somewhere.net", 1),
    ],
)
def test_personal_data(text, faults):
    assert len(list(lint.personal([("w1-1", text)]))) == faults


def test_ids_used_twice():
    assert list(lint.twice([{"id": "a"}, {"id": "b"}, {"id": "a"}])) == ["the id a stands 2 times"]


def test_the_data_is_clean():
    found = lint.faults(describe.read("messages"), describe.read("threads"))
    assert {name: listed for name, listed in found.items() if listed} == {}


def test_balance_counts_every_item():
    items = describe.read("messages")
    rows = [line for line in lint.balance(items) if line.startswith("| ex-partner |")]
    cells = [int(c) for c in rows[0].split("|")[2:-1]]
    assert cells[0] == sum(i["relation"] == "ex-partner" for i in items)
    assert sum(cells[1:8]) == cells[0]
