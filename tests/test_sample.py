"""The sample case: built from its hand-written lines, and nothing in it that could be real."""

import importlib.util
import re
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = {
    "WhatsApp Chat with Bex Harlow.txt",
    "WhatsApp Chat with Gareth Pellow.zip",
    "calls-20250601.xml",
    "sms-20250601.xml",
}
#: Ofcom's numbers for drama: mobile, and the 01632 area.
DRAMA = re.compile(r"\+?(?:447700900\d{3}|441632960\d{3}|01632960\d{3})")


@pytest.fixture
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_build", DATA / "sample-source/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_what_the_lines_give(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "OUT", tmp_path)
    build.main()
    assert {p.name for p in tmp_path.iterdir()} == FILES
    assert {p.name for p in (DATA / "sample").iterdir()} == FILES
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DATA / "sample" / name).read_bytes(), name


def test_every_number_is_from_the_drama_ranges() -> None:
    with zipfile.ZipFile(DATA / "sample" / "WhatsApp Chat with Gareth Pellow.zip") as archive:
        chat = archive.read("WhatsApp Chat with Gareth Pellow.txt").decode()
    sms = (DATA / "sample" / "sms-20250601.xml").read_text(encoding="utf-8")
    calls = (DATA / "sample" / "calls-20250601.xml").read_text(encoding="utf-8")
    shown = re.findall(r'(?:address|number)="([^"]*)"', sms + calls)
    bodies = "\n".join([chat, *re.findall(r'body="([^"]*)"', sms)])
    written = re.findall(r"(?<!\d)(?:\+44|0)[\d ]{9,12}(?!\d)", re.sub(r"\d\d:\d\d", "", bodies))
    assert len(shown) == 124
    assert len(written) == 2
    names = {n for n in shown if not n.startswith("+")}
    assert names == {"ParcelRun", "OTTERDALEBC", "OTTERDENTAL"}
    for number in {*shown, *written} - names:
        assert DRAMA.fullmatch(number.replace(" ", "")), number


def test_london_wall_clock_becomes_utc(build: ModuleType) -> None:
    assert build.times("2025-03-29 19:41:30") == (1743277290000, "29 Mar 2025 19:41:30")
    assert build.times("2025-03-30 08:20:31") == (1743319231000, "30 Mar 2025 08:20:31")
