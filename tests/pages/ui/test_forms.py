"""Forms made from the catalogue store what differs from Keras's defaults, and show any value without breaking."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from models.catalogue import Param, catalogue
from pages.ui import forms

KERNEL = Param("kernel_size", "int_tuple", required=True, length=2)
STRIDES = Param("strides", "int_tuple", default=[1, 1], length=2)
USE_BIAS = Param("use_bias", "bool", default=True)
INITIALIZER = Param("kernel_initializer", "initializer", default="glorot_uniform")
REGULARIZER = Param("kernel_regularizer", "regularizer", nullable=True)


def form_app(kind: str, config: str, part: str) -> None:
    """A page with one form; what it writes is kept in session_state["config"]."""
    import json

    import streamlit as st

    from models.catalogue import catalogue
    from pages.ui import forms

    st.session_state.setdefault("config", json.loads(config))

    def write(changed):
        st.session_state["config"] = changed

    read = lambda: dict(st.session_state["config"])  # noqa: E731
    forms.config_form("t", getattr(catalogue(), part)[kind], read, write, nodes=("dense", "dense_1"))


def form(kind, config=None, part="layers"):
    app = AppTest.from_function(
        form_app, kwargs={"kind": kind, "config": json.dumps(config or {}), "part": part}, default_timeout=20
    )
    return app.run()


def stored(app):
    return app.session_state["config"]


@pytest.mark.parametrize(
    ("param", "value", "config"),
    [
        (STRIDES, 1, {}),
        (STRIDES, [1, 1], {}),
        (STRIDES, 2, {"strides": 2}),
        (USE_BIAS, True, {}),
        (USE_BIAS, False, {"use_bias": False}),
        (KERNEL, 3, {"kernel_size": 3}),
        (KERNEL, None, {}),
        (INITIALIZER, "glorot_uniform", {}),
        (INITIALIZER, "GlorotUniform", {}),
        (INITIALIZER, "he_normal", {"kernel_initializer": "he_normal"}),
        (REGULARIZER, None, {}),
    ],
)
def test_only_what_differs_from_the_default_is_kept(param, value, config):
    assert forms.changed({}, param, value) == config


def test_other_arguments_stay():
    assert forms.changed({"filters": 8, "strides": 2}, STRIDES, [1, 1]) == {"filters": 8}


def every_form_app(part: str) -> None:
    """A page with the form of every entry of a part of the catalogue, as a new node shows it."""
    import streamlit as st

    from models.catalogue import catalogue
    from pages.ui import forms

    for kind, entry in getattr(catalogue(), part).items():
        if entry.module == "applications" and kind != "MobileNetV3Large":
            continue  # the form of one backbone is that of another
        forms.config_form(kind, entry, lambda entry=entry: dict(entry.start_config), st.session_state.setdefault)


@pytest.mark.parametrize("part", ["layers", "optimizers", "losses", "metrics", "schedules", "initializers"])
def test_every_entry_of_the_catalogue_has_a_form(part):
    app = AppTest.from_function(every_form_app, kwargs={"part": part}, default_timeout=60).run()
    assert not app.exception
    widgets = (*app.number_input, *app.selectbox, *app.toggle, *app.text_input)
    kinds = {widget.key.partition(".")[0] for widget in widgets}
    wanted = {kind for kind, entry in getattr(catalogue(), part).items() if entry.params}
    backbones = {kind for kind in wanted if getattr(catalogue(), part)[kind].module == "applications"}
    assert kinds == wanted - backbones | ({"MobileNetV3Large"} & backbones)


def test_a_number_is_written_and_the_default_is_left_out():
    app = form("Conv2D", {"filters": 8, "kernel_size": 3})
    app.text_input(key="t.strides").input("2, 2").run()
    assert stored(app) == {"filters": 8, "kernel_size": 3, "strides": [2, 2]}
    app.text_input(key="t.strides").input("1").run()
    assert stored(app) == {"filters": 8, "kernel_size": 3}


def test_words_where_numbers_belong_are_refused_and_stay_in_sight():
    app = form("Conv2D", {"filters": 8, "kernel_size": 3})
    app.text_input(key="t.strides").input("a").run()
    assert app.text_input(key="t.strides").value == "a"
    assert any(r"Received\: a" in block.value for block in app.markdown)
    assert "strides" not in stored(app)
    app.text_input(key="t.strides").input("3").run()
    assert stored(app)["strides"] == 3 and not app.markdown


def test_a_shape_takes_a_question_mark():
    app = form("Input", {"shape": [8, 8, 1]})
    app.text_input(key="t.shape").input("?, 3").run()
    assert stored(app) == {"shape": [None, 3]}


def test_a_regularizer_brings_its_own_arguments():
    app = form("Dense", {"units": 4})
    app.selectbox(key="t.kernel_regularizer").select("l2").run()
    assert stored(app) == {"units": 4, "kernel_regularizer": "l2"}
    app.number_input(key="t.kernel_regularizer.l2.l2").set_value(0.5).run()
    assert stored(app) == {"units": 4, "kernel_regularizer": {"class_name": "l2", "config": {"l2": 0.5}}}
    app.number_input(key="t.kernel_regularizer.l2.l2").set_value(0.01).run()
    assert stored(app) == {"units": 4, "kernel_regularizer": "l2"}


@pytest.mark.parametrize(
    "config",
    [
        {"units": "many"},
        {"units": 10**30},
        {"units": True},
        {"units": 4, "activation": "no such"},
        {"units": 4, "use_bias": "yes"},
        {"units": 4, "kernel_regularizer": {"class_name": "Nope"}},
        {"units": 4, "kernel_regularizer": [1]},
        {"unheard_of": 1},
    ],
)
def test_a_wrong_value_from_a_file_is_shown_to_be_mended(config):
    app = form("Dense", config)
    assert not app.exception and stored(app) == config


def test_a_wrong_value_is_mended_as_json():
    app = form("Dense", {"units": "many"})
    box = app.text_input(key="t.units.json")
    assert box.value == '"many"'
    box.input("{").run()
    assert stored(app) == {"units": "many"}
    app.text_input(key="t.units.json").input("12").run()
    assert stored(app) == {"units": 12}
    assert app.number_input(key="t.units").value == 12


def test_an_initializer_that_needs_a_value_has_one_from_the_start():
    app = form("Dense", {"units": 4})
    app.selectbox(key="t.kernel_initializer").select("constant").run()
    assert stored(app)["kernel_initializer"] == {"class_name": "constant", "config": {"value": 1.0}}
    app.number_input(key="t.kernel_initializer.constant.value").set_value(2.0).run()
    assert stored(app)["kernel_initializer"] == {"class_name": "constant", "config": {"value": 2.0}}


def test_a_wrapper_has_the_form_of_the_layer_inside():
    app = form("Bidirectional", catalogue().layers["Bidirectional"].start_config)
    assert "Dense" not in app.selectbox(key="t.layer").options
    app.number_input(key="t.layer.LSTM.units").set_value(7).run()
    assert stored(app) == {"layer": {"class_name": "LSTM", "config": {"units": 7}}}
    app.toggle(key="t.layer.LSTM.all").set_value(True).run()
    app.selectbox(key="t.layer.LSTM.kernel_regularizer").select("l1").run()
    app.number_input(key="t.layer.LSTM.kernel_regularizer.l1.l1").set_value(0.5).run()
    regularizer = {"class_name": "l1", "config": {"l1": 0.5}}
    assert stored(app)["layer"] == {"class_name": "LSTM", "config": {"units": 7, "kernel_regularizer": regularizer}}
    app.selectbox(key="t.layer").select("GRU").run()
    assert stored(app) == {"layer": {"class_name": "GRU", "config": {"units": 64}}}
    app.selectbox(key="t.backward_layer").select("SimpleRNN").run()
    assert stored(app)["backward_layer"] == {"class_name": "SimpleRNN", "config": {"units": 64}}
    app.selectbox(key="t.backward_layer").set_value(None).run()
    assert "backward_layer" not in stored(app)
    assert not app.exception


def test_a_stack_of_cells_grows_and_shrinks():
    app = form("RNN", catalogue().layers["RNN"].start_config)
    app.selectbox(key="t.cell").select("StackedRNNCells").run()
    app.button(key="t.cell.StackedRNNCells.cells.add").click().run()
    app.selectbox(key="t.cell.StackedRNNCells.cells.2").select("GRUCell").run()
    app.number_input(key="t.cell.StackedRNNCells.cells.2.GRUCell.units").set_value(9).run()
    app.button(key="t.cell.StackedRNNCells.cells.0.remove").click().run()
    cells = stored(app)["cell"]["config"]["cells"]
    assert [(cell["class_name"], cell["config"]["units"]) for cell in cells] == [("LSTMCell", 32), ("GRUCell", 9)]
    assert not app.exception


def test_a_learning_rate_becomes_a_schedule_that_begins_there_and_a_number_again():
    app = form("SGD", {"learning_rate": 0.5}, part="optimizers")
    app.selectbox(key="t.learning_rate.schedule").select("CosineDecay").run()
    config = {"initial_learning_rate": 0.5, "decay_steps": 1000}
    assert stored(app) == {"learning_rate": {"class_name": "CosineDecay", "config": config}}
    app.number_input(key="t.learning_rate.CosineDecay.decay_steps").set_value(50).run()
    app.selectbox(key="t.learning_rate.schedule").select("ExponentialDecay").run()
    config = {"initial_learning_rate": 0.5, "decay_steps": 50, "decay_rate": 0.9}
    assert stored(app) == {"learning_rate": {"class_name": "ExponentialDecay", "config": config}}
    app.selectbox(key="t.learning_rate.schedule").set_value(None).run()
    assert stored(app) == {"learning_rate": 0.5}
    app.number_input(key="t.learning_rate").set_value(0.01).run()
    assert stored(app) == {}


def test_a_tied_layer_is_chosen_among_the_earlier_nodes():
    app = form("TiedDense", {"tied_to": "gone"})
    box = app.selectbox(key="t.tied_to")
    assert (box.value, box.options) == ("gone", ["dense", "dense_1", "gone"])
    box.select("dense_1").run()
    assert stored(app) == {"tied_to": "dense_1"}


def test_weights_of_a_backbone_are_none_until_they_are_asked_for():
    app = form("ResNet50", catalogue().layers["ResNet50"].start_config)
    assert app.selectbox(key="t.weights").value is None
    app.selectbox(key="t.weights").select("imagenet").run()
    assert stored(app) == {"include_top": False, "pooling": "avg"}
    app.selectbox(key="t.weights").set_value(None).run()
    assert stored(app) == {"include_top": False, "pooling": "avg", "weights": None}


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Bidirectional", {"layer": "LSTM"}),
        ("Bidirectional", {"layer": {"class_name": "Dense"}}),
        ("Bidirectional", {"layer": {"class_name": 3}}),
        ("Bidirectional", {"layer": {"class_name": "LSTM", "config": [1]}}),
        ("StackedRNNCells", {"cells": {"class_name": "LSTMCell"}}),
        ("StackedRNNCells", {"cells": []}),
        ("TimeDistributed", {"layer": {"class_name": "Dense", "config": {"units": "x"}}}),
        ("TiedDense", {"tied_to": 3}),
    ],
)
def test_a_wrong_object_inside_is_shown_to_be_mended(kind, config):
    app = form(kind, config)
    assert not app.exception and stored(app) == config


def test_what_it_is_links_to_keras_where_keras_has_it():
    assert forms.about(catalogue().layers["Dense"]).endswith("/layers/Dense)")
    assert "](" not in forms.about(catalogue().layers["StepUnit"])


def folded_app() -> None:
    """A form whose other settings are drawn on demand, and its config."""
    import streamlit as st

    from models.catalogue import catalogue
    from pages.ui import forms

    st.session_state.setdefault("config", {"units": 3})

    def write(changed):
        st.session_state["config"] = changed

    forms.config_form("t", catalogue().layers["Dense"], lambda: dict(st.session_state["config"]), write, on_demand=True)


def test_other_settings_stay_open_while_their_label_counts_what_was_changed():
    app = AppTest.from_function(folded_app, default_timeout=20)
    app.session_state["t.more"] = True  # as after a click
    app.run()
    app.selectbox(key="t.kernel_regularizer").set_value("l2").run()
    assert app.expander[0].label == "More settings (1 changed)"
    app.number_input(key="t.kernel_regularizer.l2.l2").set_value(0.003).run()
    assert app.session_state["config"]["kernel_regularizer"] == {"class_name": "l2", "config": {"l2": 0.003}}
