"""Every architecture, as small as it gets: trained for one step, saved, loaded and exported, equal throughout."""

import pytest

from models.architectures import ARCHITECTURES

pytestmark = pytest.mark.slow

# Deeper ones of a family may be the same network when they are small: {its nodes and outputs: the first of that name}.
SMALL = {of.smallest().replace(name="model").model_dump_json(): name for name, of in [*ARCHITECTURES.items()][::-1]}


@pytest.mark.parametrize("name", [*SMALL.values()][::-1])
def test_trains_a_step_saves_loads_and_exports(name, tmp_path):
    import keras
    import numpy as np
    import tensorflow as tf

    from models.build import build

    spec = ARCHITECTURES[name].smallest()
    keras.utils.set_random_seed(1)
    model = build(spec)
    fed = [_examples(tensor.shape[1:], tensor.dtype, spec) for tensor in model.inputs]
    given = model(_alone(fed), training=False)
    given = given if isinstance(given, list | tuple) else [given]
    before = [weight.numpy() for weight in model.trainable_weights]
    losses = ["mse" if output.target != "none" else None for output in spec.given]
    # Op by op: one step does not pay for compiling a graph.
    model.compile("sgd", loss=losses, run_eagerly=True)
    loss = model.train_on_batch(_alone(fed), [np.zeros(tensor.shape, "float32") for tensor in given])
    assert np.isfinite(loss).all()
    learned = any((old != new.numpy()).any() for old, new in zip(before, model.trainable_weights, strict=True))
    # A step has no slope to follow, unless one is put in its place.
    assert learned or {node.kind for node in spec.nodes} == {"Input", "Dense", "StepUnit"}

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    wanted = _arrays(model(_alone(fed), training=False))
    for one, other in zip(wanted, _arrays(loaded(_alone(fed), training=False)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)

    model.export(tmp_path / "exported", verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "exported"))
    for one, other in zip(wanted, _arrays(exported.serve(_alone(fed))), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def _examples(shape, dtype, spec):
    """Two examples: token ids that every Embedding has, or numbers between -1 and 1."""
    import numpy as np

    shape = (2, *(size or 4 for size in shape))
    random = np.random.default_rng(0)
    if not dtype.startswith("int"):
        return random.uniform(-1, 1, shape).astype("float32")
    rows = [node.config["input_dim"] for node in spec.nodes if node.kind == "Embedding"]
    return random.integers(1, min(rows), shape).astype(dtype)


def _arrays(given):
    import numpy as np

    return [np.asarray(tensor) for tensor in (given if isinstance(given, list | tuple) else [given])]


def _alone(arrays):
    return arrays[0] if len(arrays) == 1 else arrays
