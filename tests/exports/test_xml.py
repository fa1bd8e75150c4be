"""The hardened XML reading: cuts, damage, entities, encodings, limits."""

import tracemalloc
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.errors import CorruptInputError, UnsafeInputError
from stalk_nlp.events import Reject
from stalk_nlp.exports._common import Source
from stalk_nlp.exports._xml import Elements
from stalk_nlp.exports._xml_quick import Element, Layout, Run
from stalk_nlp.exports._xml_text import Skip, mend_references, root_tag

LAYOUT = Layout(("list",), {"r": ("a", "b"), "s": ("a", "b")}, Skip("part", "data"))


def elements(folder: Path, raw: str | bytes) -> Elements:
    path = folder / "x.xml"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return Elements(Source("x.xml", path), LAYOUT)


def values(found: list[Element | Reject]) -> list[tuple[str | None, ...]]:
    return [e.values for e in found if isinstance(e, Element)]


@pytest.mark.parametrize("chunk", [1, 2, 7, 50, 4096])
def test_cuts_may_fall_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("stalk_nlp.exports._xml_text.CHUNK", max(chunk, 8))
    raw = '<?xml version="1.0"?><list>' + "".join(
        f'<r a="{n}" b="&#55357;&#56396;&#0;é😀" />\n<s a="x" b="{n}"><part data="QUJD" c="1"/></s>'
        for n in range(20)
    )
    found = list(elements(tmp_path, raw + "</list>"))
    assert values(found) == [
        row for n in range(20) for row in ((str(n), "👌\ufffdé😀"), ("x", str(n)))
    ]
    assert [e.ordinal for e in found if isinstance(e, Element)] == list(range(1, 41))
    assert [e.children for e in found if isinstance(e, Element)][1] == [("part", {"c": "1"})]


def test_records_written_alike_are_read_quickly(tmp_path: Path) -> None:
    rows = "".join(f'<r a="{n}" b="x &lt; &#65; &quot;" c="no"/>\n' for n in range(9000))
    found = list(elements(tmp_path, f"<list>{rows}</list>").runs())
    runs = [r for r in found if isinstance(r, Run)]
    assert sum(len(r.rows) for r in runs) > 4000
    assert {row[1] for r in runs for row in r.rows} == {'x < A "'}
    single = [r for r in found if isinstance(r, Element)]
    assert runs[0].first == len(single) + 1


def test_comments_hide_records(tmp_path: Path) -> None:
    row = '<r a="1" b="2"/>\n'
    raw = f"<list>{row * 9000}<!-- {row * 9000} -->{row * 3}</list>"
    found = elements(tmp_path, raw)
    assert len(list(found)) == found.count == 9003


plain_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@given(st.lists(st.tuples(st.sampled_from("rs"), plain_text, st.booleans()), max_size=12))
@settings(max_examples=80, deadline=None)
def test_same_as_expat_alone(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, bool]]
) -> None:
    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&#34;")

    first = '<r a="" b=""/>' * 40  # so that the rest is past the first piece
    raw = "".join(
        f'<{tag} a="{escaped(text)}" b="1"/>' if whole else f'<{tag} b="{escaped(text)}"></{tag}>'
        for tag, text, whole in rows
    )
    raw = f"<list>{first}{raw}</list>".replace("\ufffe", "").replace("\uffff", "")
    seen: list[tuple[str | None, ...]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, at: (
        seen.append((at.get("a"), at.get("b"))) if tag != "list" else None
    )
    parser.Parse(raw.encode(), True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stalk_nlp.exports._xml_text.CHUNK", 512)
        found = list(elements(tmp_path_factory.mktemp("x"), raw))
    assert values(found) == seen


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ('<r a="1 & 2" b=""/>', "not well-formed (invalid token)"),
        ('<r a="1 < 2" b=""/>', "not well-formed (invalid token)"),
        ('<r a="1" a="2"/>', "duplicate attribute"),
        ('<s a="1" b="2"><part></s>', "mismatched tag"),
        ('<r a="1" b="&nbsp;"/>', "undefined entity"),
        ('<r a="1" b="open/>', "not well-formed (invalid token)"),
    ],
)
def test_reading_goes_on_behind_damage(tmp_path: Path, broken: str, why: str) -> None:
    good = '<r a="{}" b="ok"/>\n'
    raw = f"<list>\n{good.format(1)}{broken}\n{good.format(3)}{good.format(4)}</list>"
    found = list(elements(tmp_path, raw))
    assert values(found) == [("1", "ok"), ("3", "ok"), ("4", "ok")]
    (reject,) = [r for r in found if isinstance(r, Reject)]
    line = 4 if "open" in broken else 3
    reason = f"line {line}: broken XML ({why}); reading went on at the next record"
    assert reject == Reject("x.xml", 2, reason)
    assert [e.ordinal for e in found if isinstance(e, Element)] == [1, 3, 4]


def test_broken_off(tmp_path: Path) -> None:
    raw = '<list><r a="1" b="2"/><s a="3" b="4"><part c="5"/>'
    found = list(elements(tmp_path, raw))
    assert values(found) == [("1", "2")]
    reason = f"the file breaks off at byte {len(raw)}; what came after is missing"
    assert found[-1] == Reject("x.xml", 2, reason)


