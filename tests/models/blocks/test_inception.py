import pytest

from models.blocks import BLOCKS
from models.sketch import Sketch


@pytest.mark.slow
@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_first_module_of_the_paper(batch_norm):
    from models.summary import summarize

    net = Sketch("net")
    BLOCKS["inception"].build(net, net.input((28, 28, 192)), batch_norm=batch_norm)
    summary = summarize(net.spec())
    assert summary.problems == ()
    assert summary.output_shape == (None, 28, 28, 256)
    # Table 1 says 159K, without biases; its 163K with them.
    kernels = sum(node.params for node in summary.nodes if node.kind == "Conv2D")
    assert kernels == (163_328 if batch_norm else 163_696)
