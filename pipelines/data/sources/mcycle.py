"""The motorcycle data: head acceleration in simulated crashes, 133 rows about a curve, with changing scatter."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from models.errors import NetloomError
from pipelines.data.downloads.downloads import files_of, numbers_hash
from pipelines.data.downloads.remote_files import DOWNLOADS
from pipelines.data.files.files import resolve
from pipelines.data.source import RawData, Source
from pipelines.data.spec import McycleSource

_FILE = DOWNLOADS["mcycle"].files[0]


def source(spec: McycleSource) -> Source:
    """The source that `spec` names: the public table, downloaded once, or a file with the same numbers.

    The checksum is of the numbers, row by row (`downloads.numbers_hash`): any right copy passes, however it is quoted
    and whatever columns it has besides, and a damaged one does not.

    Raises:
        NetloomError: a given file is not there, or not where Netloom may read.
    """
    path = None if spec.path is None else resolve(spec.path)
    return Source(
        name="mcycle",
        title="Motorcycle crash",
        kind="table",
        tasks=("regression", "reconstruction"),
        input_shape=(1,),
        target_name="head acceleration (g)",
        feature_names=("time after impact (ms)",),
        dtype="float32",
        num_rows=133,
        read=functools.partial(_read, path),
        code=f"""
import pandas as pd
table = pd.read_csv({_FILE.url if path is None else str(path)!r})
x = table[["times"]].to_numpy("float32")
y = table["accel"].to_numpy("float32")
""",
        notes="Head acceleration after a motorcycle hits an obstacle, in simulated crashes. B. W. Silverman, Some "
        "Aspects of the Spline Smoothing Approach to Non-Parametric Regression Curve Fitting, 1985.",
        licence="None stated",
    )


def _read(given: Path | None) -> RawData:
    path = files_of("mcycle")[0] if given is None else given
    if given is not None and (not given.is_file() or numbers_hash(given, _FILE.columns) != _FILE.hash):
        raise NetloomError(
            f"{given.name} is not the motorcycle data: its 133 rows of times and accel are expected.",
            "Take the public copy, or read the file as a table.",
        )
    table = pd.read_csv(path, encoding="utf-8-sig", usecols=list(_FILE.columns))
    return RawData(np.ascontiguousarray(table[["times"]].to_numpy(np.float32)), table["accel"].to_numpy(np.float32))
