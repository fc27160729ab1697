"""The model that leaves the house: raw inputs -> preparation -> the trained network."""

from typing import Any, cast

import keras

from pipelines.data.encoding.encoding import ArrayEncoding
from pipelines.data.preparation.keras_preparation import layers_of, raw_to_fed
from pipelines.data.preparation.preparation import Preparation
from pipelines.inspection.trained import Trained
from pipelines.outputs import judged
from pipelines.training.compiling import optimizer
from pipelines.training.objectives import losses_of, objectives


def full_model(subject: Trained) -> keras.Model:
    """Takes raw rows; gives what the network gives for prepared ones: of several outputs a dict, by their names.

    Arrays are taken as float32 `(batch, *encoded_shape)`, everything else as `raw_inputs` tells.

    It is compiled as the run was, with a fresh optimizer, so that `evaluate` and `fit` work after loading.
    """
    facts = subject.data.facts
    inputs, fed = _prepared(subject.preparation)
    names, given = subject.spec.model.output_names, subject.model(fed)
    several = len(names) > 1
    outputs = dict(zip(names, given, strict=True)) if several else given
    model = keras.Model(inputs, outputs, name=subject.model.name)
    loss, metrics = objectives(subject.spec.train, facts, portable=True)
    weights = None
    if several:
        loss, weights = losses_of(judged(subject.spec, facts))
        metrics = {names[0]: metrics}
    fresh = optimizer(subject.spec.train.optimizer)
    fresh.build(model.trainable_variables)  # Keras warns where it loads one that was not
    model.compile(fresh, loss, loss_weights=weights, metrics=metrics)
    return model


def _prepared(preparation: Preparation) -> tuple[Any, Any]:
    if not isinstance(preparation.encoding, ArrayEncoding):
        prepare = raw_to_fed(preparation)
        return cast(Any, prepare.input), prepare.output
    inputs = fed = keras.Input(preparation.encoding.shape, dtype="float32", name="raw")
    for layer in layers_of(preparation):
        fed = layer(fed)
    return inputs, fed
