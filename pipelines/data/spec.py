"""DataSpec: what to train on, and all that is done with it before a network sees it. No keras here.

A source says where rows come from, everything else what becomes of them; each is data that is frozen and round-trips
through JSON. What a field means for one kind of data only (images, texts, tables) is ignored by the others.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from models.spec import Config, Name, Spec

Task = Literal["binary", "multiclass", "multilabel", "regression", "reconstruction", "segmentation"]
ColumnType = Literal["numeric", "categorical", "text", "date"]
ToyName = Literal[
    "gaussians", "circles", "xor", "spiral", "moons",
    "and-gate", "or-gate", "not-gate", "xor-gate", "one-hot-8", "sine", "step",
]  # fmt: skip
BundledName = Literal["digits", "iris", "wine", "breast_cancer", "diabetes"]
KerasName = Literal["mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters", "california_housing"]
Path = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f\x7f]+$")]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=200)]

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?")


class ToySource(Spec):
    """A problem of the lectures, generated.

    Attributes:
        n: rows. A truth table and the one-hot rows are repeated, in turn, until there are so many.
        noise: standard deviation of the Gaussian noise on the inputs (classes) or on the target (sine, step).
        seed: equal seeds give equal rows.
    """

    kind: Literal["toy"] = "toy"
    name: ToyName = "moons"
    n: int = Field(default=400, ge=16, le=100_000)
    noise: float = Field(default=0.1, ge=0, le=10)
    seed: int = Field(default=0, ge=0, lt=2**31)


class BundledSource(Spec):
    """A data set that comes with scikit-learn and needs no network."""

    kind: Literal["bundled"] = "bundled"
    name: BundledName = "digits"


class KerasSource(Spec):
    """A data set of keras.datasets, downloaded once into KERAS_HOME."""

    kind: Literal["keras"] = "keras"
    name: KerasName = "mnist"


class McycleSource(Spec):
    """Head acceleration in simulated motorcycle crashes, 133 rows (Silverman 1985), downloaded once or from a file.

    Attributes:
        path: a CSV with the columns `times` and `accel`, as in TableSource; None: the public one.
    """

    kind: Literal["mcycle"] = "mcycle"
    path: Path | None = None


class ColumnSpec(Spec):
    """A column of a table that the network is to see.

    Attributes:
        type: `numeric`, `categorical` (one-hot), `text` (as TextSpec says) or `date`.
        missing: what stands for a missing value. `mean`, `median`: numbers and dates; `most_frequent`: any; `category`:
            missing is a category of its own (texts: an empty text); `constant`: `fill`; `drop`: such rows are left out.
            None: `median` for numbers and dates, `category` for the others.
        fill: for `constant`.
        bins: numbers are put into so many classes of equally many training rows, one-hot; 0: they stay numbers.
        max_categories: the most frequent so many get a place of their own, all others share one.
    """

    name: ColumnName
    type: ColumnType
    missing: Literal["mean", "median", "most_frequent", "category", "constant", "drop"] | None = None
    fill: float | str | None = None
    bins: int = Field(default=0, ge=0, le=256)
    max_categories: int = Field(default=50, ge=2, le=10_000)

    @model_validator(mode="after")
    def _missing_suits_the_type(self) -> "ColumnSpec":
        number = self.type in ("numeric", "date")
        if self.missing in ("mean", "median") and not number:
            raise ValueError(f"only numbers and dates have a {self.missing}. Received: type={self.type!r}")
        if self.missing == "category" and number:
            raise ValueError(f"missing can be a category of categories and texts. Received: type={self.type!r}")
        if self.missing == "constant" and isinstance(self.fill, str) is number:
            raise ValueError(f"fill must suit the column. Received: type={self.type!r}, fill={self.fill!r}")
        return self


class TableSource(Spec):
    """Rows of a CSV, TSV or Parquet file.

    Attributes:
        path: absolute and below an allowed folder, or relative to the uploads; `pipelines.data.files` resolves it.
        target: columns to predict: one; several (0/1 labels, or numbers); none to reconstruct the inputs. None: as
            proposed.
        target_type: the target's values name classes (`categorical`), or are predicted as numbers (`numeric`). None:
            as the column looks.
        columns: the columns that the network sees; empty: as proposed.
        delimiter: one character; None: found out.
        encoding: of the text in the file, by its Python name.
        header: the first line names the columns; else they are `column 1`, `column 2`, ...
        quoted: a field may be quoted with `"`; False: quotes are characters like any other.
        decimal: what stands before the decimals.
        missing_marks: fields that mean that there is no value.
    """

    kind: Literal["table"] = "table"
    path: Path
    target: tuple[ColumnName, ...] | None = None
    target_type: Literal["numeric", "categorical"] | None = None
    columns: tuple[ColumnSpec, ...] = ()
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    encoding: Name = "utf-8"
    header: bool = True
    quoted: bool = True
    decimal: Literal[".", ","] = "."
    missing_marks: tuple[str, ...] = MISSING

    @field_validator("columns")
    @classmethod
    def _names_are_unique(cls, columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
        names = [column.name for column in columns]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"a column is used once. Received: {twice!r} twice")
        return columns

    @model_validator(mode="after")
    def _target_is_no_input(self) -> "TableSource":
        both = {column.name for column in self.columns} & set(self.target or ())
        if both:
            raise ValueError(f"the target cannot be an input too. Received: {', '.join(sorted(both))}")
        return self


class ImagesSource(Spec):
    """A folder, or a zip of one, with a folder of images for each class; or train/val/test folders of such folders.

    Attributes:
        path: as in TableSource.
    """

    kind: Literal["images"] = "images"
    path: Path


class MasksSource(Spec):
    """A folder, or a zip of one, with pairs of images and masks; a mask's pixels are class ids from 0.

    Attributes:
        path: as in TableSource.
        images, masks: names of the two folders in it (or in its train/val/test folders), paired by file name.
            None: found out by their names.
        class_names: by class id; empty: `class 0`, `class 1`, ...
        ignore: class id of pixels that count for nothing, neither in the loss nor in a metric.
    """

    kind: Literal["masks"] = "masks"
    path: Path
    images: str | None = None
    masks: str | None = None
    class_names: tuple[str, ...] = ()
    ignore: int | None = Field(default=None, ge=0, le=255)


class ArraysSource(Spec):
    """An NPZ file with arrays of inputs and targets.

    Attributes:
        path: as in TableSource.
        x, y: names of the arrays. Where there are `{x}_train` and `{x}_test` instead (and `_val`), those are the
            set's own splits. y may be missing: the inputs are reconstructed.
    """

    kind: Literal["arrays"] = "arrays"
    path: Path
    x: str = "x"
    y: str = "y"


Source = Annotated[
    ToySource | BundledSource | KerasSource | McycleSource | TableSource | ImagesSource | MasksSource | ArraysSource,
    Field(discriminator="kind"),
]
FILE_KINDS = ("table", "images", "masks", "arrays")


class SplitSpec(Spec):
    """Shares of the rows for validation and test; the rest trains.

    Attributes:
        val: share of the rows for validation, in (0, 0.8]; ignored where the set's own is kept.
        test: share of the rows for the test, in (0, 0.8]; ignored where the set's own is kept.
        seed: equal seeds give equal splits.
        stratify: keep class shares equal in every split (classification by random only).
        own: keep the splits that a set brings (`facts.own` says which); False: all its rows are shared out anew.
        method: `random`; `group`: rows with equal values in `column` stay together; `time`: sorted by `column`, the
            earliest train, the latest test; `column`: it says train, val or test.
        column: of a table, for the last three; it need not be an input.
    """

    val: float = Field(default=0.15, gt=0, le=0.8)
    test: float = Field(default=0.15, gt=0, le=0.8)
    seed: int = Field(default=0, ge=0, lt=2**31)
    stratify: bool = True
    own: bool = True
    method: Literal["random", "group", "time", "column"] = "random"
    column: ColumnName | None = None

    @model_validator(mode="after")
    def _leaves_rows_to_train_on(self) -> "SplitSpec":
        if self.val + self.test > 0.9:
            raise ValueError(
                f"val + test must leave at least a tenth of the rows to train on. "
                f"Received: val={self.val}, test={self.test}"
            )
        if self.method != "random" and self.column is None:
            raise ValueError(f"a split by {self.method} needs a column. Received: column=None")
        return self


class ImageSpec(Spec):
    """How images are brought to one size.

    Attributes:
        height, width: in pixels; None: arrays keep theirs, files become 96 x 96.
        colour: `as_is`, `grey` or `rgb`.
        fit: images of another shape are cropped in the middle, padded with black, or stretched.
    """

    height: int | None = Field(default=None, ge=4, le=2048)
    width: int | None = Field(default=None, ge=4, le=2048)
    colour: Literal["as_is", "grey", "rgb"] = "as_is"
    fit: Literal["crop", "pad", "stretch"] = "crop"
    interpolation: Literal["bilinear", "nearest", "bicubic"] = "bilinear"


class TextSpec(Spec):
    """How texts become numbers: lower case, no punctuation, split at white space.

    Attributes:
        mode: `sequence` of token ids (one text column and nothing else), or a vector as wide as the vocabulary:
            `multi_hot`, `count`, `tf_idf`.
        max_tokens: size of the vocabulary at most, the most frequent of the training rows.
        length: tokens of a sequence; longer texts are cut, shorter ones end in zeros.
        ngrams: word sequences of up to so many words are tokens too.
    """

    mode: Literal["sequence", "multi_hot", "count", "tf_idf"] = "sequence"
    max_tokens: int = Field(default=10_000, ge=10, le=200_000)
    length: int = Field(default=100, ge=1, le=10_000)
    ngrams: int = Field(default=1, ge=1, le=3)


class PcaSpec(Spec):
    """Principal component analysis of the scaled inputs, fitted on the training rows: a fixed linear layer.

    Attributes:
        components: how many are kept.
        whiten: each component gets unit variance.
    """

    components: int = Field(default=2, ge=1, le=4096)
    whiten: bool = False


AugmentKind = Literal[
    "RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom", "RandomShear", "RandomBrightness",
    "RandomContrast", "RandomHue", "RandomElasticTransform", "GaussianNoise", "RandomErasing", "MixUp", "CutMix",
]  # fmt: skip


class AugmentSpec(Spec):
    """A random change of the training images: a Keras layer by its class name, and its arguments.

    Attributes:
        config: constructor arguments that differ from Keras's defaults. Values are in the images' own range.
    """

    kind: AugmentKind
    config: Config = {}


class CorruptSpec(Spec):
    """Harm done on purpose, to study what it does.

    Attributes:
        noise: standard deviation of Gaussian noise on the scaled inputs, drawn anew each epoch.
        mask: share of the scaled inputs that are set to 0, drawn anew each epoch.
        wrong_labels: share of the training rows that get another class, in [0, 1].
        train_rows: share of the training rows that is kept, in (0, 1].
        seed: of the wrong labels and the rows that are kept.
    """

    noise: float = Field(default=0.0, ge=0, le=10)
    mask: float = Field(default=0.0, ge=0, lt=1)
    wrong_labels: float = Field(default=0.0, ge=0, le=1)
    train_rows: float = Field(default=1.0, gt=0, le=1)
    seed: int = Field(default=0, ge=0, lt=2**31)


class DataSpec(Spec):
    """What to train on.

    Attributes:
        source: where the rows come from.
        task: what is asked of the network; None: what the source is made for. `reconstruction`: the inputs themselves.
        split: how the rows are shared out.
        scaling: `standardise` to zero mean and unit variance, `rescale` to [0, 1], `symmetric` to [-1, 1], or `none`.
            Fitted on the training rows only, per feature for tables and per channel for images, and part of the
            exported model. One-hot and token inputs are left as they are.
        image, text: how images and texts become numbers.
        pca: the scaled inputs are projected on their principal components; None: they are not.
        augment: random changes of training images, in this order.
        corrupt: harm done on purpose.
    """

    schema_version: Literal[1] = 1
    source: Source = BundledSource()
    task: Task | None = None
    split: SplitSpec = SplitSpec()
    scaling: Literal["none", "standardise", "rescale", "symmetric"] = "rescale"
    image: ImageSpec = ImageSpec()
    text: TextSpec = TextSpec()
    pca: PcaSpec | None = None
    augment: tuple[AugmentSpec, ...] = ()
    corrupt: CorruptSpec = CorruptSpec()
