import io
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from pipelines.data.sources.pickles import ragged_arrays, unpickled

PYTHON_2 = (  # {'data': an array of uint8 [[1, 2]], 'labels': [7]}, as Python 2 and an old numpy wrote it
    b"\x80\x02}q\x00(U\x04dataq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85U\x01b\x87"
    b"Rq\x04(K\x01K\x01K\x02\x86cnumpy\ndtype\nq\x05U\x02u1K\x00K\x01\x87Rq\x06(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff"
    b"\xff\xffK\x00tb\x89U\x02\x01\x02tbU\x06labelsq\x07]q\x08K\x07au."
)


class Bad:
    def __reduce__(self):
        return os.system, ("touch /tmp/never",)


def test_arrays_and_plain_values_come_back():
    value = {b"data": np.arange(6).reshape(2, 3), b"labels": [1, 2], b"name": b"batch"}
    found = unpickled(io.BytesIO(pickle.dumps(value, protocol=4)))
    np.testing.assert_array_equal(found[b"data"], value[b"data"])
    assert (found[b"labels"], found[b"name"]) == ([1, 2], b"batch")


def test_pickles_of_python_2_and_an_old_numpy():
    found = unpickled(io.BytesIO(PYTHON_2))
    np.testing.assert_array_equal(found[b"data"], [[1, 2]])
    assert found[b"labels"] == [7]


@pytest.mark.parametrize("value", [Bad(), np.array([Bad()], dtype=object), {b"x": Path("x")}])
def test_nothing_else_is_built(value, tmp_path: Path):
    with pytest.raises(pickle.UnpicklingError, match="more than arrays"):
        unpickled(io.BytesIO(pickle.dumps(value)))
    np.savez(tmp_path / "bad.npz", x=np.array([value], dtype=object))
    with pytest.raises(pickle.UnpicklingError, match="more than arrays"):
        ragged_arrays(tmp_path / "bad.npz")
    assert not Path("/tmp/never").exists()


def test_ragged_arrays_beside_others(tmp_path: Path):
    ragged = np.array([[1, 2], [3]], dtype=object)
    np.savez(tmp_path / "a.npz", x=ragged, y=np.arange(2))
    found = ragged_arrays(tmp_path / "a.npz")
    assert list(found["x"]) == [[1, 2], [3]]
    np.testing.assert_array_equal(found["y"], [0, 1])
