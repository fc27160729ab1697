"""One application of a layer, as the rules of costs read it: arguments with Keras's defaults, shapes in and out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.catalogue import catalogue

Sizes = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A layer and what goes in and comes out of it.

    Attributes:
        kind: class name in Keras.
        config: its arguments; those that are left out have Keras's defaults.
        inputs, outputs: shapes, the batch first. Where a length varies there is None, with which a rule that needs it
            raises a TypeError.
    """

    kind: str
    config: Mapping[str, Any]
    inputs: tuple[Sizes, ...]
    outputs: tuple[Sizes, ...]

    def value(self, key: str) -> Any:
        """The argument called `key`, or Keras's default; None where the kind has no such argument."""
        if key in self.config:
            return self.config[key]
        entry = catalogue().layers.get(self.kind)
        param = entry.param(key) if entry else None
        return param.default if param else None

    def sizes(self, key: str, default: int = 1) -> tuple[int, ...]:
        """An argument with a number for each axis of space, such as `kernel_size`, written out for all of them."""
        value = self.value(key)
        if value is None:
            return (default,) * len(self.space)
        return tuple(value) if isinstance(value, list | tuple) else (value,) * len(self.space)

    @property
    def window(self) -> tuple[int, ...]:
        """What one output value reads along each axis of space: the kernel, spread by its dilation, or the pool."""
        if self.value("pool_size") is not None:
            return self.sizes("pool_size")
        spread = zip(self.sizes("kernel_size"), self.sizes("dilation_rate"), strict=False)
        return tuple((kernel - 1) * rate + 1 for kernel, rate in spread)

    @property
    def strides(self) -> tuple[int, ...]:
        """Steps of the window along each axis of space; a pool's are its size unless it says otherwise."""
        pools = self.value("strides") is None and self.value("pool_size") is not None
        return self.sizes("pool_size" if pools else "strides")

    @property
    def last(self) -> bool:
        """Whether channels are the last axis, which is Keras's own habit."""
        return self.value("data_format") != "channels_first"

    @property
    def space(self) -> Sizes:
        """The axes between batch and channels of the (first) input."""
        return self.spatial(self.inputs[0])

    @property
    def channels(self) -> int:
        """Number of channels, or features, of the (first) input; 0 where it is not known."""
        return self.inputs[0][-1 if self.last else 1] or 0

    def spatial(self, shape: Sizes) -> Sizes:
        """The axes between batch and channels of `shape`."""
        return tuple(shape[1:-1] if self.last else shape[2:])


def values(shape: Sizes) -> int:
    """How many values an example of `shape` (batch first) holds. Raises: TypeError where a length varies."""
    return math.prod(shape[1:])
