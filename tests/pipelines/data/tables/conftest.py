"""Files of the user's, really made, in a folder that specs may name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.errors import NetloomError
from pipelines.data.spec import TableSource

Made = Callable[..., TableSource]


@pytest.fixture
def made_file(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Writes a file and gives the source that names it: `made_file(content, name="rows.csv", **options)`."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("NETLOOM_DATA", str(folder))

    def make(content: bytes | str, name: str = "rows.csv", **options: Any) -> TableSource:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return TableSource(path=str(path), **options)

    return make


@pytest.fixture
def refused(home: Path) -> Callable[..., str]:
    """The message and hint with which something is refused; nothing of it stays in the cache."""

    def call(action: Callable[..., object], *args: Any) -> str:
        with pytest.raises(NetloomError) as caught:
            action(*args)
        left = [path for path in (home / "cache").glob("*") if not path.name.endswith(".lock")]
        assert left == []
        assert caught.value.hint
        return str(caught.value)

    return call
