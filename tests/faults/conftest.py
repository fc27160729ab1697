"""A world for each file of tests."""

from collections.abc import Iterator

import pytest

from tests.faults.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One home, for all tests of a file."""
    home = tmp_path_factory.mktemp("world") / "home"
    home.mkdir()
    world = World(home)
    yield world
    world.close()
