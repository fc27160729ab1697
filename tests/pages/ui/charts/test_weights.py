import numpy as np

from pages.ui.charts.weights import weight_matrix


def test_a_row_a_feature_and_a_scale_centred_on_zero() -> None:
    figure = weight_matrix(np.array([[1.0, -2.0], [0.0, 0.5]]), ["age", "bmi"])
    heatmap = figure.data[0]
    assert list(heatmap.y) == ["age", "bmi"]
    assert list(heatmap.x) == [1, 2]
    assert (heatmap.zmin, heatmap.zmax) == (-2, 2)
    assert weight_matrix(np.eye(2), [], limit=3).data[0].zmax == 3


def test_features_without_names_are_numbered() -> None:
    figure = weight_matrix(np.zeros((3, 2)), [])
    assert list(figure.data[0].y) == [1, 2, 3]
    assert figure.data[0].zmin < figure.data[0].zmax, "weights that are all zero still draw"
    assert figure.layout.yaxis.title.text == "Feature"
