"""Settings that every process sees."""

import pytest

from pipelines.runs.store import RunStore


def test_settings_are_json_and_seen_by_every_process(store, home) -> None:
    assert store.setting("slots.cpu") is None and store.setting("slots.cpu", 2) == 2
    store.set_setting("slots.cpu", 3)
    store.set_setting("slots.gpu", {"gpu:0": 2})
    other = RunStore(home)
    assert (other.setting("slots.cpu", 2), other.setting("slots.gpu")) == (3, {"gpu:0": 2})
    other.set_setting("slots.cpu", None)
    other.close()
    assert store.setting("slots.cpu", 2) == 2
    with pytest.raises(ValueError, match="JSON"):
        store.set_setting("slots.cpu", float("nan"))
