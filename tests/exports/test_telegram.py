"""The Telegram reader: golden pairs, real exports, long and broken files."""

import json
import tracemalloc
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp import exports
from stalk_nlp.errors import CorruptInputError, InputError
from stalk_nlp.events import OWNER, Account, Event, Note, Reject, to_batch
from stalk_nlp.exports import telegram
from stalk_nlp.exports._common import HEAD_BYTES, ReadOptions, Source
from tests.exports._json_golden import DATA, as_json, events, expected, records

HERE = DATA / "telegram"


def message(number: int, **fields: object) -> dict[str, object]:
    base = {"id": number, "type": "message", "from": "Ana", "from_id": "user1", "text": "x"}
    return {**base, "date_unixtime": str(1_740_950_000 + number), **fields}


def write(folder: Path, document: object) -> Path:
    path = folder / "result.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def chat(*messages: object, **head: object) -> dict[str, object]:
    return {"name": "Ben", "type": "personal_chat", "id": 2, **head, "messages": list(messages)}


@pytest.mark.parametrize("case", ["private_chat", "account"])
def test_golden(case: str) -> None:
    found = records(telegram, HERE / f"{case}.json")
    assert [as_json(r) for r in found] == expected("telegram", case)
    assert exports.identify(Source("result.json", HERE / f"{case}.json")).NAME == "telegram"


def test_single_chat_of_another_project(shared: Path) -> None:
    path = shared / "fixtures/telegram/chatminer_test_single_export.json"
    found = events(telegram, path)
    assert [(e.sender, e.time_us) for e in found] == [
        ("Author 1", 1_544_006_350_000_000),
        ("Author 2", 1_544_006_964_000_000),
    ]
    assert [e.text for e in found] == ["Minimal Message", "Link:https://telegram.org/"]


def test_account_of_another_project(shared: Path) -> None:
    path = shared / "fixtures/telegram/chatminer_test_batch_export.json"
    found = events(telegram, path)
    assert [e.sender for e in found] == ["Author 1", "Author 2"]
    assert {e.conversation for e in found} == {"Chatname"}


def test_personal_chat_of_another_project(shared: Path) -> None:
    path = shared / "fixtures/telegram/tgparser_personal_chat.json"
    found = events(telegram, path)
    assert [e.kind for e in found] == ["msg"] * 4 + ["call_missed"]
    assert found[2].text == "Check this important message"
    assert found[3].reply_to == "Check this important message"
    # The chat's id is neither sender's, so no owner is worked out from it.
    assert not [r for r in records(telegram, path) if isinstance(r, Account) and r.owner]


@pytest.mark.parametrize(
    "file",
    ["chatminer_test_single_export", "chatminer_test_batch_export", "tgparser_personal_chat"],
)
def test_only_telegram_claims_them(shared: Path, file: str) -> None:
    path = shared / f"fixtures/telegram/{file}.json"
    assert exports.identify(Source(f"{file}.json", path)).NAME == "telegram"


def test_local_dates_take_the_zone_option(tmp_path: Path) -> None:
    entry = message(1, date_unixtime=None, date="2020-07-01T12:00:00")
    path = write(tmp_path, chat(entry))
    (known,) = events(telegram, path, tz=zoneinfo.ZoneInfo("Europe/London"))
    (unknown,) = events(telegram, path)
    assert (known.time_us, known.tz_basis) == (1_593_601_200_000_000, "option")
    assert (unknown.time_us, unknown.tz_basis) == (1_593_604_800_000_000, "unknown")


def test_silent_owner_is_the_recipient(tmp_path: Path) -> None:
    entry = message(1, **{"from": "Ben", "from_id": "user2"})
    (event,) = events(telegram, write(tmp_path, chat(entry)))
    assert (event.sender, event.recipients) == ("user2", (OWNER,))


def test_silent_partner_is_the_recipient(tmp_path: Path) -> None:
    path = write(tmp_path, chat(message(1)))
    found = records(telegram, path)
    assert Account("telegram", "user1", "Ana", owner=True) in found
    assert Account("telegram", "user2", "Ben") in found
    assert [r.recipients for r in found if isinstance(r, Event)] == [("user2",)]


