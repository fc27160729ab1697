import pytest

from models.blocks import BLOCKS
from models.checking.structure import problems
from models.editing.blocks import fitting_blocks, insert_block
from models.errors import NetloomError
from models.spec import ModelSpec, Output
from tests.models.networks import RESIDUAL, network

SHAPES = {3: [16, 16, 4], 2: [8, 16], 1: [8], None: [8]}


def begun(block):
    """Input, Flatten, output: a network that the block can be put into, behind the Input."""
    config = {"shape": SHAPES[BLOCKS[block].takes]} | ({"dtype": "int32"} if "embedding" in block else {})
    return network(("input", "Input", config), ("flat", "Flatten"), ("out", "Dense", {"units": 2}))


def wiring(spec):
    return {node.name: spec.inputs_of(index) for index, node in enumerate(spec.nodes)}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_put_in_as_a_group_of_rows(block):
    spec = begun(block)
    once = insert_block(spec, block, "input")
    assert problems(once) == ()
    new = [node for node in once.nodes if node.name not in wiring(spec)]
    assert len({node.block for node in new}) == 1
    assert new[0].block
    assert [node.name for node in once.nodes] == ["input", *(node.name for node in new), "flat", "out"]
    # What read the node reads the block, and the block is all that reads the node.
    (fed,) = wiring(once)["flat"]
    assert fed in {node.name for node in new}
    twice = insert_block(once, block, fed)
    assert problems(twice) == ()
    assert len({node.block for node in twice.nodes}) == 3


@pytest.mark.parametrize("block", BLOCKS)
def test_options_are_described_by_params(block):
    spec, params = begun(block), BLOCKS[block].params
    said = {param.name: param.default for param in params}
    assert insert_block(spec, block, "input", **said) == insert_block(spec, block, "input")


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS)
def test_keras_takes_every_block(block):
    from models.summary import summarize

    assert summarize(insert_block(begun(block), block, "input")).problems == ()


def test_outputs_and_readers_further_on_follow_the_block():
    spec = RESIDUAL.replace(outputs=[Output(node="out"), Output(node="a", target="none")])
    changed = insert_block(spec, "conv-bn-relu", "a")
    end = "conv_bn_relu_conv_activation"
    assert wiring(changed)["sum"] == (end, "b")
    assert wiring(changed)["b"] == (end,)
    assert [output.node for output in changed.outputs] == ["out", end]
    assert insert_block(RESIDUAL, "dense-bn-activation").nodes[-1].name == "hidden_activation"


def test_options_that_mean_nodes():
    skip = insert_block(RESIDUAL, "decoder-level", "sum", skip="input", filters=4)
    assert wiring(skip)["up_concat"] == ("input", "up_up")
    with pytest.raises(NetloomError, match="skip must be a node above the block"):
        insert_block(RESIDUAL, "decoder-level", "sum", skip="flat")


def test_a_residual_block_follows_the_channels_that_it_reads():
    spec = insert_block(RESIDUAL, "residual-basic", "a")
    assert {node.config["filters"] for node in spec.nodes if node.kind == "Conv2D"} == {4}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: insert_block(RESIDUAL, "resdiual-basic"), "There is no block resdiual-basic"),
        (lambda: insert_block(RESIDUAL, "conv-bn-relu", "x"), "no node named x"),
        (lambda: insert_block(RESIDUAL, "conv-bn-relu", filter=3), "has no option filter"),
        (lambda: insert_block(RESIDUAL, "conv-bn-relu", filters=0), "filters must be a whole number from 1 to 4096"),
        (lambda: insert_block(ModelSpec(), "conv-bn-relu"), "The network is empty"),
    ],
)
def test_what_cannot_be_put_in_is_refused(change, message):
    with pytest.raises(NetloomError) as caught:
        change()
    assert message in caught.value.message


def test_blocks_are_offered_where_they_fit():
    names = {block.name for block in fitting_blocks(2)}
    assert "transformer-encoder-block" in names
    assert "dense-bn-activation" in names
    assert "inception" not in names
    assert len(fitting_blocks(None)) == len(BLOCKS)
