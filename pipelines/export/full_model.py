"""The model that leaves the house: raw inputs -> scaling -> the trained network."""

import keras

from pipelines.data.keras_scaling import scaling_layer
from pipelines.inspection.trained import Trained
from pipelines.training.compiling import optimizer
from pipelines.training.objectives import objectives


def full_model(subject: Trained) -> keras.Model:
    """Takes raw rows, float32 `(batch, *input_shape)`; gives what the network gives for scaled ones.

    It is compiled as the run was, with a fresh optimizer, so that `evaluate` and `fit` work after loading.
    """
    facts = subject.data.facts
    inputs = keras.Input(facts.input_shape, dtype="float32", name="raw")
    outputs = subject.model(scaling_layer(subject.scaling)(inputs))
    model = keras.Model(inputs, outputs, name=subject.model.name)
    loss, metrics = objectives(subject.spec.train, facts, portable=True)
    fresh = optimizer(subject.spec.train.optimizer)
    fresh.build(model.trainable_variables)  # Keras warns where it loads one that was not
    model.compile(fresh, loss, metrics=metrics)
    return model
