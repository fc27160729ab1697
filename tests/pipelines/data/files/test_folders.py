import os

import pytest

from pipelines.data.files import folders
from pipelines.data.files.folders import folder_fingerprint


@pytest.fixture
def photos(tmp_path):
    for name in ("a/1.png", "a/2.png", "b/c/3.png"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"123")
        os.utime(path, ns=(0, 0))
    return tmp_path / "photos"


def test_equal_files_in_another_place(photos, tmp_path):
    first = folder_fingerprint(photos)
    assert len(first) == 32
    photos.rename(tmp_path / "moved")
    assert folder_fingerprint(tmp_path / "moved") == first


@pytest.mark.parametrize(
    "change",
    [
        lambda photos: (photos / "b/c/4.png").write_bytes(b""),
        lambda photos: (photos / "a/1.png").unlink(),
        lambda photos: (photos / "a/1.png").rename(photos / "a/0.png"),
        lambda photos: (photos / "a/1.png").rename(photos / "b/1.png"),
        lambda photos: (photos / "d").mkdir(),
    ],
)
def test_files_that_come_and_go_are_seen_at_once(photos, change):
    os.utime(photos / "a", ns=(0, 0))
    os.utime(photos / "b/c", ns=(0, 0))
    os.utime(photos, ns=(0, 0))
    first = folder_fingerprint(photos)
    assert folder_fingerprint(photos) == first
    change(photos)
    assert folder_fingerprint(photos) != first


def test_files_that_are_written_over_are_seen_after_a_while(photos, monkeypatch):
    first = folder_fingerprint(photos)
    (photos / "a/1.png").write_bytes(b"1234")
    monkeypatch.setattr(folders, "TRUSTED_S", 0.0)
    assert folder_fingerprint(photos) != first


def test_no_file_is_looked_at_twice_in_a_row(photos, monkeypatch):
    first = folder_fingerprint(photos)
    monkeypatch.setattr(folders, "_walk", None)
    assert folder_fingerprint(photos) == first


def test_a_folder_that_is_gone(photos, tmp_path):
    folder_fingerprint(photos)
    photos.rename(tmp_path / "moved")
    with pytest.raises(FileNotFoundError):
        folder_fingerprint(photos)
