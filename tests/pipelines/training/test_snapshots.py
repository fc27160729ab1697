"""States that are kept within a bound."""

import os
import shutil
from pathlib import Path

import pytest

from pipelines.spec import SnapshotSpec
from pipelines.training.snapshots import Snapshots

MIB = 2**20


def follow(folder: Path, spec: SnapshotSpec, epochs: range, size: int = 10, anew: bool = False) -> list[int]:
    """Keeps snapshots as a run does; the epochs of those that are there at its end."""
    backup = folder / "backup"
    backup.mkdir(exist_ok=True, parents=True)
    snapshots = Snapshots(folder / "snapshots", spec)
    for epoch in epochs:
        snapshots = Snapshots(folder / "snapshots", spec) if anew else snapshots
        if snapshots.wants(epoch):
            path = backup / f"epoch-{epoch:06d}.npz"
            path.write_bytes(bytes(size))
            snapshots.keep(path)
            path.unlink()  # as checkpoints are
    names = sorted(path.name for path in (folder / "snapshots").glob("*"))
    assert all(name.startswith("epoch-") and name.endswith(".npz") for name in names)
    return [int(name[6:-4]) for name in names]


@pytest.mark.parametrize("anew", [False, True])  # by the process that began, or by one that was resumed in each epoch
@pytest.mark.parametrize(
    ("spec", "epochs", "kept"),
    [
        (SnapshotSpec(), 5, [0, 1, 2, 3, 4, 5]),
        (SnapshotSpec(every=2), 5, [0, 2, 4]),
        (SnapshotSpec(most=3), 4, [0, 2, 4]),
        (SnapshotSpec(most=3), 100, [0, 64]),
        (SnapshotSpec(every=5, most=4), 40, [0, 20, 40]),
    ],
)
def test_every_second_one_goes_where_there_are_too_many(tmp_path, spec, epochs, kept, anew) -> None:
    assert follow(tmp_path, spec, range(epochs + 1), anew=anew) == kept


def test_bytes_are_bounded(tmp_path) -> None:
    spec = SnapshotSpec(most=100, most_mib=1)
    assert follow(tmp_path, spec, range(10), size=MIB // 4) == [0, 4, 8]
    assert follow(tmp_path / "large", spec, range(4), size=MIB + 1) == []


def test_a_fork_keeps_those_after_its_beginning(tmp_path) -> None:
    assert follow(tmp_path, SnapshotSpec(every=2), range(3, 9)) == [4, 6, 8]


def test_one_that_is_there_is_not_written_again(tmp_path) -> None:
    follow(tmp_path, SnapshotSpec(), range(3))
    assert not Snapshots(tmp_path / "snapshots", SnapshotSpec()).wants(2)
    assert Snapshots(tmp_path / "snapshots", SnapshotSpec()).wants(3)


def test_where_the_disk_knows_no_links_it_is_copied(tmp_path, monkeypatch) -> None:
    def link(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", link)
    assert follow(tmp_path, SnapshotSpec(), range(2)) == [0, 1]


def test_half_a_copy_is_never_left(tmp_path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="full"):
        follow(tmp_path, SnapshotSpec(), range(2))
    assert list((tmp_path / "snapshots").iterdir()) == []
