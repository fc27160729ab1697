"""What is said after one setting was applied to all."""

from models.editing import everywhere as edit
from models.sketch import Sketch
from pages.ui.design.everywhere import difference


def test_the_difference_is_counted():
    net = Sketch("small")
    net.input((4,))
    net.add("Dense", units=3)
    net.add("Dense", units=2)
    model = net.spec()
    assert difference(model, model) == "Nothing to change."
    assert difference(model, edit.with_activation(model, "tanh")) == "1 layer changed."
    dropped = edit.with_dropout(model, 0.5)
    assert difference(model, dropped) == "1 layer added." and difference(dropped, model) == "1 layer removed."
    normed = edit.with_batch_norm(edit.with_activation(model, "relu"))
    assert difference(edit.with_activation(model, "relu"), normed) == "2 layers added, 1 layer changed."
