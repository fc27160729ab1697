import dataclasses

import numpy as np
import pandas as pd

from pages.ui.inspect_inputs import MOST_COLUMNS, are_texts, columns, picture, range_of
from pipelines.data.facts import facts
from pipelines.data.spec import BundledSource, DataSpec

IRIS = facts(DataSpec(source=BundledSource(name="iris")))
DIGITS = facts(DataSpec())


def test_rows_are_shown_as_the_table_has_them_else_by_their_features() -> None:
    raw = pd.DataFrame({"age": [3.0, np.nan]}, index=[17, 4])
    assert list(columns(np.zeros((2, 9)), raw, IRIS).index) == [0, 1]
    assert list(columns(np.zeros((2, 4)), None, IRIS)) == list(IRIS.feature_names)
    unnamed = columns(np.zeros((2, 8, 8, 4)), None, DIGITS)
    assert unnamed.shape == (2, MOST_COLUMNS) and list(unnamed)[:2] == ["input 1", "input 2"]


def test_only_single_texts_are_read_as_texts() -> None:
    words = dataclasses.replace(IRIS, kind="text")
    assert are_texts(pd.DataFrame({"words": ["a"]}), words)
    assert not are_texts(pd.DataFrame({"words": ["a"], "more": ["b"]}), words)
    assert not are_texts(pd.DataFrame({"words": ["a"]}), IRIS) and not are_texts(None, words)


def test_images_of_any_number_of_channels_can_be_drawn() -> None:
    for channels, drawn in ((1, (96, 96)), (2, (96, 96)), (3, (96, 96, 3)), (5, (96, 96, 3))):
        image = np.random.default_rng(0).normal(size=(8, 8, channels))
        assert picture(image, range_of(image), 96).shape == drawn
    assert range_of(np.zeros((0, 8, 8, 1))) == (0.0, 1.0)
