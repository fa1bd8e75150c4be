"""The command line: exit codes, one plain sentence, and every kind of bad input."""

import json
import zipfile

import pytest

from stalk_nlp.cli import main

SECRET = "meet me by the blue gate"
LINE = f"02/03/2025, 21:14 - Ana: {SECRET}\n"
CHAT = LINE + f"13/03/2025, 21:15 - Ben: {SECRET}\n" + f"14/03/2025, 08:00 - Ana: {SECRET}\n"


def run(capsys, *words):
    code = main([str(w) for w in words])
    out, err = capsys.readouterr()
    return code, out, err


def inspect(capsys, *words):
    code, out, err = run(capsys, "inspect", "--json", *words)
    return code, json.loads(out) if out else None, err


def put(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def chat(tmp_path):
    return put(tmp_path / "WhatsApp Chat with Ben.txt", CHAT)


def test_inspect(capsys, chat):
    code, found, _ = inspect(capsys, chat, "--tz", "Europe/London", "--owner", "Ana")
    assert code == 0
    assert found["sources"] == [
        {"name": chat.name, "format": "whatsapp", "events": 3, "system": 0, "unparsed": 0}
    ]
    assert found["parties"] == ["Ana", "Ben"]
    assert found["owner"] == "Ana"
    assert (found["first"], found["last"]) == ("2025-03-02T21:14:00Z", "2025-03-14T08:00:00Z")
    assert found["tz_basis"] == ["option"]


def test_inspect_for_people(capsys, chat):
    code, out, _ = run(capsys, "inspect", chat)
    assert code == 0
    assert "whatsapp" in out
    assert "Zone basis: unknown" in out
    assert SECRET not in out


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.txt", b"", "empty.txt is empty."),
        ("cut.zip", b"PK\x03\x04\x14\x00 cut", "cut.zip is not a sound zip file"),
        ("notes.txt", b"milk, eggs", "not in a format this version reads"),
        ("noise.bin", bytes(range(256)) * 8, "not in a format this version reads"),
        ("x.xml", b'<?xml version="1.0"?><other/>', "not in a format this version reads"),
    ],
)
def test_unreadable_input(capsys, tmp_path, name, content, sentence):
    code, _, err = run(capsys, "inspect", put(tmp_path / name, content))
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_xml_with_entities(capsys, tmp_path):
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        '<smses count="1"><sms address="+447700900123" date="1700000000000" type="1" '
        'body="&b;" /></smses>'
    )
    code, _, err = run(capsys, "inspect", put(tmp_path / "sms.xml", bomb))
    assert code == 2
    assert "sms.xml" in err
    assert "aaaa" not in err


def test_ambiguous_date_order_names_the_option(capsys, tmp_path):
    text = "".join(f"0{d}/0{d + 1}/2025, 10:00 - {w}: hi\n" for d, w in ((1, "Ana"), (2, "Ben")))
    path = put(tmp_path / "chat.txt", text)
    code, _, err = run(capsys, "inspect", path)
    assert code == 2
    assert "--date-order dmy" in err
    assert "--date-order mdy" in err
    code, found, _ = inspect(capsys, path, "--date-order", "mdy")
    assert code == 0
    assert found["first"] == "2025-01-02T10:00:00"


def test_broken_bytes_are_kept_readable(capsys, tmp_path):
    raw = LINE.encode() + b"13/03/2025, 21:15 - Ben: caf\xe9 \x00 ok\n"
    code, found, _ = inspect(capsys, put(tmp_path / "chat.txt", raw))
    assert code == 0
    assert found["kinds"] == {"msg": 2}


def test_a_line_of_50_megabytes(capsys, tmp_path):
    raw = LINE.encode() + b"13/03/2025, 21:15 - Ben: " + b"x" * 50_000_000 + b"\n" + CHAT.encode()
    code, found, _ = inspect(capsys, put(tmp_path / "chat.txt", raw))
    assert code == 1
    assert found["kinds"]["msg"] == 4
    assert [r["row"] for r in found["unparsed"]] == [2]
    assert "longer than" in found["unparsed"][0]["reason"]


def test_a_folder_with_unrelated_files(capsys, tmp_path, chat):
    put(tmp_path / "notes.md", "milk")
    put(tmp_path / "photo.jpg", b"\xff\xd8")
    code, found, _ = inspect(capsys, tmp_path)
    assert code == 1
    assert [s["format"] for s in found["sources"]] == ["whatsapp"]
    assert [r["source"] for r in found["unparsed"]] == [f"{tmp_path.name}/notes.md"]
    assert [s["name"] for s in found["skipped"]] == [f"{tmp_path.name}/photo.jpg"]


def test_zip_with_traversal(capsys, tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("../chat.txt", CHAT)
    code, _, err = run(capsys, "inspect", tmp_path / "t.zip")
    assert code == 2
    assert "leaves its folder" in err


def test_two_formats_matching_names_both(capsys, tmp_path, monkeypatch):
    from stalk_nlp import exports

    monkeypatch.setattr(exports.formats()["sms-backup"], "sniff", lambda name, head: True)
    path = put(tmp_path / "chat.txt", CHAT)
    code, _, err = run(capsys, "inspect", path)
    assert code == 2
    assert "looks like sms-backup and whatsapp; say which with --format." in err
    assert inspect(capsys, path, "--format", "whatsapp")[0] == 0


def test_unknown_owner(capsys, chat):
    code, _, err = run(capsys, "inspect", chat, "--owner", "Zed")
    assert (code, "the parties are: Ana, Ben" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["serve", "--port", "1"], "serve is not in this version"),
        (["review", "x"], "review is not in this version"),
        (["score", "x", "--out", "y", "--order", "o.toml"], "--order is not in this version."),
        (["score", "x", "--out", "y", "--engine", "ray"], "--engine ray is not in this version."),
        (["score", "x", "--out", "y", "--profile", "fast"], "--profile fast is not"),
        (["score", "x", "--out", "y", "--model", "models:/a@b"], "--model models:/a@b is not"),
        (["inspect", "x", "--columns", "time"], "--columns must look like"),
        (["inspect", "x", "--party", "Sam"], "must look like"),
        (["score", "x", "--out", "y", "--since", "soon"], "'soon' is not a time"),
        (["inspect", "/nowhere/at/all"], "There is no file or folder"),
        (["nonsense"], "No such command"),
        (["inspect"], "Missing argument"),
        (["verify", "/nowhere"], "is not a case folder"),
        (["report", "/nowhere"], "is not a case folder"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(capsys, words, sentence):
    code, out, err = run(capsys, *words)
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err
    assert out == ""


def test_debug_adds_the_traceback_without_text(capsys, tmp_path):
    path = put(tmp_path / "chat.txt", LINE + LINE)
    code, _, err = run(capsys, "inspect", path, "--debug")
    assert code == 2
    assert "AmbiguousDateOrderError" in err
    assert SECRET not in err


def test_formats(capsys):
    code, out, _ = run(capsys, "formats", "--json")
    names = [json.loads(line)["name"] for line in out.splitlines()]
    assert code == 0
    assert names == sorted(names)
    assert {"whatsapp", "sms-backup", "android-calls", "imessage", "telegram", "messenger",
            "instagram", "discord", "generic"} <= set(names)  # fmt: skip
