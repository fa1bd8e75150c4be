"""Speed of the WhatsApp reader, against a plain parser in the same run.

Writes chats of three sizes into a temporary folder and reads each through
`exports.read_batches`, as the program does. Prints lines a second, how the time grows with
the size (1.0 is linear), peak memory, and the ratio to a peer that does the least a parser
must: one regular expression a line and `datetime.strptime`, without phrases, parties or
Arrow. Each number is the best of `ROUNDS` rounds, run in turn, in processor time.

    python benchmarks/whatsapp_speed.py
"""

from __future__ import annotations

import datetime as dt
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from stalk_nlp.exports import read_batches, whatsapp
from stalk_nlp.exports._common import ReadOptions, Source

SIZES = (25_000, 100_000, 400_000)
ROUNDS = 3
WORDS = (
    "see you at the station later maybe we could talk about it when you are home again 😀 "
    "fine no worries thanks for asking where are you now call me back please ok café über"
).split()
PEER = re.compile(r"(\d\d/\d\d/\d{4}), (\d\d:\d\d) - ([^:]+): (.*)")


def messages(lines: int) -> Iterator[str]:
    """Rows of an Android chat: about one in twelve goes on with the message above."""
    rng = random.Random(lines)
    moment = dt.datetime(2019, 3, 1, 8, 0)
    yield f"{moment:%d/%m/%Y, %H:%M} - Messages and calls are end-to-end encrypted."
    for _ in range(lines - 1):
        if rng.random() < 0.08:
            yield " ".join(rng.choices(WORDS, k=rng.randint(1, 9)))
            continue
        moment += dt.timedelta(minutes=rng.choice((0, 0, 1, 1, 2, 5, 30)))
        kind = rng.random()
        if kind < 0.03:
            body = "<Media omitted>"
        elif kind < 0.04:
            body = "This message was deleted"
        elif kind < 0.06:
            body = "null"
        else:
            body = " ".join(rng.choices(WORDS, k=rng.randint(1, 18)))
        yield f"{moment:%d/%m/%Y, %H:%M} - {rng.choice(('Ana Example', 'Ben Sample'))}: {body}"


def ours(path: Path, tz: ZoneInfo | None) -> int:
    """Events read."""
    records = whatsapp.read(Source(path.name, path), ReadOptions(tz=tz))
    return sum(getattr(batch, "num_rows", 0) for batch in read_batches(records))


def peer(path: Path) -> int:
    """Messages read."""
    found: list[list[object]] = []
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if match := PEER.match(line):
                moment = dt.datetime.strptime(f"{match[1]} {match[2]}", "%d/%m/%Y %H:%M")  # noqa: DTZ007
                found.append([moment, match[3], match[4]])
            elif found:
                found[-1][2] = f"{found[-1][2]}\n{line}"
    return len(found)


def seconds(job: Callable[[], int]) -> float:
    """Processor time of one run: other work on the machine must not count."""
    start = time.process_time()
    job()
    return time.process_time() - start


def measure(path: Path) -> tuple[float, float, float]:
    """Best seconds without a zone, with a zone, and of the peer."""
    london = ZoneInfo("Europe/London")
    jobs = (lambda: ours(path, None), lambda: ours(path, london), lambda: peer(path))
    rounds = [[seconds(job) for job in jobs] for _ in range(ROUNDS)]
    plain, zoned, naive = (min(column) for column in zip(*rounds, strict=True))
    return plain, zoned, naive


def main() -> None:
    """Prints one line a size."""
    before: tuple[int, float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"WhatsApp Chat with Ben Sample {size}.txt"
            path.write_text("\n".join(messages(size)), encoding="utf-8")
            peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            ours(path, None)
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_kib
            plain, zoned, naive = measure(path)
            growth = (plain / before[1]) / (size / before[0]) if before else 1.0
            before = (size, plain)
            print(
                f"{size:>8,} lines: {size / plain:>9,.0f} lines/s "
                f"({size / zoned:,.0f} with a zone), "
                f"{path.stat().st_size / plain / 1e6:.1f} MB/s, growth {growth:.2f}, "
                f"peak memory +{grown / 1024:.0f} MiB, {naive / plain:.2f}x the plain parser"
            )


if __name__ == "__main__":
    main()
