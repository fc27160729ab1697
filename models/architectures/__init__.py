"""Networks to start from. A new one is a file here and a line in the registry below."""

from models.architectures.architecture import Architecture
from models.architectures.dense_autoencoder import DENSE_AUTOENCODER
from models.architectures.digits_cnn import DIGITS_CNN
from models.architectures.lenet_5 import LENET_5
from models.architectures.mlp import MLP
from models.architectures.photo_cnn import PHOTO_CNN
from models.architectures.small_fcn import SMALL_FCN
from models.architectures.softmax_regression import SOFTMAX_REGRESSION
from models.architectures.table_mlp import TABLE_MLP
from models.architectures.text_embedding import TEXT_EMBEDDING

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        SOFTMAX_REGRESSION,
        MLP,
        LENET_5,
        DIGITS_CNN,
        PHOTO_CNN,
        TABLE_MLP,
        TEXT_EMBEDDING,
        DENSE_AUTOENCODER,
        SMALL_FCN,
    )
}

__all__ = ["ARCHITECTURES", "Architecture"]
