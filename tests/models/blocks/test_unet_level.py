import pytest

from models.blocks import BLOCKS
from models.blocks.unet_level import lost
from models.sketch import Sketch


@pytest.mark.slow
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_keeps_the_size_or_loses_as_much_as_is_said(padding, batch_norm):
    from models.summary import summarize

    net = Sketch("net")
    BLOCKS["unet-level"].build(net, net.input((32, 20, 8)), padding=padding, batch_norm=batch_norm)
    summary = summarize(net.spec())
    assert summary.problems == ()
    less = lost(1) if padding == "valid" else 0
    assert summary.output_shape == (None, 32 - less, 20 - less, 8)
