import subprocess
import sys
import tomllib

import pytest

from models.catalogue import catalogue
from models.catalogue.load import FILE, PARTS

WANTED = (
    "Input Dense Conv1D Conv2D Conv3D MaxPooling1D MaxPooling2D AveragePooling2D GlobalAveragePooling2D "
    "GlobalMaxPooling2D Flatten Reshape Dropout SpatialDropout2D GaussianNoise BatchNormalization LayerNormalization "
    "Activation PReLU LeakyReLU Concatenate Add Multiply Average ZeroPadding2D UpSampling2D SeparableConv2D "
    "DepthwiseConv2D Conv2DTranspose"
).split()


@pytest.mark.parametrize("kind", WANTED)
def test_the_usual_layers_are_there(kind):
    entry = catalogue().layers[kind]
    assert entry.summary.endswith(".")
    assert entry.url.endswith(kind)


def test_is_read_once():
    assert catalogue() is catalogue()


def test_loading_imports_no_keras():
    code = "import sys, models.catalogue; models.catalogue.catalogue(); print('keras' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@pytest.mark.parametrize("part", PARTS)
def test_every_argument_is_complete(part):
    for kind, entry in getattr(catalogue(), part).items():
        assert entry.kind == kind
        assert entry.group
        assert len({param.name for param in entry.params}) == len(entry.params)
        for param in entry.params:
            where = f"{kind}.{param.name}"
            assert not param.required or param.start is not None, where
            assert not param.required or param.main, where
            assert bool(param.choices) == (param.type == "choice") or param.type in ("layer", "layers", "node"), where
            assert param.help, where
            assert param.required or param.nullable or param.default is not None, where


def test_required_arguments_come_first_in_keras_order():
    assert [param.name for param in catalogue().layers["Conv2D"].params][:2] == ["filters", "kernel_size"]
    assert catalogue().layers["Conv2D"].start_config == {"filters": 32, "kernel_size": 3}


@pytest.mark.parametrize(
    ("part", "name", "kind"),
    [
        ("losses", "mse", "mean_squared_error"),
        ("losses", "SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
        ("metrics", "acc", "accuracy"),
        ("activations", "swish", "silu"),
        ("initializers", "HeNormal", "he_normal"),
        ("optimizers", "Adam", "Adam"),
    ],
)
def test_find_understands_aliases(part, name, kind):
    assert catalogue().find(part, name).kind == kind


def test_find_says_none_for_what_is_not_there():
    assert catalogue().find("layers", "Lambda") is None
    assert "Python function" in catalogue().excluded["layers"]["Lambda"]


def test_every_hint_is_about_something():
    hints = tomllib.loads(FILE.with_name("hints.toml").read_text(encoding="utf-8"))
    entries = [entry for part in PARTS for entry in getattr(catalogue(), part).values()]
    names = {param.name for entry in entries for param in entry.params}
    assert set(hints["params"]) <= names
    for kind, hint in hints["layers"].items():
        for name, param in hint.get("params", {}).items():
            assert "drop" in param or catalogue().layers[kind].param(name), f"{kind}.{name}"


@pytest.mark.parametrize("name", ["kernel_size", "pool_size", "strides", "dilation_rate", "size", "output_size"])
def test_windows_have_as_many_sizes_as_the_data_has_axes(name):
    for kind, entry in catalogue().layers.items():
        param = entry.param(name)
        if param and kind[-2:] in ("2D", "3D") and not kind.startswith("ConvLSTM"):
            assert (param.type, param.length) == ("int_tuple", int(kind[-2])), kind
        elif param and kind.endswith("1D"):
            assert param.type == "int", kind
