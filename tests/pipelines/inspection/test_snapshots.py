"""Snapshots on disk, without Keras."""

from pathlib import Path

import pytest

from models.errors import NetloomError
from pipelines.inspection.snapshots import snapshot_epochs, snapshot_file, snapshot_version


def test_snapshots_are_listed_by_their_epochs(tmp_path: Path) -> None:
    assert snapshot_epochs(tmp_path) == [], "no folder yet"
    (tmp_path / "snapshots").mkdir()
    for name in ("epoch-000010.npz", "epoch-000000.npz", "epoch-000005.tmp", "epoch-000002_000040.npz", "other.npz"):
        (tmp_path / "snapshots" / name).touch()
    assert snapshot_epochs(tmp_path) == [0, 10]
    assert snapshot_file(tmp_path, 10).is_file()


def test_a_version_belongs_to_an_epoch_and_its_file(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    for epoch in (1, 2):
        snapshot_file(tmp_path, epoch).write_bytes(b"same")
    before = snapshot_version(tmp_path, 1)
    assert before != snapshot_version(tmp_path, 2)
    snapshot_file(tmp_path, 1).write_bytes(b"other bytes")
    assert snapshot_version(tmp_path, 1) != before
    with pytest.raises(NetloomError, match=r"no snapshot after epoch 7; it has: 1, 2\."):
        snapshot_version(tmp_path, 7)
