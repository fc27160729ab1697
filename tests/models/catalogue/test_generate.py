import re

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


EXPORTED = {
    "layers": "layers",
    "applications": "applications",
    "optimizers": "optimizers",
    "schedules": "optimizers.schedules",
    "losses": "losses",
    "metrics": "metrics",
    "activations": "activations",
    "initializers": "initializers",
    "regularizers": "regularizers",
    "constraints": "constraints",
}


@pytest.mark.parametrize("part", EXPORTED)
def test_every_public_name_is_an_entry_or_left_out_with_a_reason(keras, part):
    module = keras
    for name in EXPORTED[part].split("."):
        module = getattr(module, name)
    entries = getattr(catalogue(), "layers" if part == "applications" else part).values()
    known = {name for entry in entries for name in (entry.kind, entry.class_name, *entry.aliases)}
    things = {
        name: thing for name in dir(module) if not name.startswith("_") and callable(thing := getattr(module, name))
    }
    reasons = catalogue().excluded[part]
    functions = {entry.kind for entry in entries}
    missing = {name for name, thing in things.items() if name not in known | reasons.keys() | functions}
    assert {name for name in missing if getattr(things[name], "__name__", name) not in known} == set()
    assert not {name for name in reasons if name not in things}, "left out, and not there"
    assert all(reason.endswith(".") for reason in reasons.values())


PLACED = [kind for kind, entry in catalogue().layers.items() if entry.module != "applications" and entry.call != "cell"]
BACKBONES = ("VGG16", "MobileNetV3Small", "EfficientNetB0")  # of each make; making all takes half a minute


@pytest.mark.parametrize("kind", [*PLACED, *BACKBONES])
def test_every_layer_is_made_from_its_entry(keras, kind):
    from models.build import apply, make
    from models.spec import Node

    entry = catalogue().layers[kind]
    if kind == "Input":
        assert keras.Input(**entry.start_config).shape == (None, 8, 8, 1)
        return
    given = {param.name: param.default for param in entry.params if not param.required} | entry.start_config
    inputs = [keras.Input(shape) for shape in entry.example_inputs]
    dense = keras.layers.Dense(16)
    dense.build((None, 16))
    with keras.StatelessScope(initialize_variables=False):
        layer, outputs = apply(Node(name="node", kind=kind, config=given), inputs, {"dense": dense})
        assert len(outputs) == entry.outputs and all(isinstance(each, keras.KerasTensor) for each in outputs)
        assert bool(layer.trainable_weights) == (entry.param("trainable") is not None)
        if entry.param("trainable"):
            frozen, _ = apply(
                Node(name="frozen", kind=kind, config={**given, "trainable": False}), inputs, {"dense": dense}
            )
            assert not frozen.trainable_weights and frozen.weights
        for param in entry.call_params:
            apply(Node(name=f"call_{param.name}", kind=kind, config=given, call={param.name: True}), inputs, {})
        assert make(entry, given, None, {"dense": dense}).name


@pytest.mark.parametrize("kind", [kind for kind, entry in catalogue().layers.items() if entry.call == "cell"])
def test_every_cell_runs_inside_of_a_recurrent_layer(keras, kind):
    from models.build import apply
    from models.spec import Node

    cell = {"class_name": kind, "config": catalogue().layers[kind].start_config}
    with keras.StatelessScope(initialize_variables=False):
        _, (output,) = apply(Node(name="rnn", kind="RNN", config={"cell": cell}), [keras.Input((8, 4))], {})
    assert output.shape[0] is None and len(output.shape) == 2


@pytest.mark.parametrize(
    ("kind", "num_states"), [("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1), ("Bidirectional", 4), ("RNN", 2)]
)
def test_further_inputs_of_a_recurrent_layer_are_its_first_states(keras, kind, num_states):
    from models.build import apply
    from models.spec import Node

    entry = catalogue().layers[kind]
    assert entry.max_inputs in (None, 1 + num_states)
    inputs = [keras.Input((8, 4)), *(keras.Input((32,)) for _ in range(num_states))]
    config = {"units": 32} if entry.param("units") else entry.start_config
    config |= {"return_state": True} if entry.param("return_state") else {}
    with keras.StatelessScope(initialize_variables=False):
        _, outputs = apply(Node(name="rnn", kind=kind, config=config), inputs, {})
    assert len(outputs) == (1 + num_states if entry.param("return_state") else 1)


@pytest.mark.parametrize("part", ["losses", "metrics", "activations", "initializers", "regularizers", "constraints"])
def test_keras_understands_every_name_and_alias(keras, part):
    get = getattr(keras, part).get
    for kind, entry in getattr(catalogue(), part).items():
        assert not entry.class_name or hasattr(getattr(keras, part), entry.class_name)
        for name in (kind, *entry.aliases):
            if kind in ("accuracy", "categorical_generalized_cross_entropy", "constant"):
                continue  # for `compile` alone; known by its class alone; only with its value
            try:
                assert get(name) is not None
            except TypeError as error:  # Keras knows the name, and wants arguments with it
                assert part == "metrics" and re.search("required positional argument", str(error)), name


@pytest.mark.parametrize("part", ["losses", "metrics", "initializers", "regularizers", "constraints", "optimizers"])
def test_everything_is_made_from_its_defaults(keras, part):
    for kind, entry in getattr(catalogue(), part).items():
        if entry.class_name:
            given = {param.name: param.default for param in entry.params if not param.required} | entry.start_config
            given |= {"num_classes": 2} if kind in ("mean_io_u", "io_u") else {}
            assert getattr(getattr(keras, part), entry.class_name)(**given) is not None


def test_every_schedule_is_made_from_its_start_values(keras):
    for kind, entry in catalogue().schedules.items():
        assert float(getattr(keras.optimizers.schedules, kind)(**entry.start_config)(0)) == pytest.approx(0.01)
