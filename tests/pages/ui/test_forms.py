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

    forms.config_form("t", getattr(catalogue(), part)[kind], lambda: dict(st.session_state["config"]), write)


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
        forms.config_form(kind, entry, lambda entry=entry: dict(entry.start_config), st.session_state.setdefault)


@pytest.mark.parametrize("part", ["layers", "optimizers"])
def test_every_entry_of_the_catalogue_has_a_form(part):
    app = AppTest.from_function(every_form_app, kwargs={"part": part}, default_timeout=60).run()
    assert not app.exception
    kinds = {widget.key.partition(".")[0] for widget in (*app.number_input, *app.selectbox, *app.toggle)}
    assert len(kinds) > 0.6 * len(getattr(catalogue(), part))  # a few, such as Flatten, have next to no argument


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
