"""A ModelSpec and a TrainSpec become a compiled Keras model, or one plain sentence about what does not fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras.optimizers.schedules import LearningRateSchedule

from models.build import build
from models.errors import NetloomError
from models.facts import Problem, Summary
from models.spec import ModelSpec
from pipelines import fitting
from pipelines.data.facts import DataFacts
from pipelines.outputs import judged
from pipelines.spec import OptimizerSpec, RunSpec
from pipelines.training.objectives import loss_of, losses_of, objectives
from pipelines.training.rates import adjustable, learning_rate, schedule
from pipelines.training.several import Several


def compiled_model(spec: RunSpec, known: DataFacts) -> keras.Model:
    """The network of `spec` with its optimizer, losses and metrics; one of several outputs as a `Several`.

    Raises:
        NetloomError: the network, the data, a loss or the optimizer do not go together.
    """
    _refuse(fitting.problems(spec, None))
    with _computing_in(spec.train.precision):
        network = _built(spec.model)
        model = network if len(network.outputs) == 1 else Several(network, spec.model)
    shapes = tuple(tuple(output.shape) for output in network.outputs)
    _refuse(fitting.problems(spec, Summary((), network.count_params(), 0, output_shapes=shapes)))
    loss, metrics = objectives(spec.train, known)
    outputs = judged(spec, known)
    weights: Any = None
    if len(shapes) == 1:
        (output,) = outputs
        if spec.model.outputs:
            smoothing = spec.train.label_smoothing if output.target == "label" else 0.0
            loss, weights = loss_of(output.loss, smoothing), None if output.weight == 1 else output.weight
    else:
        loss, weights = losses_of(outputs, spec.train.label_smoothing)
    rate = learning_rate(spec.train, spec.train.steps_in_epoch(known.rows["train"]))
    try:
        model.compile(
            optimizer=optimizer(spec.train.optimizer, rate),
            loss=loss,
            loss_weights=weights,
            metrics=metrics,
            # JAX is made to be compiled: step by step it would be slower than anything.
            jit_compile=spec.train.jit == "on" or keras.config.backend() == "jax",
        )
    except (ValueError, TypeError) as error:
        raise NetloomError(f"Keras refuses the loss or a metric: {str(error).splitlines()[0]}") from error
    _make_variables(model, spec, known)
    return model


@contextmanager
def _computing_in(precision: str) -> Iterator[None]:
    """Layers that are made in this block compute in that precision; their weights are float32 in each."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _built(model: ModelSpec) -> keras.Model:
    """The network, whose last layers compute in float32: a probability of 1e-8 is no number of float16."""
    network = build(model)
    if keras.config.dtype_policy().compute_dtype != "float32":
        for output in network.outputs:
            output._keras_history.operation.dtype_policy = "float32"
    return network


def _make_variables(model: keras.Model, spec: RunSpec, known: DataFacts) -> None:
    """Make the optimizer's and the metrics' variables now.

    Made by the first training step, as Keras would, they have TensorFlow trace that step twice: half a second more
    before the first epoch of a small network is done.
    """
    model.optimizer.build(model.trainable_variables)
    given: Any = keras.tree.map_structure(lambda output: np.zeros((1, *output.shape[1:]), "float32"), model.output)
    y: Any = _target(known)
    if isinstance(model, Several):
        x = np.zeros((1, *known.input_shape), "float32")
        y = {output.name: x if output.target == "input" else y for output in judged(spec, known)}
        model.compute_loss(y=y, y_pred=given)
    model.compute_metrics(x=None, y=y, y_pred=given)
    model.reset_metrics()


def _target(known: DataFacts) -> np.ndarray:
    """One row of y, as the feed will give it."""
    if known.mixed_labels:
        return np.zeros((1, known.num_classes) if known.task == "multiclass" else 1, "float32")
    classes = known.task in ("binary", "multiclass", "segmentation")
    return np.zeros((1, *known.target_shape), "int64" if classes else "float32")


def optimizer(spec: OptimizerSpec, rate: float | LearningRateSchedule | None = None) -> keras.optimizers.Optimizer:
    """The optimizer that `spec` names.

    Args:
        rate: its learning rate, as `rates.learning_rate` gives it; None: the one that `spec` says, a number or a
            schedule of Keras's.

    Raises:
        NetloomError: Keras refuses its settings.
    """
    config: dict[str, Any] = dict(spec.config)
    try:
        if rate is not None:
            config["learning_rate"] = rate
        elif isinstance(own := config.get("learning_rate"), dict):
            config["learning_rate"] = schedule(own)
        made = getattr(keras.optimizers, spec.kind)(**config)  # `deserialize` does not know Lamb
    except (ValueError, TypeError) as error:
        raise NetloomError(
            f"Keras refuses the optimizer {spec.kind}: {str(error).splitlines()[0]}",
            "Check its settings; those left out take Keras's defaults.",
        ) from error
    if (changes := adjustable(rate)) is not None:
        changes.attach(made)
    return made


def _refuse(problems: tuple[Problem, ...]) -> None:
    for first in problems:
        more = f"{len(problems) - 1} more like it." if len(problems) > 1 else ""
        raise NetloomError(f"{first.node or 'The run'}: {first.message}", f"{first.hint} {more}".strip())
