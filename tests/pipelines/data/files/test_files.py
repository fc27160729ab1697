import doctest
import io
import os
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NetloomError
from pipelines.data.files import files
from pipelines.data.files.files import (
    clean_name,
    delete_upload,
    fingerprint,
    keep_upload,
    resolve,
    uploads,
    uploads_dir,
)

MB = 2**20


def left(home: Path) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in (home / "uploads").rglob("*") if path.is_file())


def test_doctests():
    assert doctest.testmod(files).failed == 0


def test_an_upload_is_kept_under_its_content(home: Path):
    path = keep_upload(io.BytesIO(b"a,b\n1,2\n"), "My table.csv", MB)
    assert path == "492d5ea49605/My table.csv"
    assert resolve(path).read_bytes() == b"a,b\n1,2\n"
    assert keep_upload(io.BytesIO(b"a,b\n1,2\n"), "My table.csv", MB) == path
    other = keep_upload(io.BytesIO(b"a,b\n1,3\n"), "My table.csv", MB)
    assert other != path
    assert resolve(path).read_bytes() == b"a,b\n1,2\n"  # what a run was trained on never changes
    assert fingerprint(resolve(path)) != fingerprint(resolve(other))
    assert len(left(home)) == 2


def test_uploads_are_listed_newest_first_and_deleted(home: Path):
    assert uploads() == []
    first = keep_upload(io.BytesIO(b"one"), "one.csv", MB)
    second = keep_upload(io.BytesIO(b"two2"), "two.csv", MB)
    same = keep_upload(io.BytesIO(b"two2"), "again.csv", MB)
    os.utime(resolve(first), (1, 1))
    listed = uploads()
    assert {upload.path for upload in listed} == {first, second, same}
    assert (listed[-1].path, listed[-1].name, listed[-1].bytes, listed[-1].uploaded_at) == (first, "one.csv", 3, 1.0)
    delete_upload(second)
    assert [upload.path for upload in uploads()] == [same, first]
    delete_upload(same)
    delete_upload(first)
    assert list(uploads_dir().iterdir()) == []
    with pytest.raises(NetloomError, match="There is no upload"):
        delete_upload(first)


@pytest.mark.parametrize("path", ["", ".", "..", "../netloom.db", "/etc/passwd", "abcdefabcdef", "abcdefabcdef/.."])
def test_nothing_but_an_upload_is_deleted(home: Path, path: str):
    keep_upload(io.BytesIO(b"one"), "one.csv", MB)
    (home / "netloom.db").write_text("runs")
    with pytest.raises(NetloomError, match="There is no upload"):
        delete_upload(path)
    assert (home / "netloom.db").exists()
    assert len(uploads()) == 1


def test_too_long_is_refused_and_nothing_stays(home: Path):
    assert keep_upload(io.BytesIO(bytes(MB)), "fits.bin", MB)
    with pytest.raises(NetloomError, match=r"large\.bin has more than the 1 MB that may be uploaded"):
        keep_upload(io.BytesIO(bytes(MB + 1)), "large.bin", MB)
    assert [Path(name).name for name in left(home)] == ["fits.bin"]


def test_empty_is_refused(home: Path):
    with pytest.raises(NetloomError, match=r"none\.csv is empty"):
        keep_upload(io.BytesIO(b""), "none.csv", MB)
    assert left(home) == []


def test_where_the_disk_takes_no_more_nothing_stays(home: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * MB, hard))
    try:
        with pytest.raises(NetloomError, match=r"large\.csv cannot be kept in .*uploads: File too large\. Make room"):
            try:
                keep_upload(io.BytesIO(bytes(4 * MB)), "large.csv", 10 * MB)
            except NetloomError as error:
                raise NetloomError(str(error)) from error
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left(home) == []


def test_a_connection_that_breaks_leaves_nothing(home: Path):
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 2 * MB:
                raise ConnectionResetError(104, "Connection reset by peer")
            return super().read(size)

    with pytest.raises(NetloomError, match="Connection reset by peer"):
        keep_upload(Breaks(bytes(4 * MB)), "part.csv", 10 * MB)
    assert left(home) == []


def test_what_a_killed_process_left_goes_with_the_next_upload(home: Path):
    uploads_dir().mkdir()
    old, new = (uploads_dir() / f".incoming-{name}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    keep_upload(io.BytesIO(b"one"), "one.csv", MB)
    assert (old.exists(), new.exists()) == (False, True)
    assert len(uploads()) == 1


@given(st.text(max_size=300))
def test_a_clean_name_is_one_plain_part_of_a_path(name: str):
    clean = clean_name(name)
    assert clean
    assert Path(clean).name == clean
    assert clean[0] not in ". "
    assert len(clean.encode()) <= 120
    assert clean_name(clean) == clean
    assert clean.isprintable()


def test_a_long_name_keeps_its_ending():
    assert clean_name("é" * 200 + ".csv") == "é" * 58 + ".csv"
    assert clean_name("table.final (2).csv") == "table.final (2).csv"


def test_links_out_of_the_folders_are_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.csv").write_text("a\n1\n")
    (inside / "link.csv").symlink_to(outside / "a.csv")
    monkeypatch.setenv("NETLOOM_DATA", str(inside))
    assert resolve(str(inside / "a.csv")) == inside / "a.csv"
    for path in (str(inside / "link.csv"), str(inside / "../outside/a.csv"), "../../outside/a.csv", "/etc/passwd"):
        with pytest.raises(NetloomError, match="is not below a folder that Netloom may read"):
            resolve(path)
    with pytest.raises(NetloomError, match="There is no file or folder"):
        resolve(str(inside / "none.csv"))


@pytest.mark.parametrize("path", ["~nobody-has-this-name/x.csv", "a" * 300, "circle/x.csv", "a\x00b"])
def test_a_path_that_cannot_be_is_refused_in_a_sentence(home: Path, path: str):
    uploads_dir().mkdir(parents=True)
    (uploads_dir() / "circle").symlink_to("circle")
    with pytest.raises(NetloomError, match=r"cannot be opened|no file or folder"):
        resolve(path)
