"""The WhatsApp reader: headers, parties, odd files, round trip."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.errors import AmbiguousDateOrderError, CorruptInputError
from stalk_nlp.events import OWNER, Event, Note, Reject, format_time
from stalk_nlp.exports import _whatsapp_lines, read_batches, whatsapp
from stalk_nlp.exports._common import MAX_LINE_BYTES, ReadOptions, Source

L, NNBSP = "\u200e", "\u202f"
NAME = "WhatsApp Chat with Sam.txt"


def records(
    tmp_path: Path, content: str | bytes, name: str = NAME, **options: object
) -> list[object]:
    path = tmp_path / "chat.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(whatsapp.read(Source(name, path), ReadOptions(**options)))  # type: ignore[arg-type]


def events(
    tmp_path: Path, content: str | bytes, name: str = NAME, **options: object
) -> list[Event]:
    return [r for r in records(tmp_path, content, name, **options) if isinstance(r, Event)]


def rejects(found: list[object]) -> list[tuple[int | None, str]]:
    return [(r.row, r.reason) for r in found if isinstance(r, Reject)]


def notes(found: list[object]) -> list[str]:
    return [r.text for r in found if isinstance(r, Note)]


HEADERS = [
    ("13/06/2018, 21:25 - ", "13/06/2018, 21:25", "2018-06-13T21:25:00"),
    ("13/06/18, 21:25 - ", "13/06/18, 21:25", "2018-06-13T21:25:00"),
    ("6/13/18, 9:25 PM - ", "6/13/18, 9:25 PM", "2018-06-13T21:25:00"),
    (f"6/13/18, 9:25{NNBSP}PM - ", f"6/13/18, 9:25{NNBSP}PM", "2018-06-13T21:25:00"),
    ("13/6/18, 9:25 p.m. - ", "13/6/18, 9:25 p.m.", "2018-06-13T21:25:00"),
    ("13/6/18 9:25 p. m. - ", "13/6/18 9:25 p. m.", "2018-06-13T21:25:00"),
    ("13/6/18, 9:25\u00a0p.\u00a0m. - ", "13/6/18, 9:25\u00a0p.\u00a0m.", "2018-06-13T21:25:00"),
    ("13-06-2018, 09.25 PM - ", "13-06-2018, 09.25 PM", "2018-06-13T21:25:00"),
    ("13.06.18 21.25.15: ", "13.06.18 21.25.15", "2018-06-13T21:25:15"),
    ("13/6/18, 21:25:15: ", "13/6/18, 21:25:15", "2018-06-13T21:25:15"),
    ("13.06.18, 21:25 - ", "13.06.18, 21:25", "2018-06-13T21:25:00"),
    ("13.06.18 um 21:25 - ", "13.06.18 um 21:25", "2018-06-13T21:25:00"),
    ("13.6.2018 klo 21.25 - ", "13.6.2018 klo 21.25", "2018-06-13T21:25:00"),
    ("13.06.18 à 21:25 - ", "13.06.18 à 21:25", "2018-06-13T21:25:00"),
    ("13/06/18 21.25 - ", "13/06/18 21.25", "2018-06-13T21:25:00"),
    ("13/06/2018 às 21:25 - ", "13/06/2018 às 21:25", "2018-06-13T21:25:00"),
    ("13. 6. 2018. 21:25 - ", "13. 6. 2018. 21:25", "2018-06-13T21:25:00"),
    ("13.06.2018 г., 21:25 ч. - ", "13.06.2018 г., 21:25 ч.", "2018-06-13T21:25:00"),
    ("2018-06-13, 9:25 p.m. - ", "2018-06-13, 9:25 p.m.", "2018-06-13T21:25:00"),
    ("2018/06/13, 9:25 pm - ", "2018/06/13, 9:25 pm", "2018-06-13T21:25:00"),
    ("2018-06-13 21 h 25 - ", "2018-06-13 21 h 25", "2018-06-13T21:25:00"),
    ("2018. 6. 13. 오후 9:25 - ", "2018. 6. 13. 오후 9:25", "2018-06-13T21:25:00"),
    ("[13/06/2018, 21:25:15] ", "13/06/2018, 21:25:15", "2018-06-13T21:25:15"),
    ("[06.13.18 21:25:15] ", "06.13.18 21:25:15", "2018-06-13T21:25:15"),
    ("[13.6.2018 klo 21.25.15] ", "13.6.2018 klo 21.25.15", "2018-06-13T21:25:15"),
    ("[13/06/2018 à 21:25:15] ", "13/06/2018 à 21:25:15", "2018-06-13T21:25:15"),
    ("[13/06/2018 at 9:25:15 pm] ", "13/06/2018 at 9:25:15 pm", "2018-06-13T21:25:15"),
    ("[2018/6/13 下午9:25:15] ", "2018/6/13 下午9:25:15", "2018-06-13T21:25:15"),
    ("[2018/06/13 午後9:25:15] ", "2018/06/13 午後9:25:15", "2018-06-13T21:25:15"),
    ("[2018. 6. 13. 오후 9:25:15] ", "2018. 6. 13. 오후 9:25:15", "2018-06-13T21:25:15"),
    ("[13/06/18, 9:25:15 अपराह्न] ", "13/06/18, 9:25:15 अपराह्न", "2018-06-13T21:25:15"),
    (
        "\u200f[١٣\u200f/٦\u200f/٢٠١٨، ٩:٢٥:١٥ م] ",
        "١٣\u200f/٦\u200f/٢٠١٨، ٩:٢٥:١٥ م",
        "2018-06-13T21:25:15",
    ),
    ("[۱۳/۶/۲۰۱۸،\u200f ۹:۲۵:۱۵ ب.ظ.] ", "۱۳/۶/۲۰۱۸،\u200f ۹:۲۵:۱۵ ب.ظ.", "2018-06-13T21:25:15"),
    (
        "\ufeff\u200e[13/06/2018, 00:08:00 a. m.] ",
        "13/06/2018, 00:08:00 a. m.",
        "2018-06-13T00:08:00",
    ),
]


@pytest.mark.parametrize(("header", "raw", "moment"), HEADERS, ids=[h[1] for h in HEADERS])
def test_headers(tmp_path: Path, header: str, raw: str, moment: str) -> None:
    content = f"{header}Sam: one\ntwo\n{header}Ana: three\n"
    assert whatsapp.sniff("_chat.txt", content.encode())
    first, second = events(tmp_path, content)
    assert (first.time_raw, second.time_raw) == (raw, raw)
    assert format_time(first.time_us, first.tz_basis) == moment
    assert (first.sender, first.text, first.recipients) == ("Sam", "one\ntwo", ("Ana",))
    assert (second.sender, second.text, second.source_row) == ("Ana", "three", 3)


def test_the_quick_pattern_finds_the_same_groups() -> None:
    for header, raw, _ in HEADERS:
        for style, pattern in _whatsapp_lines.STYLES.items():
            line = f"{header}Sam: hi"
            if found := pattern.match(line):
                assert found[1] == raw
                again = _whatsapp_lines.matcher(style, line)(line)
                assert again is not None
                assert again.groups() == found.groups()


def test_shared_fixtures(shared: Path) -> None:
    folder = shared / "fixtures" / "whatsapp"
    target = json.loads((folder / "chatminer_target.json").read_text(encoding="utf-8"))
    wanted = sorted((t["timestamp"], t["author"], t["message"]) for t in target)
    for name in ("chatminer_test_ddmmyy_24hrs.txt", "chatminer_test_mmddyyyy_12hrs.txt"):
        source = Source(name, folder / name)
        assert whatsapp.sniff(name, source.head())
        found = [e for e in whatsapp.read(source, ReadOptions()) if isinstance(e, Event)]
        texts = [e for e in found if e.kind == "msg" and e.text is not None]
        got = sorted(
            (str(format_time(e.time_us, e.tz_basis)), str(e.sender), str(e.text).replace("\n", " "))
            for e in texts
        )
        assert got == wanted
        assert len({e.sender for e in texts}) == 5
        assert [e.kind for e in found].count("system") == 2
        assert [(e.sender, e.text) for e in found if e.source_row == 2] == [("John Doe", None)]
        assert len(found) == 9


def test_shared_arabic_fixture(shared: Path) -> None:
    path = shared / "fixtures" / "whatsapp" / "chatexport_arabic_android.txt"
    assert whatsapp.sniff(path.name, path.read_bytes())
    options = ReadOptions()
    first, second = (
        e for e in whatsapp.read(Source(path.name, path), options) if isinstance(e, Event)
    )
    assert (first.sender, first.text) == ("عمار لبنان", "السلام")
    assert (second.sender, second.text) == ("الحمد الله", "اهلين")
    assert format_time(first.time_us, "unknown") == "2022-04-24T14:07:00"
    assert second.time_us is not None
    assert first.time_us is not None
    assert second.time_us - first.time_us == 60_000_000
    assert first.time_raw in path.read_text(encoding="utf-8")


def test_signal_fixture_is_not_ours(shared: Path) -> None:
    path = shared / "fixtures" / "signal" / "chatminer_test_export.txt"
    assert not whatsapp.sniff(path.name, path.read_bytes())


@pytest.mark.parametrize(
    "head",
    [
        "[2024-03-02 10:00:01] production.ERROR: it broke\n" * 5,
        "2024-03-02 10:00:01 - INFO - started\n" * 5,
        "2024-03-02 10:00:01 - INFO: started\n" * 5,
        "[2024-03-02, 10:00] Ana: hi\n" * 5,
        "2024-03-02 10:00:01 - app: started\n" * 5,
        "From: ana@example.org\nSubject: chat\n\n" + "12/03/2024, 10:00 - Sam: hi\n" * 5,
        '{"a": "12/03/2024, 10:00 - Sam: hi"}',
        "date,text\n12/03/2024,hi\n",
        "just some words\nand more\n",
        "",
        "12/03/2024, 10:00 - the meeting\n",
    ],
)
def test_sniff_refuses(head: str) -> None:
    assert not whatsapp.sniff("file.txt", head.encode())


def test_sniff_accepts_short_chats_and_iso_dates() -> None:
    assert whatsapp.sniff("a.txt", b"12/03/2024, 10:00 - Sam: hi\n12/03/2024, 10:01 - Ana: ho")
    assert whatsapp.sniff("a.txt", b"12/03/2024, 10:00 - Sam: hi")
    assert whatsapp.sniff("a.txt", ("12/03/2024, 10:00 - Sam: hi\n" + "more\n" * 90).encode())
    assert whatsapp.sniff("x.zip/_chat.txt", b"[2024-03-02 10:00:01] Sam: hi\n" * 3)
    assert whatsapp.sniff("a.txt", "12/03/2024, 10:00 - Sam: hi".encode("utf-16"))
    assert whatsapp.sniff("a.txt", b"2024-03-02, 5:46 p.m. - Sam: hi\n")


def test_ambiguous_dates_name_the_file_and_the_option(tmp_path: Path) -> None:
    content = "03/04/2024, 10:00 - Sam: secret words\n"
    with pytest.raises(AmbiguousDateOrderError) as caught:
        records(tmp_path, content)
    message = str(caught.value)
    assert NAME in message
    assert "--date-order dmy" in message
    assert "--date-order mdy" in message
    assert "secret" not in message
    for order, day in (("dmy", "2024-04-03"), ("mdy", "2024-03-04")):
        (event,) = events(tmp_path, content, date_order=order)
        assert format_time(event.time_us, event.tz_basis) == f"{day}T10:00:00"


def test_evidence_late_in_the_file_counts(tmp_path: Path) -> None:
    rows = ["03/04/2024, 10:00 - Sam: hi"] * 500 + ["04/13/2024, 10:00 - Sam: hi"]
    found = events(tmp_path, "\n".join(rows))
    assert format_time(found[0].time_us, "unknown") == "2024-03-04T10:00:00"
    assert format_time(found[-1].time_us, "unknown") == "2024-04-13T10:00:00"


def test_conflicting_dates_become_rejects_under_the_order_asked_for(tmp_path: Path) -> None:
    content = "13/01/2024, 10:00 - Sam: a\n01/14/2024, 10:00 - Ana: b\n15/01/2024, 10:00 - Sam: c\n"
    with pytest.raises(AmbiguousDateOrderError):
        records(tmp_path, content)
    found = records(tmp_path, content, date_order="dmy")
    assert rejects(found) == [(2, "there is no such date or time")]
    assert [r.text for r in found if isinstance(r, Event)] == ["a", "c"]


def test_rows_before_the_first_header_and_impossible_dates(tmp_path: Path) -> None:
    content = (
        "preamble\n\n13/01/2024, 10:00 - Sam: a\n31/02/2024, 10:00 - Sam: b\nmore b\n"
        "14/01/2024, 10:00 - Sam: c\nmore c"
    )
    found = records(tmp_path, content)
    assert rejects(found) == [
        (1, "stands before the first message"),
        (4, "there is no such date or time"),
        (5, "continues a row that could not be read"),
    ]
    assert [r.text for r in found if isinstance(r, Event)] == ["a", "c\nmore c"]


def test_nothing_like_a_chat(tmp_path: Path) -> None:
    with pytest.raises(CorruptInputError, match="export the chat from the phone again"):
        records(tmp_path, "nothing\nhere\n")


def test_time_zone(tmp_path: Path) -> None:
    content = (
        "30/03/2025, 00:30 - Sam: a\n30/03/2025, 02:30 - Sam: b\n26/10/2025, 01:30 - Sam: c\n"
        "27/10/2025, 12:00 - Sam: d\n01/07/2025, 12:00 - Sam: e\n"
    )
    london = zoneinfo.ZoneInfo("Europe/London")
    found = events(tmp_path, content, tz=london)
    assert [format_time(e.time_us, e.tz_basis) for e in found] == [
        "2025-03-30T00:30:00Z",
        "2025-03-30T01:30:00Z",
        "2025-10-26T00:30:00Z",
        "2025-10-27T12:00:00Z",
        "2025-07-01T11:00:00Z",
    ]
    assert {e.tz_basis for e in found} == {"option"}
    assert not any("--tz" in text for text in notes(records(tmp_path, content, tz=london)))
    assert any("--tz" in text for text in notes(records(tmp_path, content)))


def test_pasted_lines_of_the_same_style_stay_text(tmp_path: Path) -> None:
    content = (
        "12/05/2024, 10:00 - Ana: he wrote:\n"
        "01/02/2024, 09:00 - Bob: hi\n"
        "01/02/2024, 09:01 - Bob: you there?\n"
        "13/05/2024, 10:01 - Sam: wow\n"
    )
    found = records(tmp_path, content)
    got = [r for r in found if isinstance(r, Event)]
    assert [(e.sender, e.recipients) for e in got] == [("Ana", ("Sam",)), ("Sam", ("Ana",))]
    assert got[0].text == (
        "he wrote:\n01/02/2024, 09:00 - Bob: hi\n01/02/2024, 09:01 - Bob: you there?"
    )
    assert any(text.startswith("2 rows look like pasted") for text in notes(found))


def test_a_clock_set_back_is_not_a_paste(tmp_path: Path) -> None:
    content = (
        "20/05/2024, 10:00 - Ana: a\n20/05/2024, 10:00 - Sam: b\n"
        "13/05/2024, 10:01 - Sam: c\n13/05/2024, 10:02 - Ana: d\n"
    )
    assert [e.text for e in events(tmp_path, content)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("name", "sender", "recipients", "conversation"),
    [
        ("WhatsApp Chat with Sam.txt", "Ana", ("Sam",), "Sam"),
        ("WhatsApp Chat with Sam (2).txt", "Ana", ("Sam",), "Sam"),
        ("a/WhatsApp Chat - Sam.zip/_chat.txt", "Ana", ("Sam",), "Sam"),
        ("WhatsApp Chat with Sam.zip/_chat.txt", "Sam", (OWNER,), "Sam"),
        ("WhatsApp-Chat mit Sam.txt", "Ana", ("Sam",), "Sam"),
        ("Chat de WhatsApp con Sam.txt", "Ana", ("Sam",), "Sam"),
        ("Discussion WhatsApp avec Sam.txt", "Ana", ("Sam",), "Sam"),
        ("Conversa do WhatsApp com Sam.txt", "Ana", ("Sam",), "Sam"),
        ("Chat WhatsApp con Sam.txt", "Ana", ("Sam",), "Sam"),
        ("Czat WhatsApp z użytkownikiem Sam.txt", "Ana", ("Sam",), "Sam"),
        ("chat.txt", "Ana", (), "chat"),
        ("old/evidence.zip/_chat.txt", "Ana", (), "evidence"),
    ],
)
def test_one_sender(
    tmp_path: Path, name: str, sender: str, recipients: tuple[str, ...], conversation: str
) -> None:
    found = records(tmp_path, f"13/05/2024, 10:00 - {sender}: hi\n", name)
    (event,) = (r for r in found if isinstance(r, Event))
    assert (event.recipients, event.conversation) == (recipients, conversation)
    assert any("Only one person writes" in text for text in notes(found)) == (recipients == ())


def test_the_owner_is_suggested_and_not_decided(tmp_path: Path) -> None:
    content = "13/05/2024, 10:00 - Sam: a\n13/05/2024, 10:01 - Ana: b\n"
    found = records(tmp_path, content)
    assert any("--owner 'Ana'" in text for text in notes(found))
    assert {e.sender for e in found if isinstance(e, Event)} == {"Sam", "Ana"}
    assert not any("--owner" in text for text in notes(records(tmp_path, content, "chat.txt")))


def test_you_is_the_owner(tmp_path: Path) -> None:
    content = "13/05/2024, 10:00 - Sam: a\n13/05/2024, 10:01 - You: b\n"
    first, second = events(tmp_path, content)
    assert (first.recipients, second.sender, second.recipients) == ((OWNER,), OWNER, ("Sam",))


def test_groups(tmp_path: Path) -> None:
    content = (
        '13/05/2024, 09:59 - Sam created group "Trip: May"\n'
        "13/05/2024, 10:00 - Sam: a\n13/05/2024, 10:01 - Ana: b\n"
    )
    system, first, second = events(tmp_path, content, "WhatsApp Chat with Trip.txt")
    assert (system.kind, system.sender, system.text) == (
        "system", None, 'Sam created group "Trip: May"',
    )  # fmt: skip
    assert (first.group, second.group, first.recipients) == (True, True, ("Ana",))


BODIES = [
    ("is this real: This message was deleted?", "is this real: This message was deleted?", {}),
    ("This message was deleted by admin Ana", None, {"deleted": True}),
    ("see my plan.pdf (file attached)", "see my plan.pdf (file attached)", {}),
    (f"{L}my plan.pdf (file attached)\nread it", "read it", {}),
    ("plan.pdf (file attached)", None, {}),
    (f"{L}<attached: 0001-PHOTO.jpg>\nat the gate", "at the gate", {}),
    ("IMAGE OMITTED", None, {}),
    (f"{L}Sticker omitted", None, {}),
    ("you omitted an image", "you omitted an image", {}),
    ("<View once voice message omitted>", None, {}),
    (f"{L}Waiting for this message. This may take a while.", None, {}),
    ("one\ntwo <This message was edited>", "one\ntwo", {"edited": True}),
    ("<This message was edited> is what it says", "<This message was edited> is what it says", {}),
    ("<Media omitted> <This message was edited>", None, {"edited": True}),
    ("I had a missed voice call", "I had a missed voice call", {}),
    ("Voice call. tonight?", "Voice call. tonight?", {}),
    ("Video call", "Video call", {}),
    ("Voice call, 3 min", None, {"kind": "call_answered", "duration_s": 180.0}),
    ("Video call. 1:02:03", None, {"kind": "call_answered", "duration_s": 3723.0}),
    ("Sprachanruf. 1 Std. 5 Min.", None, {"kind": "call_answered", "duration_s": 3900.0}),
    ("Silenced voice call. Focus mode", None, {"kind": "call_missed"}),
    ("Missed group video call", None, {"kind": "call_missed"}),
    ("Missed voice call. Click to call back", None, {"kind": "call_missed"}),
    ("Missed voice call at 10:05", None, {"kind": "call_missed"}),
    ("Verpasster Videoanruf. Tippe, um zurückzurufen", None, {"kind": "call_missed"}),
    ("Chiamata vocale. Rifiutata", None, {"kind": "call_rejected"}),
    ("Połączenie wideo. 25 s", None, {"kind": "call_answered", "duration_s": 25.0}),
    ("Ana left", "Ana left", {}),
    (f"{L}Ana told me that Bob left", f"{L}Ana told me that Bob left", {}),
    ("POLL:\nWhere?\nOPTION: here", "POLL:\nWhere?\nOPTION: here", {}),
]


@pytest.mark.parametrize(("body", "text", "rest"), BODIES, ids=[b[0] for b in BODIES])
def test_bodies(tmp_path: Path, body: str, text: str | None, rest: dict[str, object]) -> None:
    opening = "[13/05/2024, 09:00:00] Sam: a\n[13/05/2024, 09:01:00] Ana: b\n"
    event = events(tmp_path, f"{opening}{opening}[13/05/2024, 10:00:00] Sam: {body}")[-1]
    assert (event.text, event.sender, event.recipients) == (text, "Sam", ("Ana",))
    plain = {"kind": "msg", "deleted": False, "edited": False, "duration_s": None}
    assert {field: getattr(event, field) for field in plain} == plain | rest


def test_ios_prints_the_group_name_as_a_sender(tmp_path: Path) -> None:
    content = (
        f"[13/05/2024, 09:00:00] Trip: {L}Ana added Bob\n"
        "[13/05/2024, 09:01:00] Ana: a\n[13/05/2024, 09:02:00] Bob: b\n"
    )
    system, first, _ = events(tmp_path, content, "WhatsApp Chat - Trip.zip/_chat.txt")
    assert (system.kind, system.sender, system.group) == ("system", None, True)
    assert (first.recipients, first.group) == (("Bob",), True)


def test_file_names_lose_signs(tmp_path: Path) -> None:
    (event,) = events(
        tmp_path, "13/05/2024, 10:00 - Sam/Work 🙂: hi", "WhatsApp Chat with SamWork.txt"
    )
    assert event.recipients == (OWNER,)


def test_hostile_rows_take_linear_time(tmp_path: Path) -> None:
    big = 400_000
    rows = [
        "13/05/2024, 10:00 - Sam: " + " " * big + "<x>",
        "13/05/2024, 10:00 - " + "gruppe " * (big // 7),
        "13/05/2024" + " " * big,
        "13/05/2024, 10:00 - Sam: " + "<attached: " * (big // 11),
        "13/05/2024, 10:00 - " + "\u200e" * big,
    ]
    start = time.perf_counter()
    assert len(events(tmp_path, "\n".join(rows))) == 4
    assert time.perf_counter() - start < 5


def test_wrong_bytes(tmp_path: Path) -> None:
    content = b"13/05/2024, 10:00 - Sam: a\xff\x00b\r\n13/05/2024, 10:01 - Ana: \xc3\xa9\r\n"
    found = records(tmp_path, content)
    assert [r.text for r in found if isinstance(r, Event)] == ["a\ufffd\ufffdb", "é"]
    assert "1 rows held broken characters, shown as \ufffd." in notes(found)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding[-2:] in ("le", "be") else ""
    content = f"{mark}13/05/2024, 10:00 - Sam: hé 😀\r\nmore\r\n".encode(encoding)
    assert whatsapp.sniff("chat.txt", content)
    (event,) = events(tmp_path, content)
    assert (event.text, event.source_row, event.time_raw) == (
        "hé 😀\nmore", 1, "13/05/2024, 10:00",
    )  # fmt: skip


@pytest.mark.parametrize("where", ["header", "continuation"])
def test_over_long_rows(tmp_path: Path, where: str) -> None:
    long = ("13/05/2024, 10:01 - Ana: " if where == "header" else "") + "x" * (MAX_LINE_BYTES + 1)
    content = f"13/05/2024, 10:00 - Sam: a\n{long}\nafter\n13/05/2024, 10:02 - Sam: c\n"
    found = records(tmp_path, content)
    assert [(r.source_row, r.text) for r in found if isinstance(r, Event)] == [(1, "a"), (4, "c")]
    assert rejects(found) == [
        (2, f"line longer than {MAX_LINE_BYTES} bytes"),
        (3, "continues a row that could not be read"),
    ]


def test_a_body_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatsapp, "_MAX_BODY", 20)
    content = "13/05/2024, 10:00 - Sam: a\n123456789\n123456789\n1\n13/05/2024, 10:02 - Sam: c\n"
    found = records(tmp_path, content)
    assert [r.text for r in found if isinstance(r, Event)] == ["a\n123456789\n123456789", "c"]
    assert [row for row, _ in rejects(found)] == [4]


def test_chunks_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "".join(f"13/05/2024, 10:{n:02} - Sam: é {n}\nline two\r\n\n" for n in range(60))
    whole = records(tmp_path, content)
    for size in (1, 7, 64):
        monkeypatch.setattr(_whatsapp_lines, "CHUNK_BYTES", size)
        assert records(tmp_path, content) == whole
        assert records(tmp_path, content.encode("utf-16")) == whole


def test_batches(tmp_path: Path) -> None:
    content = "13/05/2024, 10:00 - Sam: a\n" * 10
    path = tmp_path / "chat.txt"
    path.write_text(content, encoding="utf-8")
    options = ReadOptions(tz=zoneinfo.ZoneInfo("UTC"))
    (batch,) = (
        b
        for b in read_batches(whatsapp.read(Source(NAME, path), options))
        if hasattr(b, "num_rows")
    )
    assert batch.num_rows == 10
    assert batch.column("text").to_pylist() == ["a"] * 10


STYLES = {
    "uk": ("{t:%d/%m/%Y, %H:%M} - {n}: ", 60),
    "us": ("[{t:%m/%d/%y, %I:%M:%S}" + NNBSP + "{t:%p}] {n}: ", 1),
    "de": ("{t:%d.%m.%y, %H:%M} - {n}: ", 60),
    "fi": ("{t:%d.%m.%Y klo %H.%M} - {n}: ", 60),
    "iso": ("[{t:%Y/%m/%d, %H:%M:%S}] {n}: ", 1),
    "fr": ("[{t:%d/%m/%Y à %H:%M:%S}] {n}: ", 1),
}
# Plain words: no marks, brackets or colons that mean something of their own in a chat.
line_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf"], exclude_characters="<>()"),
    min_size=1,
    max_size=40,
).map(lambda s: "w" + s)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(STYLES)),
    st.lists(
        st.tuples(
            st.integers(0, 3 * 86_400),
            st.sampled_from(["Ana", "Sam Sample", "+44 7700 900123", "É. Ü."]),
            st.lists(line_text, min_size=1, max_size=3),
        ),
        min_size=20,
        max_size=40,
    ),
)
def test_round_trip(style: str, chat: list[tuple[int, str, list[str]]]) -> None:
    form, grain = STYLES[style]
    moment, rows, expected = dt.datetime(2023, 1, 1), [], []
    for gap, name, lines in [(0, "Ana", ["w"]), *chat, (14 * 86_400, "Ana", ["w"])]:
        moment += dt.timedelta(seconds=gap // grain * grain)
        rows.append(form.format(t=moment, n=name) + "\n".join(lines))
        expected.append((moment.isoformat(), name, "\n".join(lines)))
    order = "mdy" if style == "us" else "dmy"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chat.txt"
        path.write_bytes("\n".join(rows).encode())
        found = list(whatsapp.read(Source(NAME, path), ReadOptions(date_order=order)))
    got = [
        (format_time(e.time_us, e.tz_basis), e.sender, e.text)
        for e in found
        if isinstance(e, Event)
    ]
    assert got == expected
    assert not rejects(found)


SAMPLE = (Path(__file__).resolve().parents[1] / "data/exports/whatsapp/ios_en_us.txt").read_bytes()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.binary(max_size=12)), max_size=8),
    st.sampled_from([None, "dmy", "mdy", "ymd"]),
)
def test_damage_never_crashes(cuts: list[tuple[int, bytes]], order: str | None) -> None:
    content = SAMPLE
    for at, patch in cuts:
        content = content[:at] + patch + content[at + len(patch) // 2 :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chat.txt"
        path.write_bytes(content)
        source = Source(NAME, path)
        whatsapp.sniff(source.name, source.head())
        try:
            found = list(whatsapp.read(source, ReadOptions(date_order=order)))
        except (AmbiguousDateOrderError, CorruptInputError):
            return
    assert list(read_batches(found))  # type: ignore[arg-type]
