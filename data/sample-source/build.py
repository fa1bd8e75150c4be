"""Builds the export files of data/sample from the hand-written lines beside this script.

Run `python data/sample-source/build.py`. The same lines always give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import zipfile
import zoneinfo
from pathlib import Path
from xml.sax.saxutils import quoteattr

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "sample"
LONDON = zoneinfo.ZoneInfo("Europe/London")
CALL_TYPES = {"in": 1, "out": 2, "missed": 3, "voicemail": 4, "rejected": 5}
XML = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"


def lines(name: str) -> list[list[str]]:
    """Fields of each hand-written line; the last field may itself hold a bar."""
    rows = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [[f.strip() for f in row.split("|", 4)] for row in rows if not row.startswith("#")]


def times(wall: str) -> tuple[int, str]:
    """Epoch milliseconds and the phone's printed form of a London wall clock reading."""
    local = dt.datetime.fromisoformat(wall).replace(tzinfo=LONDON)
    return int(local.timestamp()) * 1000, f"{local.day} {local:%b %Y %H:%M:%S}"


def attribute(text: str) -> str:
    """Quoted attribute; beyond the BMP, the pair of surrogate references the app writes."""
    quoted = quoteattr(text)
    return "".join(c if ord(c) < 0x10000 else surrogates(c) for c in quoted)


def surrogates(char: str) -> str:
    pair = char.encode("utf-16-be")
    return "".join(f"&#{int.from_bytes(pair[i : i + 2])};" for i in (0, 2))


def sms(wall: str, way: str, address: str, name: str, body: str) -> str:
    date, readable = times(wall)
    return (
        f'  <sms protocol="0" address={attribute(address)} date="{date}" '
        f'type="{1 if way == "in" else 2}" subject="null" body={attribute(body)} toa="null" '
        f'sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
        f'date_sent="{date - 1000 if way == "in" else 0}" sub_id="-1" '
        f'readable_date="{readable}" contact_name={attribute(name)} />'
    )


def call(wall: str, way: str, number: str, name: str, seconds: str) -> str:
    date, readable = times(wall)
    return (
        f'  <call number={attribute(number)} duration="{seconds}" date="{date}" '
        f'type="{CALL_TYPES[way]}" presentation="1" subscription_id="null" '
        f'readable_date="{readable}" contact_name={attribute(name)} />'
    )


def write_xml(name: str, root: str, elements: list[str]) -> None:
    body = "\n".join([XML, f'<{root} count="{len(elements)}">', *elements, f"</{root}>", ""])
    (OUT / name).write_text(body, encoding="utf-8", newline="\n")


def main() -> None:
    OUT.mkdir(exist_ok=True)
    write_xml("sms-20250601.xml", "smses", [sms(*row) for row in lines("sms.txt")])
    write_xml("calls-20250601.xml", "calls", [call(*row) for row in lines("calls.txt")])
    friend, other = "WhatsApp Chat with Bex Harlow", "WhatsApp Chat with Gareth Pellow"
    (OUT / f"{friend}.txt").write_bytes((HERE / f"{friend}.txt").read_bytes())
    member = zipfile.ZipInfo(f"{other}.txt", date_time=(2025, 6, 1, 9, 5, 0))
    member.compress_type = zipfile.ZIP_STORED  # deflate differs between zlib builds
    member.create_system = 3
    with zipfile.ZipFile(OUT / f"{other}.zip", "w") as archive:
        archive.writestr(member, (HERE / f"{other}.txt").read_bytes())


if __name__ == "__main__":
    main()
