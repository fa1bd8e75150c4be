"""The generic reader: golden pairs, column mapping, dates, damage, and what it claims."""

import csv
import datetime as dt
import io
import json
import zoneinfo
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.errors import (
    AmbiguousDateOrderError,
    CorruptInputError,
    StalkNLPError,
    UsageError,
)
from stalk_nlp.events import KINDS, OWNER, Event, Note, Reject, to_batch
from stalk_nlp.exports import Record, generic
from stalk_nlp.exports._common import Source
from tests.exports._json_golden import DATA, as_json, expected, records

GOLDEN = DATA / "generic"
LONDON = zoneinfo.ZoneInfo("Europe/London")
CHOSEN = {"time": "When", "from": "Who", "text": "Was", "conversation": "Where"}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "events": ("events.jsonl", {"tz": LONDON}),
    "array": ("array.json", {"tz": LONDON}),
    "phone": ("phone.csv", {"tz": LONDON}),
    "calls": ("calls.csv", {}),
    "chosen": ("chosen.csv", {"columns": CHOSEN}),
    "zoned": ("zoned.tsv", {}),
    "month_first": ("month_first.csv", {}),
}


def read(tmp_path: Path, content: str | bytes, **options: Any) -> list[Record]:
    path = tmp_path / "input"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return records(generic, path, **options)


def texts(found: list[Record]) -> list[str | None]:
    return [r.text for r in found if isinstance(r, Event)]


def table(*times: str) -> str:
    rows = [f'"{time}",Ana,Ben,{n}' for n, time in enumerate(times)]
    return "\n".join(["time,from,to,text", *rows]) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    name, options = CASES[case]
    found = records(generic, GOLDEN / name, **options)
    assert [as_json(r) for r in found] == expected("generic", case)


@pytest.mark.parametrize(
    "name", [n for n, _ in CASES.values() if n not in ("calls.csv", "chosen.csv")]
)
def test_sniff_claims_its_own(name: str) -> None:
    assert generic.sniff(name, (GOLDEN / name).read_bytes())


@pytest.mark.parametrize(
    "head",
    [
        b"text,category\nHow do I locate my card?,card_arrival\n",
        b"12/01/2025, 10:41 - Ana: hi, from me: time, text\n",
        b"[12/01/2025, 10:41:22] Ana: hi\n",
        b"<?xml version='1.0'?><smses count='1'><sms date='1' address='2' body='3'/></smses>",
        b"SQLite format 3\0time,from,text",
        b'{"messages":[{"from":"Ana","date":"2025-03-02T10:00:00","text":"hi"}]}',
        b'{"participants":[{"name":"Ana"}],"messages":[{"sender_name":"Ana","timestamp_ms":1}]}',
        b'[{"ID":1,"Timestamp":"2025-03-02 10:00:00","Contents":"hi","Attachments":""}]',
        b'{"from":"Ana","text":"no time"}\n',
        b'[{"time":"2025-03-02T10:00:00","text":"no sender"}]',
        b"time,number,message\n1,2,3\n",
        b"[" * 5000,
        b"",
    ],
)
def test_sniff_leaves_the_rest(head: bytes) -> None:
    assert not generic.sniff("x", head)


@pytest.mark.parametrize(
    "head",
    [
        "Sent At;Author;Content\n".encode("utf-16"),
        b"\xef\xbb\xbfDATE\tFROM\tTO\tCONTENT\n",
        b"date|direction|address|body\n",
        b'\xef\xbb\xbf{"timestamp":1,"sender":"Ana","body":"hi"}\n{"cut',
        b'[\n{"time":1,"from":"a","text":"b"},{"cut',
    ],
)
def test_sniff_takes_aliases_and_byte_order_marks(head: bytes) -> None:
    assert generic.sniff("x", head)


