import subprocess
import sys

import pytest
from hypothesis import given, settings

from models.architectures import ARCHITECTURES
from models.catalogue import catalogue
from models.code import model_code, model_module, model_script
from models.editing import nodes as edit
from models.errors import NetloomError
from models.sketch import Sketch
from models.spec import Node, Output
from tests.models.networks import RESIDUAL, SHARED, network
from tests.models.random_networks import rich_networks
from tests.models.running import run

LENET = """\
import keras
from keras import layers

inputs = keras.Input(shape=(28, 28, 1), name="input")
x = layers.Conv2D(6, 5, padding="same", activation="tanh", name="conv2d")(inputs)
x = layers.AveragePooling2D(2, name="average_pooling2d")(x)
x = layers.Conv2D(16, 5, activation="tanh", name="conv2d_1")(x)
x = layers.AveragePooling2D(2, name="average_pooling2d_1")(x)
x = layers.Flatten(name="flatten")(x)
x = layers.Dense(120, activation="tanh", name="dense")(x)
x = layers.Dense(84, activation="tanh", name="dense_1")(x)
outputs = layers.Dense(10, activation="softmax", name="dense_2")(x)
model = keras.Model(inputs, outputs, name="lenet-5")
"""


SIAMESE = """\
import keras
from keras import layers

left = keras.Input(shape=(6,), name="left")
right = keras.Input(shape=(6,), name="right")
encoder_layer = layers.Dense(4, activation="relu", name="encoder")
encoder = encoder_layer(left)
x = encoder_layer(right)
x = layers.Subtract(name="subtract")([encoder, x])
outputs = layers.Dense(1, activation="sigmoid", name="same")(x)
model = keras.Model([left, right], outputs, name="siamese")
"""

TRANSLATOR = """\
import keras
from keras import layers

source = keras.Input(shape=(5, 4), name="source")
target = keras.Input(shape=(3, 4), name="target")

# encoder
_, encoder_lstm_h, encoder_lstm_c = layers.LSTM(
    8, return_state=True, name="encoder_lstm"
)(source)

# decoder
x = layers.LSTM(8, return_sequences=True, name="decoder_lstm")(
    target, initial_state=[encoder_lstm_h, encoder_lstm_c]
)
x, decoder_attention_scores = layers.MultiHeadAttention(
    num_heads=2, key_dim=4, name="decoder_attention"
)(x, source, return_attention_scores=True)

x = layers.Bidirectional(
    layers.GRU(
        8,
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.1),
        recurrent_dropout=0.5,
    ),
    merge_mode="sum",
    name="bidirectional",
)(x)
words = layers.Dense(9, activation="softmax", name="words")(x)
model = keras.Model(
    [source, target], [words, decoder_attention_scores], name="translator"
)
"""


def siamese():
    net = Sketch("siamese")
    left, right = net.input((6,), name="left"), net.input((6,), name="right")
    one = net.add("Dense", left, name="encoder", units=4, activation="relu")
    other = net.add("Dense", right, name="encoder", shares=one)
    net.add("Subtract", one, other)
    net.add("Dense", name="same", units=1, activation="sigmoid")
    return net.spec()


def translator():
    net = Sketch("translator")
    source, target = net.input((5, 4), name="source"), net.input((3, 4), name="target")
    with net.block("encoder"):
        encoder = net.add("LSTM", source, units=8, return_state=True)
    with net.block("decoder"):
        x = net.add("LSTM", target, f"{encoder}:1", f"{encoder}:2", units=8, return_sequences=True)
        seen = {"return_attention_scores": True}
        x = attention = net.add("MultiHeadAttention", x, source, name="attention", num_heads=2, key_dim=4, call=seen)
    normal = {"class_name": "RandomNormal", "config": {"stddev": 0.1}}
    inner = {"units": 8, "recurrent_dropout": 0.5, "kernel_initializer": normal}
    x = net.add("Bidirectional", x, layer={"class_name": "GRU", "config": inner}, merge_mode="sum")
    words = net.add("Dense", x, name="words", units=9, activation="softmax")
    return net.spec([Output(node=words), Output(node=f"{attention}:1", target="none")])


