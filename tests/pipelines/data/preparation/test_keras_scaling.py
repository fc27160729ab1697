import numpy as np
import pytest

from pipelines.data.loading import load
from pipelines.data.preparation.scaling import fit_scaling
from pipelines.data.spec import BundledSource, DataSpec

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["none", "standardise", "rescale"])
@pytest.mark.parametrize("name", ["digits", "iris", "breast_cancer", "diabetes"])
def test_the_layer_does_what_numpy_does(name: str, kind):
    import keras

    from pipelines.data.preparation.keras_scaling import scaling_layer

    splits = load(DataSpec(source=BundledSource(name=name)))
    scaling = fit_scaling(kind, splits.x["train"])
    layer = scaling_layer(scaling)
    for x in splits.x.values():
        output = keras.ops.convert_to_numpy(layer(x))
        assert output.dtype == np.float32
        np.testing.assert_allclose(output, scaling.apply(x), rtol=1e-6, atol=1e-6)
    assert layer.weights == []


def test_constant_and_tiny_features_are_safe():
    import keras

    from pipelines.data.preparation.keras_scaling import scaling_layer

    x = np.array([[3, 1e-9, 1e6], [3, 2e-9, 1e6 + 1], [3, 4e-9, 1e6 + 2]], dtype=np.float32)
    for kind in ("standardise", "rescale"):
        scaling = fit_scaling(kind, x)
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(scaling_layer(scaling)(x)), scaling.apply(x), rtol=1e-5, atol=1e-6
        )


def test_the_layer_survives_a_saved_model(tmp_path):
    import keras

    from pipelines.data.preparation.keras_scaling import scaling_layer

    splits = load(DataSpec())
    scaling = fit_scaling("standardise", splits.x["train"])
    inputs = keras.Input((8, 8, 1), dtype="uint8")
    model = keras.Model(inputs, scaling_layer(scaling)(inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = splits.x["test"]
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_lower_precision_policy_does_not_touch_it():
    import keras

    from pipelines.data.preparation.keras_scaling import scaling_layer

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        x = np.random.default_rng(0).normal(size=(10, 2)).astype(np.float32)
        scaling = fit_scaling("standardise", x)
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(scaling_layer(scaling)(x)), scaling.apply(x), rtol=1e-6, atol=1e-6
        )
    finally:
        keras.config.set_dtype_policy(before)
