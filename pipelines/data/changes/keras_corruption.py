"""Noise and masking of what a network is fed, drawn from a seed and nothing else. tf.data runs it."""

from collections.abc import Callable
from typing import Any, cast

import tensorflow as tf

from models.errors import NetloomError
from pipelines.data.facts import DataFacts
from pipelines.data.spec import DataSpec

Corrupter = Callable[[Any, Any], Any]


def corrupter(spec: DataSpec, known: DataFacts) -> Corrupter | None:
    """What harms a batch as `spec.corrupt` says; None where that asks for no noise and no mask.

    Noise comes first, so that what is masked is 0 and not noise. A network that gets back the clean inputs learns to
    denoise: P. Vincent et al., "Extracting and composing robust features with denoising autoencoders", 2008.

    Returns:
        A function of `(x, seed)` for a map of tf.data. x: scaled inputs of shape `(batch, ...)`, float32 or token ids;
        seed: int32 of shape `(2,)`, a different one for each batch. It gives x with the same shape and dtype. Of token
        ids 0 is padding, so that masked words are left out.

    Raises:
        NetloomError: noise on token ids.
    """
    noise, mask = spec.corrupt.noise, spec.corrupt.mask
    if noise and known.input_dtype != "float32":
        raise NetloomError(
            f"Token ids cannot be noisy. Received: noise={noise:g}.", "Set noise to 0; masking leaves words out."
        )
    if not noise and not mask:
        return None

    @tf.autograph.experimental.do_not_convert
    def corrupt(x: Any, seed: Any) -> Any:
        noise_seed, mask_seed = (cast("Any", tf.random.fold_in(seed, number)) for number in (0, 1))
        x = tf.convert_to_tensor(x)
        if noise:
            x += tf.random.stateless_normal(tf.shape(x), noise_seed, stddev=noise)
        if mask:
            kept = tf.random.stateless_uniform(tf.shape(x), mask_seed) >= mask
            x = tf.where(kept, x, tf.zeros_like(x))
        return x

    return corrupt
