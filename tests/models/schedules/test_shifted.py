"""A schedule that has begun before."""

import pytest

pytestmark = pytest.mark.slow


def test_it_is_another_schedule_some_steps_on_and_survives_json() -> None:
    import keras

    from models.schedules.shifted import Shifted

    cosine = keras.optimizers.schedules.CosineDecay(0.1, 100)
    shifted = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(Shifted(cosine, 40)))
    assert [float(shifted(step)) for step in (0, 10, 80)] == [float(cosine(step)) for step in (40, 50, 120)]
    optimizer = keras.optimizers.SGD(Shifted(cosine, 40))
    assert float(optimizer.learning_rate) == float(cosine(40))
