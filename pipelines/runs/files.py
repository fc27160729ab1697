"""What runs leave on disk: artifacts, and folders that are removed for good."""

import contextlib
import hashlib
import os
import shutil
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import sqlalchemy as sa

from models.errors import NetloomError
from pipelines.runs.base import Base
from pipelines.runs.facts import ENDED, Artifact, StoreError
from pipelines.runs.home import run_dir
from pipelines.runs.schema import artifacts, experiments, runs

TRASH = "trash"


class Files(Base):
    """The folders of runs, and what is recorded of them."""

    def add_artifact(self, uid: str, path: Path, kind: str) -> Artifact:
        """Record a file or folder inside the run's folder: its size and SHA-256 are read from disk here.

        Raises:
            ValueError: the path lies outside the run's folder.
        """
        path = Path(path)
        relative = path.resolve().relative_to(self.run_dir(uid).resolve()).as_posix()
        size, digest = _measure(path)
        values = {"path": relative, "kind": kind, "bytes": size, "sha256": digest}
        with self._db.write() as connection:
            run_id = self._one(connection, uid).id
            connection.execute(sa.delete(artifacts).where(artifacts.c.run_id == run_id, artifacts.c.path == relative))
            connection.execute(sa.insert(artifacts).values(run_id=run_id, **values))
        return Artifact(**values)

    def artifacts(self, uid: str) -> list[Artifact]:
        """What a run left, oldest first."""
        columns = [artifacts.c[field.name] for field in fields(Artifact)]
        query = sa.select(*columns).join(runs).where(runs.c.uid == uid).order_by(artifacts.c.id)
        with self._db.read() as connection:
            return [Artifact(*row) for row in connection.execute(query)]

    def bytes_of(self, uids: Iterable[str]) -> int:
        """Bytes that `delete` would free."""
        return _freed(*(run_dir(self.home, uid) for uid in set(uids)))

    def delete(self, uids: Iterable[str]) -> int:
        """Delete runs for good, all or none: what is known of them, and their folders.

        Killed half way it leaves a folder in the trash, which `empty_trash` puts back or removes, as it should be.

        Returns:
            Bytes of disk that this freed.

        Raises:
            NetloomError: one of them waits or works.
            StoreError: a folder cannot be moved, or the database does not do it.
        """
        uids, moved = list(dict.fromkeys(uids)), []
        try:
            with self._db.write() as connection:
                for uid in uids:
                    row = self._one(connection, uid)
                    if row.status not in ENDED:
                        raise NetloomError(
                            f"Run {uid} is {row.status}, so it cannot be deleted.", "Stop it first, then delete it."
                        )
                    connection.execute(sa.delete(runs).where(runs.c.id == row.id))
                left = sa.select(runs.c.experiment_id)
                connection.execute(sa.delete(experiments).where(experiments.c.id.not_in(left)))
                for uid in uids:
                    if _move(run_dir(self.home, uid), self._trash(uid)):
                        moved.append(uid)
        except BaseException:
            for uid in moved:
                _move(self._trash(uid), run_dir(self.home, uid))
            raise
        return sum(_remove(self._trash(uid)) for uid in moved)

    def empty_trash(self) -> int:
        """Remove what a delete that was killed half way has left. Returns the bytes of disk that this freed.

        The folder of a run that is still known goes back to where it was.
        """
        freed = 0
        for folder in sorted((self.home / TRASH).glob("*")):
            with self._db.write() as connection:  # no delete may be under way meanwhile
                if connection.execute(sa.select(runs.c.id).where(runs.c.uid == folder.name)).first():
                    _move(folder, run_dir(self.home, folder.name))
                    continue
            freed += _remove(folder)
        return freed

    def _trash(self, uid: str) -> Path:
        return self.home / TRASH / uid


def _move(folder: Path, to: Path) -> bool:
    """Whether there was anything to move."""
    to.parent.mkdir(exist_ok=True)
    try:
        shutil.move(folder, to)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be moved to {to.parent}: {error.strerror}.") from error
    return True


def _remove(folder: Path) -> int:
    freed = _freed(folder)
    shutil.rmtree(folder, ignore_errors=True)  # what resists stays in the trash for the next time
    return freed - _freed(folder)


def _freed(*folders: Path) -> int:
    """Bytes of the files in some folders, each once; what has another name elsewhere (a fork's state) frees nothing."""
    names: Counter[tuple[int, int]] = Counter()
    found: dict[tuple[int, int], os.stat_result] = {}
    for folder in folders:
        for file in folder.rglob("*"):
            with contextlib.suppress(OSError):  # gone meanwhile
                known = file.lstat()
                if not stat.S_ISDIR(known.st_mode):
                    names[known.st_dev, known.st_ino] += 1
                    found[known.st_dev, known.st_ino] = known
    return sum(known.st_size for file, known in found.items() if names[file] >= known.st_nlink)


def _measure(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, or of a folder's files in the order of their names."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    digest, size = hashlib.sha256(), 0
    for file in files:
        if path.is_dir():
            digest.update(os.fsencode(file.relative_to(path).as_posix()) + b"\0")
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    return size, digest.hexdigest()
