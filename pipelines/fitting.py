"""Fitting a network to its data: match one, suggest one, and say what keeps a run from being launched."""

from models.architectures import ARCHITECTURES
from models.arguments import config_problems
from models.catalogue import catalogue
from models.check import problems as structural_problems
from models.edit import with_head, with_input_shape
from models.facts import Problem, Shape, Summary
from models.spec import ModelSpec
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import DataSpec
from pipelines.spec import RunSpec
from pipelines.tasks import head_for, loss_and_metrics

SMALL_IMAGE = 16


def match(model: ModelSpec, data: DataSpec) -> ModelSpec:
    """`model` with its input shape, last layer's units and activation as `data` asks for; as it is where it has none.

    >>> match(ModelSpec(), DataSpec()).nodes
    ()
    """
    known = facts(data)
    head = head_for(known.task, known.num_classes)
    return with_head(with_input_shape(model, known.input_shape), head.units, head.activation)


def matched_fields(model: ModelSpec) -> dict[str, set[str]]:
    """What `match` sets: names of nodes, and the keys of their config that follow the data."""
    fields = {node.name: {"shape"} for node in model.nodes if node.kind == "Input"}
    layers = catalogue().layers
    for node in reversed(model.nodes):
        if node.kind in layers and layers[node.kind].param("units"):
            return {**fields, node.name: {"units", "activation"}}
    return fields


def start_from(architecture: str, data: DataSpec) -> ModelSpec:
    """The named architecture, made for `data`. Raises: KeyError, NetloomError where it cannot read such data."""
    known = facts(data)
    head = head_for(known.task, known.num_classes)
    return ARCHITECTURES[architecture].build(known.input_shape, head.units, head.activation)


def suggested(data: DataSpec) -> str:
    """The name of an architecture that does well on such data.

    >>> suggested(DataSpec())
    'digits-cnn'
    """
    known = facts(data)
    if known.kind == "table":
        return "table-mlp"
    return "digits-cnn" if min(known.input_shape[:2]) <= SMALL_IMAGE else "lenet-5"


def problems(spec: RunSpec, summary: Summary | None) -> tuple[Problem, ...]:
    """Everything that keeps `spec` from being trained, in the order of its nodes; empty: it can be launched.

    Args:
        spec: the run.
        summary: what Keras says of `spec.model`; None where it has not answered yet.
    """
    found = list(structural_problems(spec.model))
    if summary is not None:
        found += [problem for problem in summary.problems if problem not in found]
    if not found:
        found += _data_problems(spec, summary)
    return tuple(found + _train_problems(spec))


def _data_problems(spec: RunSpec, summary: Summary | None) -> list[Problem]:
    known = facts(spec.data)
    inputs = [node for node in spec.model.nodes if node.kind == "Input"]
    if len(inputs) != 1:
        return [Problem(None, None, f"{known.title} feeds one input. Received: {len(inputs)}.", "Keep one Input.")]
    found = []
    shape = inputs[0].config.get("shape")
    if shape != list(known.input_shape):
        found.append(
            Problem(
                inputs[0].name,
                "shape",
                f"{known.title} has rows of shape {_shown(known.input_shape)}. Received: {shape}.",
                "Turn on “Match input and last layer to the data”, or change the shape.",
            )
        )
    if summary is not None and summary.output_shape is not None:
        found += _output_problems(spec, known, summary.output_shape)
    return found


def _output_problems(spec: RunSpec, known: DataFacts, output: Shape) -> list[Problem]:
    last = spec.model.nodes[-1].name
    head = head_for(known.task, known.num_classes)
    if len(output) != 2:
        message = f"The last layer gives {_shown(output[1:])} a row; {known.target_name} needs one row of numbers."
        return [Problem(last, None, message, "Add a Flatten or a GlobalAveragePooling2D before the last Dense.")]
    if output[1] != head.units:
        wanted = f"{head.units} output" + ("s" if head.units > 1 else "")
        message = f"The last layer gives {output[1]} numbers; {known.target_name} needs {wanted}."
        return [Problem(last, "units", message, f"Set its units to {head.units}, activation {head.activation}.")]
    return []


def _train_problems(spec: RunSpec) -> list[Problem]:
    known = facts(spec.data)
    found: list[Problem] = []
    optimizer = catalogue().find("optimizers", spec.train.optimizer.kind)
    if optimizer is None:
        found.append(Problem(None, "optimizer", f"Keras has no optimizer {spec.train.optimizer.kind}.", ""))
    else:
        found += config_problems(optimizer, spec.train.optimizer.config, None)
    loss, metrics = loss_and_metrics(spec.train, known.task)
    for metric in metrics:
        entry = catalogue().find("metrics", metric)
        if entry is None or known.task not in entry.tasks:
            message = f"The metric {metric!r} does not suit {known.task} targets."
            found.append(Problem(None, "metrics", message, "Let the metrics follow the task, or choose others."))
    early = spec.train.early_stopping
    if early is not None and early.monitor not in ("loss", *metrics):
        watched = ", ".join(("loss", *metrics))
        message = f"Early stopping watches {early.monitor!r}, which this run does not measure."
        found.append(Problem(None, "monitor", message, f"Choose one of: {watched}."))
    entry = catalogue().find("losses", loss)
    if entry is None or known.task not in entry.tasks:
        message = f"The loss {loss!r} does not suit {known.task} targets."
        found.append(Problem(None, "loss", message, "Let the loss follow the task, or choose another."))
    return found


def _shown(shape: tuple[int | None, ...]) -> str:
    return " × ".join("?" if n is None else str(n) for n in shape) or "one number"
