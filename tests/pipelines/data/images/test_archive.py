import stat
import struct
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NetloomError
from pipelines.data.files import cache
from pipelines.data.files.files import fingerprint
from pipelines.data.images import archive
from pipelines.data.images.archive import unpacked


def zipped(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return path


def unpack(path: Path) -> Path:
    return unpacked(path, fingerprint(path))


def refusal(path: Path, home: Path) -> str:
    """The message with which it is refused; nothing may be left of it."""
    with pytest.raises(NetloomError) as error:
        unpack(path)
    assert path.name in error.value.message and error.value.hint and "\n" not in error.value.message
    assert [left for left in (home / "cache").glob("**/*") if left.suffix != ".lock"] == []
    return error.value.message


def test_unpacks_once_and_leaves_out_what_systems_add(home, tmp_path):
    path = zipped(
        tmp_path / "a.zip",
        {"a/b/c.txt": b"c" * 3_000_000, "a/é ü.txt": b"2", "__MACOSX/a/._c.txt": b"x", "a/.DS_Store": b"x",
         "a/Thumbs.db": b"x", "empty/": b""},
    )  # fmt: skip
    folder = unpack(path)
    assert sorted(left.relative_to(folder).as_posix() for left in folder.rglob("*")) == [
        "a", "a/b", "a/b/c.txt", "a/é ü.txt", "empty",
    ]  # fmt: skip
    assert (folder / "a/b/c.txt").read_bytes() == b"c" * 3_000_000
    path.touch()
    assert unpack(path) == folder


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "a//b.txt", "./a.txt", "a/.."])
def test_paths_that_lead_elsewhere(home, tmp_path, name):
    assert "leads elsewhere" in refusal(zipped(tmp_path / "a.zip", {"fine.txt": b"1", name: b"2"}), home)
    assert not (tmp_path / "out.txt").exists() and not (home / "out.txt").exists()


@pytest.mark.parametrize("name", ["/etc/out.txt", "C:/out.txt", "c:out.txt", "//server/share/x"])
def test_absolute_paths(home, tmp_path, name):
    assert "absolute" in refusal(zipped(tmp_path / "a.zip", {name: b"2"}), home)


@pytest.mark.parametrize("name", ["a\\b.txt", "a\nb.txt", "..\\out.txt"])
def test_strange_names(home, tmp_path, name):
    assert "backslash or a control character" in refusal(zipped(tmp_path / "a.zip", {name: b"2"}), home)


def test_links_and_devices(home, tmp_path):
    for kind, word in ((stat.S_IFLNK, "link"), (stat.S_IFCHR, "device"), (stat.S_IFIFO, "device")):
        path = tmp_path / f"{kind}.zip"
        entry = zipfile.ZipInfo("passwords")
        entry.create_system = 3
        entry.external_attr = (kind | 0o777) << 16
        with zipfile.ZipFile(path, "w") as written:
            written.writestr(entry, "/etc/passwd")
        assert word in refusal(path, home)
    for number, name in enumerate(("a/NUL", "con.txt", "lpt1.jpg/x")):
        assert "device" in refusal(zipped(tmp_path / f"{number}.zip", {name: b""}), home)


