"""Lengths of texts: shares a class, and the place where they are cut."""

import numpy as np
import pytest

from pages.ui.charts.lengths import lengths


def test_every_text_is_in_some_class():
    figure = lengths({"ham": np.array([1, 2, 3, 4]), "spam": np.array([20, 30])}, cut=10)
    assert [line.name for line in figure.data] == ["ham", "spam"]
    assert [sum(line.y) for line in figure.data] == pytest.approx([1, 1])
    assert figure.layout.shapes[0].x0 == 10 and figure.layout.annotations[0].text == "cut here"


def test_a_few_very_long_texts_do_not_squeeze_the_rest():
    figure = lengths({"": np.r_[np.full(999, 8), 5000]})
    assert figure.data[0].x[-1] < 100 and sum(figure.data[0].y) == pytest.approx(1)
    assert not figure.layout.showlegend and not figure.layout.shapes


def test_a_cut_beyond_all_texts_is_not_drawn():
    assert not lengths({"": np.array([1, 2, 3])}, cut=100).layout.shapes


def test_empty_texts_have_a_length_too():
    assert sum(lengths({"": np.zeros(5, int)}).data[0].y) == pytest.approx(1)
