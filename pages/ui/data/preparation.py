"""What becomes of the rows before the network: one size for images, tokens for texts, scaling, PCA."""

from math import prod

import streamlit as st

from pages.ui import fields
from pages.ui.data.edit import change, change_part, data
from pipelines.data.facts import DataFacts
from pipelines.data.spec import DataSpec, PcaSpec, TableSource

SCALINGS = {"none": "None", "standardise": "Standardise", "rescale": "0 to 1", "symmetric": "−1 to 1"}
COLOURS = {"as_is": "As is", "grey": "Grey", "rgb": "RGB"}
FITS = {"crop": "Crop", "pad": "Pad", "stretch": "Stretch"}
MODES = {
    "sequence": "Sequence of tokens",
    "multi_hot": "Which words occur",
    "count": "How often words occur",
    "tf_idf": "TF-IDF",
}


def words(spec: DataSpec, known: DataFacts) -> str:
    """The preparation in a few words."""
    if known.input_dtype == "int32":
        return f"{known.encoded_shape[0]} tokens of {known.vocabulary_size:,}"
    scaling = {"none": "as it is", "standardise": "standardised"}.get(spec.scaling, SCALINGS[spec.scaling])
    return scaling + (f", PCA to {spec.pca.components}" if spec.pca else "")


def controls(known: DataFacts) -> None:
    """Only what matters for this kind of data."""
    spec = data()
    tokens = known.input_dtype == "int32"
    if known.kind == "image":
        _image(spec, known)
    if has_text(spec, known):
        _text(spec)
    if not tokens:
        fields.segments(
            "Scaling of the inputs", "data.scaling", spec.scaling, list(SCALINGS), lambda v: change(scaling=v),
            format_func=SCALINGS.__getitem__,
        )  # fmt: skip
    if not tokens and known.task != "segmentation":
        _pca(spec, known)
    st.caption("Fitted on the training rows only, and part of the exported model: it takes raw inputs.")


def has_text(spec: DataSpec, known: DataFacts) -> bool:
    """Whether texts are among the inputs."""
    source = spec.source
    return known.kind == "text" or (
        isinstance(source, TableSource) and any(column.type == "text" for column in source.columns)
    )


def _image(spec: DataSpec, known: DataFacts) -> None:
    image = spec.image
    left, middle, right = st.columns(3)
    for column, side, size in ((left, "height", image.height), (middle, "width", image.width)):
        with column:
            fields.number(
                side.capitalize(), f"data.image.{side}", size,
                lambda v, side=side: change_part("image", **{side: v}),
                min_value=4, max_value=2048, step=1, placeholder=str(known.encoded_shape[side == "width"]),
                help="In pixels. Empty: arrays keep their size, files become 96 × 96.",
            )  # fmt: skip
    with right:
        fields.choice(
            "Colour", "data.image.colour", image.colour, list(COLOURS), lambda v: change_part("image", colour=v),
            format_func=COLOURS.__getitem__,
        )  # fmt: skip
    left, right = st.columns([3, 2])
    with left:
        fields.segments(
            "Images of another shape", "data.image.fit", image.fit, list(FITS), lambda v: change_part("image", fit=v),
            format_func=FITS.__getitem__, help="Crop the middle, pad with black, or stretch.",
        )  # fmt: skip
    with right:
        fields.choice(
            "Interpolation", "data.image.interpolation", image.interpolation, ["bilinear", "nearest", "bicubic"],
            lambda v: change_part("image", interpolation=v), format_func=str.capitalize,
        )  # fmt: skip


def _text(spec: DataSpec) -> None:
    text, source = spec.text, spec.source
    alone = not isinstance(source, TableSource) or len(source.columns) == 1
    modes = [mode for mode in MODES if alone or mode != "sequence" or text.mode == "sequence"]
    fields.choice(
        "Texts become", "data.text.mode", text.mode, modes, lambda v: change_part("text", mode=v),
        format_func=MODES.__getitem__,
        help="A sequence of token ids is for an Embedding layer, and needs a text that is the only input.",
    )  # fmt: skip
    left, middle, right = st.columns(3)
    with left:
        fields.number(
            "Vocabulary", "data.text.max_tokens", text.max_tokens, lambda v: change_part("text", max_tokens=v),
            min_value=10, max_value=200_000, step=1000, help="The most frequent tokens of the training rows, at most.",
        )  # fmt: skip
    with middle:
        fields.number(
            "Length", "data.text.length", text.length, lambda v: change_part("text", length=v),
            min_value=1, max_value=10_000, step=10, disabled=text.mode != "sequence",
            help="Tokens of a sequence: longer texts are cut, shorter ones end in zeros.",
        )  # fmt: skip
    with right:
        fields.number(
            "N-grams", "data.text.ngrams", text.ngrams, lambda v: change_part("text", ngrams=v),
            min_value=1, max_value=3, step=1, help="Sequences of up to so many words are tokens too.",
        )  # fmt: skip


def _pca(spec: DataSpec, known: DataFacts) -> None:
    most = min(prod(known.encoded_shape), known.rows["train"], 4096)
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        fields.switch(
            "PCA", "data.pca", spec.pca is not None,
            lambda on: change(pca=PcaSpec(components=min(2, most)) if on else None),
            help="The scaled inputs are projected on their principal components: a fixed linear layer.",
        )  # fmt: skip
    if spec.pca is None:
        return
    pca = spec.pca
    with middle:
        fields.number(
            "Components", "data.pca.components", pca.components,
            lambda v: change_part("pca", components=v), min_value=1, max_value=max(most, pca.components), step=1,
        )  # fmt: skip
    with right:
        fields.switch(
            "Whiten", "data.pca.whiten", pca.whiten, lambda on: change_part("pca", whiten=on),
            help="Each component gets unit variance.",
        )  # fmt: skip
