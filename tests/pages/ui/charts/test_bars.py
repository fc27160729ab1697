import numpy as np

from pages.ui.charts.bars import bars


def test_a_bar_a_name() -> None:
    figure = bars(np.array([0.2, 0.8]), ["0", "1"], "Probability")
    assert (list(figure.data[0].x), list(figure.data[0].y)) == (["0", "1"], [0.2, 0.8])
    assert figure.layout.xaxis.type == "category", "classes named by numbers stay names"
    assert figure.layout.yaxis.title.text == "Probability"


def test_many_bars_have_no_names() -> None:
    figure = bars(np.zeros(100), [str(n) for n in range(100)], "Output")
    assert figure.layout.xaxis.showticklabels is False
