"""The sets of keras.datasets, by name."""

from pipelines.data.source import Source
from pipelines.data.sources.california_housing import CALIFORNIA_HOUSING
from pipelines.data.sources.cifar import CIFAR10, CIFAR100
from pipelines.data.sources.mnist import FASHION_MNIST, MNIST
from pipelines.data.sources.word_numbers import IMDB, REUTERS
from pipelines.data.spec import KerasSource

_ALL = (MNIST, FASHION_MNIST, CIFAR10, CIFAR100, IMDB, REUTERS, CALIFORNIA_HOUSING)
BY_NAME: dict[str, Source] = {source.name: source for source in _ALL}


def source(spec: KerasSource) -> Source:
    """The source that `spec` names."""
    return BY_NAME[spec.name]
