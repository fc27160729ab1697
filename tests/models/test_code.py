import subprocess
import sys

import pytest
from hypothesis import given, settings

from models.architectures import ARCHITECTURES
from models.catalogue import catalogue
from models.code import model_code
from models.editing import everywhere
from models.editing import nodes as edit
from models.errors import NetloomError
from tests.models.networks import RESIDUAL, network, networks

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


def run(code):
    space = {}
    exec(compile(code, "model.py", "exec"), space)  # noqa: S102 (the code under test)
    return space["model"]


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


def test_a_wrong_network_has_no_code():
    with pytest.raises(NetloomError) as caught:
        model_code(network(("input", "Input", {"shape": [2]}), ("a", "Dense")))
    assert str(caught.value).startswith("a: units is missing.")


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_gives_the_model_that_build_gives(name):
    import keras
    import numpy as np

    from models.build import build

    spec = everywhere.with_dropout(everywhere.with_batch_norm(ARCHITECTURES[name].default()), 0.5)
    models = []
    for make in (lambda: build(spec), lambda: run(model_code(spec))):
        keras.utils.set_random_seed(1)
        models.append(make())
    built, ran = models
    assert ran.get_config() == built.get_config()
    assert ran.count_params() == built.count_params()
    assert all(np.array_equal(one, other) for one, other in zip(built.get_weights(), ran.get_weights(), strict=True))


@pytest.mark.slow
@settings(max_examples=15)
@given(networks())
def test_gives_the_model_that_build_gives_for_any_network(spec):
    from models.build import build

    built, ran = build(spec), run(model_code(spec))
    assert ran.get_config() == built.get_config()
    assert ran.count_params() == built.count_params()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in catalogue().layers if kind != "Input"])
def test_every_layer_of_the_catalogue_has_code(kind):
    import keras

    from models.build import build

    entry = catalogue().layers[kind]
    inputs = [(f"input_{place}", "Input", {"shape": list(shape)}) for place, shape in enumerate(entry.example_inputs)]
    spec = network(*inputs, ("layer", kind, entry.start_config, [name for name, *_ in inputs]))
    configs = []
    for make in (lambda: build(spec), lambda: run(model_code(spec))):
        # Some layers draw a seed as they are made and keep it in their configuration.
        keras.utils.set_random_seed(1)
        configs.append(make().get_config())
    assert configs[0] == configs[1]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["initializers", "regularizers", "constraints"])
def test_every_way_to_name_a_keras_object_builds_and_has_code(part):
    from models.build import build

    for kind, entry in getattr(catalogue(), part).items():
        config = {param.name: param.default for param in entry.params if param.main}
        for value in (
            kind,
            entry.class_name,
            {"class_name": kind, "config": config},
            {"class_name": entry.class_name, "config": {}},
            {"class_name": entry.class_name},
        ):
            spec = network(
                ("input", "Input", {"shape": [4]}),
                ("dense", "Dense", {"units": 2, f"kernel_{part[:-1]}": value}),
            )
            built, ran = build(spec), run(model_code(spec))
            assert ran.get_config() == built.get_config(), value


@pytest.mark.slow
def test_runs_by_itself_in_an_empty_folder(tmp_path):
    script = tmp_path / "model.py"
    script.write_text(model_code(RESIDUAL) + "print(model.count_params())\n")
    out = subprocess.run([sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == str(76 + 148 + 771)
