"""Checks the whole of data/ and prints a report; exit 1 when anything is at fault.

    python -m training.corpus.lint            report on the screen
    python -m training.corpus.lint --write    also to data/LINT.md

Faults: the schema and the label rules, near-duplicates, over-used frames, personal data,
leaks between splits, ids used twice, differences of the second reading that nobody settled.
The tables of balance are for reading.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from datasketch import MinHash, MinHashLSH

from training.config import ROOT
from training.corpus import describe, rules, second_reading, splits

Record = dict[str, Any]

#: Character n-grams of a text, and the share of them two texts may have in common.
GRAM, MOST_ALIKE = 5, 0.6
#: Shorter texts ("on my way x") are alike by nature.
LEAST_CHARS = 26
PERMUTATIONS = 128
#: Words of a frame, and the number of items that may share one (corpus brief).
FRAME_WORDS, MOST_ITEMS = 5, 12

_PHONE = re.compile(r"(?<![\w£$€#./-])(?:\+?44|0)[\d \-()]{8,14}\d(?!\w)")
_DRAMA = re.compile(r"(?:447700900|442079460|441632960)\d{3}")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")
_MAIL = re.compile(r"\b[\w.+-]+@([\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_EXAMPLE = re.compile(r"@(?:[\w-]+\.)*example(?:\.\w+)*$", re.IGNORECASE)


def grams(text: str) -> frozenset[str]:
    """Character n-grams of a text, lower case, white space joined."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[i : i + GRAM] for i in range(max(1, len(plain) - GRAM + 1)))


def alike(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard similarity."""
    return len(first & second) / len(first | second)


def near_duplicates(items: list[Record]) -> Iterator[str]:
    """Pairs of targets over `MOST_ALIKE` that are not one minimal pair."""
    found = [(i, grams(i["text"])) for i in items if len(i["text"]) >= LEAST_CHARS]
    index = MinHashLSH(threshold=MOST_ALIKE - 0.15, num_perm=PERMUTATIONS)
    for place, (item, own) in enumerate(found):
        sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
        sketch.update_batch([gram.encode() for gram in own])
        for other in sorted(index.query(sketch)):
            earlier, theirs = found[other]
            same_pair = item["pair_id"] is not None and item["pair_id"] == earlier["pair_id"]
            if not same_pair and alike(own, theirs) > MOST_ALIKE:
                yield f"{earlier['id']} and {item['id']} are near-duplicates"
        index.insert(place, sketch)


def frames(text: str) -> set[tuple[str, ...]]:
    """Every run of `FRAME_WORDS` words in a text."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower())
    return {tuple(words[i : i + FRAME_WORDS]) for i in range(len(words) - FRAME_WORDS + 1)}


def overused(items: list[Record]) -> Iterator[str]:
    """Frames of targets and contexts that stand in more than `MOST_ITEMS` items.

    The two items of a minimal pair count once.
    """
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for item in items:
        for text in (item["text"], *(turn[2] for turn in item["context"])):
            for frame in frames(text):
                holders[frame].add(item["pair_id"] or item["id"])
    for frame, where in sorted(holders.items(), key=lambda kv: (-len(kv[1]), kv[0])):
        if len(where) > MOST_ITEMS:
            yield f"“{' '.join(frame)}” stands in {len(where)} items"


def personal(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Phone numbers outside the drama ranges, full postcodes, real mail addresses."""
    for place, text in texts:
        for match in _PHONE.finditer(text):
            digits = re.sub(r"\D", "", match[0])
            national = "44" + digits[1:] if digits.startswith("0") else digits
            if len(national) >= 11 and not _DRAMA.fullmatch(national):
                yield f"{place} holds a phone number outside the ranges kept for drama"
        if _POSTCODE.search(text):
            yield f"{place} holds a full postcode"
        if any(not _EXAMPLE.search(m[0]) for m in _MAIL.finditer(text)):
            yield f"{place} holds a mail address that is not an example"


def texts_of(items: list[Record], threads: list[Record]) -> Iterator[tuple[str, str]]:
    """Every text of the data with its place."""
    for item in items:
        yield item["id"], item["text"]
        yield from ((f"{item['id']} (context)", turn[2]) for turn in item["context"])
    for thread in threads:
        yield from ((f"{thread['id']} {e['id']}", e["text"]) for e in thread["events"])


def twice(records: list[Record]) -> Iterator[str]:
    """Ids that stand more than once."""
    count = Counter(r["id"] for r in records)
    yield from (f"the id {i} stands {n} times" for i, n in sorted(count.items()) if n > 1)


def faults(items: list[Record], threads: list[Record]) -> dict[str, list[str]]:
    """Name of a check -> its faults."""
    leaks = [
        f"{path.name}: {fault}"
        for path in sorted((ROOT / "data" / "splits").glob("*.json"))
        for fault in splits.leaks([*items, *threads], splits.read(path))
    ]
    return {
        "schema and label rules": [
            *(f"{i['id']}: {fault}" for i in items for fault in rules.item_faults(i)),
            *(f"{t['id']}: {fault}" for t in threads for fault in rules.thread_faults(t)),
        ],
        "ids": list(twice([*items, *threads])),
        "near-duplicates": list(near_duplicates(items)),
        "over-used frames": list(overused(items)),
        "personal data": list(personal(texts_of(items, threads))),
        "leaks between splits": leaks,
        "second reading": second_reading.all_faults(),
    }


def balance(items: list[Record]) -> Iterator[str]:
    """Markdown tables: stance and levels by relation, register and dialect."""
    heads = ["items", *(s.lower() for s in _STANCES), *(f"{x}{n}" for x in "FOUR" for n in (1, 2))]
    for by in ("relation", "register", "dialect"):
        yield f"\n| {by} | " + " | ".join(heads) + " |"
        yield "|---" * (len(heads) + 1) + "|"
        groups: dict[str, list[Record]] = defaultdict(list)
        for item in items:
            groups[item[by]].append(item)
        for name, group in sorted(groups.items(), key=lambda kv: (-len(kv[1]), kv[0])):
            stances = [sum(i["stance"] == s for i in group) for s in _STANCES]
            levels = [sum(i[x] == n for i in group) for x in "FOUR" for n in (1, 2)]
            yield f"| {name} | " + " | ".join(map(str, [len(group), *stances, *levels])) + " |"


_STANCES = ("ACTS", "NEUTRAL", "BOUNDARY", "NARRATES", "JOKES_FICTION", "AUTOMATED", "RELAYS")


def report(items: list[Record], threads: list[Record]) -> tuple[str, int]:
    """The report in Markdown, and the number of faults."""
    found = faults(items, threads)
    lines = [
        "# Lint of the labelled data",
        "",
        f"{len(items):,} messages and {len(threads):,} threads. Written by"
        " `python -m training.corpus.lint --write`.",
        "",
        "| check | faults |",
        "|---|---|",
        *(f"| {name} | {len(listed)} |" for name, listed in found.items()),
    ]
    lines += [f"- {fault}" for listed in found.values() for fault in listed]
    lines += ["", "## Balance", *balance(items)]
    return "\n".join(lines) + "\n", sum(map(len, found.values()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.corpus.lint")
    parser.add_argument("--write", action="store_true", help="write data/LINT.md")
    write = parser.parse_args().write
    text, count = report(describe.read("messages"), describe.read("threads"))
    if write:
        (ROOT / "data" / "LINT.md").write_text(text, encoding="utf-8")
    print(text.partition("## Balance")[0])
    raise SystemExit(1 if count else 0)


if __name__ == "__main__":
    main()
