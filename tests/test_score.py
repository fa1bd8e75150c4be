"""The whole way through the house on the sample case, with the packaged model."""

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

import stalk_nlp
from stalk_nlp.cli import main
from stalk_nlp.events import CALL_KINDS
from stalk_nlp.labels import LETTERS, STANCES

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
OWNER, OTHER, FRIEND = "Leanne Okafor", "Gareth Pellow", "Bex Harlow"
WORDS = [
    "--owner", OWNER, "--tz", "Europe/London",
    "--party", f"{OTHER}=+447700900142,+447700900377", "--quiet",
]  # fmt: skip


def score(inputs, out):
    return main(["score", str(inputs), "--out", str(out), *WORDS])


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    out = tmp_path_factory.mktemp("scored") / "case"
    assert score(SAMPLE, out) == 0
    return out


@pytest.fixture(scope="module")
def messages(case):
    return lines(case / "messages.jsonl")


@pytest.fixture(scope="module")
def pairs(case):
    return {(p["from"], p["to"]): p for p in lines(case / "pairs.jsonl")}


def test_case_folder(case):
    assert sorted(p.name for p in case.iterdir()) == [
        "manifest.json", "messages.jsonl", "messages.parquet", "pairs.jsonl", "report.html",
        "unparsed.jsonl",
    ]  # fmt: skip
    assert (case / "unparsed.jsonl").read_bytes() == b""
    manifest = json.loads((case / "manifest.json").read_text())
    assert manifest["counts"]["events"] == 328
    assert manifest["owner"] == OWNER
    assert [f["name"] for f in manifest["files"]] == [
        "sample/WhatsApp Chat with Bex Harlow.txt", "sample/WhatsApp Chat with Gareth Pellow.zip",
        "sample/calls-20250601.xml", "sample/sms-20250601.xml",
    ]  # fmt: skip


def test_every_event_leads_back_to_its_row(messages):
    assert len({m["event_id"] for m in messages}) == len(messages) == 328
    assert [m["time_utc"] for m in messages] == sorted(m["time_utc"] for m in messages)
    stop = next(m for m in messages if "please don't contact me again" in (m.get("text") or ""))
    assert stop["time_utc"] == "2025-03-12T18:16:00Z"
    assert stop["time_raw"].startswith("12/03/2025")
    assert stop["tz_basis"] == "option"
    assert (stop["sender"], stop["recipients"], stop["direction"]) == (OWNER, [OTHER], "sent")
    assert stop["boundary"]["type"] == "B1"
    assert stop["stance"]["label"] == "BOUNDARY"


def test_message_fields_are_those_of_the_contract(messages):
    for message in messages:
        assert message["tz_basis"] in ("offset", "export", "option", "unknown")
        assert set(message["four"]) == set(LETTERS)
        is_call = message["kind"] in CALL_KINDS
        assert ("stance" in message) == (not is_call)
        if is_call:
            assert message["duration_s"] is None or message["duration_s"] >= 0
        elif message["stance"]:
            assert tuple(message["stance"]["scores"]) == STANCES
            if message["stance"]["label"] != "ACTS":
                assert message["four"]["fixated"]["level"] == 0
                assert message["four"]["obsessive"]["level"] == 0
        for span in message.get("evidence", []):
            assert message["text"][span["start"] : span["end"]] == span["text"]


def test_a_mark_always_says_why(messages):
    marked = [m for m in messages if any(v["level"] for v in m["four"].values())]
    assert marked
    assert all(m["why"] for m in marked)


def test_contact_after_the_stop(pairs, messages):
    pair = pairs[OTHER, OWNER]
    assert pair["rank"] == 1
    first = pair["boundaries"][0]
    assert (first["type"], first["known"]) == ("B1", True)
    p4 = next(p for p in pair["patterns"] if p["code"] == "P4")
    assert p4["status"] == "flagged"
    # 64 messages and calls of his follow the stop; one of them only accepts it.
    assert p4["value"]["known"]["events"] == 63
    assert p4["value"]["each"][0]["counts"] == {
        "events": 63, "turns": 62, "sessions": 45, "days": 40,
    }  # fmt: skip
    after = set(pair["contacts_after_boundary"])
    assert len(after) == 63
    by_id = {m["event_id"]: m for m in messages}
    assert {by_id[e]["sender"] for e in after} == {OTHER}
    assert min(by_id[e]["time_utc"] for e in after) == "2025-03-22T10:26:00Z"
    acknowledged = next(m for m in messages if m.get("text") == "understood. take care")
    assert acknowledged["event_id"] not in after
    assert acknowledged["four"]["unwanted"]["level"] == 0
    assert pair["four"]["unwanted"]["level"] == pair["four"]["repeated"]["level"] == 2
    assert pair["course_of_conduct"]["shown"] is True


def test_counter_indicators_stand_beside_the_marks(pairs):
    counter = {(c["type"], c["text"].rpartition(" Party B ")[2]): c["n"]
               for c in pairs[OTHER, OWNER]["counter"]}  # fmt: skip
    assert set(counter) == {
        ("b_initiated", "before the first boundary"),
        ("b_replied", "before the first boundary"),
    }
    assert min(counter.values()) > 5