def assert_same(spec):
    """The code's model has the configuration and the counts of the built one; nothing is allocated."""
    import keras

    from models.build import build

    models = []
    for make in (lambda: build(spec), lambda: run(model_code(spec))["model"]):
        # Layers inside of layers get numbered names, and some layers draw a seed as they are made.
        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(1)
        with keras.StatelessScope(initialize_variables=False):
            models.append(make())
    built, ran = models
    assert plain(ran.get_config()) == plain(built.get_config())
    assert [weight.shape for weight in ran.weights] == [weight.shape for weight in built.weights]
    assert len(ran.trainable_weights) == len(built.trainable_weights)


def plain(config):
    """`config` without the module of our layers' classes, which are the code's own there."""
    if isinstance(config, dict):
        ours = str(config.get("registered_name")).startswith("netloom>")
        return {key: plain(value) for key, value in config.items() if not (ours and key == "module")}
    return [plain(item) for item in config] if isinstance(config, list | tuple) else config


def test_reads_as_a_keras_user_would_write_it():
    assert model_code(ARCHITECTURES["lenet-5"].build((28, 28, 1), 10, "softmax")) == LENET


def test_branches_get_names_of_their_own():
    code = model_code(RESIDUAL)
    assert 'a = layers.Conv2D(4, 3, padding="same", activation="relu", name="a")(inputs)' in code
    assert 'x = layers.Conv2D(4, 3, padding="same", name="b")(a)' in code
    assert 'x = layers.Add(name="sum")([a, x])' in code


def test_names_that_python_keeps_are_avoided():
    spec = network(
        ("model", "Input", {"shape": [2]}),
        ("class", "Input", {"shape": [2]}),
        ("my-layer.1", "Dense", {"units": 2}, ["model"]),
        ("my_layer.1", "Dense", {"units": 2}, ["class"]),
        ("outputs", "Add", {}, ["my-layer.1", "my_layer.1"]),
        ("x", "Dense", {"units": 2}),
        ("keras", "Add", {}, ["outputs", "x"]),
    )
    code = model_code(spec)
    compile(code, "model.py", "exec")
    assert "model_ = keras.Input(" in code
    assert "class_ = keras.Input(" in code
    assert "model = keras.Model([model_, class_], outputs, " in code


def test_long_lines_are_broken_and_objects_written_out():
    spec = edit.configure(
        ARCHITECTURES["table-mlp"].default(),
        "dense",
        {
            "units": 8,
            "kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 0.1}},
            "kernel_regularizer": {"class_name": "l2", "config": {"l2": 0.5}},
        },
    )
    code = model_code(spec)
    assert "    kernel_initializer=keras.initializers.RandomNormal(stddev=0.1),\n" in code
    assert "    kernel_regularizer=keras.regularizers.L2(l2=0.5),\n" in code
    assert max(len(line) for line in code.splitlines()) <= 88


def test_shared_layers_are_variables():
    assert model_code(siamese()) == SIAMESE


def test_blocks_states_scores_and_layers_in_layers():
    assert model_code(translator()) == TRANSLATOR


def test_layers_that_keras_lacks_are_carried_along_once():
    spec = network(
        ("input", "Input", {"shape": [4]}),
        ("code", "Dense", {"units": 2}),
        ("step", "StepUnit"),
        ("beta", "SwishBeta"),
        ("step_2", "StepUnit", {"threshold": 0.5}),
        ("back", "TiedDense", {"tied_to": "code"}),
    )
    code = model_code(spec)
    assert code.count("class StepUnit(keras.layers.Layer):") == 1
    assert code.index("import keras") < code.index("class StepUnit") < code.index("class SwishBeta")
    assert code.index("class TiedDense") < code.index("inputs = keras.Input(shape=(4,)")
    assert 'x = StepUnit(threshold=0.5, name="step_2")(x)' in code
    assert 'outputs = TiedDense(code_layer, name="back")(x)' in code
    assert "netloom" not in code.replace('package="netloom"', "")
    assert "models." not in code


def test_backbones_are_called_and_frozen():
    given = {"include_top": False, "weights": None, "trainable": False}
    spec = network(
        ("input", "Input", {"shape": [32, 32, 3]}),
        ("resnet", "ResNet50", given),
        ("pool", "GlobalAveragePooling2D"),
    )
    assert (
        'resnet = keras.applications.ResNet50(include_top=False, weights=None)\nresnet.name = "resnet"\n'
        "resnet.trainable = False\n"
        "x = resnet(inputs)\n"
    ) in model_code(spec)


