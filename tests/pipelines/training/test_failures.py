"""Exceptions in plain words."""

import errno

import pytest

from models.errors import NetloomError
from pipelines.spec import OptimizerSpec
from tests.pipelines.training.conftest import mlp_spec

pytestmark = pytest.mark.slow


IN_USER_CODE = """in user code:

    File "trainer.py", line 8, in error_handler  *
        raise error

    ValueError: Exception encountered when calling Dense.call().

    \x1b[1mShapes do not fit.\x1b[0m

    Arguments received by Dense.call():
"""


class ResourceExhaustedError(Exception):
    """As TensorFlow's."""


def known(cause: Exception) -> NetloomError:
    try:
        raise NetloomError("dense: Keras refuses this Dense.") from cause
    except NetloomError as error:
        return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NetloomError("It is so.", "Do this."), "It is so. Do this."),
        (MemoryError(), "Memory ran out."),
        (
            ResourceExhaustedError("OOM when allocating tensor with shape[64,10000000000] and type float"),
            "(64, 10000000000) (2,384.2 GiB)",
        ),
        (known(ResourceExhaustedError("failed to allocate memory")), "Memory ran out."),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), "The disk is full."),
        (PermissionError(errno.EACCES, "no", "/x/model.keras"), "/x/model.keras"),
        (RuntimeError("Received a label value of 9 which is outside the valid range of [0, 5)."), "class 9"),
        (KeyError("x"), "unexpectedly"),
        (RuntimeError(IN_USER_CODE), "unexpectedly: Shapes do not fit. The log"),
        (
            RuntimeError("Exception encountered when calling Dense.call().\n\n\x1b[1mNo.\x1b[0m\n\nA: 1"),
            "edly: No. The",
        ),
        (RuntimeError("in user code:"), "in user code:."),
    ],
)
def test_one_sentence_and_a_hint(error, words) -> None:
    from pipelines.training.failures import explain

    said = explain(error)
    assert words in str(said)
    assert "\n" not in str(said)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (MemoryError(), "memory"),
        (known(ResourceExhaustedError("failed to allocate memory")), "memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk"),
        (OSError(errno.EFBIG, "File too large"), "disk"),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), "disk"),
        (RuntimeError("Received a label value of 9 which is outside the valid range of [0, 5)."), "data"),
        (NetloomError("It is so."), None),
        (KeyError("x"), None),
    ],
)
def test_the_kind_of_a_failure_is_known_where_there_is_a_cure(error, cause) -> None:
    from pipelines.training.failures import cause_of, explain

    assert cause_of(error) == cause
    if cause == "disk":
        assert "The disk is full." in str(explain(error))


def test_a_loss_that_is_no_number_has_diverged() -> None:
    from pipelines.training.callbacks.finite_guard import Diverged
    from pipelines.training.failures import cause_of

    assert cause_of(Diverged("The loss became NaN.")) == "diverged"


def test_what_keras_raises_is_said_to_be_keras() -> None:
    import keras

    from pipelines.training.failures import explain

    with pytest.raises(ValueError) as raised:
        keras.ops.reshape(keras.KerasTensor((2, 3)), (5,))
    assert "Keras refuses to train this network" in str(explain(raised.value))
    assert "unexpectedly" in str(explain(ValueError("ours")))


@pytest.mark.parametrize(
    ("optimizer", "largest", "words"),
    [
        (OptimizerSpec(kind="SGD", config={"learning_rate": 2.0}), 1.0, "2 is too high for SGD"),
        (OptimizerSpec(kind="Adam", config={"learning_rate": 0.5}), 255.0, "0.5 is too high for Adam"),
        (OptimizerSpec(kind="SGD"), 255.0, "not scaled (values up to 255)"),
        (OptimizerSpec(kind="SGD"), 1.0, "a tenth of the learning rate (0.001)"),
    ],
)
def test_the_likeliest_cause_of_divergence_comes_first(optimizer, largest, words) -> None:
    import keras
    import numpy as np

    from pipelines.training.compiling import optimizer as made
    from pipelines.training.failures import divergence_hint

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(made(optimizer), "mse")
    assert words in divergence_hint(mlp_spec(optimizer=optimizer), model, np.array([[largest], [0.0]]))


def test_a_logarithm_of_what_may_be_negative_is_a_likely_cause() -> None:
    import keras
    import numpy as np

    from pipelines.training.failures import divergence_hint

    spec = mlp_spec(loss="poisson")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "poisson")
    assert "logarithm" not in divergence_hint(spec, model, np.ones((2, 1)))  # it ends in a softmax
    last = spec.model.nodes[-1]
    linear = spec.model.replace(nodes=(*spec.model.nodes[:-1], last.replace(config={"units": 1})))
    assert "'poisson' takes the logarithm" in divergence_hint(spec.replace(model=linear), model, np.ones((2, 1)))