def test_call_flood_is_flagged_once(pairs):
    status = {
        key: next(p["status"] for p in pair["patterns"] if p["code"] == "P7")
        for key, pair in pairs.items()
    }
    assert [key for key, value in status.items() if value == "flagged"] == [(OTHER, OWNER)]


def test_the_owner_and_the_friend_are_not_marked_by_context(pairs):
    for key in ((OWNER, OTHER), (FRIEND, OWNER), (OWNER, FRIEND)):
        assert pairs[key]["contacts_after_boundary"] == []
        assert pairs[key]["course_of_conduct"]["shown"] is False
        assert pairs[key]["four"]["unwanted"]["level"] in (0, 1)


def test_same_input_same_bytes(case, tmp_path):
    assert score(SAMPLE, tmp_path / "again") == 0
    for path in sorted(case.iterdir()):
        other = (tmp_path / "again" / path.name).read_bytes()
        if path.name != "manifest.json":
            assert path.read_bytes() == other, path.name
    first, second = (
        json.loads((folder / "manifest.json").read_text()) for folder in (case, tmp_path / "again")
    )
    for manifest in (first, second):
        manifest.pop("created")
        for entry in (*manifest["inputs"], *manifest["files"]):
            entry.pop("beside_case")
    assert first == second


def test_verify(tmp_path, capsys):
    inputs = tmp_path / "sample"
    shutil.copytree(SAMPLE, inputs)
    out = tmp_path / "case"
    assert score(inputs, out) == 0
    assert main(["verify", str(out)]) == 0
    changed = out / "pairs.jsonl"
    raw = changed.read_bytes()
    changed.write_bytes(raw[:10] + bytes([raw[10] ^ 1]) + raw[11:])
    assert main(["verify", str(out)]) == 3
    assert "pairs.jsonl differs" in capsys.readouterr().err
    changed.write_bytes(raw)
    evidence = inputs / "calls-20250601.xml"
    evidence.write_bytes(evidence.read_bytes() + b"\n")
    assert main(["verify", str(out)]) == 3
    assert "calls-20250601.xml is missing or differs" in capsys.readouterr().err


def test_partly_read_input_exits_1(tmp_path, capsys):
    inputs = tmp_path / "in"
    shutil.copytree(SAMPLE, inputs)
    (inputs / "notes.md").write_text("milk")
    assert score(inputs, tmp_path / "case") == 1
    assert lines(tmp_path / "case" / "unparsed.jsonl") == [
        {
            "source": "in/notes.md",
            "row": None,
            "reason": "in/notes.md is not in a format this version reads; see `stalk-nlp formats`.",
        }
    ]


def test_an_existing_case_is_refused(case, capsys):
    assert score(SAMPLE, case) == 2
    assert "already exists" in capsys.readouterr().err


def test_no_network(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert score(SAMPLE, tmp_path / "case") == 0


FORBIDDEN = re.compile(
    r"stalker|victim|offender|perpetrator|guilty|risk score|ignored her|breached|proves|confirms",
    re.IGNORECASE,
)


def test_wording_of_everything_that_is_not_message_text(case, messages):
    texts = sorted((m["text"] for m in messages if m.get("text")), key=len, reverse=True)
    pairs = (case / "pairs.jsonl").read_text(encoding="utf-8")
    assert not FORBIDDEN.search(pairs)
    for message in messages:
        for sentence in (*message.get("why", []), *message.get("against", [])):
            for text in texts:
                sentence = sentence.replace(text, "")
            assert not FORBIDDEN.search(re.sub("“.*?”", "", sentence))


def test_python_interface(tmp_path):
    scored = stalk_nlp.score_exports(
        [SAMPLE], owner=OWNER, tz="Europe/London",
        parties=[f"{OTHER}=+447700900142,+447700900377"],
    )  # fmt: skip
    assert scored.messages.num_rows == 328
    assert scored.pairs.column("from")[0].as_py() == OTHER
    saved = scored.save(tmp_path / "case")
    written = (saved / "report.html").read_bytes()
    assert main(["report", str(saved)]) == 0
    assert (saved / "report.html").read_bytes() == written
    events = list(stalk_nlp.read_export(SAMPLE / "calls-20250601.xml"))
    assert len(events) == 46


def test_single_texts():
    stop, empty = stalk_nlp.load().score_texts(["Do not contact me again. Leave me alone.", ""])
    assert stop["stance"]["label"] == "BOUNDARY"
    assert stop["boundary"]["type"] == "B1"
    assert all(v["level"] == 0 for k, v in stop["four"].items() if k in ("fixated", "obsessive"))
    assert empty["stance"] is None


def test_text_command(capsys):
    assert main(["text", "are you free on tuesday?"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["text"] == "are you free on tuesday?"
    assert [v["level"] for v in found["four"].values()] == [0, 0, 0, 0]


def test_model_command(capsys):
    assert main(["model", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert re.fullmatch("[0-9a-f]{64}", found["sha256"])
    assert set(found["thresholds"]["four"]) == set(LETTERS)
    assert found["measured"]
