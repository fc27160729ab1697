"""The networks for images: published counts at full size, where nothing is allocated, and how they differ."""

import pytest

from models.architectures import ARCHITECTURES
from models.checking.structure import problems
from models.errors import NetloomError

# Total parameters; for networks with batch normalization those that are trained, as the papers count.
COUNTS = {
    "alexnet": 62_378_344,
    "vgg-11": 132_863_336,
    "vgg-13": 133_047_848,
    "vgg-16c": 133_638_952,
    "vgg-16": 138_357_544,
    "vgg-19": 143_667_240,
    "googlenet": 6_998_552,
    "plain-18": 11_515_688,
    "plain-34": 21_623_848,
    "resnet-18": 11_689_512,
    "resnet-34": 21_797_672,
    "resnet-50": 25_557_032,
    "cifar-plain-20": 269_722,
    "cifar-plain-56": 853_018,
    "cifar-resnet-20": 269_722,
    "cifar-resnet-56": 853_018,
    "u-net": 31_030_658,
}
# As keras.applications documents them.
BACKBONES = {"MobileNetV2": 3_538_984, "ResNet50": 25_636_712, "VGG16": 138_357_544, "EfficientNetB0": 5_330_571}
GREY_SIZES = [(8, 8), (28, 28), (33, 47), (96, 64)]
PIXELS = ["u-net", "conv-autoencoder", "unpooling-autoencoder", "denoising-autoencoder"]
ANY_SIZE = ["googlenet", "plain-18", "resnet-18", "resnet-50", "cifar-plain-20", "cifar-resnet-20", *PIXELS]


@pytest.fixture(scope="module")
def summarize():
    from models.summary import summarize

    return summarize


def built(name, shape=None, **options):
    architecture = ARCHITECTURES[name]
    return architecture.build(shape or architecture.input_shape, architecture.units, architecture.activation, **options)


def kinds(spec):
    return [node.kind for node in spec.nodes]


@pytest.mark.slow
@pytest.mark.parametrize("name", COUNTS)
def test_has_the_published_number_of_parameters(summarize, name):
    spec = built(name)
    summary = summarize(spec)
    assert summary.problems == ()
    assert summary.trainable_params == COUNTS[name]
    moving = sum(node.params // 2 for node in summary.nodes if node.kind == "BatchNormalization")
    assert summary.total_params == COUNTS[name] + moving
    assert summary.output_shape == (None, 388, 388, 2) if name == "u-net" else (None, ARCHITECTURES[name].units)


@pytest.mark.slow
def test_two_towers_have_the_weights_of_two_groups(summarize):
    assert summarize(built("alexnet", towers=2)).total_params == 60_965_224


@pytest.mark.slow
def test_auxiliary_heads_are_outputs_with_losses_of_their_own(summarize):
    spec = built("googlenet", auxiliary=True)
    assert [output.weight for output in spec.given] == [1, 0.3, 0.3]
    assert spec.main == "predictions"
    summary = summarize(spec)
    assert summary.problems == ()
    assert summary.output_shapes == ((None, 1000),) * 3
    assert summary.total_params == 13_378_280  # as in Caffe's model file


@pytest.mark.slow
@pytest.mark.parametrize("backbone", BACKBONES)
def test_backbones_are_as_published(summarize, backbone):
    summary = summarize(built("keras-applications", backbone=backbone, include_top=True, weights="imagenet"))
    assert summary.problems == ()
    assert (summary.total_params, summary.output_shape) == (BACKBONES[backbone], (None, 1000))


@pytest.mark.slow
def test_a_frozen_backbone_trains_its_head_alone(summarize):
    spec = ARCHITECTURES["keras-applications"].build((32, 32, 1), 3, "softmax", backbone="VGG16", frozen=True)
    summary = summarize(spec)
    assert summary.problems == ()
    assert summary.trainable_params == 512 * 3 + 3
    assert summary.total_params == 14_714_688 + summary.trainable_params
    assert kinds(spec) == ["Input", "Concatenate", "VGG16", "GlobalAveragePooling2D", "Dense"]


@pytest.mark.slow
def test_vgg_16_is_that_of_keras(summarize):
    import keras

    with keras.StatelessScope(initialize_variables=False):
        theirs = keras.applications.VGG16(weights=None)
    ours = summarize(built("vgg-16", dropout=0))
    assert [node.name for node in ours.nodes][1:] == [layer.name for layer in theirs.layers][1:]
    assert [(node.output_shape, node.params) for node in ours.nodes] == [
        (layer.output.shape, layer.count_params()) for layer in theirs.layers
    ]


@pytest.mark.slow
def test_resnet_50_is_that_of_keras_but_for_its_biases(summarize):
    import keras

    with keras.StatelessScope(initialize_variables=False):
        theirs = keras.applications.ResNet50(weights=None)
    convolutions = [layer for layer in theirs.layers if isinstance(layer, keras.layers.Conv2D)]
    ours = summarize(built("resnet-50"))
    assert ours.total_params == theirs.count_params() - sum(layer.filters for layer in convolutions)
    shapes = [node.output_shape for node in ours.nodes if node.kind == "Conv2D"]
    assert sorted(shapes) == sorted(layer.output.shape for layer in convolutions)


@pytest.mark.slow
@pytest.mark.parametrize("name", ANY_SIZE)
def test_takes_images_of_any_size(summarize, name):
    for height, width in GREY_SIZES:
        shape = (height, width, 1)
        options = {"auxiliary": True} if name == "googlenet" else {"filters": 4} if name == "u-net" else {}
        summary = summarize(ARCHITECTURES[name].build(shape, 3, "softmax", **options))
        assert summary.problems == ()
        assert summary.output_shape == (
            None,
            *{"u-net": (height, width, 3)}.get(name, shape if name in PIXELS else (3,)),
        )


@pytest.mark.parametrize(("name", "smallest"), [("alexnet", 67), ("vgg-11", 32), ("unpooling-autoencoder", 4)])
def test_says_which_images_are_too_small(name, smallest):
    assert problems(built(name, (smallest, smallest + 9, 3))) == ()
    with pytest.raises(NetloomError, match=f"nothing is left of those below {smallest} × {smallest} pixels"):
        built(name, (smallest + 9, smallest - 1, 3))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "smallest"), [("alexnet", 67), ("vgg-11", 32), ("unpooling-autoencoder", 4)])
