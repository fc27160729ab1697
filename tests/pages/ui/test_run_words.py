import pytest

from models.spec import ModelSpec, Node
from pages.ui.run_words import differing, network_words, settings
from pipelines.examples import EXAMPLES
from pipelines.spec import EarlyStoppingSpec


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_setting_of_every_example_is_said_in_words(name: str) -> None:
    said = settings(EXAMPLES[name])
    assert set(settings(EXAMPLES["digits-cnn"])) <= set(said)
    assert all(isinstance(words, str) and words for words in said.values())
    assert "None" not in said["Loss"]


def test_settings_of_an_image_run() -> None:
    said = settings(EXAMPLES["digits-cnn"].replace(seed=7))
    assert (said["Data"], said["Task"]) == ("Handwritten digits, 8x8", "10 classes")
    assert said["Split"] == "15% for validation, 15% for the test, seed 0, same class shares"
    assert said["Loss"] == "Sparse categorical crossentropy"
    assert said["Seed"] == "7"
    assert said["Network"].startswith("Input(8 × 8 × 1) → Conv2D(16")
    assert (said["Optimizer"], said["Learning rate"]) == ("Adam", "0.002")


def test_early_stopping_is_a_sentence() -> None:
    train = EXAMPLES["digits-cnn"].train
    watch = EarlyStoppingSpec(monitor="accuracy", patience=3, min_delta=0.01, restore_best=False)
    said = settings(EXAMPLES["digits-cnn"].replace(train=train.replace(early_stopping=watch)))
    assert said["Early stopping"] == (
        "When validation accuracy has not improved by more than 0.01 for 3 epochs; last weights kept"
    )
    off = settings(EXAMPLES["digits-cnn"].replace(train=train.replace(early_stopping=None)))
    assert off["Early stopping"] == "Off"


def test_branches_are_named_by_their_inputs() -> None:
    nodes = (
        Node(name="x", kind="Input", config={"shape": [4]}),
        Node(name="a", kind="Dense", config={"units": 2}),
        Node(name="both", kind="Concatenate", inputs=("x", "a")),
    )
    assert network_words(ModelSpec(nodes=nodes)).endswith("Concatenate of x, a")
    assert network_words(ModelSpec()) == "Empty"


def test_a_long_network_is_told_by_its_ends_unless_they_are_the_same() -> None:
    base = EXAMPLES["digits-cnn"]
    layers = [Node(name=f"d{index}", kind="Dense", config={"units": 2}) for index in range(30)]
    model = ModelSpec(name="deep", nodes=(Node(name="x", kind="Input", config={"shape": [4]}), *layers))
    long = base.replace(model=model)
    assert settings(long)["Network"] == "deep: Input(4) → 29 layers → Dense(2)"
    layers[7] = Node(name="d7", kind="Dropout", config={"rate": 0.1})
    other = base.replace(model=model.replace(nodes=(model.nodes[0], *layers)))
    assert "Dropout(0.1)" in differing([long, other]).loc["Network"][1]
    assert len(differing([base, long]).loc["Network"][1]) < 60


def test_only_what_differs_is_listed() -> None:
    base = EXAMPLES["digits-cnn"]
    other = base.replace(seed=1, train=base.train.replace(batch_size=8))
    table = differing([base, other])
    assert table.index.tolist() == ["Batch size", "Seed"]
    assert table.loc["Batch size"].tolist() == ["32", "8"]
    assert differing([base, base]).empty


def test_a_setting_that_only_one_run_has_differs_too() -> None:
    base = EXAMPLES["digits-cnn"]
    table = differing([base, base.replace(data=base.data.replace(corrupt={"noise": 0.2}))])
    assert table.loc["Corruption"].tolist() == ["None", "Noise of 0.2"]
