"""The Android call log reader: golden pairs, real logs, withheld numbers."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp import exports
from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.events import OWNER, Event, Note, to_batch
from stalk_nlp.exports import android_calls
from stalk_nlp.exports._common import Source
from tests.exports._json_golden import DATA, as_json, events, expected, records

HERE = DATA / "android_calls"


def write(folder: Path, **fields: str) -> Path:
    base = {"number": "+447700900101", "duration": "0", "date": "1740949200000", "type": "3"}
    shown = " ".join(f'{key}="{value}"' for key, value in {**base, **fields}.items())
    path = folder / "calls.xml"
    path.write_text(f'<calls count="1"><call {shown} /></calls>', encoding="utf-8")
    return path


@pytest.mark.parametrize("case", ["calls", "super_backup"])
def test_golden(case: str) -> None:
    path = HERE / f"{case}.xml"
    assert [as_json(r) for r in records(android_calls, path)] == expected("android_calls", case)
    assert exports.identify(Source(path.name, path)).NAME == "android-calls"


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("00", "a a a m a a a a m m a a"),
        ("01", "m a a m a a a a m a a a"),
    ],
)
def test_real_logs(shared: Path, name: str, kinds: str) -> None:
    path = shared / f"fixtures/android_calls_xml/mobilecombackup_{name}_calls-test.xml"
    found = records(android_calls, path, "calls.xml")
    calls = [r for r in found if isinstance(r, Event)]
    words = {"a": "call_answered", "m": "call_missed"}
    assert [c.kind for c in calls] == [words[k] for k in kinds.split()]
    assert found[-1] == Note("calls.xml", "The file says it holds 56 records; 12 were found.")


def test_overlapping_logs_agree(shared: Path) -> None:
    folder = shared / "fixtures/android_calls_xml"
    first = events(android_calls, folder / "mobilecombackup_00_calls-test.xml", "c")
    second = events(android_calls, folder / "mobilecombackup_01_calls-test.xml", "c")
    shared_rows = {e._replace(source_row=0) for e in first} & {
        e._replace(source_row=0) for e in second
    }
    assert sorted(e.duration_s for e in shared_rows) == [20.0, 33.0]


@pytest.mark.parametrize("number", ["-1", "-2", "-3", "", "null", "Private", " "])
def test_withheld_numbers_are_nobody(tmp_path: Path, number: str) -> None:
    event, note = records(android_calls, write(tmp_path, number=number, contact_name="X"), "c")
    assert isinstance(event, Event)
    assert (event.sender, event.recipients, event.conversation) == (None, (OWNER,), "")
    assert note == Note("c", "Calls from withheld or unknown numbers, counted for no person: 1.")


@pytest.mark.parametrize(
    ("code", "duration", "kind", "sender", "delivery"),
    [
        ("1", "0", "call_answered", "+447700900101", "unknown"),
        ("2", "0", "call_missed", OWNER, "unknown"),
        ("2", "1", "call_answered", OWNER, "unknown"),
        ("3", "0", "call_missed", "+447700900101", "unknown"),
        ("4", "9", "voicemail", "+447700900101", "unknown"),
        ("5", "0", "call_rejected", "+447700900101", "unknown"),
        ("6", "0", "call_rejected", "+447700900101", "blocked"),
        ("7", "50", "call_answered", "+447700900101", "unknown"),
    ],
)
def test_types(
    tmp_path: Path, code: str, duration: str, kind: str, sender: str, delivery: str
) -> None:
    (event,) = events(android_calls, write(tmp_path, type=code, duration=duration))
    assert (event.kind, event.sender, event.delivery) == (kind, sender, delivery)
    assert (event.channel, event.duration_s) == ("phone", float(duration))


def test_wrong_root(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text('<smses count="0"></smses>')
    with pytest.raises(CorruptInputError, match="does not begin with <calls> or <alllogs>"):
        records(android_calls, path)


@given(st.integers(0, 2500), st.binary(max_size=6), st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_mutated_bytes_never_crash(
    tmp_path_factory: pytest.TempPathFactory, at: int, new: bytes, gone: int
) -> None:
    raw = bytearray((HERE / "calls.xml").read_bytes())
    raw[at : at + gone] = new
    path = tmp_path_factory.mktemp("calls") / "calls.xml"
    path.write_bytes(raw)
    try:
        found = records(android_calls, path)
    except InputError:
        return
    calls = [r for r in found if isinstance(r, Event)]
    assert to_batch(calls).num_rows == len(calls)
