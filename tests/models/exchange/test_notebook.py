import json
import re

import pytest
from hypothesis import given, settings

from models.architectures import ARCHITECTURES
from models.errors import NetloomError
from models.exchange.notebook import notebook
from models.sketch import Sketch
from models.spec import Output
from tests.models.networks import network
from tests.models.random_networks import rich_networks
from tests.models.running import run


def cells(data, kind):
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"] if cell["cell_type"] == kind]


def two_heads():
    net = Sketch("two-heads")
    tokens = net.input((None,), name="tokens", dtype="int32")
    numbers = net.input((3,), name="numbers")
    x = net.add("Embedding", tokens, input_dim=7, output_dim=4)
    x, scores = net.add("GRU", x, units=3, return_state=True), "gru:1"
    x = net.add("Concatenate", x, scores, numbers)
    kind = net.add("Dense", x, name="kind", units=4, activation="softmax")
    back = net.add("Dense", x, name="back", units=2, activation="sigmoid")
    loss = {"class_name": "CategoricalCrossentropy", "config": {"label_smoothing": 0.1}}
    return net.spec([Output(node=kind, loss=loss), Output(node=back, weight=0.5), Output(node=scores, target="none")])


@given(rich_networks())
@settings(max_examples=30)
def test_is_a_notebook(spec):
    document = json.loads(notebook(spec))
    assert set(document) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in document["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in document["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | code
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert all(isinstance(line, str) for line in cell["source"])
    for source in cells(notebook(spec), "code"):
        compile(source, "cell", "exec")
    assert notebook(spec) == notebook(spec)


def test_says_what_the_network_is():
    first, *_ = cells(notebook(two_heads(), "Words and numbers"), "markdown")
    assert first.startswith("# Words and numbers\n")
    assert "A network of 5 layers. It takes tokens (any) and numbers (3) and gives kind, back and gru:1." in first


def test_a_wrong_network_has_no_notebook():
    with pytest.raises(NetloomError, match="a: units is missing"):
        notebook(network(("input", "Input", {"shape": [2]}), ("a", "Dense")))


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [two_heads(), *(ARCHITECTURES[name].smallest() for name in ("lenet-5", "unpooling-autoencoder"))],
    ids=lambda spec: spec.name,
)
def test_runs_from_the_first_cell_to_the_last(spec, capsys):
    import numpy as np

    space = run(*cells(notebook(spec), "code"))
    assert np.isfinite(space["history"].history["loss"]).all()
    assert len(space["history"].epoch) == 2
    assert "Total params" in capsys.readouterr().out
    given = space["predictions"]
    assert len(given if isinstance(given, list) else [given]) == len(spec.given)