def test_names_that_come_twice(home, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("a/b.txt", "1")
        with pytest.warns(UserWarning):
            written.writestr("a/b.txt", "2")
    assert "a/b.txt twice" in refusal(path, home)
    assert "both as a file" in refusal(zipped(tmp_path / "b.zip", {"a": b"1", "a/b.txt": b"2"}), home)


def test_too_deep_and_too_long(home, tmp_path):
    assert "folders in one another" in refusal(zipped(tmp_path / "a.zip", {"a/" * 20 + "b.txt": b"1"}), home)
    assert "more than 200 bytes" in refusal(zipped(tmp_path / "b.zip", {"é" * 150: b"1"}), home)


def test_encrypted(home, tmp_path):
    path = zipped(tmp_path / "a.zip", {"secret.txt": b"1"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "password" in refusal(path, home)


def test_a_bomb_by_ratio(home, tmp_path):
    path = zipped(tmp_path / "bomb.zip", {f"{number}.bmp": bytes(10_000_000) for number in range(10)})
    assert path.stat().st_size < 200_000
    assert "times its size" in refusal(path, home)


def test_small_files_may_be_packed_tightly(home, tmp_path):
    assert (unpack(zipped(tmp_path / "a.zip", {"a.bmp": bytes(10_000_000)})) / "a.bmp").stat().st_size == 10_000_000


def test_a_bomb_by_size_and_by_entries(home, tmp_path, monkeypatch):
    monkeypatch.setenv(archive.BYTES_VARIABLE, "1000")
    path = zipped(tmp_path / "a.zip", {"a": b"1" * 600, "b": b"1" * 600})
    assert "1,200 bytes unpacked; at most 1,000" in refusal(path, home)
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    assert "holds 4 files" in refusal(zipped(tmp_path / "b.zip", {name: b"" for name in "abcd"}), home)


def test_entries_that_share_their_bytes(home, tmp_path):
    """Many entries that all point at the same packed megabytes: the sum of what they announce counts."""
    path = zipped(tmp_path / "a.zip", {"a.bmp": bytes(20_000_000)})
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    central = content[start : content.index(b"PK\x05\x06")]
    many = b"".join(central.replace(b"a.bmp", f"{number}.bmp".encode()) for number in range(10))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(many), start, 0)
    path.write_bytes(content[:start] + many + end)
    assert "times its size" in refusal(path, home)


@pytest.mark.parametrize("told", [10, 5_000_000])
def test_a_header_that_lies_about_sizes(home, tmp_path, told):
    path = zipped(tmp_path / "a.zip", {"a.bmp": b"real" * 250_000})
    content = bytearray(path.read_bytes())
    for place in (22, content.index(b"PK\x01\x02") + 24):
        content[place : place + 4] = struct.pack("<L", told)
    path.write_bytes(content)
    message = refusal(path, home)
    assert "a.bmp in a.zip" in message


def test_no_zip_and_broken_ones(home, tmp_path):
    path = tmp_path / "a.zip"
    path.write_text("no zip")
    assert "no zip, or a broken one" in refusal(path, home)
    whole = zipped(tmp_path / "b.zip", {"a.txt": bytes(range(256)) * 400}).read_bytes()
    (tmp_path / "c.zip").write_bytes(whole[: len(whole) // 2])
    assert "broken" in refusal(tmp_path / "c.zip", home)
    bad = bytearray(whole)
    bad[60:80] = bytes(20)
    (tmp_path / "d.zip").write_bytes(bad)
    assert "a.txt in d.zip" in refusal(tmp_path / "d.zip", home)


def test_no_room(home, tmp_path, monkeypatch):
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
    assert "more room" in refusal(zipped(tmp_path / "a.zip", {"a": b"1"}), home)


@given(
    st.lists(st.text(st.sampled_from("ab./\\:é\x00\n"), min_size=1, max_size=8), min_size=1, max_size=4, unique=True)
)
def test_whatever_the_names_nothing_leaves_the_folder(tmp_path_factory, names):
    entries = [zipfile.ZipInfo(name) for name in names]
    try:
        archive.check(entries, "a.zip")
    except NetloomError:
        return
    folder = tmp_path_factory.mktemp("a")
    for entry in entries:
        target = (folder / entry.filename).resolve()
        assert folder in target.parents
        assert target.relative_to(folder).as_posix() == entry.filename.rstrip("/")


def test_an_unpacked_folder_that_was_trimmed_comes_back(home, tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.txt": b"1"})
    folder = unpack(path)
    (folder / "a.txt").unlink()
    folder.rmdir()
    assert (unpack(path) / "a.txt").read_bytes() == b"1"
    assert cache.found(folder.name) == folder