def test_two_backups_in_one_file(tmp_path: Path) -> None:
    one = '<list><r a="1" b="2"/></list>\n'
    found = list(elements(tmp_path, one + one))
    assert values(found) == [("1", "2"), ("1", "2")]
    assert len([r for r in found if isinstance(r, Reject)]) == 1


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE list [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE list [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE list SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_are_refused(tmp_path: Path, head: str) -> None:
    raw = f'<?xml version="1.0"?>{head}<list><r a="&l9;" b="&f;"/></list>'
    with pytest.raises(UnsafeInputError, match="declares a document type"):
        list(elements(tmp_path, raw))
    assert root_tag(raw.encode()) == "list"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, codec: str) -> None:
    raw = '<?xml version="1.0" encoding="UTF-16"?><list><r a="é\x01" b="👌"/></list>'.encode(codec)
    assert values(list(elements(tmp_path, raw))) == [("é\ufffd", "👌")]
    assert root_tag(raw) == "list"


def test_declared_encoding(tmp_path: Path) -> None:
    raw = '<?xml version="1.0" encoding="windows-1252"?><list><r a="€" b="é"/></list>'
    assert values(list(elements(tmp_path, raw.encode("cp1252")))) == [("€", "é")]
    with pytest.raises(CorruptInputError, match="rot13, which is not known"):
        list(elements(tmp_path, raw.replace("windows-1252", "rot13")))


@pytest.mark.parametrize("raw", ["", "   ", "hello", "<?xml version='1.0'?>", "<list", "<a></b>"])
def test_not_xml(tmp_path: Path, raw: str) -> None:
    with pytest.raises(CorruptInputError):
        list(elements(tmp_path, raw))


def test_over_long_tags_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_xml", "_xml_text"):
        monkeypatch.setattr(f"stalk_nlp.exports.{module}.MAX_TAG", 300_000)
    row = '<r a="{}" b="2"/>\n'
    raw = f"<list>{row.format(1)}{row.format('x' * 900_000)}{row.format(3)}</list>"
    found = list(elements(tmp_path, raw))
    assert values(found) == [("1", "2"), ("3", "2")]
    reason = "line 2: a tag longer than 300000 characters was left out"
    assert [r for r in found if isinstance(r, Reject)] == [Reject("x.xml", 2, reason)]


def test_over_long_records_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stalk_nlp.exports._xml.MAX_TAG", 1000)
    parts = '<part c="12345678"/>' * 200
    raw = f'<list><s a="1" b="2">{parts}</s><r a="3" b="4"/></list>'
    found = list(elements(tmp_path, raw))
    assert values(found) == [("3", "4")]
    rejects = [r for r in found if isinstance(r, Reject)]
    assert rejects == [Reject("x.xml", 1, "a record longer than 1000 characters was left out")]


def test_endless_nesting(tmp_path: Path) -> None:
    with pytest.raises(CorruptInputError, match="nests elements"):
        list(elements(tmp_path, "<list><s a='' b=''>" + "<x>" * 100))
    with pytest.raises(CorruptInputError, match="nests elements"):
        list(elements(tmp_path, "<list><y>" + "<x>" * 100))


def test_pictures_are_never_held(tmp_path: Path) -> None:
    picture = "A" * 40_000_000
    found = elements(
        tmp_path, f'<list><s a="1" b="2"><part c="3" data="{picture}" d="4"/></s></list>'
    )
    tracemalloc.start()
    (element,) = list(found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(element, Element)
    assert element.children == [("part", {"c": "3", "d": "4"})]
    assert peak < 4_000_000


def test_words_like_a_picture_stay(tmp_path: Path) -> None:
    text = "x data=&quot;QUJD&quot; <part".replace("<", "&lt;")
    raw = f"""<list><s a="1" b="2"><part t='<> data="{"Q" * 300_000}"' data=""/></s></list>"""
    raw = raw.replace("<>", "")
    (element,) = list(elements(tmp_path, raw))
    assert isinstance(element, Element)
    assert element.children[0][1]["t"] == f' data="{"Q" * 300_000}"'
    (element,) = list(elements(tmp_path, f'<list><r a="{text}" b=""/></list>'))
    assert isinstance(element, Element)
    assert element.values[0] == 'x data="QUJD" <part'


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("&#55357;&#56396;", "👌"),
        ("&#x1F44C;", "&#x1F44C;"),
        ("&#56396;&#55357;", "\ufffd\ufffd"),
        ("&#60;&#55357;&#56396;&#38;", "&#60;👌&#38;"),
        ("&#1114112;&#99999999999999999999;", "\ufffd\ufffd"),
        ("&#000065;&#x0;", "&#000065;\ufffd"),
        ("&#;&#x;&#55357", "&#;&#x;&#55357"),
    ],
)
def test_mended_references(written: str, mended: str) -> None:
    assert mend_references(written) == mended


def test_damage_everywhere_stays_quick(tmp_path: Path) -> None:
    good = '<r a="1" b="2"/>'
    broken = '<r a="&"/>'
    found = list(elements(tmp_path, f"<list>{(broken + good) * 5_000}</list>"))
    assert values(found) == [("1", "2")] * 5_000
    assert len([r for r in found if isinstance(r, Reject)]) == 5_000
    assert found[-1] == Element("r", 10_000, ("1", "2"), [])


def test_comment_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stalk_nlp.exports._xml.MAX_TAG", 300_000)
    raw = "<list>" + '<r a="1" b="2"/>' * 9000 + "<!-- " + "<r a='1'/>" * 50_000
    with pytest.raises(CorruptInputError, match="300000 bytes without an element"):
        list(elements(tmp_path, raw))
