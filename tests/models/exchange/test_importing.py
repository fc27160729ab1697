import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.architectures import ARCHITECTURES
from models.catalogue import catalogue
from models.checking.structure import problems
from models.errors import NetloomError
from models.exchange import importing
from models.exchange.importing import read
from tests.models.networks import network
from tests.models.random_networks import rich_networks


def dense(name, units, feed, **more):
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": [feed, 0, 0]}}
    return {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"name": name, "units": units, "activation": "linear", **more},
        "name": name,
        "inbound_nodes": [{"args": [tensor], "kwargs": {}}],
    }


def functional(*layers, inputs=(["in", 0, 0],), outputs=(["out", 0, 0],), name="small"):
    first = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "in"},
        "name": "in",
        "inbound_nodes": [],
    }
    config = {"name": name, "layers": [first, *layers], "input_layers": [*inputs], "output_layers": [*outputs]}
    return {"module": "keras", "class_name": "Functional", "config": config}


def as_bytes(document):
    return json.dumps(document).encode()


def as_zip(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_json", ".json"), content)
    return data.getvalue()


def test_reads_a_functional_network():
    got = read(as_bytes(functional(dense("a", 8, "in", activation="relu"), dense("out", 3, "a"))), "model.json")
    assert got.spec == network(
        ("in", "Input", {"shape": [4]}),
        ("a", "Dense", {"units": 8, "activation": "relu"}),
        ("out", "Dense", {"units": 3}),
    ).replace(name="small")
    assert got.notes == ()


def test_reads_a_keras_file_and_says_that_weights_stay():
    text = json.dumps(functional(dense("out", 3, "in")))
    got = read(as_zip(config_json=text, metadata_json="{}"), "model.keras")
    assert [node.name for node in got.spec.nodes] == ["in", "out"]
    assert got.notes == ("The weights in the file are not read: the network begins anew.",)


def test_reads_a_keras_2_network():
    def old(kind, name, feeds, **config):
        return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": feeds}

    glorot = {"class_name": "GlorotUniform", "config": {"seed": None}}
    normal = {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.1, "seed": None}}
    layers = [
        old("InputLayer", "image", [], batch_input_shape=[None, 8, 8, 1], dtype="float32", sparse=False, ragged=False),
        old(
            "Conv2D",
            "conv/1",
            [[["image", 0, 0, {}]]],
            filters=4,
            kernel_size=[3, 3],
            strides=[1, 1],
            padding="same",
            data_format="channels_last",
            activation="relu",
            kernel_initializer=glorot,
            trainable=True,
            dtype="float32",
        ),
        old("BatchNormalization", "bn", [[["conv/1", 0, 0, {}]]], axis=[3], momentum=0.9, epsilon=0.001),
        old("Add", "add", [[["conv/1", 0, 0, {}], ["bn", 0, 0, {}]]]),
        old("Flatten", "flat", [[["add", 0, 0, {}]]], data_format="channels_last"),
        old("Dense", "out", [[["flat", 0, 0, {}]]], units=2, activation="softmax", kernel_initializer=normal),
    ]
    config = {"name": "model_1", "layers": layers, "input_layers": [["image", 0, 0]], "output_layers": [["out", 0, 0]]}
    got = read(as_bytes({"class_name": "Functional", "config": config, "keras_version": "2.4.0"}), "old.json")
    assert got.spec == network(
        ("image", "Input", {"shape": [8, 8, 1]}),
        ("conv_1", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}),
        ("bn", "BatchNormalization", {"axis": 3, "momentum": 0.9}),
        ("add", "Add", {}, ("conv_1", "bn")),
        ("flat", "Flatten", {}),
        (
            "out",
            "Dense",
            {
                "units": 2,
                "activation": "softmax",
                "kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 0.1}},
            },
        ),
    ).replace(name="model_1")
    assert got.notes == ("conv/1: its name is changed: a name holds letters, digits, _ . and -, 64 at most.",)


