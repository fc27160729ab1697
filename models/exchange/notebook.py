"""A network as a Jupyter notebook: what it is, its code, a summary and a first training. No keras.

The format is nbformat 4.5, which is documented JSON: https://nbformat.readthedocs.io
"""

import json
from typing import Any

from models.code import model_module, part_code
from models.code.layout import text
from models.code.naming import names
from models.editing.ends import output_activation
from models.graph import readers
from models.spec import ModelSpec, Node, Output

_UNKNOWN_LENGTH = 16
_WHOLE_NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def notebook(spec: ModelSpec, title: str = "") -> bytes:
    """The network as a notebook that runs from its first cell to its last, by itself.

    The training is on random numbers of the right shapes, in the place of data.

    Args:
        spec: the network.
        title: its heading; the network's name where there is none.

    Returns:
        a file of type .ipynb, UTF-8. Equal networks give equal bytes.

    Raises:
        NetloomError: the structure of the network is wrong.
    """
    module = model_module(spec)
    heading = title or spec.name
    layers = [
        _markdown("layers", "## Layers\n\nKeras lacks these; a model that was saved with them loads once they ran."),
        _code("layer-classes", module.layers),
    ]
    cells = [
        _markdown("network", f"# {heading}\n\n{_about(spec)}\n\nNeeds the packages keras, tensorflow and numpy."),
        _code("imports", "\n".join(_imports(module.imports))),
        *(layers if module.layers else []),
        _markdown("model", "## Model"),
        _code("model-code", module.body),
        _code("summary", "model.summary()"),
        _markdown("training", "## Training\n\nRandom numbers of the right shapes, in the place of your data."),
        _code("data", _data(spec)),
        *([_code("fit", _fit(spec))] if _trained(spec) else []),
        _markdown("prediction", "## Prediction"),
        _code("predict", "predictions = model.predict(x, verbose=0)\npredictions"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    document = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _markdown(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(name: str, source: str) -> dict[str, Any]:
    source = source.strip("\n")
    cell = {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": []}
    return cell | {"source": source.splitlines(keepends=True)}


def _imports(given: tuple[str, ...]) -> list[str]:
    return sorted({*given, "import numpy as np"}, key=lambda line: (line.startswith("from "), line))


def _about(spec: ModelSpec) -> str:
    """What the network takes and gives, and how many layers it has, in two sentences."""
    shapes = [f"{node.name} ({' × '.join(str(size or 'any') for size in _shape(node))})" for node in _inputs(spec)]
    what = "layer" if spec.num_layers == 1 else "layers"
    given = [output.node for output in spec.given]
    return f"A network of {spec.num_layers} {what}. It takes {_listed(shapes)} and gives {_listed(given)}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _inputs(spec: ModelSpec) -> list[Node]:
    return [node for node in spec.nodes if node.kind == "Input"]


def _shape(node: Node) -> list[Any]:
    shape: Any = node.config["shape"]
    return list(shape)


def _data(spec: ModelSpec) -> str:
    made = [_random(spec, node) for node in _inputs(spec)]
    together = made[0] if len(made) == 1 else "[\n" + "".join(f"    {line},\n" for line in made) + "]"
    return f"rng = np.random.default_rng(0)\nexamples = 8\nx = {together}"


def _random(spec: ModelSpec, node: Node) -> str:
    """Random values for one Input, in its type and below the size of the vocabulary where it is looked up."""
    size = ", ".join(["examples", *(str(length or _UNKNOWN_LENGTH) for length in _shape(node))])
    dtype = str(node.config.get("dtype") or "float32")
    read = [spec.nodes[spec.index_of(name)] for name in readers(spec)[node.name]]
    sizes: list[Any] = [reader.config.get("input_dim", 10) for reader in read if reader.kind == "Embedding"]
    if sizes or dtype in _WHOLE_NUMBERS:
        return f"rng.integers({min(sizes, default=10)}, size=({size}))"
    if dtype == "string":
        return f'rng.choice(["yes", "no"], size=({size}))'
    if dtype == "bool":
        return f"rng.random(({size})) < 0.5"
    return f'rng.random(({size}), dtype="float32")'


def _trained(spec: ModelSpec) -> list[tuple[int, Output]]:
    """The outputs that are compared with something, with their places."""
    return [(place, output) for place, output in enumerate(spec.given) if output.target != "none"]


def _fit(spec: ModelSpec) -> str:
    trained, called = _trained(spec), names(spec)
    lines, model = [], "model"
    if len(trained) < len(spec.given):
        outputs = _alone([called.of(output.node) for _, output in trained])
        lines += [
            "# Outputs that are only looked at are left out of the training; the layers are the same.",
            f"trained = keras.Model(model.inputs, {outputs})",
        ]
        model = "trained"
    losses = [_loss(spec, place, output) for place, output in trained]
    weights = [output.weight for _, output in trained]
    # Targets take their shapes from what the network gives: an Input may leave lengths open.
    lines.append(f"given = {model}.predict(x, verbose=0)")
    given = ["given"] if len(trained) == 1 else [f"given[{place}]" for place in range(len(trained))]
    targets = [_target(spec, output, *rest) for (_, output), *rest in zip(trained, losses, given, strict=True)]
    lines += [f"y = {targets[0]}"] if len(targets) == 1 else ["y = [", *(f"    {target}," for target in targets), "]"]
    weighted = f", loss_weights={_alone([repr(weight) for weight in weights])}"
    more = weighted if any(weight != 1 for weight in weights) else ""
    lines.append(f'{model}.compile(optimizer="adam", loss={_alone(losses)}{more})')
    return "\n".join([*lines, f"history = {model}.fit(x, y, batch_size=4, epochs=2)"])


def _loss(spec: ModelSpec, place: int, output: Output) -> str:
    """The loss of one output as Python: its own, or the one that suits its activation."""
    if isinstance(output.loss, dict):
        config: Any = output.loss.get("config") or {}
        return part_code("losses", str(output.loss.get("class_name")), config)
    activation = (output_activation(spec, place) or ("", ""))[1]
    usual = {"softmax": "sparse_categorical_crossentropy", "sigmoid": "binary_crossentropy"}
    mean = "mean_squared_error"
    return text(output.loss or (mean if output.target == "input" else usual.get(activation, mean)))


def _target(spec: ModelSpec, output: Output, loss: str, given: str) -> str:
    """Random targets that the loss can be measured on. `given`: the variable of what the network gives there."""
    if output.target == "input":
        return "x" if len(_inputs(spec)) == 1 else "x[0]"
    kind = loss.lower().replace("_", "")
    classes = f"rng.integers({given}.shape[-1], size={given}.shape[:-1])"
    if "sparsecategorical" in kind:
        return classes
    if "categorical" in kind:
        return f"keras.utils.to_categorical({classes}, {given}.shape[-1])"
    if "binary" in kind:
        return f"rng.integers(2, size={given}.shape)"
    return f"rng.random({given}.shape)"


def _alone(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"[{', '.join(items)}]"
