"""The parts of the standalone script that are about data: splits, scaling, principal components, augmentation, harm."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.code import arguments_code
from pipelines.data.changes.augmentation import KINDS, value_range
from pipelines.data.changes.augmentation_kinds import keras_config
from pipelines.data.changes.corruption import wrong_labels
from pipelines.data.encoding.encoding import Encoding, scaled_features
from pipelines.data.loading import Splits
from pipelines.data.source import Source
from pipelines.data.spec import AugmentSpec, DataSpec
from pipelines.data.splitting import row_counts

ROWS = "rows.npz"
LABELLED = ("binary", "multiclass", "multilabel")

_SCALINGS = {
    "none": '''
def scaling_layer(x_train):
    """No scaling: raw values, as float32."""
    return layers.Rescaling(1.0, name="scaling")
''',
    "standardise": '''
def scaling_layer(x_train):
    """Zero mean and unit variance {each}, as the training rows say."""
    axes = tuple(range(x_train.ndim - 1))
    mean = x_train.mean(axis=axes, dtype="float64")
    std = x_train.std(axis=axes, dtype="float64")
    std = np.where(std > 0, std, 1)  # a constant {unit} stays finite
{only}    return layers.Normalization(mean=mean.tolist(), variance=(std**2).tolist(), name="scaling")
''',
    "rescale": '''
def scaling_layer(x_train):
    """From [least, greatest] to [0, 1] {each}, as the training rows say."""
    axes = tuple(range(x_train.ndim - 1))
    low = x_train.min(axis=axes).astype("float64")
    span = x_train.max(axis=axes).astype("float64") - low
    span = np.where(span > 0, span, 1)  # a constant {unit} stays finite
{only}    # Normalization computes (x - mean) / sqrt(variance).
    return layers.Normalization(mean=low.tolist(), variance=(span**2).tolist(), name="scaling")
''',
    "symmetric": '''
def scaling_layer(x_train):
    """From [least, greatest] to [-1, 1] {each}, as the training rows say."""
    axes = tuple(range(x_train.ndim - 1))
    low, high = x_train.min(axis=axes).astype("float64"), x_train.max(axis=axes).astype("float64")
    constant = low == high  # a constant {unit} becomes 0 and stays finite
    middle, half = np.where(constant, low, (low + high) / 2), np.where(constant, 1, (high - low) / 2)
{only}    # Normalization computes (x - mean) / sqrt(variance).
    return layers.Normalization(mean=middle.tolist(), variance=(half**2).tolist(), name="scaling")
''',
}
_NUMBERS = {"standardise": ("mean", "std"), "rescale": ("low", "span"), "symmetric": ("middle", "half")}
_PCA = '''
def pca_layer(x_train):
    """The {components} principal components of the scaled training rows{whitened}, as a layer that does not learn."""
    pca = PCA({components}, random_state=0).fit(x_train.reshape(len(x_train), -1).astype("float64"))
    std = np.sqrt(pca.explained_variance_)
    scale = {scale}
    kernel = pca.components_.T / scale
    bias = -(pca.components_ @ pca.mean_) / scale
    layer = layers.Dense({components}, trainable=False, name="pca")
    layer.build((None, len(kernel)))
    layer.set_weights([kernel, bias])
    return layer
'''


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the script.

    Attributes:
        code: lines. imports: import lines that they need. files: what must lie beside the script.
    """

    code: str
    imports: frozenset[str] = frozenset()
    files: Mapping[str, bytes] = field(default_factory=dict)


def split_part(spec: DataSpec, source: Source, splits: Splits) -> Part:
    """The body of `split(x, y)`: scikit-learn's calls where those alone give the rows, else the rows in a file."""
    if not _is_plain(spec, source):
        arrays = dict(splits.rows)
        if spec.corrupt.wrong_labels and splits.facts.task in LABELLED:
            # Which ones are wrong depends on how many rows there are alone; their labels are wrong already.
            known = splits.facts
            _, wrong = wrong_labels(splits.y["train"], known.task, known.num_classes, spec.corrupt)
            arrays |= {"wrong": splits.rows["train"][wrong], "labels": splits.y["train"][wrong]}
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        code = f'rows = np.load(HERE / "{ROWS}")\nreturn rows["train"], rows["val"], rows["test"]'
        return Part(code, files={ROWS: file.getvalue()})
    split, sizes = spec.split, row_counts(spec, source)
    stratify = split.stratify and bool(source.class_names)

    def divide(left: str, right: str, rows: str, count: int, strata: str) -> str:
        stratified = f", stratify={strata}" if stratify else ""
        return f"{left}, {right} = train_test_split({rows}, test_size={count}, random_state={split.seed}{stratified})"

    if "test" in splits.facts.own:
        first = f"rest, test = rows[:-{sizes['test']}], rows[-{sizes['test']}:]  # the data set's own test rows"
    else:
        first = divide("rest", "test", "rows", sizes["test"], "y")
    second = divide("train", "val", "rest", sizes["val"], "y[rest]")
    code = "\n".join(["rows = np.arange(len(x))", first, second, "return train, val, test"])
    return Part(code, frozenset({"from sklearn.model_selection import train_test_split"}))