def test_reads_a_keras_2_sequential_network_without_an_input():
    layers = [
        {"class_name": "Dense", "config": {"name": "a", "units": 3, "batch_input_shape": [None, 5]}},
        {"class_name": "Dense", "config": {"name": "b", "units": 2, "activation": "softmax"}},
    ]
    got = read(as_bytes({"class_name": "Sequential", "config": {"name": "s", "layers": layers}}), "old.json")
    assert [(node.name, node.config) for node in got.spec.nodes] == [
        ("input", {"shape": [5]}),
        ("a", {"units": 3}),
        ("b", {"units": 2, "activation": "softmax"}),
    ]


def test_reads_our_own_json_too():
    spec = ARCHITECTURES["lenet-5"].default()
    assert read(spec.model_dump_json().encode(), "spec.json").spec == spec
    assert read(as_bytes({"name": "a run", "model": spec.model_dump()}), "run.json").spec == spec


def test_what_cannot_be_edited_is_a_row_with_a_problem_and_a_note():
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAAAA=="}}
    layers = [
        dense("a", 8, "in", kernel_regularizer={"class_name": "Mine", "config": {}, "module": "mine"}),
        dense("l", 8, "a") | {"class_name": "Lambda", "config": {"name": "l", "function": code}},
        dense("c", 8, "l") | {"module": "mine", "class_name": "Dense", "registered_name": "mine>Dense"},
        dense("out", 3, "c", quantization_config={"mode": "int8"}, dtype="mixed_float16"),
    ]
    got = read(as_bytes(functional(*layers)), "model.json")
    assert [node.kind for node in got.spec.nodes] == ["Input", "Dense", "Lambda", "CustomDense", "Dense"]
    assert got.spec.nodes[2].config == {}
    assert {problem.node for problem in problems(got.spec)} == {"a", "l", "c"}
    assert [note.split(" is ")[0] for note in got.notes] == [
        "a: Mine",
        "l: Lambda",
        "c: CustomDense",
        'out: quantization_config={"mode": "int8"}',
        "The precision mixed_float16",
    ]


