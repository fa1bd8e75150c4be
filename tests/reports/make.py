"""A small hand-made case: Ana writes to Ben, who asks her to stop. All of it is invented."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

START = dt.datetime(2025, 1, 6, 18, 0, tzinfo=dt.UTC)
NONE = {"level": 0, "score": 0.02, "basis": []}


def event_id(number: int) -> str:
    return "sha256:" + hashlib.sha256(str(number).encode()).hexdigest()


@dataclass
class FakeCase:
    manifest: dict[str, Any]
    pairs: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    unparsed: list[dict[str, Any]] = field(default_factory=list)


def message(number: int, sender: str, to: str, when: dt.datetime, text: str = "", **more: Any):
    base = {
        "event_id": event_id(number),
        "input_id": None,
        "source": "phone.zip/chat.txt",
        "source_row": number,
        "time_utc": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "time_raw": when.strftime("%d/%m/%Y, %H:%M"),
        "tz_basis": "option",
        "channel": "whatsapp",
        "kind": "msg",
        "sender": sender,
        "recipients": [to],
        "direction": "received" if to == "Ben" else "sent",
        "conversation": "Ana",
        "group": False,
        "text": text,
        "deleted": False,
        "edited": False,
        "delivery": "read",
        "stance": {"label": "NEUTRAL", "scores": {"NEUTRAL": 0.9}},
        "four": {n: dict(NONE) for n in ("fixated", "obsessive", "unwanted", "repeated")},
        "boundary": None,
        "acts": [],
        "risk": [],
        "safeguarding": False,
        "evidence": [],
        "why": [],
        "against": [],
    }
    return base | more


def mark(text: str, label: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"label": label, "start": start, "end": start + len(words), "text": words}


def four(**levels: tuple[int, float | None, list[str]]) -> dict[str, Any]:
    found = {n: dict(NONE) for n in ("fixated", "obsessive", "unwanted", "repeated")}
    for name, (level, score, basis) in levels.items():
        found[name] = {"level": level, "score": score, "basis": basis}
    return found


def call(number: int, sender: str, to: str, when: dt.datetime, kind: str, **more: Any):
    base = message(number, sender, to, when, kind=kind, channel="phone", source="calls.xml")
    for name in ("text", "stance", "boundary", "acts", "risk", "safeguarding", "evidence"):
        del base[name]
    return base | {"duration_s": None} | more


def ordinary(first: int, days: int) -> list[dict[str, Any]]:
    """Friendly talk, some of it every day, with a few calls."""
    lines = [
        ("Ana", "Did you get the seeds in?"),
        ("Ben", "Half of them. The frost got the beans"),
        ("Ana", "I have spare trays, come by the allotment"),
        ("Ben", "Saturday then"),
    ]
    found = []
    for day in range(days):
        for i, (who, text) in enumerate(lines[: 2 + day % 3]):
            when = START + dt.timedelta(days=day, minutes=7 * i)
            number = first + len(found)
            found.append(message(number, who, "Ben" if who == "Ana" else "Ana", when, text))
        if day % 5 == 2:
            when = START + dt.timedelta(days=day, hours=1)
            number = first + len(found)
            found.append(call(number, "Ben", "Ana", when, "call_answered", duration_s=185.0))
    return found


STOP = "Ana, please stop messaging me. I don't want contact any more."
PLEA = "I know you asked me not to write, but you belong with me and I can't stop thinking of you"
SEEN = "Active 02:14, then 02:40. I have all your times in my notebook"
THREAT = "Answer me or I'll be at your door tonight, and you'll be sorry"


def build() -> FakeCase:
    """The case. Boundary on 20 February 2025, 18:30 UTC; contact goes on until April."""
    messages = ordinary(1, 45)
    stop_at = START + dt.timedelta(days=45, minutes=30)
    n = len(messages) + 1
    stop = message(
        n, "Ben", "Ana", stop_at, STOP,
        stance={"label": "BOUNDARY", "scores": {"BOUNDARY": 0.97}},
        boundary={"type": "B1", "scope": "all", "by": "Ben", "to": "Ana", "state": "active",
                  "known": True},
        evidence=[mark(STOP, "B1", "please stop messaging me")],
    )  # fmt: skip
    messages.append(stop)
    why = f"said after Ben's stop message of 2025-02-20T18:30:00Z (event {stop['event_id']})"
    against = ["Ben wrote or rang of their own accord 69 times in all"]
    after: list[dict[str, Any]] = []
    days = (2, 5, 6, 9, 12, 13, 17, 23, 30, 38, 45)
    texts = {5: PLEA, 12: SEEN, 23: THREAT}
    for day in days:
        n += 1
        text = texts.get(day, "Good morning. Just thinking of the allotment.")
        one = message(n, "Ana", "Ben", stop_at + dt.timedelta(days=day, hours=14), text)
        one["stance"] = {"label": "ACTS" if day in texts else "NEUTRAL", "scores": {}}
        one["four"] = four(
            unwanted=(2, 0.31, ["context"]), repeated=(2 if day > 2 else 0, 0.2, ["context"])
        )
        one["why"], one["against"] = [why], against
        after.append(one)
    by_day = dict(zip(days, after, strict=True))
    plea, seen, threat = by_day[5], by_day[12], by_day[23]
    plea["four"] = four(
        fixated=(2, 0.91, ["text"]), obsessive=(1, 0.58, ["text"]),
        unwanted=(2, 0.88, ["text", "context"]), repeated=(2, 0.2, ["context"]),
    )  # fmt: skip
    plea["evidence"] = [
        mark(PLEA, "unwanted", "I know you asked me not to write"),
        mark(PLEA, "fixated", "you belong with me"),
        mark(PLEA, "obsessive", "can't stop thinking of you"),
    ]
    plea["why"] = [
        "fixated marked as shown on the words “you belong with me” (model score 0.91)",
        why,
    ]
    seen["four"] = four(
        obsessive=(2, 0.93, ["text"]),
        unwanted=(2, 0.4, ["context"]),
        repeated=(2, 0.1, ["context"]),
    )
    seen["acts"] = [
        {"code": "contact", "status": "PERFORMED", "score": 1.0},
        {"code": "monitor", "status": "ADMITTED", "score": 0.86},
    ]
    seen["evidence"] = [mark(SEEN, "obsessive", "Active 02:14, then 02:40"),
                        mark(SEEN, "monitor", "then 02:40. I have all your times")]  # fmt: skip
    threat["safeguarding"] = True
    threat["risk"] = [{"code": "threat", "score": 0.74}, {"code": "home_entry", "score": 0.61}]
    threat["evidence"] = [mark(THREAT, "home_entry", "I'll be at your door tonight")]
    calls = []
    for i in range(7):
        n += 1
        when = stop_at + dt.timedelta(days=24, hours=3, minutes=6 * i)
        one = call(n, "Ana", "Ben", when, "call_missed")
        one["four"] = four(unwanted=(2, None, ["context"]), repeated=(2, None, ["context"]))
        one["why"] = [why, "part of a series marked by P7 (call flood), flagged"]
        calls.append(one)
    messages = sorted([*messages, *after, *calls], key=lambda m: m["time_utc"])
    courier = message(n + 1, "Parcel Desk", "Ben", START, "Your parcel is with number 12")
    courier["stance"] = {"label": "AUTOMATED", "scores": {}}
    messages.insert(0, courier)
    return FakeCase(
        _manifest(len(messages)), _pairs(stop, after, calls, by_day), messages,
        [{"source": "phone.zip/chat.txt", "row": 812, "reason": "The time has no year."}],
    )  # fmt: skip


def _letter(level: int, shown: list[dict], possible: list[dict]) -> dict[str, Any]:
    ids = [m["event_id"] for m in [*shown, *possible]]
    return {"level": level, "shown": len(shown), "possible": len(possible), "events": ids}


def _pairs(stop: dict, after: list, calls: list, by_day: dict) -> list[dict[str, Any]]:
    plea, seen, threat = by_day[5], by_day[12], by_day[23]
    contacts = sorted([*after, *calls], key=lambda m: m["time_utc"])
    ids = [m["event_id"] for m in contacts]
    nothing = {n: _letter(0, [], []) for n in ("fixated", "obsessive", "unwanted", "repeated")}
    ana = {
        "rank": 1, "id": "Ana→Ben", "from": "Ana", "to": "Ben",
        "counts": {"events": 93, "turns": 93, "sessions": 56, "days": 56},
        "first": "2025-01-06T18:00:00Z", "last": "2025-04-07T08:30:00Z",
        "four": {
            "fixated": _letter(1, [plea], []), "obsessive": _letter(1, [seen], [plea]),
            "unwanted": _letter(2, contacts, []), "repeated": _letter(2, contacts[1:], []),
        },
        "boundaries": [{
            "event_id": stop["event_id"], "type": "B1", "scope": "all", "scope_detail": "",
            "time_utc": stop["time_utc"], "state": "active", "known": True,
            "known_by": plea["event_id"], "changed_by": None, "basis": "both",
        }],
        "contacts_after_boundary": ids,
        "course_of_conduct": {"shown": True, "occasions": 12, "events": ids},
        "patterns": _patterns(stop, contacts, calls, ids),
        "acts": {"contact": {"PERFORMED": [m["event_id"] for m in (plea, seen, threat)]},
                 "monitor": {"ADMITTED": [seen["event_id"]]}},
        "risk": {"threat": [threat["event_id"]], "home_entry": [threat["event_id"]]},
        "safeguarding": [threat["event_id"]],
        "counter": [{"type": "guard", "n": 3, "text": "P3 is guarded: reciprocity",
                     "events": ids[:3]}],
        "orders": [],
        "not_assessable": ["what Party B felt", "who held the device or account"],
    }  # fmt: skip
    plain = {
        "contacts_after_boundary": [], "boundaries": [], "acts": {}, "risk": {}, "safeguarding": [],
        "course_of_conduct": {"shown": False, "occasions": 0, "events": []}, "counter": [],
        "orders": [], "not_assessable": [], "four": nothing, "patterns": [],
    }  # fmt: skip
    ben = plain | {
        "rank": 2, "id": "Ben→Ana", "from": "Ben", "to": "Ana",
        "counts": {"events": 70, "turns": 70, "sessions": 46, "days": 46},
        "first": "2025-01-06T18:07:00Z", "last": "2025-02-20T18:30:00Z",
    }  # fmt: skip
    courier = plain | {
        "rank": 3, "id": "Parcel Desk→Ben", "from": "Parcel Desk", "to": "Ben",
        "counts": {"events": 1, "turns": 1, "sessions": 1, "days": 1},
        "first": "2025-01-06T18:00:00Z", "last": "2025-01-06T18:00:00Z",
    }  # fmt: skip
    return [ana, ben, courier]


def _patterns(stop: dict, contacts: list, calls: list, ids: list) -> list[dict[str, Any]]:
    four_counts = {"events": 18, "turns": 18, "sessions": 12, "days": 12}
    none = {"events": 0, "turns": 0, "sessions": 0, "days": 0}

    def pattern(code: str, name: str, status: str, value: dict, **more: Any) -> dict[str, Any]:
        base = {"code": code, "name": name, "status": status, "computable": "yes", "reason": "",
                "value": value, "parameters": {}, "events": [], "guards": []}  # fmt: skip
        return base | more

    return [
        pattern("P1", "occasions", "below", {
            "events": 93, "turns": 93, "sessions": 56, "sessions_1h": 57, "sessions_12h": 56,
            "days": 56, "days_basis": "UTC", "first": "2025-01-06T18:00:00Z",
            "last": "2025-04-07T08:30:00Z", "span_days": 90.604, "tier": "T2",
            "tier_by_day": "T2",
        }, parameters={"session_h": 6.0}, events=ids),
        pattern("P3", "unanswered_streak", "guarded", {
            "longest_k": 18, "longest_span_h": 1032.0, "replied_voluntarily": True,
            "candidates": [{
                "k": 18, "span_h": 1032.0, "other_turns": 145, "share": 0.469388,
                "expected": 0.0000940, "never_replied": False,
                "status": "guarded", "guards": ["reciprocity"], "b_call_attempts": 0,
                "start": "2025-02-23T08:30:00Z", "end": "2025-04-07T08:30:00Z",
            }],
        }, parameters={"turns_long": 5, "expected_max": 0.01}, events=ids,
            guards=["reciprocity"]),
        pattern("P4", "contact_after_boundary", "flagged", {
            "boundaries": 1, **four_counts, "tier": "T0", "known": four_counts,
            "not_shown_known": none,
            "each": [{
                "event_id": stop["event_id"], "time": stop["time_utc"], "type": "B1",
                "scope": "all", "scope_detail": "", "state": "active", "shown_known": True,
                "counts": four_counts, "tier": "T0", "hours_to_first": 62.0,
                "by_channel": {"phone": 7, "whatsapp": 11}, "known": four_counts,
                "not_shown_known": none, "events": ids, "known_events": ids, "crossing": ids[:1],
            }],
        }, parameters={"crossing_min": 10.0}, events=ids),
        pattern("P7", "call_flood", "flagged", {
            "attempts": 7, "attempts_merged": 7, "most_in_1h": 7, "most_in_24h": 7,
            "most_in_1h_merged": 7, "most_in_24h_merged": 7,
            "floods": [{
                "attempts": 7, "attempts_merged": 7, "most_in_1h": 7, "most_in_24h": 7,
                "status": "flagged", "guards": [], "start": calls[0]["time_utc"],
                "end": calls[-1]["time_utc"],
            }],
        }, parameters={"attempts_1h": 5, "attempts_24h": 10},
            events=[m["event_id"] for m in calls]),
    ]  # fmt: skip


def _manifest(events: int) -> dict[str, Any]:
    digest = hashlib.sha256(b"input").hexdigest()
    return {
        "program": {"name": "stalk-nlp", "version": "0.1.0"},
        "settings": {"owner": "Ben", "tz": "Europe/London", "model": None, "parties": []},
        "files": [{"name": "phone.zip", "sha256": digest, "bytes": 48_213, "path": "phone.zip"}],
        "sources": [
            {"name": "phone.zip/chat.txt", "format": "whatsapp", "events": events - 16,
             "system": 2, "unparsed": 1},
            {"name": "calls.xml", "format": "android_calls", "events": 16, "system": 0,
             "unparsed": 0},
        ],
        "skipped": [],
        "owner": "Ben",
        "people": [{"name": "Ana", "links": [{"account": "+447700900123", "grade": "L1"}]}],
        "counts": {"events": events, "messages": events - 16, "duplicates": 3, "out_of_scope": 0,
                   "unparsed": 1, "pairs_screened": 3},
        "tz_basis": ["option"],
        "notes": ["phone.zip/chat.txt: times have no zone; Europe/London was given."],
        "model": {"name": "stalk-four", "version": "1.0", "sha256": digest,
                  "thresholds": {"fixated": [0.41, 0.72]},
                  "tested": {"unwanted": {"precision": 0.81, "recall": 0.77}}},
        "rules": {"P1": {"session_h": 6.0}, "P3": {"turns_long": 5}, "P4": {}, "P7": {}},
        "jurisdiction": "EW",
    }  # fmt: skip
