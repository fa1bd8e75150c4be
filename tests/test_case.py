"""Case folder: whole or not at all, and its manifest."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from stalk_nlp.case import MESSAGE_SCHEMA, Case, MessageWriter, staged, write_jsonl, write_manifest
from stalk_nlp.errors import CaseError


def test_folder_appears_only_at_the_end(tmp_path):
    out = tmp_path / "case"
    with staged(out) as stage:
        (stage / "messages.jsonl").write_text("{}\n")
        assert not out.exists()
    assert [p.name for p in out.iterdir()] == ["messages.jsonl"]
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_an_error_leaves_nothing(tmp_path):
    def fail():
        with staged(tmp_path / "case") as stage:
            (stage / "messages.jsonl").write_text("{}\n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_case_is_never_overwritten(tmp_path):
    out = tmp_path / "case"
    out.mkdir()
    (out / "keep").write_text("x")
    with pytest.raises(CaseError, match="already exists"), staged(out):
        pass
    assert (out / "keep").read_text() == "x"


KILLED = """
import sys, time
from pathlib import Path
from stalk_nlp.case import staged
with staged(Path(sys.argv[1])) as stage:
    (stage / "messages.jsonl").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_kill_in_the_middle_leaves_no_case_folder(tmp_path, sent):
    out = tmp_path / "case"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout.readline() == b"writing\n"
    child.send_signal(sent)
    child.wait(timeout=30)
    assert not out.exists()
    left = list(tmp_path.iterdir())
    assert (left == []) == (sent != signal.SIGKILL)
    with staged(out):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_a_running_neighbour_is_left_alone(tmp_path):
    mine = tmp_path / f".case.partial-{os.getpid()}-abc"
    mine.mkdir()
    with staged(tmp_path / "case"):
        assert mine.exists()


def make(folder):
    writer = MessageWriter(folder)
    writer.write([{"event_id": "sha256:00", "text": "hé", "recipients": ["Ben"], "source_row": 1}])
    writer.close()
    write_jsonl(folder / "pairs.jsonl", [{"rank": 1}])
    write_jsonl(folder / "unparsed.jsonl", [])
    write_manifest(folder, {"counts": {"events": 1}})
    return Case.load(folder)


def test_written_and_loaded(tmp_path):
    case = make(tmp_path)
    assert next(iter(case.messages))["text"] == "hé"
    assert case.pairs == [{"rank": 1}]
    assert case.unparsed == []
    assert [o["name"] for o in case.manifest["outputs"]] == [
        "messages.jsonl", "messages.parquet", "pairs.jsonl", "unparsed.jsonl",
    ]  # fmt: skip
    assert case.changed_files() == []


def test_parquet_has_the_columns_of_the_lines(tmp_path):
    import pyarrow.parquet as pq

    make(tmp_path)
    table = pq.read_table(tmp_path / "messages.parquet")
    assert table.schema.names == MESSAGE_SCHEMA.names
    assert table["recipients"].to_pylist() == [["Ben"]]


def test_one_changed_byte_shows(tmp_path):
    case = make(tmp_path)
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    assert case.changed_files() == ["pairs.jsonl"]
    (tmp_path / "messages.parquet").unlink()
    assert case.changed_files() == ["messages.parquet", "pairs.jsonl"]


def test_only_the_time_stamp_differs(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = make(tmp_path / "a").manifest
    time.sleep(1.1)
    second = make(tmp_path / "b").manifest
    assert first.pop("created") != second.pop("created")
    assert json.dumps(first) == json.dumps(second)


def test_not_a_case(tmp_path):
    with pytest.raises(CaseError, match="not a case folder"):
        Case.load(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(CaseError, match="broken"):
        _ = Case.load(tmp_path).manifest