def test_the_smallest_images_are_just_large_enough(summarize, name, smallest):
    assert summarize(built(name, (smallest, smallest, 3))).problems == ()


@pytest.mark.parametrize("shape", [(32,), (8, 8), (2, 8, 8, 3)])
def test_what_is_no_image_is_refused(shape):
    with pytest.raises(NetloomError, match=r"reads images of shape \(height, width, channels\)"):
        built("resnet-18", shape)


@pytest.mark.parametrize("depth", [20, 56])
def test_plain_and_residual_differ_by_their_shortcuts_alone(depth):
    plain, residual = (built(f"cifar-{what}-{depth}") for what in ("plain", "resnet"))
    shortcut = [node for node in residual.nodes if node.name.endswith(("_add", "_shortcut_subsample", "_shortcut_pad"))]
    assert len(shortcut) == (depth - 2) // 2 + 2 * 2
    rest = [(node.name, node.kind, node.config) for node in residual.nodes if node not in shortcut]
    assert rest == [(node.name, node.kind, node.config) for node in plain.nodes]
    assert not {"Add", "PadChannels"} & set(kinds(plain))


def test_a_depth_that_three_groups_do_not_make_is_refused():
    with pytest.raises(NetloomError, match=r"6n \+ 2 layers\. Received: depth=21"):
        built("cifar-resnet-20", depth=21)


@pytest.mark.parametrize("side", [572, 188, 204, 310, 18, 185])
def test_valid_convolutions_say_which_sizes_they_take(side):
    if side in (572, 188, 204):
        assert "ZeroPadding2D" not in kinds(built("u-net", (side, side, 1), padding="valid"))
        return
    with pytest.raises(NetloomError, match=f"Received a side of {side} pixels") as refused:
        built("u-net", (side, side, 1), padding="valid")
    proposed = int(refused.value.hint.split()[1])
    assert problems(built("u-net", (proposed, proposed, 1), padding="valid")) == ()


def test_noise_is_a_layer_behind_the_input():
    spec = built("denoising-autoencoder", (5,), noise=0.5)
    assert (spec.nodes[1].kind, spec.nodes[1].config) == ("GaussianNoise", {"stddev": 0.5})
    assert spec.nodes[-1].config["units"] == 5


@pytest.mark.parametrize(
    ("backbone", "weights", "pixels", "in_front"),
    [
        ("ResNet50", "imagenet", "0 to 1", ("ImageNetPreprocessing", {})),
        ("ResNet50V2", "imagenet", "0 to 1", ("ImageNetPreprocessing", {"mode": "tf"})),
        ("DenseNet121", "imagenet", "0 to 255", ("ImageNetPreprocessing", {"mode": "torch", "scale": 1.0})),
        ("MobileNetV2", None, "0 to 1", None),
        ("MobileNetV3Small", None, "0 to 1", ("Rescaling", {"scale": 255.0})),
        ("EfficientNetB0", "imagenet", "0 to 255", None),
    ],
)
def test_backbones_are_fed_as_they_were_trained(backbone, weights, pixels, in_front):
    spec = built("keras-applications", backbone=backbone, weights=weights, pixels=pixels)
    front = spec.nodes[1]
    assert (None if front.kind == backbone else (front.kind, front.config)) == in_front


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((32, 32, 4), {}, "3 channels"),
        ((64, 80, 3), {"backbone": "Xception"}, "below 71 × 71"),
        ((32, 32, 3), {"backbone": "ResNet51"}, "no ResNet51"),
        ((96, 96, 3), {"include_top": True, "weights": "imagenet"}, "Received: 10"),
    ],
)
def test_what_a_backbone_cannot_do_is_said(shape, options, message):
    with pytest.raises(NetloomError, match=message):
        ARCHITECTURES["keras-applications"].build(shape, 10, "softmax", **options)