def test_operations_become_layers():
    def operation(kind, name, *args, **config):
        return dense(name, 0, "in") | {
            "module": "keras.src.ops.numpy",
            "class_name": kind,
            "config": {"name": name, **config},
            "inbound_nodes": [{"args": [tensor(arg) if isinstance(arg, str) else arg for arg in args], "kwargs": {}}],
        }

    def tensor(name):
        return {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": [name, 0, 0]}}

    layers = [
        operation("TrueDivide", "scaled", "in", 255),
        operation("Subtract", "flipped", 1, "scaled"),
        operation("Add", "sum", "scaled", "flipped"),
        operation("Relu", "relu", "sum"),
        operation("Gelu", "exact", "relu", approximate=False),
        operation("Gelu", "approximate", "exact", approximate=True),
        operation("Softmax", "shares", "approximate", axis=1),
        operation("Reshape", "square", "shares", newshape=[-1, 2, 2]),
        operation("Transpose", "turned", "square", axes=[0, 2, 1]),
        operation("Concatenate", "joined", "square", "turned", axis=-1),
        operation("Reshape", "no_batch", "joined", newshape=[4, -1]),
        operation("Matmul", "out", "no_batch", "sum"),
    ]
    got = read(as_bytes(functional(*layers)), "model.json")
    assert [(node.kind, node.config) for node in got.spec.nodes[1:]] == [
        ("Rescaling", {"scale": 1 / 255}),
        ("Rescaling", {"scale": -1.0, "offset": 1.0}),
        ("Add", {}),
        ("Activation", {"activation": "relu"}),
        ("Activation", {"activation": "gelu"}),
        ("GeluOperation", {}),
        ("Softmax", {"axis": 1}),
        ("Reshape", {"target_shape": [2, 2]}),
        ("Permute", {"dims": [2, 1]}),
        ("Concatenate", {}),
        ("ReshapeOperation", {}),
        ("MatmulOperation", {}),
    ]
    assert got.notes[2:] == (
        "out: MatmulOperation is not a layer of the catalogue, so it cannot be edited. Replace it, or remove it.",
    )


def test_a_pair_that_every_axis_has_is_not_taken_for_a_number_each():
    cropped = dense("out", 0, "in") | {"class_name": "Cropping2D"}
    for written, kept in (([[0, 1], [0, 1]], [[0, 1], [0, 1]]), ([[1, 1], [1, 1]], 1)):
        cropped["config"] = {"name": "out", "cropping": written}
        node = read(as_bytes(functional(cropped)), "model.json").spec.nodes[-1]
        assert node.config["cropping"] == kept


def test_the_first_output_that_can_be_learned_is_the_main_one():
    layers = [dense("z", 4, "in"), dense("a", 4, "in"), dense("s", 4, "in") | {"class_name": "LSTM"}]
    ends = {"state": ["s", 0, 1], "wide": ["z", 0, 0], "other": ["a", 0, 0]}
    document = functional(*layers)
    document["config"]["output_layers"] = ends
    got = read(as_bytes(document), "model.json").spec
    assert [(output.node, output.target) for output in got.outputs] == [("z", "label"), ("a", "label"), ("s:1", "none")]
    document["config"]["output_layers"] = [["s", 0, 1]]
    assert [output.target for output in read(as_bytes(document), "model.json").spec.outputs] == ["label"]


def test_a_frozen_network_is_rows_that_are_frozen():
    inner = functional(dense("out", 4, "in", trainable=False), name="base")
    inner["config"]["trainable"] = False
    inner["inbound_nodes"] = dense("base", 4, "in")["inbound_nodes"]
    inner["inbound_nodes"][0]["kwargs"] = {"training": False}
    inner["name"] = "base"
    got = read(as_bytes(functional(inner, outputs=(["base", 0, 0],))), "model.json")
    assert [node.config.get("trainable") for node in got.spec.nodes[1:]] == [False]
    assert got.notes == ()
    inner["config"]["trainable"] = True
    got = read(as_bytes(functional(inner, outputs=(["base", 0, 0],))), "model.json")
    assert got.notes == ("base: training=false of its call is left out.",)


def test_tensors_in_other_arguments_are_refused():
    layer = dense("out", 3, "in")
    layer["inbound_nodes"][0]["kwargs"] = {"mask": layer["inbound_nodes"][0]["args"][0]}
    with pytest.raises(NetloomError, match="out: its call takes a tensor as mask, which rows cannot say"):
        read(as_bytes(functional(layer)), "model.json")


def nested_in_itself(depth):
    """Each network calls the one inside it twice: 2 to the power of `depth` layers, in a few bytes."""
    inner = functional(dense("out", 4, "in"), name="n0")
    for number in range(depth):
        call = dense("x", 0, "in")["inbound_nodes"][0]
        again = json.loads(json.dumps(call).replace('"in"', '"n"'))
        layer = inner | {"name": "n", "inbound_nodes": [call, again]}
        inner = functional(layer, outputs=[["n", 2, 0]], name=f"n{number + 1}")
    return inner


CYCLE = functional(dense("a", 4, "b"), dense("b", 4, "a"), dense("out", 4, "b"))
UNKNOWN = functional(dense("out", 4, "nowhere"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"hello", "is not JSON"),
        (b"{", "is not JSON"),
        (as_bytes(functional(dense("\ud800", 4, "in"))), "is not JSON"),
        (b"\xff\xfe\x00", "neither JSON nor a zip"),
        (b"\n<!doctype html><html>", "is a web page"),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "is an HDF5 file"),
        (b"\x08\x01\x12\x7f\x00saved", "neither JSON nor a zip"),
        (as_zip(config_json=json.dumps(UNKNOWN))[:-40], "is a damaged zip"),
        (as_zip(readme="x"), "is a zip without config.json"),
        (as_zip(**{"saved_model.pb": "x"}), "is a SavedModel"),
        (as_zip(config_json="{"), "is not JSON"),
        (as_zip(config_json=b" " * (importing.MAX_CONFIG_BYTES + 1)), "bytes of JSON"),
        (as_zip(**{f"f{number}": "" for number in range(1001)}), "holds 1,001 files"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"class_name":"Sequential","config":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}", "nested too deeply"),
        (b" " * importing.MAX_CONFIG_BYTES + b"{}", "is empty"),
        (b"{" + b" " * importing.MAX_CONFIG_BYTES + b"}", "bytes of JSON"),
        (b"1", "should be an object"),
        (b"{}", "holds no network"),
        (as_bytes({"class_name": "MyModel", "config": {}}), "holds a 'MyModel'"),
        (as_bytes({"class_name": "Functional"}), "has no config"),
        (as_bytes({"class_name": "Functional", "config": {}}), "no list of layers"),
        (as_bytes({"class_name": "Sequential", "config": {"layers": []}}), "shape of this input"),
        (as_bytes({"class_name": "Sequential", "config": {"layers": [1]}}), "no list of layers"),
        (as_bytes(functional(outputs=[["out", "x", 0]])), "names a tensor as"),
        (as_bytes(functional(outputs=[["out", 3, 0]])), "reads out, which is not there"),
        (as_bytes(functional(dense("out", 1, "in"), outputs=[["out", 3, 0]])), "read where it is not called"),
        (as_bytes(CYCLE), "feeds itself"),
        (as_bytes(UNKNOWN), "reads nowhere, which is not there"),
        (as_bytes(nested_in_itself(40)), "more than 5,000 layers"),
    ],
)
def test_other_files_are_refused_in_one_sentence(data, words):
    with pytest.raises(NetloomError) as caught:
        read(data, "file")
    assert words in caught.value.message
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