def scaling_part(spec: DataSpec, encoding: Encoding, is_image: bool) -> Part:
    """The function `scaling_layer(x_train)`; "" for token ids."""
    scaled = scaled_features(encoding)
    if scaled == ():
        return Part("")
    only = ""
    if scaled is not None and not all(scaled) and spec.scaling != "none":
        offset, scale = _NUMBERS[spec.scaling]
        places = np.flatnonzero(scaled).tolist()
        only = (
            f"    numbers = np.isin(np.arange({len(scaled)}), {places})  # the others are one-hot places\n"
            f"    {offset}, {scale} = np.where(numbers, {offset}, 0), np.where(numbers, {scale}, 1)\n"
        )
    words = ("in each channel", "channel") if is_image else ("in each feature", "feature")
    code = _SCALINGS[spec.scaling]
    return Part(code if spec.scaling == "none" else code.format(each=words[0], unit=words[1], only=only))


def pca_part(spec: DataSpec) -> Part:
    """The function `pca_layer(x_train)`; "" where there is no projection."""
    if spec.pca is None:
        return Part("")
    whitened = ", each of unit variance" if spec.pca.whiten else ""
    scale = "np.where(std > 1e-5 * std[0], std, 1.0)" if spec.pca.whiten else "np.ones_like(std)"
    code = _PCA.format(components=spec.pca.components, whitened=whitened, scale=scale)
    return Part(code, frozenset({"from sklearn.decomposition import PCA"}))


def change_part(spec: DataSpec, splits: Splits, asked: str) -> Part:
    """The function `changed(x, y, prepare)`: a batch augmented, prepared and harmed; "" where nothing is random.

    `asked` is Python: what the outputs are compared with, of x (prepared, unharmed) and y.
    """
    if not is_random(spec):
        return Part("")
    known = splits.facts
    lines = ['x = tf.cast(x, "float32")'] if spec.augment else []
    made = []
    for number, step in enumerate(spec.augment):
        made.append(f"    {_layer(step, splits)},")
        lines.append(_applied(f"AUGMENT[{number}]", step, known.task == "segmentation"))
    if known.task == "segmentation" and spec.augment:
        lines = ['y = tf.cast(y, "float32")[..., None]', *lines, 'y = tf.cast(y[..., 0], "int32")']
    lines.append("x = prepare(x)")
    lines.append(f"return {'harmed(x)' if spec.corrupt.noise or spec.corrupt.mask else 'x'}, {asked}")
    layers = "AUGMENT = [\n" + "\n".join(made) + "\n]\n\n\n" if made else ""
    body = "\n    ".join(lines)
    return Part(f'''
{layers}{_harm(spec)}def changed(x, y, prepare):
    """A training batch as the network sees it; what is random is drawn anew each time."""
    {body}
''')


def _harm(spec: DataSpec) -> str:
    noise, mask = spec.corrupt.noise, spec.corrupt.mask
    lines = [f"x += tf.random.normal(tf.shape(x), stddev={noise!r}, seed=SEED)"] if noise else []
    if mask:
        lines.append(f"kept = tf.random.uniform(tf.shape(x), seed=SEED) >= {mask!r}")
        lines.append("x = tf.where(kept, x, tf.zeros_like(x))")
    body = "\n    ".join(lines)
    return f'''def harmed(x):
    """Inputs with {" and ".join(["noise"] * bool(noise) + ["some set to 0"] * bool(mask))}."""
    {body}
    return x


''' * bool(lines)


def is_random(spec: DataSpec) -> bool:
    """Whether training batches are changed at random."""
    return bool(spec.augment or spec.corrupt.noise or spec.corrupt.mask)


def _is_plain(spec: DataSpec, source: Source) -> bool:
    """Whether two calls of train_test_split give the rows."""
    own = dict(source.own) if spec.split.own else {}
    tail = not own or (set(own) == {"test"} and own["test"][0] == source.num_rows - len(own["test"]))
    labels = source.tasks[0] in ("binary", "multiclass") or not (spec.split.stratify and source.class_names)
    harmed = spec.corrupt.train_rows < 1 or spec.corrupt.wrong_labels > 0
    return spec.split.method == "random" and tail and labels and not harmed


def _layer(step: AugmentSpec, splits: Splits) -> str:
    entry = KINDS[step.kind].entry
    arguments = arguments_code(entry, keras_config(step))
    if KINDS[step.kind].needs_range:
        arguments.append(f"value_range={value_range(splits.x['train'])}")
    if step.kind == "GaussianNoise":
        low, high = value_range(splits.x["train"])
        stddev: Any = step.config["stddev"]
        arguments = [repr(stddev * (high - low))]
    return f"layers.{step.kind}({', '.join([*arguments, 'seed=SEED'])})"


def _applied(layer: str, step: AugmentSpec, masks: bool) -> str:
    if KINDS[step.kind].mixes_classes:
        return f'x, y = {layer}({{"images": x, "labels": y}}, training=True).values()'
    if masks and KINDS[step.kind].moves_pixels:
        return f'x, y = {layer}({{"images": x, "segmentation_masks": y}}, training=True).values()'
    return f"x = {layer}(x, training=True)"
