"""Where a run computes. What needs a GPU is left to machines that have one."""

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def environment(monkeypatch) -> None:
    for name in ("CUDA_VISIBLE_DEVICES", "JAX_PLATFORMS"):
        monkeypatch.setenv(name, "")  # so that it is put back after the test
        monkeypatch.delenv(name)


def test_the_cpu_hides_every_gpu() -> None:
    import os

    from pipelines.training import devices

    devices.use("cpu")
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "-1"


def test_a_gpu_is_counted_among_those_that_are_visible(monkeypatch) -> None:
    from models.errors import NetloomError
    from pipelines.training import devices

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    with pytest.raises(NetloomError, match=r"gpu:2.*shows 2"):
        devices.use("gpu:2")


def test_a_gpu_that_is_not_there_is_said_to_be_missing() -> None:
    import keras

    from models.errors import NetloomError
    from pipelines.training import devices

    if keras.distribution.list_devices("gpu"):
        pytest.skip("there is a GPU here")
    with pytest.raises(NetloomError, match="gpu:0"):
        devices.use("gpu:0")


def test_another_backend_than_the_process_has_is_refused() -> None:
    from models.errors import NetloomError
    from pipelines.training import devices

    with pytest.raises(NetloomError, match="asks for the backend jax, but this process was started with tensorflow"):
        devices.use("cpu", "jax")
