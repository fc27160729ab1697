"""The library: networks that people keep, by name, every save a version of its own."""

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import ValidationError

from models.errors import NetloomError, SpecError, did_you_mean
from models.spec import ModelSpec

MAX_NAME = 80
_VERSION = re.compile(r"(\d{5})\.json\Z")


@dataclass(frozen=True, slots=True)
class Saved:
    """One version of a network in the library.

    Attributes:
        name: as people gave it.
        version: 1, 2, ... in the order of saving.
        saved_at: Unix time, seconds.
        layers: how many it has, as in `ModelSpec.num_layers`.
        note: what was said at saving; may be empty.
    """

    name: str
    version: int
    saved_at: float
    layers: int
    note: str = ""


class ModelLibrary:
    """Networks under one folder: a folder a name, a file a version.

    Contract: what was saved is never changed; a save that is cut off leaves nothing; two savers at once get two
    versions. A file that cannot be read any more hides its own version alone.

    Args:
        home: root folder of everything.
    """

    def __init__(self, home: Path) -> None:
        self.folder = Path(home) / "models"

    def names(self) -> list[Saved]:
        """The newest version of every network, saved last first."""
        newest = [versions[0] for folder in self.folder.glob("*") if (versions := self._versions(folder))]
        return sorted(newest, key=lambda saved: saved.saved_at, reverse=True)

    def versions(self, name: str) -> list[Saved]:
        """All versions of a network, newest first; none where there is no such network."""
        return self._versions(self._folder_for(name))

    def save(self, spec: ModelSpec, name: str, note: str = "") -> Saved:
        """Keep `spec` as the next version of the network called `name`.

        Raises:
            NetloomError: no such name can be given, or it cannot be written (a full disk).
        """
        folder = self._folder_for(_checked(name))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            while True:
                version = max((_number(path) for path in folder.glob("*.json")), default=0) + 1
                saved = Saved(name.strip(), version, time.time(), spec.num_layers, note.strip())
                if _written(folder / f"{version:05d}.json", saved, spec):
                    return saved
        except OSError as error:
            raise NetloomError(f"{name} cannot be saved: {error.strerror}.", "Make room, and save again.") from error

    def load(self, name: str, version: int | None = None) -> ModelSpec:
        """A network from the library; None: its newest version that can be read. Raises: NetloomError, SpecError."""
        files = self._files(name)
        if not files:
            raise self._unknown(name)
        if version is None:
            loaded = next(filter(None, map(_read, sorted(files, reverse=True))), None)
        else:
            loaded = next((_read(path) for path in files if _number(path) == version), None)
        if loaded is None:
            which = f"version {version} of {name}" if version is not None else name
            known = ", ".join(str(saved.version) for saved in self.versions(name)) or "none"
            raise NetloomError(f"The library has no {which} that can be read.", f"Versions that can: {known}.")
        return loaded[1]

    def rename(self, name: str, new_name: str) -> None:
        """Give a network, all its versions, another name. Raises: NetloomError."""
        if _checked(new_name) != name.strip():
            self._copy(name, new_name, self._files(name))
            self.delete(name)

    def duplicate(self, name: str, new_name: str) -> None:
        """A copy of a network, its newest version alone, as the first one under another name. Raises: NetloomError."""
        self._copy(name, new_name, sorted(self._files(name))[-1:], first=1)

    def delete(self, name: str) -> None:
        """Remove a network with all its versions. Raises: NetloomError."""
        if not self._files(name):
            raise self._unknown(name)
        shutil.rmtree(self._folder_for(name))

    def _copy(self, name: str, new_name: str, files: list[Path], first: int | None = None) -> None:
        """`files` under another name; first: number them anew, beginning with this."""
        new_name = _checked(new_name)
        if not files:
            raise self._unknown(name)
        if self._files(new_name):
            raise NetloomError(f"The library has a network {new_name!r} already.", "Choose another name.")
        folder = self._folder_for(new_name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for place, (saved, spec) in enumerate(filter(None, map(_read, files))):
                version = saved.version if first is None else first + place
                copy = Saved(new_name, version, saved.saved_at, saved.layers, saved.note)
                _written(folder / f"{version:05d}.json", copy, spec)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise NetloomError(f"{new_name} cannot be saved: {error.strerror}.", "Make room first.") from error

    def _unknown(self, name: str) -> NetloomError:
        known = [saved.name for saved in self.names()]
        return NetloomError(f"The library has no network {name!r}.", did_you_mean(name, known))

    def _versions(self, folder: Path) -> list[Saved]:
        found = (_read(path) for path in _files(folder))
        return sorted((saved for saved, _ in filter(None, found)), key=lambda saved: saved.version, reverse=True)

    def _files(self, name: str) -> list[Path]:
        return _files(self._folder_for(name))

    def _folder_for(self, name: str) -> Path:
        # Any name that people give makes a good folder on any disk this way, and none leads out of the library.
        return self.folder / hashlib.sha256(name.strip().encode()).hexdigest()[:32]


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise SpecError(f"A name is 1 to {MAX_NAME} characters that can be printed. Received: {name!r:.100}.")
    return name


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.json") if _number(path)]


def _read(path: Path) -> tuple[Saved, ModelSpec] | None:
    try:
        document = json.loads(path.read_bytes())
        return Saved(**document["saved"]), ModelSpec.model_validate(document["model"])
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None


def _number(path: Path) -> int:
    found = _VERSION.search(path.name)
    return int(found.group(1)) if found else 0


def _written(path: Path, saved: Saved, spec: ModelSpec) -> bool:
    """Whether the version was written: False where somebody else has just taken its number."""
    text = json.dumps({"saved": asdict(saved), "model": spec.model_dump(mode="json", exclude_defaults=True)})
    scratch = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        scratch.write_text(text, encoding="utf-8")
        os.link(scratch, path)  # unlike a renaming, it never replaces what is there
    except FileExistsError:
        return False
    finally:
        scratch.unlink(missing_ok=True)
    return True
