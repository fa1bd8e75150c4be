"""How fast SMS Backup & Restore files are read, in how much memory, and how that grows.

    python benchmarks/sms_speed.py [--sizes 20 60 180] [--gigabyte]

Writes made-up backups of the given sizes (MB) into a temporary folder: one of plain SMS
only, one in which most bytes are pictures in MMS. Each file is read in a process of its
own through `sms_backup.read_batches` (as `exports.batches_of` does), and by a naive peer:
`xml.etree.ElementTree.iterparse`, one dict of attributes a record, nothing else. The peer
cannot read emoji as this exporter writes them (two surrogate references), so it gets the
same file with sound references of the same length. The comparison is by processor time,
so that other work on the machine tells less; a tiny file is read before the clock starts, so
that imports do not count. The growth is the processor time of the largest file over that of
the smallest, divided by the ratio of their sizes: 1.0 is linear.
"""

from __future__ import annotations

import argparse
import base64
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from stalk_nlp.exports import sms_backup
from stalk_nlp.exports._common import ReadOptions, Source

WORDS = "see you later ok yes no the bus is late again can you get milk please thanks".split()
EMOJI = "&#55357;&#56396;"
SOUND = "&#0000000128076;"


def _sms(rng: random.Random, number: int) -> str:
    words = " ".join(rng.choices(WORDS, k=rng.randint(2, 25)))
    emoji = f" {EMOJI}" if rng.random() < 0.2 else ""
    amp = " &amp; more" if rng.random() < 0.1 else ""
    who = number % 90
    return (
        f'  <sms protocol="0" address="+4477009001{who:02d}" date="{1700000000000 + number * 1000}"'
        f' type="{1 + number % 2}" subject="null" body="{words}{amp}{emoji}" toa="null"'
        ' sc_toa="null" service_center="null" read="1" status="-1" locked="0" date_sent="0"'
        f' sub_id="1" readable_date="2 Mar 2025 21:14:07" contact_name="Person {who}" />\n'
    )


def _mms(rng: random.Random, number: int) -> str:
    picture = base64.b64encode(rng.randbytes(rng.randint(60_000, 900_000))).decode()
    who = f"+4477009001{number % 90:02d}"
    return (
        f'  <mms date="{1700000000000 + number * 1000}" msg_box="1" address="{who}"'
        f' m_id="m{number}" sub="null" read="1" m_type="132" contact_name="Person {number % 90}">\n'
        "    <parts>\n"
        '      <part seq="-1" ct="application/smil" chset="null" text=\'&lt;smil/&gt;\' />\n'
        '      <part seq="0" ct="text/plain" chset="106" text="look at this" />\n'
        f'      <part seq="1" ct="image/jpeg" chset="null" text="null" data="{picture}" />\n'
        f'    </parts>\n    <addrs>\n      <addr address="{who}" type="137" charset="106" />\n'
        '      <addr address="insert-address-token" type="151" charset="106" />\n'
        "    </addrs>\n  </mms>\n"
    )


def _records(size: int, pictures: bool) -> Iterator[str]:
    rng = random.Random(7)
    written = number = 0
    while written < size:
        text = _mms(rng, number) if pictures and number % 150 == 149 else _sms(rng, number)
        written += len(text)
        number += 1
        yield text


def write(path: Path, size: int, pictures: bool, emoji: str) -> None:
    """A backup of about `size` bytes."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses>\n")
        out.writelines(text.replace(EMOJI, emoji) for text in _records(size, pictures))
        out.write("</smses>\n")


def ours(path: Path) -> int:
    parts = sms_backup.read_batches(Source(path.name, path), ReadOptions())
    return sum(getattr(part, "num_rows", 0) for part in parts)


def peer(path: Path) -> int:
    count = 0
    for _, element in ElementTree.iterparse(path, events=("end",)):
        if element.tag in ("sms", "mms"):
            fields = dict(element.attrib)
            fields["parts"] = [dict(part.attrib) for part in element.iter("part")]
            count += "date" in fields
            element.clear()
    return count


def _measure(name: str, path: Path, pipe: object) -> None:
    tiny = path.with_name("tiny.xml")
    write(tiny, 1000, False, SOUND)
    read = {"ours": ours, "peer": peer}[name]
    read(tiny)
    began, cpu = time.perf_counter(), time.process_time()
    count = read(path)
    took = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((count, *took, peak))  # type: ignore[attr-defined]


def measured(name: str, path: Path) -> tuple[int, float, float, float]:
    """Records, seconds by the clock, seconds of processor time, peak memory in MiB."""
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_measure, args=(name, path, far))
    process.start()
    result: tuple[int, float, float, float] = near.recv()
    process.join()
    return result


def run(folder: Path, size: int, pictures: bool) -> float:
    """Prints the row of one size; returns our processor seconds."""
    path = folder / "sms.xml"
    took = {}
    for name, emoji in (("peer", SOUND), ("ours", EMOJI)):
        write(path, size, pictures, emoji)
        took[name] = measured(name, path)
    megabytes = path.stat().st_size / 1e6
    count, wall, cpu, peak = took["ours"]
    peer_count, peer_wall, peer_cpu, peer_peak = took["peer"]
    if count != peer_count:
        raise SystemExit(f"read {count} records, the peer {peer_count}")
    print(
        f"{'pictures' if pictures else 'texts':9} {megabytes:7.0f} MB {count:9,} records"
        f" {megabytes / wall:7.1f} MB/s ({megabytes / cpu:.1f} by processor time)"
        f" {peak:6.0f} MiB | peer {megabytes / peer_wall:6.1f} MB/s {peer_peak:6.0f} MiB"
        f" | {peer_cpu / cpu:.2f} times the peer"
    )
    return cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 60, 180], metavar="MB")
    parser.add_argument("--gigabyte", action="store_true", help="one file of 1 GB of each sort")
    options = parser.parse_args()
    sizes = [1000] if options.gigabyte else sorted(options.sizes)
    with tempfile.TemporaryDirectory() as folder:
        for pictures in (False, True):
            took = [run(Path(folder), size * 1_000_000, pictures) for size in sizes]
            if len(sizes) > 1:
                print(f"          growth {took[-1] / took[0] / (sizes[-1] / sizes[0]):.2f}")


if __name__ == "__main__":
    main()
