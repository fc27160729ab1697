"""The library: versions that never change, names of any kind, and files that cannot be read."""

import threading

import pytest

from models.errors import NetloomError, SpecError
from models.spec import ModelSpec, Node
from pipelines.library import ModelLibrary


@pytest.fixture
def library(home):
    return ModelLibrary(home)


def net(*kinds):
    return ModelSpec(nodes=tuple(Node(name=f"n{i}", kind=kind) for i, kind in enumerate(kinds)))


def test_every_save_is_a_version_of_its_own(library):
    library.save(net("Input"), "digits", "first")
    library.save(net("Input", "Dense"), "digits")
    assert [(saved.version, saved.layers, saved.note) for saved in library.versions("digits")] == [
        (2, 1, ""),
        (1, 0, "first"),
    ]
    assert library.load("digits") == net("Input", "Dense")
    assert library.load("digits", 1) == net("Input")


def test_lists_the_newest_version_of_each_saved_last_first(library):
    assert library.names() == []
    for name in ("one", "two", "one"):
        library.save(net("Input"), name)
    assert [(saved.name, saved.version) for saved in library.names()] == [("one", 2), ("two", 1)]


@pytest.mark.parametrize("name", ["../../etc", "Ein Netz für Ziffern", "con", "a" * 80, "网络" * 20, ".", "x/y"])
def test_any_name_that_can_be_read_will_do(library, name, home):
    library.save(net("Input"), f"  {name} ")
    assert [saved.name for saved in library.names()] == [name]
    assert library.load(name) == net("Input")
    assert all(library.folder in path.parents for path in home.rglob("*.json"))


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "two\nlines"])
def test_a_name_that_is_none_is_refused(library, name):
    with pytest.raises(SpecError, match="A name is 1 to 80 characters"):
        library.save(net("Input"), name)
    assert library.names() == []


def test_rename_takes_all_versions_and_duplicate_the_newest(library):
    library.save(net("Input"), "a")
    library.save(net("Input", "Dense"), "a")
    library.duplicate("a", "b")
    library.rename("a", "c")
    assert [saved.version for saved in library.versions("c")] == [2, 1]
    assert [(saved.name, saved.version) for saved in library.versions("b")] == [("b", 1)]
    assert library.versions("a") == []
    library.rename("c", "c")
    assert len(library.versions("c")) == 2


def test_never_takes_a_name_that_is_taken(library):
    library.save(net("Input"), "a")
    library.save(net("Dense"), "b")
    for change in (library.rename, library.duplicate):
        with pytest.raises(NetloomError, match="has a network 'b' already"):
            change("a", "b")
    assert library.load("b") == net("Dense")


def test_delete_takes_all_versions(library):
    library.save(net("Input"), "a")
    library.delete("a")
    assert library.names() == []
    for call in (library.delete, library.load):
        with pytest.raises(NetloomError, match="has no network 'a'"):
            call("a")


def test_a_broken_file_hides_its_own_version_alone(library):
    for kinds in (["Input"], ["Input", "Dense"], ["Input", "Flatten"]):
        library.save(net(*kinds), "a")
    newest = max(library.folder.rglob("*.json"))
    newest.write_text("{")
    assert [saved.version for saved in library.versions("a")] == [2, 1]
    assert library.load("a") == net("Input", "Dense")
    with pytest.raises(NetloomError, match="no version 3 of a that can be read"):
        library.load("a", 3)
    assert library.save(net("Dense"), "a").version == 4


def test_two_savers_at_once_get_two_versions(library):
    def save():
        for _ in range(10):
            library.save(net("Input"), "a")

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [saved.version for saved in library.versions("a")] == list(range(40, 0, -1))
    assert not list(library.folder.rglob("*.tmp"))