@settings(max_examples=60)
@given(rich_networks())
def test_any_network_is_formatted_code(spec):
    code = model_code(spec)
    body = code[code.index("= keras.Input") :]
    assert max(len(line) for line in body.splitlines()) <= 88
    compile(code, "model.py", "exec")
    assert code == model_code(spec)


def test_formatters_and_linters_have_nothing_to_change(tmp_path):
    specs = [siamese(), translator(), *(architecture.default() for architecture in ARCHITECTURES.values())]
    for place, spec in enumerate(specs):
        module = model_module(spec)
        # Classes that the code carries along keep the lines that they were written in.
        (tmp_path / f"model_{place}.py").write_text("\n".join([*module.imports, "", module.body]))
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--diff"], ["check", "--ignore", "F821", "--select", "E,F,I,W"]):
        done = subprocess.run([*ruff, *command, "--isolated", tmp_path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_wrong_network_has_no_code():
    with pytest.raises(NetloomError) as caught:
        model_code(network(("input", "Input", {"shape": [2]}), ("a", "Dense")))
    assert str(caught.value).startswith("a: units is missing.")


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_gives_the_model_that_build_gives(name):
    assert_same(ARCHITECTURES[name].smallest())


@pytest.mark.slow
@settings(max_examples=40)
@given(rich_networks())
def test_gives_the_model_that_build_gives_for_any_network(spec):
    assert_same(spec)


@pytest.mark.slow
@pytest.mark.parametrize("spec", [RESIDUAL, SHARED, siamese(), translator()], ids=lambda spec: spec.name)
def test_begins_with_the_weights_that_build_begins_with(spec):
    import keras
    import numpy as np

    from models.build import build

    weights = []
    for make in (lambda: build(spec), lambda: run(model_code(spec))["model"]):
        keras.utils.set_random_seed(1)
        weights.append(make().get_weights())
    assert all(np.array_equal(one, other) for one, other in zip(*weights, strict=True))


@pytest.mark.slow
def test_every_layer_of_the_catalogue_has_code():
    for kind, entry in catalogue().layers.items():
        if entry.call in ("none", "cell") or entry.module == "applications":
            continue
        shapes = enumerate(entry.example_inputs)
        inputs = [(f"input_{place}", "Input", {"shape": list(shape)}) for place, shape in shapes]
        names = [name for name, *_ in inputs]
        if any(param.type == "node" for param in entry.params):
            inputs.append(("dense", "Dense", {"units": entry.example_inputs[0][-1]}, names))
            names = ["dense"]
        assert_same(network(*inputs, ("layer", kind, entry.start_config, names)))


@pytest.mark.slow
@pytest.mark.parametrize("part", ["initializers", "regularizers", "constraints"])
def test_every_way_to_name_a_keras_object_builds_and_has_code(part):
    from models.build import build

    for kind, entry in getattr(catalogue(), part).items():
        config = {param.name: param.default for param in entry.params if param.main} | entry.start_config
        bare = (kind, entry.class_name, {"class_name": kind, "config": {}}, {"class_name": entry.class_name})
        needy = any(param.required for param in entry.params)
        for value in ({"class_name": entry.class_name, "config": config}, *(() if needy else bare)):
            # The initializer for audio makes kernels of three axes and no others, one for squares matrices alone.
            layer = ("Conv1D", {"filters": 4, "kernel_size": 4}) if kind == "stft" else ("Dense", {"units": 2})
            spec = network(
                ("input", "Input", {"shape": [9, 1]}),
                ("layer", layer[0], {**layer[1], f"kernel_{part[:-1]}": value}),
            )
            built, ran = build(spec), run(model_code(spec))["model"]
            assert ran.get_config() == built.get_config(), value


@pytest.mark.slow
def test_runs_by_itself_in_an_empty_folder(tmp_path):
    script = tmp_path / "model.py"
    spec = edit.insert(RESIDUAL, Node(name="step", kind="StepUnit"), 6)
    script.write_text(model_script(spec, 'A "step" in it.\n'))
    out = subprocess.run([sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Total params: 995" in out.stdout
    assert script.read_text().startswith('"""A \'step\' in it."""\n')