def test_group_without_owner_says_so(tmp_path: Path) -> None:
    others = [message(n, **{"from": f"P{n}", "from_id": f"user{n}"}) for n in (1, 2, 3)]
    found = records(telegram, write(tmp_path, chat(*others, type="private_group", id=9)))
    assert [r for r in found if isinstance(r, Account) and r.owner] == []
    assert any(isinstance(r, Note) and "--owner" in r.text for r in found)
    first = next(r for r in found if isinstance(r, Event))
    assert (first.group, first.recipients) == (True, ("user2", "user3"))


def test_very_large_group_names_no_recipients(tmp_path: Path) -> None:
    many = [message(n, from_id=f"user{n}") for n in range(1, 67)]
    found = events(telegram, write(tmp_path, chat(*many, type="private_group")))
    assert len(found) == 66
    assert {e.recipients for e in found} == {()}


def test_heading_after_the_messages(tmp_path: Path) -> None:
    document = {"messages": [message(1)], "id": 2, "type": "personal_chat", "name": "Ben"}
    (event,) = events(telegram, write(tmp_path, document))
    assert (event.conversation, event.recipients) == ("2", ("user2",))


def test_truncated_file_keeps_what_came_before(tmp_path: Path) -> None:
    whole = write(tmp_path, chat(*(message(n) for n in range(1, 2001)))).read_bytes()
    path = tmp_path / "cut.json"
    path.write_bytes(whole[:-30])
    found = records(telegram, path)
    assert sum(isinstance(r, Event) for r in found) == 1999
    assert found[-1] == Reject(
        "cut.json", 2000, "the JSON breaks off here; nothing after it could be read"
    )


def test_errors_never_hold_message_text(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text('{"messages": [{"text": "private words" oops}]}', encoding="utf-8")
    with pytest.raises(CorruptInputError) as caught:
        records(telegram, path)
    assert "private" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1]", '{"messages": 3}', "nonsense"])
def test_other_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    assert not telegram.sniff("x.json", text.encode())
    with pytest.raises(CorruptInputError):
        records(telegram, path)


def test_deep_nesting_costs_one_reject(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    body = f'{{"messages": [{{"text": {deep}}}, {json.dumps(message(1))}]}}'
    path = tmp_path / "deep.json"
    path.write_text(body, encoding="utf-8")
    found = records(telegram, path)
    assert [type(r) for r in found[-2:]] == [Reject, Event]
    assert telegram.sniff("deep.json", path.read_bytes()[:HEAD_BYTES]) is False


def test_endless_string_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text('{"messages": [{"text": "' + 'abcd\\"' * 2_000_000, encoding="utf-8")
    with pytest.raises(CorruptInputError, match="string longer than"):
        records(telegram, path)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        body = ",".join(json.dumps(message(n, text="word " * 40)) for n in range(count))
        path = tmp_path / f"{count}.json"
        path.write_text('{"messages": [' + body + "]}", encoding="utf-8")
        source = Source(path.name, path)
        tracemalloc.start()
        read = sum(isinstance(r, Event) for r in telegram.read(source, ReadOptions()))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert read == count
        return used

    assert peak(24_000) < 1.5 * peak(8_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), max_size=5), st.booleans())
def test_any_text_round_trips(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], ascii_: bool
) -> None:
    path = tmp_path_factory.mktemp("t") / "result.json"
    document = chat(
        *(message(n, text=[t, {"type": "bold", "text": "!"}]) for n, t in enumerate(texts))
    )
    path.write_text(json.dumps(document, ensure_ascii=ascii_), encoding="utf-8", newline="")
    healed = [t.replace("\0", "\ufffd") + "!" for t in texts]
    assert [e.text for e in events(telegram, path)] == healed


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_bytes_give_records_or_typed_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(
        (HERE / data.draw(st.sampled_from(["private_chat.json", "account.json"]))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("m") / "result.json"
    path.write_bytes(bytes(raw))
    telegram.sniff("result.json", bytes(raw))
    try:
        found = records(telegram, path)
    except InputError:
        return
    to_batch([r for r in found if isinstance(r, Event)])
    assert all(isinstance(r, Event | Reject | Account | Note) for r in found)
