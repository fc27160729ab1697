"""The outputs of a network that training judges: what each is compared with, and by which loss. No keras."""

from dataclasses import dataclass
from typing import Literal

from models.spec import ModelSpec, Output
from pipelines.data.facts import DataFacts
from pipelines.spec import Objective, RunSpec
from pipelines.tasks import Head, head_for, input_head, objectives_of

_OF_INPUT = "mean_squared_error"


@dataclass(frozen=True, slots=True)
class Judged:
    """One output that is compared with something.

    Attributes:
        place: of the output among those of the network, counted from 0.
        name: of it, as in `ModelSpec.output_names`; with several, its loss is logged as `name_loss`.
        target: what it is compared with.
        loss: as it is compiled.
        weight: of that loss in the sum that is minimized.
        head: the end of a network that this asks for.
    """

    place: int
    name: str
    target: Literal["label", "input"]
    loss: Objective
    weight: float
    head: Head


def judged(spec: RunSpec, known: DataFacts) -> tuple[Judged, ...]:
    """The outputs of `spec.model` that are compared with something, in their order.

    Raises:
        NetloomError: as `head_for`.
    """
    model = spec.model
    return tuple(
        Judged(place, name, output.target, _loss(output, spec, known), output.weight, head_of(output, known))
        for place, (name, output) in enumerate(zip(model.output_names, model.given, strict=True))
        if output.target != "none"
    )


def head_of(output: Output, known: DataFacts) -> Head:
    """The end of a network that an output which is compared with something asks for. Raises: as `head_for`."""
    return input_head(known) if output.target == "input" else head_for(known)


def targets(model: ModelSpec) -> dict[str, Literal["label", "input"]]:
    """What the outputs of a network of several are compared with, by their names; empty for one of a single output."""
    outputs = zip(model.output_names, model.given, strict=True)
    return {name: output.target for name, output in outputs if output.target != "none" and len(model.given) > 1}


def loss_names(spec: RunSpec) -> tuple[str, ...]:
    """The names under which losses are logged: `loss`, the sum, and where there are several outputs one of each."""
    outputs = zip(spec.model.output_names, spec.model.given, strict=True)
    names = [f"{name}_loss" for name, output in outputs if output.target != "none"]
    return ("loss", *names) if len(names) > 1 else ("loss",)


def _loss(output: Output, spec: RunSpec, known: DataFacts) -> Objective:
    own = output.loss or (_OF_INPUT if output.target == "input" else spec.train.loss)
    return objectives_of(spec.train.replace(loss=own), known)[0]
