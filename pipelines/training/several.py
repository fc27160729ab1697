"""Several: a network of several outputs in training, where some are compared with something and the first predicts."""

from typing import Any

import keras

from models.spec import ModelSpec


class Several(keras.Model):
    """The layers of a network of several outputs, its outputs by name.

    It is fed `(x, y)` with y by the names of the outputs that are compared with something, and compiled with losses by
    those names; what is not in y is computed and not judged. Metrics are measured on the main output, under their own
    names.

    Args:
        network: as built from `spec`; it shares its layers with this model, and is what is kept after training.
    """

    def __init__(self, network: keras.Model, spec: ModelSpec) -> None:
        outputs = dict(zip(spec.output_names, network.outputs, strict=True))
        inputs = network.inputs
        super().__init__(inputs=inputs[0] if len(inputs) == 1 else inputs, outputs=outputs, name=network.name)
        self._main = spec.output_names[0]

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The weighted sum of the losses of the outputs in y, and what layers add to it."""
        judged = {name: y_pred[name] for name in y}
        return super().compute_loss(x=x, y=y, y_pred=judged, sample_weight=sample_weight, training=training)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """The metrics of the main output."""
        return super().compute_metrics(x, y[self._main], y_pred[self._main], sample_weight)


def network_of(model: keras.Model, spec: ModelSpec) -> keras.Model:
    """The network that was trained as `model`, its outputs in their order: `model` itself unless it is a `Several`."""
    if not isinstance(model, Several):
        return model
    inputs, outputs = model.inputs, [model.output[name] for name in spec.output_names]
    return keras.Model(inputs[0] if len(inputs) == 1 else inputs, outputs, name=model.name)
