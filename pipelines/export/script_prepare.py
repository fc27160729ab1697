"""The parts of `main` that make of raw rows what the network is fed, and of the network one that takes raw rows."""

import json

from models.code.layout import Group
from pipelines.data.encoding.encoding import ArrayEncoding, ImageEncoding
from pipelines.data.facts import DataFacts
from pipelines.data.loading import Splits
from pipelines.export.script_data import LABELLED, ROWS, is_random
from pipelines.export.script_layout import broken
from pipelines.spec import RunSpec


def prepare_code(spec: RunSpec, splits: Splits) -> str:
    """Raw rows to what the network is fed: lines of `main` that make x_train, x_val and x_test."""
    known, encoding = splits.facts, splits.encoding
    lines = []
    numbers = "x" if isinstance(encoding, ArrayEncoding) else "numbers"
    if isinstance(encoding, ImageEncoding):
        lines.append("encode = encoder()")
        lines.append("numbers = np.concatenate([keras.ops.convert_to_numpy(encode(image[None])) for image in x])")
        if known.task == "segmentation":
            crop = {"crop": ", crop_to_aspect_ratio=True", "pad": ", pad_to_aspect_ratio=True"}.get(encoding.fit, "")
            fill = f", fill_value={float(known.ignore_class or 0)}" if encoding.fit == "pad" else ""
            size = f'({encoding.height}, {encoding.width}), interpolation="nearest"{crop}{fill}'
            mask = 'mask.reshape(1, *mask.shape[:2], 1).astype("float32")'
            lines.append(f"y = [ops.image.resize({mask}, {size}) for mask in y]")
            lines.append('y = np.concatenate(y)[..., 0].astype("uint8")')
    elif not isinstance(encoding, ArrayEncoding):
        lines.append("encode = encoder()")
        lines.append("raw = {name: tf.constant(values) for name, values in columns(x).items()}")
        lines.append("numbers = keras.ops.convert_to_numpy(encode(raw))")
    if spec.data.corrupt.wrong_labels and known.task in LABELLED:
        lines.append(f'harm = np.load(HERE / "{ROWS}")')
        lines.append('y = np.array(y)\ny[harm["wrong"]] = harm["labels"]  # wrong on purpose')
    if known.mixed_labels:
        shares = f"keras.utils.to_categorical(y, {known.num_classes})"
        lines.append('y = y.astype("float32")' if known.task == "binary" else f"y = {shares}")
    steps = _steps(spec, splits)
    if "scaling" in steps:
        lines.append(f"scaling = scaling_layer({numbers}[train])")
    if "pca" in steps:
        lines.append(f"scaled = keras.ops.convert_to_numpy(scaling({numbers}[train]))")
        lines.append("pca = pca_layer(scaled)")
    if len(steps) > 1:
        lines.append(f"prepare = keras.Sequential([{', '.join(_LAYERS[step] for step in steps)}])")
    elif is_random(spec.data):
        lines.append("prepare = scaling" if steps else "prepare = tf.identity")
    layer = "scaling" if steps == ["scaling"] else "prepare"
    if steps:
        parts = "x_val, x_test" if is_random(spec.data) else "x_train, x_val, x_test"
        rows = "(val, test)" if is_random(spec.data) else "(train, val, test)"
        fed = f"keras.ops.convert_to_numpy({layer}({numbers}[rows]))"
        lines.append(f"{parts} = ({fed} for rows in {rows})")
    else:
        lines.append(f"x_train, x_val, x_test = ({numbers}[rows] for rows in (train, val, test))")
    return "\n".join(lines)


_LAYERS = {"scaling": "scaling", "pca": "layers.Flatten(), pca"}


def _steps(spec: RunSpec, splits: Splits) -> list[str]:
    """What comes between numbers and the network."""
    tokens = splits.facts.vocabulary_size > 0
    return ([] if tokens else ["scaling"]) + (["pca"] if spec.data.pca else [])


def full_code(spec: RunSpec, splits: Splits, network: str = "model") -> str:
    """Lines that make `full_model` of what is called `network`; of several outputs it gives a dict."""
    steps = _steps(spec, splits)
    layer = "prepare" if len(steps) > 1 else "scaling" if steps else ""
    if isinstance(splits.encoding, ArrayEncoding):
        start, rows = 'inputs = keras.Input(x.shape[1:], name="raw")', "inputs"
    else:
        start, rows = "encode = encoder()  # with inputs of its own", "encode.output"
    fed = f"{layer}({rows})" if layer else rows
    inputs = "inputs" if rows == "inputs" else "encode.input"
    names = spec.model.output_names
    if len(names) == 1:
        return f"{start}\nfull_model = keras.Model({inputs}, {network}({fed}), name=model.name)"
    listed = broken(Group("names = ", tuple(json.dumps(name) for name in names), "[]"), "")
    given = f"outputs = dict(zip(names, {network}({fed}), strict=True))"
    return f"{start}\n{listed}\n{given}\nfull_model = keras.Model({inputs}, outputs, name=model.name)"


def pair(known: DataFacts, split: str, spec: RunSpec) -> str:
    """The rows of a split as `x, y`."""
    if known.task != "reconstruction":
        return f"x_{split}, y[{split}]"
    harmed = spec.data.corrupt.noise or spec.data.corrupt.mask
    return f"harmed(x_{split}), x_{split}" if harmed else f"x_{split}, x_{split}"


def raw_pair(known: DataFacts, encoded: bool) -> str:
    """The training rows as `x, y`, before anything random is done to them."""
    rows = "numbers[train]" if encoded else "x[train]"
    return f"{rows}, {rows}" if known.task == "reconstruction" else f"{rows}, y[train]"
