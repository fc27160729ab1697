import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.arguments import config_problems
from models.errors import NetloomError
from pipelines.data.changes.augmentation import KINDS, check, problems, value_range, warnings
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import AugmentKind, AugmentSpec, BundledSource, DataSpec

DIGITS = facts(DataSpec())


def photos(**changes: Any) -> DataFacts:
    """Facts of a set of photographs."""
    known = {"name": "pets", "encoded_shape": (32, 32, 3), "class_names": ("cat", "dog"), "target_name": "class"}
    return dataclasses.replace(DIGITS, **(known | changes))


def augmented(kind: AugmentKind, **config: Any) -> DataSpec:
    return DataSpec(augment=(AugmentSpec(kind=kind, config=config),))


def test_there_is_one_of_every_kind_and_its_start_is_allowed_and_warns_of_nothing_in_photos():
    assert list(KINDS) == list(AugmentKind.__args__)
    for kind, augmentation in KINDS.items():
        spec = augmented(kind, **augmentation.start)
        assert problems(spec, photos()) == (), kind
        if kind != "RandomHue":
            assert warnings(spec, photos()) == (), kind
        assert augmentation.title and augmentation.help.endswith(".")


def test_a_form_is_offered_neither_the_seed_nor_the_range():
    for augmentation in KINDS.values():
        names = {param.name for param in augmentation.entry.params}
        assert names and not names & {"seed", "value_range", "data_format"}
        assert config_problems(augmentation.entry, dict(augmentation.start)) == []
        assert all(param.help for param in augmentation.entry.params), augmentation.kind


@pytest.mark.parametrize(
    ("spec", "known", "word"),
    [
        (augmented("RandomFlip", mode="sideways"), photos(), "mode must be"),
        (augmented("RandomRotation"), photos(), "factor is missing"),
        (augmented("RandomRotation", factor=0.1, angle=3), photos(), "no argument angle"),
        (augmented("RandomBrightness", factor=2), photos(), "factor must be"),
        (augmented("RandomBrightness", factor=0.2, value_range=[0, 1]), photos(), "no argument value_range"),
        (augmented("RandomBrightness", factor=0.2, seed=1), photos(), "no argument seed"),
        (augmented("RandomElasticTransform", scale=3), photos(), "scale must be"),
        (augmented("GaussianNoise", stddev=20), photos(), "stddev must be"),
        (augmented("RandomErasing", scale=[0.5, 0.1]), photos(), "the smaller one first"),
        (augmented("RandomErasing", scale="some"), photos(), "two shares"),
        (augmented("RandomZoom", height_factor=-1), photos(), "above -1"),
        (augmented("RandomHue", factor=0.1), DIGITS, "3 colours"),
        (augmented("MixUp"), photos(task="regression", num_classes=0), "a regression task"),
        (augmented("CutMix"), photos(task="segmentation"), "a segmentation task"),
        (augmented("MixUp"), photos(task="multilabel"), "a multilabel task"),
        (augmented("CutMix"), photos(task="reconstruction", num_classes=0), "a reconstruction task"),
        (DataSpec(augment=(AugmentSpec(kind="MixUp"), AugmentSpec(kind="CutMix"))), photos(), "mixed once"),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(spec: DataSpec, known: DataFacts, word: str):
    found = problems(spec, known)
    assert len(found) == 1 and word in found[0].message and found[0].node == spec.augment[-1].kind
    assert warnings(spec, known) == ()
    with pytest.raises(NetloomError) as error:
        check(spec, known)
    assert word in error.value.message


def test_only_images_can_be_augmented():
    spec = DataSpec(source=BundledSource(name="iris"), augment=(AugmentSpec(kind="RandomFlip"),))
    with pytest.raises(NetloomError, match=r"Only images .* Iris flowers") as error:
        check(spec, facts(spec))
    assert "Take it out" in error.value.hint
    check(DataSpec(source=BundledSource(name="iris")), facts(spec))


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        (augmented("RandomFlip", mode="horizontal"), "mirrored"),
        (augmented("RandomFlip", mode="vertical"), "a 6 turns into a 9"),
        (augmented("RandomFlip"), "a 6 turns into a 9"),
        (augmented("RandomRotation", factor=0.5), "a rotated 6 becomes a 9"),
        (augmented("RandomTranslation", height_factor=0.1, width_factor=0.3), "30%"),
        (augmented("RandomZoom", height_factor=0.3), "30%"),
        (augmented("RandomBrightness", factor=0.9), "nothing to see"),
        (augmented("GaussianNoise", stddev=0.5), "drown"),
        (augmented("RandomErasing", scale=[0.1, 0.8]), "80%"),
    ],
)
def test_what_can_turn_a_digit_into_another_is_warned_of(spec: DataSpec, word: str):
    assert any(word in text for text in warnings(spec, DIGITS))
    assert warnings(spec, dataclasses.replace(DIGITS, task="reconstruction", class_names=(), num_classes=0)) == ()


def test_letters_are_known_by_their_names_and_photos_may_be_turned():
    turned = augmented("RandomRotation", factor=0.3)
    assert warnings(turned, photos(class_names=("A", "B", "C")))
    assert warnings(turned, photos(target_name="letter"))
    assert warnings(turned, photos()) == ()
    assert warnings(augmented("RandomRotation", factor=0.1), DIGITS) == ()
    assert warnings(augmented("RandomFlip", mode="horizontal"), photos()) == ()
    assert "Upside down" in warnings(augmented("RandomFlip", mode="vertical"), photos())[0]
    assert "colours" in warnings(augmented("RandomHue", factor=0.3), photos())[0]


def test_borders_of_masks_are_warned_of_where_no_class_is_ignored():
    spec = augmented("RandomRotation", factor=0.5, fill_mode="constant")
    masks = photos(task="segmentation", class_names=("road", "sky"))
    assert warnings(spec, masks) == ("Borders that are filled with one value count as road in the masks.",)
    assert warnings(spec, dataclasses.replace(masks, ignore_class=11)) == ()
    assert warnings(augmented("RandomRotation", factor=0.5), masks) == ()


def test_the_range_of_images_is_what_they_are_stored_in_or_as_wide_as_their_values():
    photo = np.full((3, 4, 4, 3), 200, np.uint8)
    assert value_range(photo) == (0, 255)
    assert value_range(np.random.default_rng(0).integers(3, 17, (600, 8, 8, 1)).astype(np.uint8)) == (0, 16)
    assert value_range(np.linspace(-1, 1, 700, dtype=np.float32).reshape(700, 1, 1, 1)) == (-1, 1)
    assert value_range(np.full((2, 2, 2, 1), 0.5, np.float32)) == (0.5, 1.5)
    assert value_range(np.zeros((2, 2, 2, 1), np.uint8)) == (0, 1)


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=600))
def test_a_range_holds_every_value_and_is_never_empty(values: list[float]):
    images = np.array(values, np.float32).reshape(-1, 1, 1, 1)
    low, high = value_range(images)
    assert low <= images.min() and images.max() <= high and low < high
