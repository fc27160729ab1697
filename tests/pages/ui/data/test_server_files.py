"""A walk through the folders of the server stays below those that may be read."""

from pages.ui.data.server_files import entries


def test_folders_come_first_and_hidden_ones_not_at_all(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a.csv").touch()
    (tmp_path / ".hidden").touch()
    assert entries(tmp_path, [tmp_path]) == ["b/", "a.csv"]
    assert entries(tmp_path / "b", [tmp_path]) == [".."]
    assert entries(tmp_path, [tmp_path, tmp_path / "b"]) == ["..", "b/", "a.csv"]