_WRONG = ("null", "0", "-1", "1e9", '"in"', '""', "[]", "{}", '[["in", 0, 0]]', '{"class_name": "Dense"}', "NaN")


def _changed(document, draw):
    """`document` with one value somewhere in it replaced."""
    document = json.loads(json.dumps(document))
    places = []

    def walk(value):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            places.append((value, key))
            if isinstance(value[key], dict | list):
                walk(value[key])

    walk(document)
    owner, key = places[draw(st.integers(0, len(places) - 1))]
    owner[key] = json.loads(draw(st.sampled_from(_WRONG)))
    return document


@given(st.data())
@settings(max_examples=300)
def test_any_damage_is_refused_or_read(data):
    document = functional(dense("a", 8, "in"), dense("out", 3, "a"))
    for _ in range(data.draw(st.integers(1, 3))):
        document = _changed(document, data.draw)
    try:
        assert read(as_bytes(document), "model.json").spec.nodes
    except NetloomError as error:
        assert error.message


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_refused_or_read(data):
    try:
        read(data, "file")
    except NetloomError as error:
        assert error.message


def wired(spec):
    """What the nodes of a spec are and read, whatever their order, without the default that some of them say."""
    linear = {"activation": "linear"}.items()
    configs = [{key: value for key, value in node.config.items() if (key, value) not in linear} for node in spec.nodes]
    return {
        node.name: (node.kind, configs[place], spec.inputs_of(place), node.call)
        for place, node in enumerate(spec.nodes)
    }


