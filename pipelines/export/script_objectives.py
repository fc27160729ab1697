"""What a script compiles and feeds: losses, metrics, and what each output is compared with, as Python."""

import json

from models.catalogue import catalogue
from models.code.carried import carried
from models.code.layout import Group, Part, flat, literal, named
from models.graph import layer_node
from models.spec import node_of
from pipelines.data.facts import DataFacts
from pipelines.outputs import judged
from pipelines.spec import Objective, RunSpec
from pipelines.tasks import named_settings, objectives_of, smooths


def objectives_code(spec: RunSpec, known: DataFacts) -> list[Part]:
    """Arguments of `compile`: the loss, its weight where it is not 1, and the metrics.

    With several outputs each is a list in their order, None for one that is compared with nothing; metrics are those of
    the first.
    """
    _, metrics = objectives_of(spec.train, known)
    # Keras's accuracy would count the pixels that are ignored.
    ignored = known.task == "segmentation" and known.ignore_class is not None
    kept = [_objective("metrics", metric) for metric in metrics if not (ignored and metric == "accuracy")]
    measured = Group("", tuple(kept), "[]")
    outputs = judged(spec, known)
    places = range(len(spec.model.given))
    smoothing = spec.train.label_smoothing
    losses = {out.place: _loss(out.loss, smoothing if out.target == "label" else 0.0) for out in outputs}
    weights = {output.place: repr(output.weight) for output in outputs}
    weighted = any(output.weight != 1 for output in outputs)
    if len(places) == 1:
        weight: list[Part] = [named("loss_weights", weights[0])] if weighted else []
        return [named("loss", losses[0]), *weight, named("metrics", measured)]
    listed: list[Part] = [named("loss", Group("", tuple(losses.get(place, "None") for place in places), "[]"))]
    if weighted:
        listed.append(named("loss_weights", Group("", tuple(weights.get(place, "None") for place in places), "[]")))
    return [*listed, named("metrics", Group("", (measured, *["None"] * (len(places) - 1)), "[]"))]


def asked(spec: RunSpec, known: DataFacts, itself: str = "x") -> str:
    """What the outputs are compared with, as Python, of x (as it is fed, not harmed) and y.

    Args:
        itself: what stands for the target where the task is to give inputs back.
    """
    label = itself if known.task == "reconstruction" else "y"
    found = ["x" if output.target == "input" and label == "y" else label for output in judged(spec, known)]
    if len(spec.model.given) == 1:
        return found[0]
    return f"({found[0]},)" if len(found) == 1 else f"({', '.join(found)})"


def compared_code(spec: RunSpec, known: DataFacts) -> str:
    """The function `compared(x, y)`; "" for a network of one output, which needs none."""
    if len(spec.model.given) == 1:
        return ""
    return f'''
def compared(x, y):
    """Inputs, and what each output is compared with."""
    return x, {asked(spec, known, "y")}
'''


def output_layers(spec: RunSpec) -> list[str]:
    """The names of the layers that give the outputs."""
    model = spec.model
    places = {node.name: place for place, node in enumerate(model.nodes)}
    return [layer_node(model, places, node_of(output.node)).name for output in model.given]


def logged(spec: RunSpec, name: str) -> str:
    """The name under which Keras logs what a run calls `name`: with several outputs by the layer of one."""
    model = spec.model
    if len(model.given) == 1 or name == "loss":
        return name
    layers = output_layers(spec)
    losses = {f"{own}_loss": f"{layer}_loss" for own, layer in zip(model.output_names, layers, strict=True)}
    return losses.get(name, f"{layers[0]}_{name}")


def smoothed_code(spec: RunSpec, known: DataFacts) -> tuple[set[str], str]:
    """Import lines and the class of a loss that smooths class ids, which Keras lacks; nothing where it is not used."""
    losses = [output.loss for output in judged(spec, known) if output.target == "label"]
    if not spec.train.label_smoothing or not any(_of_ids(loss) for loss in losses):
        return set(), ""
    return carried(["pipelines.training.smoothed_crossentropy"])


def unsmoothed(spec: RunSpec, known: DataFacts) -> Part:
    """The loss of a network of one output, as Keras alone can load it again."""
    (output,) = judged(spec, known)
    return _objective("losses", output.loss)


def _of_ids(loss: Objective) -> bool:
    entry = catalogue().find("losses", named_settings("losses", loss)[0])
    return entry is not None and entry.kind == "sparse_categorical_crossentropy"


def _loss(loss: Objective, smoothing: float) -> str:
    name, config = named_settings("losses", loss)
    entry = catalogue().find("losses", name)
    if not smoothing or entry is None or not smooths(loss):
        return _objective("losses", loss)
    head = "SmoothedCrossentropy" if _of_ids(loss) else f"keras.losses.{entry.class_name}"
    settings = {"label_smoothing": smoothing, **config}
    return flat(Group(head, tuple(named(key, literal(each)) for key, each in settings.items())))


def _objective(part: str, objective: Objective) -> str:
    if isinstance(objective, str):
        return json.dumps(objective)
    _, config = named_settings(part, objective)
    settings = tuple(named(name, literal(value)) for name, value in config.items())
    return flat(Group(f"keras.{part}.{objective['class_name']}", settings))
