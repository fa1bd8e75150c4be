"""The SMS Backup & Restore reader: golden pairs, a real backup, damage, both ways of reading."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp import exports
from stalk_nlp.errors import InputError
from stalk_nlp.events import EVENT_SCHEMA, OWNER, Account, Event, Note, Reject, to_batch
from stalk_nlp.exports import sms_backup
from stalk_nlp.exports._common import ReadOptions, Source
from tests.exports._json_golden import DATA, as_json, events, expected, records

HERE = DATA / "sms_backup"
BEN = "+447700900101"


def write(folder: Path, body: str | bytes, count: int = 1) -> Path:
    path = folder / "sms.xml"
    raw = body.encode() if isinstance(body, str) else body
    path.write_bytes(b'<smses count="%d">\n' % count + raw + b"\n</smses>\n")
    return path


def sms(body: str = '"hi"', **changed: str) -> str:
    fields = {"address": BEN, "date": "1740949200000", "type": "1", "read": "0", **changed}
    shown = " ".join(f'{key}="{value}"' for key, value in fields.items())
    return f"  <sms {shown} body={body} />\n"


def mms(inside: str, **changed: str) -> str:
    fields = {"address": BEN, "date": "1740949200000", "msg_box": "1", **changed}
    shown = " ".join(f'{key}="{value}"' for key, value in fields.items())
    return f"  <mms {shown}>{inside}</mms>\n"


def addrs(*pairs: tuple[str, str]) -> str:
    each = "".join(f'<addr type="{code}" address="{address}" />' for code, address in pairs)
    return f"<addrs>{each}</addrs>"


@pytest.mark.parametrize("case", ["messages", "broken_off"])
def test_golden(case: str) -> None:
    path = HERE / f"{case}.xml"
    found = records(sms_backup, path)
    assert [as_json(r) for r in found] == expected("sms_backup", case)
    assert exports.identify(Source(path.name, path)).NAME == "sms-backup"


def test_real_backup(shared: Path) -> None:
    path = shared / "fixtures/sms_backup_restore/mobilecombackup_sms-test.xml"
    found = records(sms_backup, path)
    messages = [r for r in found if isinstance(r, Event)]
    assert [m.channel for m in messages] == ["sms"] * 6 + ["mms"] * 9
    assert not [r for r in found if isinstance(r, Reject | Note)]
    assert [m.text for m in messages[6:9]] == [
        "I'm in", "Maybe.  I'm still at work.", "Happy Birthday! ",
    ]  # fmt: skip
    assert [m.sender == OWNER for m in messages[6:]] == [
        True, False, True, False, False, False, False, True, False,
    ]  # fmt: skip
    picture, group = messages[-2:]
    assert (picture.text, picture.recipients) == (None, ("+15555550000",))
    assert group.group
    assert group.sender == "+15555550005"
    assert group.recipients == (OWNER, "+15555550004", "+15555550003", "+15555550001")
    assert Account("phone", "+15555550002", owner=True) in found


@pytest.mark.parametrize(
    ("code", "status", "kind", "sender", "delivery"),
    [
        ("1", "-1", "msg", BEN, "unknown"),
        ("2", "0", "msg", OWNER, "delivered"),
        ("2", "-1", "msg", OWNER, "unknown"),
        ("2", "32", "msg", OWNER, "unknown"),
        ("2", "64", "msg", OWNER, "failed"),
        ("3", "0", "draft", OWNER, "unknown"),
        ("4", "0", "msg", OWNER, "unknown"),
        ("5", "-1", "msg", OWNER, "failed"),
        ("6", "-1", "msg", OWNER, "unknown"),
    ],
)
def test_types(
    tmp_path: Path, code: str, status: str, kind: str, sender: str, delivery: str
) -> None:
    (event,) = events(sms_backup, write(tmp_path, sms(type=code, status=status)))
    assert (event.kind, event.sender, event.delivery) == (kind, sender, delivery)
    assert event.recipients == ((OWNER,) if sender == BEN else (BEN,))
    assert (event.time_us, event.tz_basis) == (1_740_949_200_000_000, "export")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("date", "", "the attribute date is not a time in milliseconds"),
        ("date", "-5", "the attribute date is not a time in milliseconds"),
        ("date", "999999999999999", "the attribute date is not a time in milliseconds"),
        ("type", "0", "the attribute type is not one of 1 to 6"),
        ("type", "null", "the attribute type is not one of 1 to 6"),
    ],
)
def test_bad_records_are_rejected(tmp_path: Path, field: str, value: str, reason: str) -> None:
    path = write(tmp_path, sms() + sms('"secret words"', **{field: value}) + sms(), 3)
    found = records(sms_backup, path, "x")
    assert [type(r) for r in found] == [Event, Reject, Event]
    assert found[1] == Reject("x", 2, reason)


def test_emoji_and_forbidden_references(tmp_path: Path) -> None:
    body = '"&#55357;&#56396; &#xD83D;&#xDC4C; &#55357; &#0;&#x1F; &#10;&lt;b&gt; &amp;#55357;"'
    (event,) = events(sms_backup, write(tmp_path, sms(body)))
    assert event.text == "👌 👌 \ufffd \ufffd\ufffd \n<b> &#55357;"


def test_raw_control_and_broken_bytes(tmp_path: Path) -> None:
    raw = sms('"a@b@c"').encode().replace(b"a@b@c", b"a\0b\x1bc\xff \xed\xa0\xbd")
    (event,) = events(sms_backup, write(tmp_path, raw))
    assert event.text == "a\ufffdb\ufffdc\ufffd \ufffd\ufffd\ufffd"


def test_seconds_and_missing_times(tmp_path: Path) -> None:
    path = write(tmp_path, mms("", date="1740949200") + sms(date="0"), 2)
    first, second = events(sms_backup, path)
    assert (first.time_us, first.time_raw) == (1_740_949_200_000_000, "1740949200")
    assert (second.time_us, second.time_raw) == (None, "0")


def test_group_address_without_names_of_senders(tmp_path: Path) -> None:
    path = write(tmp_path, mms("", address=f"{BEN}~+447700900103"))
    found = records(sms_backup, path, "x")
    assert isinstance(found[0], Event)
    assert (found[0].sender, found[0].group) == (None, True)
    assert found[0].recipients == (OWNER, BEN, "+447700900103")
    assert found[1] == Note("x", "Group messages that do not say who sent them: 1.")


def test_owner_number_is_what_is_left(tmp_path: Path) -> None:
    inside = addrs(("137", BEN), ("151", "07700 900199"), ("130", "07700900103"))
    path = write(tmp_path, mms(inside, address=f"{BEN}~+447700900103"))
    account, event = records(sms_backup, path)
    assert account == Account("phone", "07700 900199", owner=True)
    assert isinstance(event, Event)
    assert event.recipients == (OWNER, "07700900103")


def test_owner_number_is_not_guessed_among_two(tmp_path: Path) -> None:
    inside = addrs(("137", BEN), ("151", "+447700900198"), ("151", "+447700900199"))
    (event,) = records(sms_backup, write(tmp_path, mms(inside)))
    assert isinstance(event, Event)
    assert event.recipients == (OWNER, "+447700900198", "+447700900199")


def test_sent_from_the_owners_number(tmp_path: Path) -> None:
    inside = addrs(("137", "+447700900199"), ("151", BEN), ("129", "+447700900104"))
    account, event = records(sms_backup, write(tmp_path, mms(inside, msg_box="2")))
    assert account == Account("phone", "+447700900199", owner=True)
    assert isinstance(event, Event)
    assert (event.sender, event.recipients) == (OWNER, (BEN, "+447700900104"))
    assert event.group


def test_null_text_part(tmp_path: Path) -> None:
    part = '<parts><part ct="text/plain" chset="{}" text="null" /></parts>'
    path = write(tmp_path, mms(part.format("null")) + mms(part.format("106")), 2)
    assert [e.text for e in events(sms_backup, path)] == [None, "null"]


def mixed(rows: int) -> str:
    """Plain and odd records in turn, so that both ways of reading take part."""
    parts = []
    for n in range(rows):
        address = f"+4477009001{n % 7:02d}"
        parts.append(sms(f'"row {n} &amp; more"', address=address, type=str(1 + n % 7)))
        if n % 5 == 0:
            parts.append(sms("'said \"no\"'", address=address, contact_name=f"P{n % 7}"))
        if n % 11 == 0:
            parts.append(mms('<parts><part ct="text/plain" text="t" /></parts>', m_id=f"m{n}"))
    return "".join(parts)


def table(batches: list[object]) -> pa.Table:
    found = [b for b in batches if isinstance(b, pa.RecordBatch)]
    return pa.Table.from_batches(found, EVENT_SCHEMA)


@pytest.mark.parametrize("chunk", [97, 4096, 128 * 1024])
def test_batches_hold_what_read_yields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("stalk_nlp.exports._xml_text.CHUNK", chunk)
    monkeypatch.setattr("stalk_nlp.exports.sms_backup.BATCH_ROWS", 100)
    path = write(tmp_path, mixed(600), 600 + 120 + 55)
    one_by_one = records(sms_backup, path)
    by_batch = list(sms_backup.read_batches(Source("sms.xml", path), ReadOptions()))
    messages = [r for r in one_by_one if isinstance(r, Event)]
    assert [m.source_row for m in messages] == sorted(m.source_row for m in messages)
    assert len(messages) == 600 - 85 + 120 + 55  # every seventh type is 7
    assert table(by_batch).equals(pa.Table.from_batches([to_batch(messages)]))
    rest = [r for r in by_batch if not isinstance(r, pa.RecordBatch)]
    assert rest == [r for r in one_by_one if not isinstance(r, Event)]
    assert len([r for r in by_batch if isinstance(r, pa.RecordBatch)]) > 1 or chunk > 4096


written = st.text(st.characters(codec="utf-8"), max_size=40)


def as_exported(text: str) -> str:
    """An attribute as the app writes it: emoji as two references, line breaks as one."""
    out = []
    for character in quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}):
        units = character.encode("utf-16-be")
        pair = [int.from_bytes(units[:2], "big"), int.from_bytes(units[2:], "big")]
        out.append("".join(f"&#{unit};" for unit in pair) if len(units) == 4 else character)
    return "".join(out)


def legal(text: str) -> str:
    bad = [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]
    return text.translate(dict.fromkeys(bad, "\ufffd"))


@given(st.lists(written, min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    body = "".join(sms(as_exported(text)) for text in texts)
    path = write(tmp_path_factory.mktemp("sms"), body, len(texts))
    assert [e.text for e in events(sms_backup, path)] == [legal(text) or None for text in texts]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_mutated_bytes_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray((HERE / "messages.xml").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        new = data.draw(st.sampled_from([b"<", b">", b'"', b"&", b"\0", b"\xff", b"", b"/", b"!"]))
        raw[at : at + data.draw(st.integers(0, 30))] = new
    path = tmp_path_factory.mktemp("sms") / "sms.xml"
    path.write_bytes(raw)
    try:
        found = records(sms_backup, path)
    except InputError:
        return
    messages = [r for r in found if isinstance(r, Event)]
    assert to_batch(messages).num_rows == len(messages)
    by_batch = list(sms_backup.read_batches(Source("sms.xml", path), ReadOptions()))
    assert table(by_batch).equals(pa.Table.from_batches([to_batch(messages)]))
