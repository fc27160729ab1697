from pipelines.runs.states import file_name, whole_epochs


def test_states_after_whole_epochs_are_found_in_their_order(tmp_path) -> None:
    assert whole_epochs(tmp_path / "none") == {}
    wanted = {epoch: tmp_path / file_name(epoch) for epoch in (0, 7, 12, 1_234_567)}
    for path in [*wanted.values(), tmp_path / file_name(7, 3), tmp_path / "epoch-000009.tmp", tmp_path / "other.npz"]:
        path.touch()
    assert list(whole_epochs(tmp_path).items()) == list(wanted.items())


def test_names_sort_as_time_goes() -> None:
    names = [file_name(0), file_name(1), file_name(1, 40), file_name(2)]
    assert names == sorted(names)
