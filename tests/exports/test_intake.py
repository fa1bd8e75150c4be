"""Finding sources: folders, zips, and zips that mean harm."""

import io
import stat
import zipfile

import pytest

from stalk_nlp.errors import CorruptInputError, InputError, UnsafeInputError
from stalk_nlp.exports._intake import ZipLimits, find_sources


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_file_folder_and_zip(tmp_path, work):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b10.txt").write_text("x")
    (tmp_path / "in" / "b2.txt").write_text("x")
    make_zip(tmp_path / "in" / "c.zip", {"chat.txt": "hello", "IMG-1.jpg": b"\xff"})
    found = find_sources([tmp_path / "in"], work)
    assert [s.name for s in found.sources] == ["in/b2.txt", "in/b10.txt", "in/c.zip/chat.txt"]
    assert found.sources[2].head() == b"hello"
    assert [s.name for s in found.skipped] == ["in/c.zip/IMG-1.jpg"]
    assert [f.name for f in found.files] == ["in/b2.txt", "in/b10.txt", "in/c.zip"]
    assert found.rejects == []


def test_companions_stay_beside_their_database(tmp_path, work):
    path = make_zip(tmp_path / "p.zip", {"a/sms.db": b"1", "a/sms.db-wal": b"2", "b/sms.db": b"3"})
    first, second = find_sources([path], work).sources
    assert first.path.with_name("sms.db-wal").read_bytes() == b"2"
    assert not second.path.with_name("sms.db-wal").exists()


def test_missing_input(tmp_path, work):
    with pytest.raises(InputError, match="There is no file or folder"):
        find_sources([tmp_path / "nothing"], work)


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "a/../../evil", "C:/evil.txt"])
def test_names_that_leave_the_folder(tmp_path, work, name):
    path = make_zip(tmp_path / "t.zip", {name: "x"})
    with pytest.raises(UnsafeInputError, match="leaves its folder"):
        find_sources([path], work)
    assert not list(tmp_path.rglob("evil*"))


def test_link_in_a_zip(tmp_path, work):
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(UnsafeInputError, match="holds a link"):
        find_sources([tmp_path / "l.zip"], work)


def test_zip_bomb_is_stopped_and_leaves_nothing(tmp_path, work):
    path = make_zip(tmp_path / "bomb.zip", {"chat.txt": b"0" * 4_000_000})
    with pytest.raises(UnsafeInputError, match="zip bomb"):
        find_sources([path], work, ZipLimits(ratio=100, ratio_from=1_000_000))
    assert not list(work.rglob("*.txt"))


def test_too_many_members_and_too_deep(tmp_path, work):
    many = make_zip(tmp_path / "many.zip", {f"{i}.txt": "x" for i in range(5)})
    with pytest.raises(UnsafeInputError, match="too many files"):
        find_sources([many], work, ZipLimits(members=4))
    inner = io.BytesIO()
    make_zip(inner, {"chat.txt": "x"})
    nested = make_zip(tmp_path / "nested.zip", {"inner.zip": inner.getvalue()})
    assert [s.name for s in find_sources([nested], work).sources] == [
        "nested.zip/inner.zip/chat.txt"
    ]
    with pytest.raises(UnsafeInputError, match="nested too deep"):
        find_sources([nested], work, ZipLimits(depth=1))


def test_truncated_zip(tmp_path, work):
    whole = make_zip(tmp_path / "w.zip", {"chat.txt": "hello" * 1000}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CorruptInputError, match="not a sound zip"):
        find_sources([tmp_path / "cut.zip"], work)


def test_bad_zip_in_a_folder_does_not_sink_the_rest(tmp_path, work):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "bad.zip").write_bytes(b"PK\x03\x04 nonsense")
    (folder / "chat.txt").write_text("x")
    found = find_sources([folder], work)
    assert [s.name for s in found.sources] == ["in/chat.txt"]
    assert [(r.source, r.row) for r in found.rejects] == [("in/bad.zip", None)]


def test_links_in_a_folder_are_not_followed(tmp_path, work):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.txt").symlink_to("/etc/hostname")
    found = find_sources([folder], work)
    assert found.sources == []
    assert [s.reason for s in found.skipped] == ["a link, not followed"]
