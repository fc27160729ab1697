import importlib

import pytest

from models.catalogue import catalogue
from models.catalogue.load import FILE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


def test_the_committed_catalogue_is_what_keras_says_now():
    from models.catalogue.generate import as_text, generate

    assert as_text(generate()) + "\n" == FILE.read_text(encoding="utf-8"), "run python -m models.catalogue.generate"


@pytest.mark.parametrize("kind", catalogue().layers)
def test_every_layer_is_made_from_its_entry(keras, kind):
    entry = catalogue().layers[kind]
    if kind == "Input":
        assert keras.Input(**entry.start_config).shape == (None, 8, 8, 1)
        return
    given = {param.name: _tuples(param.start if param.required else param.default) for param in entry.params}
    inputs = [keras.Input(shape) for shape in entry.example_inputs]
    with keras.StatelessScope(initialize_variables=False):
        home = keras.layers if entry.module == "layers" else importlib.import_module(entry.module)
        layer = getattr(home, kind)(**given)
        output = layer(*inputs) if entry.call != "list" else layer(inputs)
    assert isinstance(output, keras.KerasTensor)


@pytest.mark.parametrize("part", ["losses", "metrics", "activations", "initializers", "regularizers", "constraints"])
def test_keras_understands_every_name_and_alias(keras, part):
    for kind, entry in getattr(catalogue(), part).items():
        for name in (kind, *entry.aliases):
            if entry.kind == "mean_io_u":  # Keras knows the name, and wants the number of classes with it
                with pytest.raises(TypeError, match="num_classes"):
                    keras.metrics.get(name)
                continue
            assert name in ("accuracy", "acc") or getattr(keras, part).get(name) is not None
        if entry.class_name:
            assert hasattr(getattr(keras, part), entry.class_name)


@pytest.mark.parametrize("kind", catalogue().optimizers)
def test_every_optimizer_is_made_from_its_defaults(keras, kind):
    entry = catalogue().optimizers[kind]
    getattr(keras.optimizers, kind)(**{param.name: param.default for param in entry.params})


def _tuples(value):
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