def test_shared_files(shared: Path) -> None:
    claimed = {
        path.name
        for path in sorted((shared / "eval" / "harmless").iterdir())
        if generic.sniff(path.name, Source(path.name, path).head())
    }
    assert claimed == {"nfi_chats.csv"}
    found = records(generic, shared / "eval" / "harmless" / "nfi_chats.csv")
    assert len(found) == 806
    assert all(isinstance(r, Event) for r in found)
    for path in sorted((shared / "fixtures").rglob("*.*")):
        # The targets of chat-miner are arrays of timestamp, author and message.
        takes = path.name == "chatminer_target.json"
        assert generic.sniff(path.name, Source(path.name, path).head()) is takes, path.name


def test_unknown_columns_name_the_headers_and_the_option(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, "When,Who,Text\n1740950047,Ana,hi\n")
    assert "headers are: When, Who, Text" in str(caught.value)
    assert '--columns "from=HEADER"' in str(caught.value)
    with pytest.raises(UsageError, match=r'--columns "time=HEADER,from=HEADER"'):
        read(tmp_path, "Stamp,Who,Text\n1740950047,Ana,hi\n")


def test_a_table_without_headers_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, "2025-03-02 21:14,Ana,private words\n")
    assert "private" not in str(caught.value)
    assert "not a row of headers" in str(caught.value)


def test_a_wrong_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no field 'whom'; choose from: channel, contact,"):
        read(tmp_path, table("1740950047"), columns={"whom": "to"})
    with pytest.raises(UsageError, match=r"no column for --columns to=Nobody; its headers are:"):
        read(tmp_path, table("1740950047"), columns={"to": "Nobody"})


def test_the_mapping_wins_over_aliases(tmp_path: Path) -> None:
    content = "time,from,to,text,note\n1740950047,Ana,Ben,hi,hello\n"
    assert texts(read(tmp_path, content, columns={"text": "NOTE"})) == ["hello"]
    line = '{"time":1740950047,"from":"Ana","to":"Ben","text":"hi","note":"hello"}\n'
    assert texts(read(tmp_path, line, columns={"text": "note"})) == ["hello"]


def test_a_number_without_a_direction_is_not_taken_for_the_sender(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column for from"):
        read(tmp_path, "date,address,body\n1740950047,+447700900123,hi\n")


def test_direction_puts_the_owner_on_the_other_side(tmp_path: Path) -> None:
    content = "date,type,address,body\n1740950047,{},+447700900123,hi\n"
    for word, sender in (("Sent", OWNER), ("Incoming", "+447700900123")):
        (event,) = read(tmp_path, content.format(word))
        assert isinstance(event, Event)
        assert event.sender == sender
        assert {event.sender, *event.recipients} == {OWNER, "+447700900123"}
        assert event.kind == "msg"


@pytest.mark.parametrize(
    ("times", "days"),
    [
        (("03/04/2025 10:00", "13/04/2025 10:00"), ("2025-04-03", "2025-04-13")),
        (("04/03/2025 10:00", "04/13/2025 10:00"), ("2025-04-03", "2025-04-13")),
        (("30-04-25 10:00", "01-05-25 10:00"), ("2025-04-30", "2025-05-01")),
        (("05/05/2025 10:00", "06/06/2025 10:00"), ("2025-05-05", "2025-06-06")),
        (("2025/04/03 10:00", "2025.04.13, 10:00"), ("2025-04-03", "2025-04-13")),
        # No part above 12: only day-first runs one way, oldest first or newest first.
        (
            ("11/03/2025 10:00", "12/03/2025 10:00", "01/04/2025 10:00", "09/04/2025 10:00"),
            ("2025-03-11", "2025-03-12", "2025-04-01", "2025-04-09"),
        ),
        (
            ("09/04/2025 10:00", "01/04/2025 10:00", "12/03/2025 10:00", "11/03/2025 10:00"),
            ("2025-04-09", "2025-04-01", "2025-03-12", "2025-03-11"),
        ),
    ],
)
def test_date_order_is_inferred(
    tmp_path: Path, times: tuple[str, ...], days: tuple[str, ...]
) -> None:
    found = [r for r in read(tmp_path, table(*times)) if isinstance(r, Event)]
    instants = [generic_time(f"{day}T10:00:00+00:00") for day in days]
    assert [e.time_us for e in found] == instants
    assert {e.tz_basis for e in found} == {"unknown"}


def generic_time(printed: str) -> int:
    moment = dt.datetime.fromisoformat(printed)
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    "times",
    [
        ("03/04/2025 21:14",),
        ("03/04/2025 10:00", "05/06/2025 10:00"),
        # Day-first if the oldest comes first, month-first if the newest does.
        ("05/04/2025 10:00", "04/05/2025 10:00"),
        ("13/04/2025 10:00", "04/13/2025 10:00"),
    ],
)
def test_ambiguous_dates_are_refused(tmp_path: Path, times: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousDateOrderError, match="--date-order dmy or --date-order mdy"):
        read(tmp_path, table(*times))


