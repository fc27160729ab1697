"""The data sets that come with scikit-learn: small, real, and there without a network.

Features are raw (the diabetes set in its own units, not scikit-learn's pre-scaled form): scaling is the user's choice,
is fitted on training rows only, and travels with the exported model.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from pipelines.data.source import RawData, Source
from pipelines.data.spec import BundledSource


def _digits() -> RawData:
    images, labels = load_digits(return_X_y=True)
    return RawData(images.reshape(-1, 8, 8, 1).astype(np.uint8), labels.astype(np.int64))


def _iris() -> RawData:
    features, labels = load_iris(return_X_y=True)
    return RawData(features.astype(np.float32), labels.astype(np.int64))


def _wine() -> RawData:
    features, labels = load_wine(return_X_y=True)
    return RawData(features.astype(np.float32), labels.astype(np.int64))


def _breast_cancer() -> RawData:
    features, labels = load_breast_cancer(return_X_y=True)
    return RawData(features.astype(np.float32), labels.astype(np.int64))


def _diabetes() -> RawData:
    features, progression = load_diabetes(return_X_y=True, scaled=False)
    return RawData(features.astype(np.float32), progression.astype(np.float32))


_MEASURES = (
    "radius", "texture", "perimeter", "area", "smoothness",
    "compactness", "concavity", "concave points", "symmetry", "fractal dimension",
)  # fmt: skip

DIGITS = Source(
    name="digits",
    title="Handwritten digits, 8x8",
    kind="image",
    tasks=("multiclass", "reconstruction"),
    input_shape=(8, 8, 1),
    target_name="digit",
    class_names=tuple("0123456789"),
    dtype="uint8",
    num_rows=1797,
    read=_digits,
    code="""
from sklearn.datasets import load_digits
images, labels = load_digits(return_X_y=True)
x = images.reshape(-1, 8, 8, 1).astype("uint8")
y = labels.astype("int64")
""",
    notes="Scanned digits by 13 writers, reduced to 8x8 grey levels from 0 to 16. E. Alpaydin, C. Kaynak, 1998.",
    licence="CC BY 4.0 (UCI Machine Learning Repository)",
)

IRIS = Source(
    name="iris",
    title="Iris flowers",
    kind="table",
    tasks=("multiclass", "reconstruction"),
    input_shape=(4,),
    target_name="species",
    class_names=("setosa", "versicolor", "virginica"),
    feature_names=("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    dtype="float32",
    num_rows=150,
    read=_iris,
    code="""
from sklearn.datasets import load_iris
features, labels = load_iris(return_X_y=True)
x = features.astype("float32")
y = labels.astype("int64")
""",
    notes="Four lengths of 150 flowers of three species, 50 each. R. A. Fisher, 1936.",
    licence="CC BY 4.0 (UCI Machine Learning Repository)",
)

WINE = Source(
    name="wine",
    title="Wine",
    kind="table",
    tasks=("multiclass", "reconstruction"),
    input_shape=(13,),
    target_name="cultivar",
    class_names=("class_0", "class_1", "class_2"),
    feature_names=(
        "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
        "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280/od315_of_diluted_wines", "proline",
    ),
    dtype="float32",
    num_rows=178,
    read=_wine,
    code="""
from sklearn.datasets import load_wine
features, labels = load_wine(return_X_y=True)
x = features.astype("float32")
y = labels.astype("int64")
""",
    notes="Chemical analysis of Italian wines from three cultivars. M. Forina and others, PARVUS, 1988.",
    licence="CC BY 4.0 (UCI Machine Learning Repository)",
)  # fmt: skip

BREAST_CANCER = Source(
    name="breast_cancer",
    title="Breast cancer, Wisconsin",
    kind="table",
    tasks=("binary", "reconstruction"),
    input_shape=(30,),
    target_name="diagnosis",
    class_names=("malignant", "benign"),
    feature_names=tuple(
        template.format(measure) for template in ("mean {}", "{} error", "worst {}") for measure in _MEASURES
    ),
    dtype="float32",
    num_rows=569,
    read=_breast_cancer,
    code="""
from sklearn.datasets import load_breast_cancer
features, labels = load_breast_cancer(return_X_y=True)
x = features.astype("float32")
y = labels.astype("int64")
""",
    notes="Measures of cell nuclei in images of needle biopsies. W. H. Wolberg, W. N. Street, O. L. Mangasarian, 1995.",
    licence="CC BY 4.0 (UCI Machine Learning Repository)",
)

DIABETES = Source(
    name="diabetes",
    title="Diabetes progression",
    kind="table",
    tasks=("regression", "reconstruction"),
    input_shape=(10,),
    target_name="disease progression after one year",
    feature_names=("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
    dtype="float32",
    num_rows=442,
    read=_diabetes,
    code="""
from sklearn.datasets import load_diabetes
features, progression = load_diabetes(return_X_y=True, scaled=False)
x = features.astype("float32")
y = progression.astype("float32")
""",
    notes="Age, sex, body mass index, blood pressure and six blood serum measures of 442 patients, in their own units. "
    "B. Efron and others, Least Angle Regression, 2004.",
    licence="None stated",
)

_BY_NAME = {"digits": DIGITS, "iris": IRIS, "wine": WINE, "breast_cancer": BREAST_CANCER, "diabetes": DIABETES}


def source(spec: BundledSource) -> Source:
    """The source that `spec` names."""
    return _BY_NAME[spec.name]
