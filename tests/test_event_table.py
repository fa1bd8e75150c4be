"""Inputs -> event table: order, duplicates, direction, ids, scope, what cannot be read."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from stalk_nlp.errors import InputError, UnknownFormatError, UsageError
from stalk_nlp.event_table import IntakeOptions, read_inputs
from stalk_nlp.people import Party


def write(path: Path, events):
    path.write_text("".join(json.dumps(e) + "\n" for e in events), encoding="utf-8")
    return path


def event(minute, text, sender="Ana", to="Ben", **more):
    return {"time": f"2025-03-02T21:{minute:02d}:00+00:00", "from": sender, "to": to,
            "text": text, "channel": "whatsapp", **more}  # fmt: skip


def read(tmp_path, *paths, **options):
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return read_inputs(list(paths), IntakeOptions(**options), work)


def all_texts(table):
    return table.texts(np.arange(len(table)))


def test_time_order_over_sources(tmp_path):
    a = write(tmp_path / "a.jsonl", [event(5, "third"), event(1, "first")])
    b = write(tmp_path / "b.jsonl", [event(3, "second", "Ben", "Ana")])
    table = read(tmp_path, a, b)
    assert all_texts(table) == ["first", "second", "third"]
    assert table.index["source_row"].to_list() == [2, 1, 1]
    assert [(s.name, s.events) for s in table.sources] == [("a.jsonl", 2), ("b.jsonl", 1)]


def test_overlapping_exports_are_counted_once_and_repeats_kept(tmp_path):
    same = [event(1, "hi"), event(1, "hi"), event(2, "yo", "Ben", "Ana")]
    a = write(tmp_path / "a.jsonl", same)
    b = write(tmp_path / "b.jsonl", [*same, event(3, "new")])
    table = read(tmp_path, a, b)
    assert all_texts(table) == ["hi", "hi", "yo", "new"]
    assert table.duplicates == 3
    assert len(set(table.event_ids().tolist())) == 4


def test_event_ids_do_not_depend_on_the_file_or_the_names(tmp_path):
    a = write(tmp_path / "a.jsonl", [event(1, "hi"), event(2, "yo")])
    b = write(tmp_path / "b.jsonl", [event(0, "earlier"), event(1, "hi"), event(2, "yo")])
    first = read(tmp_path, a).event_ids().tolist()
    again = read(tmp_path, b, parties=(Party("Someone", ("Ana",)),)).event_ids().tolist()
    assert again[1:] == first
    assert all(len(i) == 64 for i in first)


def test_direction_needs_an_owner(tmp_path):
    path = write(tmp_path / "a.jsonl", [event(1, "hi"), event(2, "yo", "Ben", "Ana")])
    assert read(tmp_path, path).index["direction"].to_list() == ["unknown", "unknown"]
    table = read(tmp_path, path, owner="Ben")
    assert table.index["direction"].to_list() == ["received", "sent"]


def test_unknown_owner(tmp_path):
    path = write(tmp_path / "a.jsonl", [event(1, "hi")])
    with pytest.raises(UsageError, match="--owner 'Zed' is nobody"):
        read(tmp_path, path, owner="Zed")


def test_since_until_only(tmp_path):
    path = write(
        tmp_path / "a.jsonl",
        [event(1, "a"), event(2, "b", "Ben", "Ana"), event(3, "c", "Ana", "Cal"), event(4, "d")],
    )
    since = dt.datetime(2025, 3, 2, 21, 2, tzinfo=dt.UTC)
    until = dt.datetime(2025, 3, 2, 21, 4, tzinfo=dt.UTC)
    table = read(tmp_path, path, since=since, until=until)
    assert all_texts(table) == ["b", "c"]
    assert table.out_of_scope == 2
    assert all_texts(read(tmp_path, path, only="Ben")) == ["a", "b", "d"]


def test_one_corrupt_file_does_not_sink_the_rest(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "a.jsonl", [event(1, "hi")])
    (folder / "notes.md").write_text("shopping list")
    (folder / "empty.txt").write_bytes(b"")
    table = read(tmp_path, folder)
    assert all_texts(table) == ["hi"]
    assert sorted(r.source for r in table.rejects) == ["in/empty.txt", "in/notes.md"]


def test_nothing_readable_is_an_error(tmp_path):
    (tmp_path / "notes.md").write_text("shopping list")
    with pytest.raises(UnknownFormatError, match="not in a format this version reads"):
        read(tmp_path, tmp_path / "notes.md")
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(UnknownFormatError, match=r"empty\.txt is empty"):
        read(tmp_path, tmp_path / "empty.txt")
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="nothing to read"):
        read(tmp_path, tmp_path / "none")


def test_columns_make_a_strange_table_readable(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Wann,Wer,Was\n2025-03-02T21:01:00+00:00,Ana,hallo\n", encoding="utf-8")
    with pytest.raises(UnknownFormatError):
        read(tmp_path, path)
    table = read(tmp_path, path, columns={"time": "Wann", "from": "Wer", "text": "Was"})
    assert all_texts(table) == ["hallo"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tz": "Mars/Base"}, "There is no time zone 'Mars/Base'"),
        ({"date_order": "dym"}, "--date-order is dmy, mdy or ymd"),
        ({"format": "nokia"}, "There is no format 'nokia'"),
    ],
)
def test_wrong_options(tmp_path, options, message):
    path = write(tmp_path / "a.jsonl", [event(1, "hi")])
    with pytest.raises(UsageError, match=message):
        read(tmp_path, path, **options)


def test_evidence_is_not_changed(tmp_path):
    path = write(tmp_path / "a.jsonl", [event(1, "hi")])
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read(tmp_path, path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
