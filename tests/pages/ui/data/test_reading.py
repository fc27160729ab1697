"""Reading options, as a form that hands over whole sources."""

from streamlit.testing.v1 import AppTest


def form_app() -> None:
    import streamlit as st

    from pages.ui.data import reading
    from pipelines.data.spec import ColumnSpec, TableSource

    first = TableSource(path="a.csv", target=("y",), columns=(ColumnSpec(name="x", type="text"),))
    source = st.session_state.setdefault("source", first)
    reading.controls(source, lambda new: st.session_state.update(source=new))


def test_a_changed_option_has_the_columns_proposed_anew():
    app = AppTest.from_function(form_app, default_timeout=20).run()
    assert app.selectbox(key="data.reading.delimiter").value is None
    app.selectbox(key="data.reading.delimiter").select(";").run()
    app.toggle(key="data.reading.header").set_value(False).run()
    app.text_input(key="data.reading.missing").input("-, none , -,").run()
    source = app.session_state["source"]
    assert not app.exception
    assert (source.delimiter, source.header, source.missing_marks) == (";", False, ("", "-", "none"))
    assert source.target is None and source.columns == ()


def test_too_many_words_for_no_value_are_refused():
    app = AppTest.from_function(form_app, default_timeout=20).run()
    app.text_input(key="data.reading.missing").input(",".join(f"w{i}" for i in range(60))).run()
    assert "At most 50 words" in app.markdown[0].value