def unnumbered(value, inside=False):
    """A model's JSON without the names of layers in layers, which Keras numbers in the order in which they are made."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if not (inside and key == "name")}
        return {key: unnumbered(item, inside or key in ("layer", "backward_layer")) for key, item in kept.items()}
    return [unnumbered(item, inside) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def stateless():
    import keras

    def build(spec):
        from models.build import build

        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(1)
        with keras.StatelessScope(initialize_variables=False):
            return build(spec)

    return build


@pytest.mark.slow
@settings(max_examples=30)
@given(spec=rich_networks())
def test_what_is_built_and_saved_is_read_again(stateless, spec):
    built = stateless(spec)
    got = read(built.to_json().encode(), "model.json")
    again = stateless(got.spec)
    assert unnumbered(json.loads(again.to_json())) == unnumbered(json.loads(built.to_json()))
    assert read(again.to_json().encode(), "model.json") == got
    assert [output.node for output in got.spec.given] == [output.node for output in spec.given]
    if not any(node.shares for node in spec.nodes):
        assert wired(got.spec) == wired(spec)


@pytest.mark.slow
def test_every_layer_of_the_catalogue_is_read_again(stateless):
    for kind, entry in catalogue().layers.items():
        if entry.call in ("none", "cell") or entry.module == "applications":
            continue
        shapes = enumerate(entry.example_inputs)
        inputs = [(f"input_{place}", "Input", {"shape": list(shape)}) for place, shape in shapes]
        names = [name for name, *_ in inputs]
        if any(param.type == "node" for param in entry.params):
            inputs.append(("dense", "Dense", {"units": entry.example_inputs[0][-1]}, names))
            names = ["dense"]
        spec = network(*inputs, ("layer", kind, entry.start_config, names))
        built = stateless(spec)
        got = read(built.to_json().encode(), "model.json")
        again = stateless(got.spec)
        assert unnumbered(json.loads(again.to_json())) == unnumbered(json.loads(built.to_json())), kind
        # It keeps how its bins were learned.
        assert got.notes == () or kind == "Discretization", (kind, got.notes)
        extra = got.spec.nodes[-1].config.keys() - spec.nodes[-1].config.keys() - {"seed"}
        # It works out some arguments from others.
        assert not extra or kind == "MelSpectrogram", (kind, got.spec.nodes[-1].config)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50"])
def test_reads_networks_of_keras_applications(stateless, name):
    import keras

    with keras.StatelessScope(initialize_variables=False):
        published = getattr(keras.applications, name)(weights=None)
        got = read(published.to_json().encode(), "model.json")
        built = stateless(got.spec)
    assert got.notes == ()
    assert built.count_params() == published.count_params()
    assert [weight.shape for weight in built.weights] == [weight.shape for weight in published.weights]


@pytest.mark.slow
def test_reads_networks_inside_of_networks(tmp_path):
    import keras
    from keras import layers

    from models.build import build

    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a"), layers.Dense(2, name="b")], name="tower")
    middle_in = keras.Input((4,))
    middle = keras.Model(middle_in, [inner(middle_in), layers.Dense(5, name="a")(middle_in)], name="middle")
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    one, other = middle(left), middle(right)
    out = layers.Concatenate(name="join")([one[0], other[0], other[1]])
    model = keras.Model({"left": left, "right": right}, out, name="twins")
    model.compile("sgd", "mse")
    model.save(tmp_path / "model.keras")
    got = read((tmp_path / "model.keras").read_bytes(), "model.keras")
    nodes = {node.name: node for node in got.spec.nodes}
    # The first call's second output is read by nobody: the layer is that of the second call.
    assert list(nodes) == ["left", "right", "a", "b", "a_1", "b_1", "middle_a_1", "join"]
    assert (nodes["a_1"].shares, nodes["b_1"].shares, nodes["middle_a_1"].shares) == ("a", "b", None)
    assert [nodes[name].block for name in ("a", "middle_a_1", "b_1", "join")] == ["tower", "middle_1", "tower_1", None]
    assert nodes["join"].inputs == ("b", "b_1", "middle_a_1")
    assert build(got.spec).count_params() == model.count_params()
    assert len(got.notes) == 2
