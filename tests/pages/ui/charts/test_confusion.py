import numpy as np

from pages.ui.charts.confusion import confusion_matrix


def test_cells_hold_counts_and_are_colored_by_the_share_of_their_row() -> None:
    figure = confusion_matrix(np.array([[8, 2], [0, 0]]), ["cat", "dog"])
    heatmap = figure.data[0]
    assert np.asarray(heatmap.z).tolist() == [[0.8, 0.2], [0, 0]], "a class without rows is 0, not NaN"
    assert np.asarray(heatmap.customdata).tolist() == [[8, 2], [0, 0]]
    assert np.asarray(heatmap.text).tolist() == [["8", "2"], ["", ""]]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Predicted", "True")
    assert figure.layout.yaxis.autorange == "reversed", "the first class is on top"


def test_classes_named_by_numbers_stay_names() -> None:
    figure = confusion_matrix(np.eye(3, dtype=int), ["0", "1", "2"])
    assert figure.layout.xaxis.type == "category"


def test_many_classes_have_no_numbers_in_their_cells() -> None:
    assert confusion_matrix(np.eye(40, dtype=int), [str(n) for n in range(40)]).data[0].texttemplate is None
