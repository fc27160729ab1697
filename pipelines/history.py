"""History: the networks that a draft has had, on disk, so that undo outlives a refresh and a restart."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from pydantic import ValidationError

from models.spec import ModelSpec

KEPT = 100
"""So many steps back can be gone."""


class History:
    """The networks of one draft in the order of their making, and which of them is the present one.

    Contract: each network is a file of its own, and so is the position, which is written last: whenever a writer is
    killed, what is there is a history. Files that cannot be read are steps that cannot be gone.

    Args:
        folder: the history's own; made with the first change.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def can_undo(self, now: ModelSpec) -> bool:
        """Whether there is a network before the present one, which `now` is."""
        return self._path(self._before(now)).exists()

    def can_redo(self, now: ModelSpec) -> bool:
        """Whether there is one after it."""
        return self._path(self._position() + 1).exists() and self._is_present(now)

    def push(self, before: ModelSpec, after: ModelSpec) -> None:
        """`before` was changed into `after`, which is the present one now; what was undone is forgotten.

        Raises:
            OSError: it cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        position = self._along(before)
        self._forget_after(position)
        self._write(position + 1, after)
        self._go(position + 1)
        for path in self._folder.glob("*.json"):
            if int(path.stem) < position + 1 - KEPT:
                path.unlink(missing_ok=True)

    def undo(self, now: ModelSpec) -> ModelSpec | None:
        """The network before the present one, which `now` is; None: there is none. Raises: OSError."""
        found = self._read(self._before(now))
        if found is None:
            return None
        self._go(self._along(now) - 1)
        return found

    def redo(self, now: ModelSpec) -> ModelSpec | None:
        """The network that was undone last; None: there is none, or `now` came about otherwise. Raises: OSError."""
        found = self._read(self._position() + 1) if self._is_present(now) else None
        if found is not None:
            self._go(self._position() + 1)
        return found

    def copy_to(self, other: "History") -> None:
        """The same history for another draft, which has none yet. Raises: OSError."""
        if self._folder.is_dir() and not other._folder.exists():
            shutil.copytree(self._folder, other._folder)

    def forget(self) -> None:
        """Remove it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _before(self, now: ModelSpec) -> int:
        return self._position() - self._is_present(now)

    def _along(self, now: ModelSpec) -> int:
        """The position of `now`, which is put behind the present one where it was changed from elsewhere."""
        position = self._position()
        if self._is_present(now):
            return position
        if self._path(position).exists():
            position += 1
            self._forget_after(position - 1)
        self._write(position, now)
        return position

    def _is_present(self, now: ModelSpec) -> bool:
        return self._read(self._position()) == now

    def _position(self) -> int:
        try:
            return int((self._folder / "position").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def _go(self, position: int) -> None:
        self._replace(self._folder / "position", str(position))

    def _forget_after(self, position: int) -> None:
        while (path := self._path(position + 1)).exists():
            path.unlink(missing_ok=True)
            position += 1

    def _read(self, position: int) -> ModelSpec | None:
        with contextlib.suppress(OSError, ValidationError):
            return ModelSpec.model_validate_json(self._path(position).read_bytes())
        return None

    def _write(self, position: int, model: ModelSpec) -> None:
        self._replace(self._path(position), model.model_dump_json(exclude_defaults=True))

    def _replace(self, path: Path, text: str) -> None:
        scratch = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
        scratch.write_text(text, encoding="utf-8")
        os.replace(scratch, path)

    def _path(self, position: int) -> Path:
        return self._folder / f"{position:06d}.json"
