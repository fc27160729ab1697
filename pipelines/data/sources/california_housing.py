"""California housing as keras.datasets keeps it: house values of 20,640 districts in 1990."""

import numpy as np

from pipelines.data.downloads.downloads import files_of
from pipelines.data.source import RawData, Source

_KERAS_SEED = 113


def _read() -> RawData:
    with np.load(files_of("california_housing")[0], allow_pickle=False) as arrays:
        features, values = arrays["x"], arrays["y"]
    order = np.arange(len(features))
    np.random.RandomState(_KERAS_SEED).shuffle(order)  # the order in which keras.datasets gives them
    return RawData(features[order].astype(np.float32), values[order].astype(np.float32))


CALIFORNIA_HOUSING = Source(
    name="california_housing",
    title="California housing",
    kind="table",
    tasks=("regression", "reconstruction"),
    input_shape=(8,),
    target_name="median house value ($)",
    # The columns of the file, which are those of the census table; Keras's help names derived ones.
    feature_names=(
        "longitude (°)", "latitude (°)", "median house age (years)", "rooms", "bedrooms", "population", "households",
        "median income ($10,000)",
    ),
    dtype="float32",
    num_rows=20_640,
    read=_read,
    code="""
(x, y), _ = keras.datasets.california_housing.load_data(test_split=0.0)
x, y = x.astype("float32"), y.astype("float32")
""",
    notes="House values of census districts with some measures of each; values above $500,000 are cut off there. "
    "R. K. Pace, R. Barry, Sparse Spatial Autoregressions, 1997.",
    licence="None stated",
)  # fmt: skip