@pytest.mark.parametrize(("order", "day"), [("dmy", "2025-04-03"), ("mdy", "2025-03-04")])
def test_the_asked_order_wins(tmp_path: Path, order: str, day: str) -> None:
    (event,) = read(tmp_path, table("03/04/2025 21:14"), date_order=order, tz=LONDON)
    assert isinstance(event, Event)
    utc = "20:14" if day == "2025-04-03" else "21:14"
    assert event.time_us == generic_time(f"{day}T{utc}:00+00:00")
    assert (event.tz_basis, event.time_raw) == ("option", "03/04/2025 21:14")


def test_an_order_judged_by_span_is_noted(tmp_path: Path) -> None:
    times = [f"0{d}/03/2025 10:00" for d in (2, 5, 1, 6, 4, 3, 7, 2)]
    found = read(tmp_path, table(*times))
    assert isinstance(found[-1], Note)
    assert "read as dmy" in found[-1].text
    assert len(found) == 9


@pytest.mark.parametrize(
    ("encoding", "notes"), [("utf-8-sig", 0), ("utf-16", 0), ("cp1252", 1), ("latin-1", 1)]
)
def test_encodings(tmp_path: Path, encoding: str, notes: int) -> None:
    content = "time,from,to,text\r\n1740950047,Zoë,Ben,café\r\n"
    found = read(tmp_path, content.encode(encoding))
    assert texts(found) == ["café"]
    assert [r.sender for r in found if isinstance(r, Event)] == ["Zoë"]
    assert sum(isinstance(r, Note) for r in found) == notes


def test_json_lines_in_utf16(tmp_path: Path) -> None:
    content = '{"time":1740950047,"from":"Zoë","text":"café"}\n'
    assert texts(read(tmp_path, content.encode("utf-16"))) == ["café"]


def test_a_quote_left_open_costs_no_other_row(tmp_path: Path) -> None:
    good = [f"17409500{n:02},Ana,Ben,row {n}" for n in range(50)]
    lines = ["time,from,to,text", *good[:5], '1740950099,Ana,Ben,"open', *good[5:]]
    found = read(tmp_path, "\n".join(lines))
    assert texts(found) == [
        *(f"row {n}" for n in range(5)),
        '"open',
        *(f"row {n}" for n in range(5, 50)),
    ]
    assert [r.source_row for r in found if isinstance(r, Event)] == list(range(2, 53))


def test_two_stray_quotes_do_not_merge_rows(tmp_path: Path) -> None:
    rows = ['1740950047,Ana,Ben,"start', '1740950048,Ben,Ana,end"', "1740950049,Ana,Ben,last"]
    found = read(tmp_path, "\n".join(["time,from,to,text", *rows]))
    assert texts(found) == ['"start', 'end"', "last"]


def test_damaged_utf8_keeps_its_accents(tmp_path: Path) -> None:
    content = "time,from,to,text\n1740950047,Zoë,Ben,café déjà\n1740950048,Zoë,Ben,x".encode()
    found = read(tmp_path, content + b"\xc3")
    assert texts(found) == ["café déjà", "x\ufffd"]
    assert isinstance(found[0], Note)
    assert "characters of the file are broken" in found[0].text


