"""simple-rnn, lstm, gru, bidirectional-lstm: recurrent classifiers of texts and sequences.

Simple recurrent network: Elman, 1990. LSTM: Hochreiter and Schmidhuber, 1997. GRU: Cho et al., 2014. Reading in both
directions: Schuster and Paliwal, 1997.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from models.architectures.architecture import Architecture, head
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec

PARAMS = (
    Param("width", "int", default=64, min=1, max=65536, step=1, main=True, help="Units of each recurrent layer."),
    Param("layers", "int", default=1, min=1, max=20, step=1, main=True, help="Recurrent layers, one on the other."),
    Param("dropout", "float", default=0.0, min=0, max=0.95, step=0.05, help="Rate before the output; 0: none."),
    Param("vocabulary", "int", default=10_000, min=2, max=1_000_000, step=1, help="Token ids are below it."),
    Param("dimensions", "int", default=32, min=1, max=4096, step=1, help="Length of a word's vector."),
)


def read_sequence(net: Sketch, input_shape: Sequence[int], vocabulary: int, dimensions: int, mask: bool = True) -> str:
    """An Input for sequences, and what makes steps of features of them. Returns the name of the node that gives those.

    One axis is token ids, which become learned vectors; two are a sequence already; an image is read row by row.

    Args:
        mask: let the layers behind skip token 0, the padding.
    """
    if len(input_shape) == 1:
        net.input(input_shape, dtype="int32")
        masked: dict[str, Any] = {"mask_zero": True} if mask else {}
        return net.add("Embedding", input_dim=vocabulary, output_dim=dimensions, **masked)
    x = net.input(input_shape)
    if len(input_shape) > 2:
        steps, *rest = input_shape
        x = net.add("Reshape", name="rows", target_shape=[steps, math.prod(rest)])
    return x


def _builder(name: str, layer: Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]) -> Callable[..., ModelSpec]:
    def build(
        input_shape: Sequence[int],
        units: int,
        activation: str,
        width: int = 64,
        layers: int = 1,
        dropout: float = 0.0,
        vocabulary: int = 10_000,
        dimensions: int = 32,
    ) -> ModelSpec:
        """Recurrent layers, all but the last giving every step; then the output.

        Args:
            input_shape: (tokens,), (steps, features), or an image, whose rows are the steps.
        """
        net = Sketch(name)
        read_sequence(net, input_shape, vocabulary, dimensions)
        for number in range(1, layers + 1):
            kind, config = layer({"units": width, **({"return_sequences": True} if number < layers else {})})
            net.add(kind, **config)
        if dropout:
            net.add("Dropout", rate=dropout)
        kind, config = head(units, activation)
        net.add(kind, name="output", **config)
        return net.spec()

    return build


def _recurrent(
    name: str, title: str, summary: str, layer: Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
) -> Architecture:
    return Architecture(
        name=name,
        title=title,
        summary=summary,
        build=_builder(name, layer),
        suits="sequence",
        family="Texts and sequences",
        input_shape=(100,),
        units=2,
        params=PARAMS,
        small={"input_shape": (5,), "units": 3, "width": 3, "layers": 2, "vocabulary": 11, "dimensions": 4},
    )


SIMPLE_RNN = _recurrent(
    "simple-rnn", "Simple RNN",
    "Carries a state from step to step; forgets what was long ago. Compare it with the LSTM.",
    lambda config: ("SimpleRNN", config),
)  # fmt: skip
LSTM = _recurrent(
    "lstm", "LSTM", "Gates decide what is kept and forgotten: remembers over hundreds of steps.",
    lambda config: ("LSTM", config),
)  # fmt: skip
GRU = _recurrent(
    "gru", "GRU", "Two gates instead of the LSTM's three: about as good, with fewer parameters.",
    lambda config: ("GRU", config),
)  # fmt: skip
BIDIRECTIONAL_LSTM = _recurrent(
    "bidirectional-lstm", "Bidirectional LSTM", "Two LSTMs, one reading forwards and one backwards.",
    lambda config: ("Bidirectional", {"layer": {"class_name": "LSTM", "config": config}}),
)  # fmt: skip
