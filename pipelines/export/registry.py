"""Every export format: a new one is a file in this folder and a line here. No keras, so that pages can list them."""

from models.errors import NetloomError
from pipelines.export.facts import Format

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format(
            "savedmodel",
            "TensorFlow SavedModel",
            "A folder that plain TensorFlow, TensorFlow Serving and many other tools load. It takes raw inputs.",
            "pipelines.export.savedmodel",
            """\
import tensorflow as tf

model = tf.saved_model.load("{folder}")
outputs = model.serve(rows)  # rows: raw values, {inputs}
""",
        ),
        Format(
            "keras",
            "Keras file",
            "One .keras file, to load with keras.saving.load_model and train further. It takes raw inputs.",
            "pipelines.export.keras_file",
            """\
import keras

model = keras.saving.load_model("{folder}/model.keras")
outputs = model.predict(rows)  # rows: raw values, {inputs}
""",
            "model.keras",
        ),
        Format(
            "script",
            "Python script",
            "The code that loads the same data, builds the same network and trains it the same way.",
            "pipelines.export.script",
            """\
cd {folder}
pip install -r requirements.txt
python train.py
""",
            "train.py",
            "bash",
        ),
    )
}


def format_named(name: str) -> Format:
    """The format of this name. Raises: NetloomError."""
    if name not in FORMATS:
        raise NetloomError(f"There is no export format {name!r}.", f"Formats: {', '.join(FORMATS)}.")
    return FORMATS[name]
