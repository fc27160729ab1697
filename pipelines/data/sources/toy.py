"""Problems of the lectures, generated: small enough to see what a network does with them.

Each function below makes one, and is at the same time the code of the exported script: its body, with `n`, `noise` and
`seed` before it, so it uses nothing but numpy and what it is told to import. Equal arguments give equal arrays.
"""

import functools
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import make_blobs, make_circles, make_moons

from pipelines.data.source import RawData, Source
from pipelines.data.spec import Task, ToyName, ToySource

_Made = tuple[np.ndarray, np.ndarray]


def gaussians(n: int, noise: float, seed: int) -> _Made:
    """Two clouds, around (-1, -1) and (1, 1)."""
    x, y = make_blobs(n, centers=[(-1, -1), (1, 1)], cluster_std=noise, random_state=seed)
    return x, y


def circles(n: int, noise: float, seed: int) -> _Made:
    """A circle of radius 1, and one of radius 0.5 in it."""
    x, y = make_circles(n, noise=noise, random_state=seed, factor=0.5)
    return x, y


def moons(n: int, noise: float, seed: int) -> _Made:
    """Two half circles that reach into each other."""
    x, y = make_moons(n, noise=noise, random_state=seed)
    return x, y


def xor(n: int, noise: float, seed: int) -> _Made:
    """The four quarters of a square; the class says whether the two signs differ."""
    random = np.random.default_rng(seed)
    quarter = np.arange(n) % 4
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])[quarter]
    x = signs * random.uniform(0, 1, (n, 2)) + random.normal(0, noise, (n, 2))
    y = quarter % 2
    return x, y


def spiral(n: int, noise: float, seed: int) -> _Made:
    """Two arms that wind around each other, one and a half turns each."""
    random = np.random.default_rng(seed)
    y = np.arange(n) % 2
    radius = np.sqrt(random.uniform(0, 1, n))
    angle = 3 * np.pi * radius + np.pi * y
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) + random.normal(0, noise, (n, 2))
    return x, y


def and_gate(n: int, noise: float, seed: int) -> _Made:
    """True where both inputs are."""
    random = np.random.default_rng(seed)
    rows = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])[np.arange(n) % 4]
    x = rows + random.normal(0, noise, (n, 2))
    y = rows[:, 0] & rows[:, 1]
    return x, y


def or_gate(n: int, noise: float, seed: int) -> _Made:
    """True where one input is, or both are."""
    random = np.random.default_rng(seed)
    rows = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])[np.arange(n) % 4]
    x = rows + random.normal(0, noise, (n, 2))
    y = rows[:, 0] | rows[:, 1]
    return x, y


def xor_gate(n: int, noise: float, seed: int) -> _Made:
    """True where one input is, and not both."""
    random = np.random.default_rng(seed)
    rows = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])[np.arange(n) % 4]
    x = rows + random.normal(0, noise, (n, 2))
    y = rows[:, 0] ^ rows[:, 1]
    return x, y


def not_gate(n: int, noise: float, seed: int) -> _Made:
    """True where the input is not."""
    random = np.random.default_rng(seed)
    rows = np.array([(0,), (1,)])[np.arange(n) % 2]
    x = rows + random.normal(0, noise, (n, 1))
    y = 1 - rows[:, 0]
    return x, y


def one_hot_8(n: int, noise: float, seed: int) -> _Made:
    """Eight rows, each with a one in another place."""
    random = np.random.default_rng(seed)
    y = np.arange(n) % 8
    x = np.eye(8)[y] + random.normal(0, noise, (n, 8))
    return x, y


def sine(n: int, noise: float, seed: int) -> _Made:
    """One period of a sine, with noise on it."""
    random = np.random.default_rng(seed)
    x = random.uniform(-np.pi, np.pi, (n, 1))
    y = np.sin(x[:, 0]) + random.normal(0, noise, n)
    return x, y


def step(n: int, noise: float, seed: int) -> _Made:
    """Zero left of zero and one right of it, with noise on it."""
    random = np.random.default_rng(seed)
    x = random.uniform(-1, 1, (n, 1))
    y = (x[:, 0] > 0) + random.normal(0, noise, n)
    return x, y


@dataclass(frozen=True, slots=True)
class _Toy:
    make: Callable[[int, float, int], _Made]
    title: str
    tasks: tuple[Task, ...] = ("binary", "reconstruction")
    num_features: int = 2
    class_names: tuple[str, ...] = ("0", "1")
    target_name: str = "class"
    imports: str = ""


_CURVE: tuple[Task, ...] = ("regression", "reconstruction")
_TOYS: dict[ToyName, _Toy] = {
    "gaussians": _Toy(gaussians, "Two Gaussians", imports="from sklearn.datasets import make_blobs\n"),
    "circles": _Toy(circles, "Circles", imports="from sklearn.datasets import make_circles\n"),
    "xor": _Toy(xor, "XOR of signs"),
    "spiral": _Toy(spiral, "Spiral"),
    "moons": _Toy(moons, "Moons", imports="from sklearn.datasets import make_moons\n"),
    "and-gate": _Toy(and_gate, "Truth table: AND", class_names=("false", "true"), target_name="x1 and x2"),
    "or-gate": _Toy(or_gate, "Truth table: OR", class_names=("false", "true"), target_name="x1 or x2"),
    "not-gate": _Toy(
        not_gate, "Truth table: NOT", num_features=1, class_names=("false", "true"), target_name="not x"
    ),
    "xor-gate": _Toy(xor_gate, "Truth table: XOR", class_names=("false", "true"), target_name="x1 xor x2"),
    "one-hot-8": _Toy(
        one_hot_8, "Eight one-hot rows, for 8-3-8", ("reconstruction", "multiclass"), 8, tuple("12345678"), "place"
    ),
    "sine": _Toy(sine, "Noisy sine", _CURVE, 1, (), "sin x"),
    "step": _Toy(step, "Noisy step", _CURVE, 1, (), "step of x"),
}  # fmt: skip


def source(spec: ToySource) -> Source:
    """The source that `spec` names: x float32 of shape `(n, features)`, y class ids or, for sine and step, float32."""
    toy = _TOYS[spec.name]
    target_dtype = "int64" if toy.class_names else "float32"

    def read() -> RawData:
        x, y = toy.make(spec.n, spec.noise, spec.seed)
        return RawData(x.astype("float32"), y.astype(target_dtype))

    one = toy.num_features == 1
    return Source(
        name=spec.name,
        title=toy.title,
        kind="table",
        tasks=toy.tasks,
        input_shape=(toy.num_features,),
        target_name=toy.target_name,
        class_names=toy.class_names,
        feature_names=("x",) if one else tuple(f"x{1 + number}" for number in range(toy.num_features)),
        dtype="float32",
        num_rows=spec.n,
        read=read,
        code=f"{toy.imports}n, noise, seed = {spec.n}, {spec.noise!r}, {spec.seed}\n{_body(toy.make)}"
        f'x, y = x.astype("float32"), y.astype("{target_dtype}")\n',
        notes=f"Generated. {inspect.getdoc(toy.make)}",
        licence="none needed",
    )


@functools.cache
def _body(make: Callable[[int, float, int], _Made]) -> str:
    """The lines between a function's docstring and its return."""
    _, _, lines = inspect.getsource(make).split('"""')
    return textwrap.dedent(lines.lstrip("\n").removesuffix("return x, y\n").rstrip(" "))