def test_over_long_fields_and_lines_are_rejected(tmp_path: Path) -> None:
    huge = "x" * (csv.field_size_limit() + 1)
    rows = ["time,from,to,text", f"1740950047,Ana,Ben,{huge}", "1740950048,Ana,Ben,ok"]
    found = read(tmp_path, "\n".join(rows))
    assert found[0] == Reject("input", 2, "quotes or field lengths that do not make a row")
    assert texts(found) == ["ok"]
    line = '{"time":1740950047,"from":"Ana","text":"ok"}\n'
    found = read(tmp_path, line + '{"text":"' + "x" * (4 * 1024 * 1024) + '"}\n' + line)
    assert isinstance(found[1], Reject)
    assert texts(found) == ["ok", "ok"]


def test_the_first_of_two_equal_headers_counts(tmp_path: Path) -> None:
    content = "time,from,to,text,text\n1740950047,Ana,Ben,first,second\n"
    assert texts(read(tmp_path, content)) == ["first"]


def test_broken_arrays(tmp_path: Path) -> None:
    with pytest.raises(CorruptInputError, match="not whole, sound JSON"):
        read(tmp_path, '[{"time":174095')
    with pytest.raises(CorruptInputError, match="save it as UTF-8"):
        read(tmp_path, '[{"time":1740950047,"from":"a","text":"b"}]'.encode("utf-16"))


def test_reasons_never_hold_message_text() -> None:
    for case, (name, options) in CASES.items():
        for record in records(generic, GOLDEN / name, **options):
            if isinstance(record, Reject):
                assert record.row is not None, case
                assert not {"pigeon", "sideways", "long", "cut"} & set(record.reason.split())


NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda s: s.casefold() not in ("me", OWNER) and ";" not in s
)
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=60)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "time": st.datetimes(
                min_value=dt.datetime(2009, 1, 1),
                max_value=dt.datetime(2099, 1, 1),
                timezones=st.timezones(),
            ),
            "from": NAMES,
            "to": st.lists(NAMES, min_size=1, max_size=3, unique=True),
            "text": TEXT,
            "kind": st.sampled_from([k for k in KINDS if "call" not in k and k != "voicemail"]),
            "edited": st.booleans(),
            "deleted": st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)


def check(found: list[Record], made: list[dict[str, Any]]) -> None:
    assert [type(r) for r in found] == [Event] * len(made)
    for event, row in zip(found, made, strict=True):
        assert isinstance(event, Event)
        assert event.time_us == generic_time(row["time"].isoformat())
        assert (event.sender, event.recipients) == (row["from"], tuple(row["to"]))
        assert (event.text, event.kind) == (row["text"], row["kind"])
        assert (event.edited, event.deleted) == (row["edited"], row["deleted"])
        assert event.group is (len(row["to"]) > 1)
        assert event.tz_basis == "offset"
    to_batch([e for e in found if isinstance(e, Event)])


@settings(max_examples=60, deadline=None)
@given(made=EVENTS)
def test_json_lines_round_trip(made: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    lines = [json.dumps({**row, "time": row["time"].isoformat()}) for row in made]
    check(read(tmp_path_factory.mktemp("g"), "\n".join(lines)), made)


@settings(max_examples=60, deadline=None)
@given(made=EVENTS, delimiter=st.sampled_from(",;\t|"))
def test_csv_round_trip(made: list[dict[str, Any]], delimiter: str, tmp_path_factory: Any) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(made[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for row in made:
        writer.writerow({**row, "time": row["time"].isoformat(), "to": ";".join(row["to"])})
    check(read(tmp_path_factory.mktemp("g"), out.getvalue()), made)


@settings(max_examples=100, deadline=None)
@given(
    name=st.sampled_from([name for name, _ in CASES.values()]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), max_size=6),
)
def test_damage_gives_events_rejects_or_typed_errors(
    name: str, cuts: list[tuple[float, bytes]], tmp_path_factory: Any
) -> None:
    raw = bytearray((GOLDEN / name).read_bytes())
    for place, patch in cuts:
        start = int(place * len(raw))
        raw[start : start + max(1, len(patch))] = patch
    generic.sniff(name, bytes(raw))
    try:
        found = read(tmp_path_factory.mktemp("g"), bytes(raw))
    except StalkNLPError:
        return
    to_batch([r for r in found if isinstance(r, Event)])
    assert all(isinstance(r, Event | Reject | Note) for r in found)
