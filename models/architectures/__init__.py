"""Networks to start from. A new one is a file here and a line in the list below."""

from models.architectures.alexnet import ALEXNET
from models.architectures.architecture import Architecture
from models.architectures.attention_classifier import ATTENTION_CLASSIFIER
from models.architectures.autoencoder_8_3_8 import AUTOENCODER_8_3_8
from models.architectures.cifar_resnet import CIFAR_RESNETS
from models.architectures.conv_autoencoder import CONV_AUTOENCODER
from models.architectures.deep_autoencoder import DEEP_AUTOENCODER
from models.architectures.denoising_autoencoder import DENOISING_AUTOENCODER
from models.architectures.dense_autoencoder import DENSE_AUTOENCODER
from models.architectures.digits_cnn import DIGITS_CNN
from models.architectures.dropout_mlp import DROPOUT_MLP
from models.architectures.googlenet import GOOGLENET
from models.architectures.keras_applications import KERAS_APPLICATIONS
from models.architectures.lenet_5 import LENET_5
from models.architectures.linear_models import LINEAR_REGRESSION, LOGISTIC_REGRESSION, SOFTMAX_REGRESSION
from models.architectures.mlp import MLP
from models.architectures.mlp_1_10_1 import MLP_1_10_1
from models.architectures.mlp_2_10_3 import MLP_2_10_3
from models.architectures.mlp_784_16_16_10 import MLP_784_16_16_10
from models.architectures.mlp_784_50_10 import MLP_784_50_10
from models.architectures.mlp_784_200_200_10 import MLP_784_200_200_10
from models.architectures.mlp_784_256_10 import MLP_784_256_10
from models.architectures.modern_mlp import MODERN_MLP
from models.architectures.pca_autoencoder import PCA_AUTOENCODER
from models.architectures.perceptron import PERCEPTRON
from models.architectures.photo_cnn import PHOTO_CNN
from models.architectures.recurrent import BIDIRECTIONAL_LSTM, GRU, LSTM, SIMPLE_RNN
from models.architectures.resnet import RESNETS
from models.architectures.small_fcn import SMALL_FCN
from models.architectures.table_mlp import TABLE_MLP
from models.architectures.text_embedding import TEXT_EMBEDDING
from models.architectures.transformer import TRANSFORMER
from models.architectures.transformer_encoder import TRANSFORMER_ENCODER
from models.architectures.u_net import U_NET
from models.architectures.unpooling_autoencoder import UNPOOLING_AUTOENCODER
from models.architectures.vgg import VGGS
from models.architectures.xor_mlp import XOR_MLP

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        PERCEPTRON,
        LINEAR_REGRESSION,
        LOGISTIC_REGRESSION,
        SOFTMAX_REGRESSION,
        MLP,
        TABLE_MLP,
        XOR_MLP,
        MLP_1_10_1,
        MLP_2_10_3,
        MLP_784_16_16_10,
        MLP_784_50_10,
        MLP_784_256_10,
        MLP_784_200_200_10,
        MODERN_MLP,
        DROPOUT_MLP,
        LENET_5,
        DIGITS_CNN,
        PHOTO_CNN,
        ALEXNET,
        *VGGS,
        GOOGLENET,
        *RESNETS,
        *CIFAR_RESNETS,
        SMALL_FCN,
        U_NET,
        DENSE_AUTOENCODER,
        AUTOENCODER_8_3_8,
        PCA_AUTOENCODER,
        DEEP_AUTOENCODER,
        CONV_AUTOENCODER,
        UNPOOLING_AUTOENCODER,
        DENOISING_AUTOENCODER,
        TEXT_EMBEDDING,
        SIMPLE_RNN,
        LSTM,
        GRU,
        BIDIRECTIONAL_LSTM,
        ATTENTION_CLASSIFIER,
        TRANSFORMER_ENCODER,
        TRANSFORMER,
        KERAS_APPLICATIONS,
    )
}

__all__ = ["ARCHITECTURES", "Architecture"]
