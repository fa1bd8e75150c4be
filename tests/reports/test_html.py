"""The report: what it says, what it escapes, and that it asks nothing of the network."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import re
from html.parser import HTMLParser
from importlib import resources
from itertools import product

import pytest

from stalk_nlp.labels import LETTERS
from stalk_nlp.reports import html
from stalk_nlp.reports._gather import MAX_MESSAGES, MAX_PAIRS
from stalk_nlp.reports._wording import BANNER
from tests.reports.make import START, FakeCase, build, four, message

#: Codebook 4.4, the column of words to avoid.
AVOID = (
    "stalker", "victim", "offender", "perpetrator", "harasser", "detected stalking", "confirms",
    "proves", "ignored her", "breach", "manipulative", "attention-seeking", "was watching",
    "element satisfied", "guilty", "high-risk", "risk score", "did not happen", "no stalking",
    "% certain", "probability", "mutual", "encouraged", "consistent with", "obsessed", "deluded",
    "autistic", "erotomanic", "jealous", "suspect", "complainant",
)  # fmt: skip


def render(case: FakeCase) -> str:
    stream = io.StringIO()
    html.write(case, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def page() -> str:
    return render(build())


class _Page(HTMLParser):
    VOID = frozenset(("meta", "br", "link", "img"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.marks: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.stack.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, self.getpos()
        assert self.stack.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.text.append(data)
        if "mark" in self.stack and "span" not in self.stack[self.stack.index("mark") :]:
            self.marks[-1] += data


def words(page: str) -> str:
    return re.sub(r"\s+", " ", "".join(_Page(page).text))


def test_the_page_is_well_formed_and_its_links_lead_somewhere(page: str) -> None:
    parsed = _Page(page)
    assert parsed.stack == []
    ids = [a["id"] for _, a in parsed.tags if "id" in a]
    assert len(ids) == len(set(ids))
    links = {a["href"] for _, a in parsed.tags if "href" in a}
    assert links
    assert {link for link in links if link[1:] not in ids} == set()
    for name in ("aria-labelledby",):
        named = {i for _, a in parsed.tags for i in (a.get(name) or "").split()}
        assert named <= set(ids)


def test_the_banner_stands_once_and_repeats_in_print(page: str) -> None:
    assert words(page).count(BANNER) == 1
    assert BANNER.startswith("This schedule points to messages for a person to read.")
    css = re.search("<style>(.*?)</style>", page, re.S)[1]
    assert "display: table-header-group" in css[css.index("@media print") :]
    assert page.index('<thead><tr><td><p class="banner"') < page.index("<main")


def test_sections_come_in_reading_order(page: str) -> None:
    order = ["first", "summary", "pairs", "p1", "method", "unparsed", "record"]
    places = [page.index(f'<section class="block{more}" id="{name}"') for name, more in zip(
        order, (" first", "", "", " pair", " method", "", ""), strict=True)]  # fmt: skip
    assert places == sorted(places)


def test_golden_fragments(page: str) -> None:
    text = words(page)
    for fragment in (
        "164 events from 1 file; 3 ordered pairs screened, 1 pair shown in full below.",
        "1. Party A (Ana) → Party B (Ben)",
        "The other direction, Ben → Ana, had the same tests: rank 2, 70 contacts.",
        "Fixated shown 1 · possible 0 marks present; the pair-level rule is not met",
        "Unwanted shown 18 · possible 0 marked at pair level",
        "E = N(1 − p)p^k = 145 × (1 − 0.469) × 0.469^18 = 0.000094, limit 0.01",
        "18 contacts in scope more than 10 minutes after a boundary: 18 turns, 12 sessions, "
        "12 days. Boundary shown to be known: 18; not shown to be known: 0. Tier: T0.",
        "After the message of 20 Feb 2025, 18:30 UTC (explicit stop; shown to be known to "
        "Party A; active): 18 contacts recorded, the first after 62.0 h (phone 7, whatsapp 11). "
        "Listed apart: crossing messages: 1.",
        "7 unanswered attempts; 7 when redials are merged. Most in 1 h: 7 (limit 5)",
        "Fixated: shown (text; model score 0.91)",
        "Act: monitoring use of the internet, email or other communication, admitted "
        "(model score 0.86)",
        "said after Ben's stop message of 20 Feb 2025, 18:30 UTC (event",
        "Ben wrote or rang of their own accord 69 times in all",
        "26 Feb 2025, 08:30:00 UTC · as printed: 26/02/2025, 08:30 · whatsapp · "
        "phone.zip/chat.txt, row 147",
        "142 events before, not shown here",
        "Boundary b1: explicit stop",
        "The time has no year.",
        hashlib.sha256(b"input").hexdigest(),
    ):
        assert fragment in text, fragment


def test_evidence_is_marked_with_its_letter(page: str) -> None:
    assert '<mark title="fixated">you belong with me<span class="tag">F</span></mark>' in page
    marks = _Page(page).marks
    # two overlapping spans are cut at their edges and nothing is lost
    assert [
        m for m in marks if m in ("Active 02:14, ", "then 02:40", ". I have all your times")
    ] == ["Active 02:14, ", "then 02:40", ". I have all your times"]


def test_marked_messages_stand_between_two_unmarked_ones(page: str) -> None:
    section = page[page.index('<ol class="thread">') : page.index("</ol>")]
    kinds = re.findall(r'<article class="event by-(a|b)( marked)?( boundary)?( first)?"', section)
    assert kinds[:4] == [("a", "", "", ""), ("b", "", "", ""), ("b", " marked", " boundary", ""),
                         ("a", " marked", "", "")]  # fmt: skip
    assert sum(bool(marked) for _, marked, _, _ in kinds) == 19
    assert sum(bool(first) for *_, first in kinds) == 1


def test_unmarked_pairs_are_in_the_table_only(page: str) -> None:
    assert 'id="p2"' not in page
    assert "Parcel Desk" in words(page)
    assert '<td class="n">3</td>' in page


def test_the_timeline_says_what_it_draws(page: str) -> None:
    svg = re.search(r'<svg class="timeline" role="img".*?</svg>', page, re.S)[0]
    assert "<title" in svg
    assert "Party A: 86 messages, 0 answered and 7 unanswered calls" in svg
    assert "one bar for each day" in svg
    assert svg.count('class="boundary"') == 1
    assert re.findall(r'class="when"[^>]*>([^<]*)<', svg) == ["Feb 2025", "Mar", "Apr"]


def test_nothing_is_asked_of_the_network(page: str) -> None:
    parsed = _Page(page)
    assert not {tag for tag, _ in parsed.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "base",
    }
    for tag, attrs in parsed.tags:
        assert not [a for a in attrs if a.startswith("on") or a in ("src", "srcset", "style")], tag
        assert (attrs.get("href") or "#").startswith("#")
    assert not re.search(r"https?:|url\(|@import|//[a-z]", page)


def test_the_policy_allows_the_style_sheet_by_hash_and_nothing_else(page: str) -> None:
    css = re.search("<style>(.*?)</style>", page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    (policy,) = [a["content"] for t, a in _Page(page).tags
                 if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]  # fmt: skip
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


HOSTILE = (
    "<script>alert(1)</script>\"' onload=x {{ 7*7 }} {% raw %} &amp; "
    "\u202etxt.exe\u202c \x00\x1b ]]>"
)


def test_hostile_text_stays_text() -> None:
    case = build()
    swap = {"Ana": f"Ana {HOSTILE}", "phone.zip/chat.txt": f"{HOSTILE}.txt"}

    def poison(value):
        if isinstance(value, dict):
            return {k: poison(v) for k, v in value.items()}
        if isinstance(value, list):
            return [poison(v) for v in value]
        return swap.get(value, value) if isinstance(value, str) else value

    case = FakeCase(
        *(poison(getattr(case, n)) for n in ("manifest", "pairs", "messages", "unparsed"))
    )
    for one in case.messages:
        if one.get("text"):
            one["text"] += HOSTILE
    case.manifest["notes"] = [HOSTILE]
    case.unparsed[0]["reason"] = HOSTILE
    case.pairs[0]["not_assessable"] = [HOSTILE]
    page = render(case)
    parsed = _Page(page)  # asserts that every tag closes
    assert parsed.stack == []
    assert "script" not in {tag for tag, _ in parsed.tags}
    assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    assert "alert(1)" in words(page)
    assert "{{ 7*7 }}" in words(page)
    assert set("\x00\x1b") & set(page) == set()
    assert "␀␛" in page
    for place in [m.start() for m in re.finditer("\u202e", page)]:
        before = page[:place]
        isolated = before.rfind("<bdi>") > before.rfind("</bdi>")
        isolated |= before.rfind('dir="auto"') > max(before.rfind("</p>"), before.rfind("</bdi>"))
        assert isolated or before.rfind("<title") > before.rfind("</title>"), before[-200:]


def test_no_word_to_avoid_is_in_the_page_or_its_templates(page: str) -> None:
    folder = resources.files("stalk_nlp.reports") / "templates"
    texts = [f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".j2")]
    assert len(texts) == 3
    for text, word in product([*texts, words(page)], AVOID):
        assert word not in text.lower(), word
    assert "stalk" not in re.sub("stalk-(nlp|four)", "", words(page).lower())
    assert not re.search(r"\d\s?%", words(page))


def test_the_bytes_depend_on_the_case_alone(page: str) -> None:
    case = build()
    case.manifest |= {"created": "2026-01-01T00:00:00+00:00", "outputs": [{"name": "x"}]}
    assert render(case) == page


def test_messages_may_be_a_stream() -> None:
    case = build()
    case.messages = iter(case.messages)  # type: ignore[assignment]
    assert render(case) == render(build())


def test_an_empty_case_says_so() -> None:
    case = build()
    page = render(FakeCase(case.manifest | {"notes": []}, [], [], []))
    text = words(page)
    assert "Nothing is marked for any pair of this export." in text
    assert "No message of this export is on the safeguarding list." in text
    assert "Every row of every source was read." in text


def test_times_without_a_zone_are_printed_and_not_drawn() -> None:
    case = build()
    for one in case.messages:
        one["time_utc"], one["tz_basis"] = None, "unknown"
    page = render(case)
    assert "No timeline: the export gives no zone" in words(page)
    assert "zone not known · as printed: 26/02/2025, 08:30" in words(page)
    for one in case.messages:
        one["time_wall"] = START.strftime("%Y-%m-%dT%H:%M:%S")
    page = render(case)
    assert "From 6 Jan 2025 to 20 Feb 2025, one bar for each day." in page
    assert "Party A: 86 messages" in page


def test_letters_that_cannot_be_assessed() -> None:
    case = build()
    case.pairs[0]["four"]["unwanted"] = {"level": None, "shown": 0, "possible": 0, "events": []}
    assert "not assessable from this export" in words(render(case))


def test_a_big_case_is_cut_and_says_so() -> None:
    case = build()
    ana = case.pairs[0]
    extra = [
        message(
            5000 + i, "Ana", "Ben", START, f"number {i}", four=four(unwanted=(1, 0.6, ["text"]))
        )
        for i in range(3000)
    ]
    ana["four"]["unwanted"]["events"] += [m["event_id"] for m in extra]
    for i in range(4, 104):
        case.pairs.append(copy.deepcopy(ana) | {"rank": i, "from": f"P{i}", "id": f"P{i}→Ben"})
    page = render(FakeCase(case.manifest, case.pairs, [*extra, *case.messages], []))
    assert page.count('<section class="block pair"') == MAX_PAIRS
    assert f"{MAX_MESSAGES} marked events of 3,019 shown, those with most marks first" in words(
        page
    )
    first, second = (page.index(f'<section class="block pair" id="{key}"') for key in ("p1", "p4"))
    first = page[first:second]
    assert first.count(" marked") - first.count(" marked event") >= MAX_MESSAGES
    assert "Boundary b1: explicit stop" in words(first)
    assert "Safeguarding list: read first" in words(first)
    assert "Only the first 40 pairs with marks are shown in full" in words(page)
    assert len(page) < 4_000_000


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        lin = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [0, 1])
def test_text_has_contrast_in_both_looks(page: str, look: int) -> None:
    block = re.findall(r":root \{(.*?)\}", page, re.S)[look]
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    grounds = ("paper", "sheet", "wash", "boundary-wash", "first-wash")
    for text, ground in product(("ink", "soft", "accent", "counter"), grounds):
        assert _contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
    for text, ground in (
        ("mark-ink", "mark"), ("banner-ink", "banner"), ("boundary", "boundary-wash"),
        ("first", "first-wash"), ("a", "wash"), ("b", "wash"), ("sheet", "accent"),
    ):  # fmt: skip
        assert _contrast(colour[text], colour[ground]) >= 4.5, (text, ground)


def test_every_letter_is_shown_for_every_pair(page: str) -> None:
    for letter in LETTERS:
        assert page.count(f"<h4>{letter.capitalize()}</h4>") == 1
