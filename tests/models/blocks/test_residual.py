import pytest

from models.blocks import BLOCKS
from models.sketch import Sketch


def sketched(block, shape=(8, 8, 16), **options):
    net = Sketch("net")
    end = BLOCKS[block].build(net, net.input(shape), **options)
    return net.spec(), end


def kinds(spec):
    return [node.kind for node in spec.nodes]


@pytest.fixture(scope="module")
def summarize():
    from models.summary import summarize

    return summarize


@pytest.mark.parametrize("block", ["residual-basic", "residual-bottleneck"])
def test_the_input_itself_is_added_where_the_shape_stays(block):
    spec, end = sketched(block)
    add = spec.index_of("add")
    assert end == spec.nodes[-1].name
    assert spec.inputs_of(add)[1] == "input"
    assert not any(node.name.startswith("shortcut") for node in spec.nodes)


@pytest.mark.parametrize("options", [{"filters": 32}, {"strides": 2}, {"filters": 8}])
@pytest.mark.parametrize("preactivation", [False, True])
def test_a_projection_where_it_changes(options, preactivation):
    spec, _ = sketched("residual-basic", preactivation=preactivation, **options)
    names = [node.name for node in spec.nodes]
    assert "shortcut_conv" in names
    # Before activation, nothing comes between the sum and the next block.
    assert ("shortcut_bn" in names) != preactivation
    assert (spec.nodes[-1].kind == "Add") == preactivation


def test_zeros_have_no_weights_and_no_shortcut_no_sum():
    spec, _ = sketched("residual-basic", filters=32, strides=2, shortcut="zeros")
    assert kinds(spec).count("Conv2D") == 2 and {"MaxPooling2D", "PadChannels"} <= set(kinds(spec))
    plain, _ = sketched("residual-basic", filters=32, strides=2, shortcut="none")
    assert "Add" not in kinds(plain)


@pytest.mark.slow
@pytest.mark.parametrize("block", ["residual-basic", "residual-bottleneck"])
@pytest.mark.parametrize("shape", [(8, 8, 16), (7, 5, 16)])
def test_keras_takes_every_kind(summarize, block, shape):
    for strides in (1, 2):
        for shortcut in ("projection", "zeros", "none"):
            for switches in ({}, {"preactivation": True}, {"batch_norm": False}):
                spec, _ = sketched(block, shape, filters=16, strides=strides, shortcut=shortcut, **switches)
                summary = summarize(spec)
                assert summary.problems == ()
                channels = 16 if block == "residual-basic" else 64
                assert summary.output_shape == (None, -(-shape[0] // strides), -(-shape[1] // strides), channels)


@pytest.mark.slow
def test_zeros_add_every_second_pixel():
    import numpy as np

    from models.build import build

    spec, _ = sketched("residual-basic", (4, 4, 2), filters=3, strides=2, shortcut="zeros", batch_norm=False)
    model = build(spec)
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    x = np.random.default_rng(0).uniform(size=(1, 4, 4, 2)).astype("float32")
    given = model(x).numpy()
    np.testing.assert_array_equal(given[..., :2], x[:, ::2, ::2])
    assert not given[..., 2].any()


def test_channels_that_are_not_known_get_a_projection():
    net = Sketch("net", taken=["elsewhere"])
    BLOCKS["residual-basic"].build(net, "elsewhere")
    assert {node.config.get("filters") for node in net.nodes if node.kind == "Conv2D"} == {64}
    assert any(node.name == "shortcut_conv" for node in net.nodes)
