"""Drafts: RunSpecs in the making, kept on disk so that neither a refresh nor a restart loses one."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from models.spec import Spec
from pipelines.data.downloads.downloads import NotOnThisMachine
from pipelines.examples import EXAMPLES
from pipelines.fitting import match
from pipelines.history import History
from pipelines.spec import RunSpec

KEPT = 50
_ID = re.compile(r"[a-z0-9]{8}\Z")


class Draft(Spec):
    """A run that is being put together.

    Attributes:
        spec: the run so far.
        match_data: keep the network's input shape and last layer as the data and its task ask for.
    """

    schema_version: Literal[1] = 1
    spec: RunSpec = EXAMPLES["digits-cnn"]
    match_data: bool = True

    def matched(self) -> "Draft":
        """The same, its network matched to its data if that is wanted and can be done."""
        if not self.match_data:
            return self
        try:
            model = match(self.spec.model, self.spec.data)
        except NotOnThisMachine:  # what it is fed is known when the data are here
            return self
        return self.replace(spec=self.spec.replace(model=model))


class DraftStore:
    """Drafts under one folder, a JSON file each.

    Contract: a save never overwrites what another writer saved since this one read: it goes on under a new id.
    Only the newest drafts are kept.

    Args:
        home: root folder of everything.
    """

    def __init__(self, home: Path) -> None:
        self.folder = Path(home) / "drafts"

    def load(self, draft_id: str) -> tuple[Draft, int] | None:
        """The draft and its stamp (for `save`); None where there is none, or where it cannot be read any more."""
        if not _ID.match(draft_id):
            return None
        path = self._path(draft_id)
        try:
            stamp = path.stat().st_mtime_ns
            return Draft.model_validate_json(path.read_bytes()), stamp
        except (OSError, ValidationError):
            return None

    def newest(self) -> Draft | None:
        """The draft saved last."""
        found = (self.load(path.stem) for path in self._by_age())
        return next((loaded[0] for loaded in found if loaded), None)

    def save(self, draft: Draft, draft_id: str, stamp: int | None) -> tuple[str, int]:
        """Write a draft.

        Args:
            draft: what to keep.
            draft_id: where it was read from or saved to last.
            stamp: what `load` or the last `save` gave; None for a draft that was never on disk.

        Returns:
            The id it has now (a new one if somebody else saved under the old one meanwhile) and its stamp.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(draft_id)
        if path.exists() and path.stat().st_mtime_ns != stamp:
            old, draft_id = draft_id, self.fresh_id()
            path = self._path(draft_id)
            self.history(old).copy_to(self.history(draft_id))
        scratch = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
        scratch.write_text(draft.model_dump_json(), encoding="utf-8")
        os.replace(scratch, path)
        if stamp is None:
            for old in self._by_age()[KEPT:]:
                old.unlink(missing_ok=True)
                self.history(old.stem).forget()
        return draft_id, path.stat().st_mtime_ns

    def history(self, draft_id: str) -> History:
        """The networks that the draft has had."""
        return History(self._path(draft_id).with_suffix(".undo"))

    @staticmethod
    def fresh_id() -> str:
        """An id that no draft has."""
        return secrets.token_hex(4)

    def _path(self, draft_id: str) -> Path:
        if not _ID.match(draft_id):
            raise ValueError(f"A draft's id is 8 small letters and digits. Received: {draft_id!r}")
        return self.folder / f"{draft_id}.json"

    def _by_age(self) -> list[Path]:
        """Newest first."""
        stamps = {}
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(FileNotFoundError):  # another tab may drop an old one at this moment
                stamps[path] = path.stat().st_mtime_ns
        return sorted(stamps, key=stamps.__getitem__, reverse=True)
