"""IMDB and Reuters: texts that are published as numbers of words, read back so that they go every text's way.

Rows are in the order in which keras.datasets gives them, which is shuffled with a seed of its own.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.data.downloads.downloads import files_of
from pipelines.data.source import RawData, Source
from pipelines.data.sources.pickles import ragged_arrays

_KERAS_SEED = 113


def _read_imdb() -> RawData:
    numbers, index = files_of("imdb")
    arrays = ragged_arrays(numbers)
    random = np.random.RandomState(_KERAS_SEED)
    train, test = _order(random, arrays["x_train"]), _order(random, arrays["x_test"])
    rows = [*arrays["x_train"][train], *arrays["x_test"][test]]
    labels = np.concatenate([arrays["y_train"][train], arrays["y_test"][test]])
    return RawData(_texts("review", rows, index), labels.astype(np.int64))


def _read_reuters() -> RawData:
    numbers, index = files_of("reuters")
    arrays = ragged_arrays(numbers)
    order = _order(np.random.RandomState(_KERAS_SEED), arrays["x"])
    return RawData(_texts("newswire", arrays["x"][order], index), arrays["y"][order].astype(np.int64))


def _order(random: np.random.RandomState, rows: np.ndarray) -> np.ndarray:
    order = np.arange(len(rows))
    random.shuffle(order)
    return order


def _texts(column: str, rows: Iterable[list[int]], index: Path) -> pd.DataFrame:
    words = {number: word for word, number in json.loads(index.read_text(encoding="utf-8")).items()}
    return pd.DataFrame({column: [" ".join(words.get(number, "?") for number in row) for row in rows]}, dtype=object)


_WORDS = """
words = {{number: word for word, number in keras.datasets.{name}.get_word_index().items()}}
texts = [" ".join(words.get(number, "?") for number in row) for row in rows]
x = pd.DataFrame({{"{column}": texts}}, dtype=object)
"""

IMDB = Source(
    name="imdb",
    title="IMDB film reviews",
    kind="text",
    tasks=("binary",),
    input_shape=(),
    target_name="opinion",
    class_names=("negative", "positive"),
    feature_names=("review",),
    dtype="table",
    num_rows=50_000,
    own={"test": np.arange(25_000, 50_000)},
    read=_read_imdb,
    code="""
import pandas as pd
(x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(
    num_words=10**9, start_char=None, oov_char=None, index_from=0
)
rows = [*x_train, *x_test]
y = np.concatenate([y_train, y_test]).astype("int64")"""
    + _WORDS.format(name="imdb", column="review"),
    notes="Film reviews that are clearly for or against, in lower case and without punctuation; the last 25,000 are "
    "its own test split. A. Maas and others, Learning Word Vectors for Sentiment Analysis, 2011.",
    licence="None stated",
)

REUTERS = Source(
    name="reuters",
    title="Reuters newswires",
    kind="text",
    tasks=("multiclass",),
    input_shape=(),
    target_name="topic",
    class_names=(
        "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar",
        "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp",
        "meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel",
        "rubber", "heat", "jobs", "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog",
        "lead",
    ),
    feature_names=("newswire",),
    dtype="table",
    num_rows=11_228,
    read=_read_reuters,
    code="""
import pandas as pd
(rows, y), _ = keras.datasets.reuters.load_data(
    num_words=10**9, test_split=0.0, start_char=None, oov_char=None, index_from=0
)
y = np.asarray(y, "int64")"""
    + _WORDS.format(name="reuters", column="newswire"),
    notes="Newswires of 1987 on one topic each, in lower case and without punctuation; it has no test split of its "
    "own. D. Lewis, Reuters-21578.",
    licence="None stated",
)  # fmt: skip
