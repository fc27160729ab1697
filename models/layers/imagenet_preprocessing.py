"""ImageNetPreprocessing: images as the backbones of keras.applications were trained on them."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class ImageNetPreprocessing(keras.layers.Layer):
    """Brings images into the range in which a backbone with ImageNet weights expects them.

    Formula, for x from 0 to 255: `tf`: `x / 127.5 - 1` (MobileNet, Inception, Xception, NASNet, ResNet V2). `caffe`:
    blue, green, red, each minus its mean over ImageNet (VGG, ResNet). `torch`: `(x / 255 - mean) / deviation` of each
    channel over ImageNet (DenseNet). EfficientNet, ConvNeXt and MobileNetV3 have their own inside.

    Source: `keras.applications.imagenet_utils.preprocess_input`, which does the work.

    Args:
        mode: How: `caffe`, `tf` or `torch`.
        scale: What inputs are multiplied by first: 255 for those from 0 to 1, 1 for those from 0 to 255.

    Input shape: `(batch, height, width, 3)`, red, green, blue. Output shape: the same.
    """

    def __init__(self, mode="caffe", scale=255.0, **kwargs):
        super().__init__(**kwargs)
        if mode not in ("caffe", "tf", "torch"):
            raise ValueError(f"mode must be caffe, tf or torch. Received: mode={mode}")
        self.mode = mode
        self.scale = scale

    def build(self, input_shape):
        """Nothing is learned; the input is looked at."""
        if input_shape[-1] != 3:
            raise ValueError(f"its input must have 3 channels: red, green, blue. Received: {input_shape[-1]}")

    def call(self, inputs):
        """The images in the other range."""
        return keras.applications.imagenet_utils.preprocess_input(
            inputs * self.scale, data_format="channels_last", mode=self.mode
        )

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "mode": self.mode, "scale": self.scale}
