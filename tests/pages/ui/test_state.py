"""The draft survives a refresh and the change of pages; fields show what the program holds; the address names runs."""

import time

from streamlit.testing.v1 import AppTest

from pipelines.drafts import DraftStore


def draft_app() -> None:
    import streamlit as st

    from pages.ui import fields, state

    def rename(name):
        draft = state.draft()
        state.keep(draft.replace(spec=draft.spec.replace(name=name)))

    st.session_state["seen"] = state.draft().spec.name
    fields.line("Name", "test.name", state.draft().spec.name, rename)
    if st.button("Elsewhere", key="test.elsewhere"):
        rename("elsewhere")
        st.rerun()


def tab(**params):
    app = AppTest.from_function(draft_app, default_timeout=20)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def rename(app, name):
    return app.text_input(key="test.name").input(name).run()


def draft_of(app):
    value = app.query_params["draft"]
    return value if isinstance(value, str) else value[0]


def test_a_tab_that_changes_nothing_leaves_no_draft_and_no_trace_in_the_address(home):
    app = tab()
    assert "draft" not in app.query_params
    assert not (home / "drafts").exists()


def test_a_refresh_keeps_the_draft(home):
    app = rename(tab(), "mine")
    assert tab(draft=draft_of(app)).text_input(key="test.name").value == "mine"


def test_a_new_tab_begins_with_the_newest_draft_and_leaves_it_alone(home):
    first = rename(tab(), "mine")
    second = tab()
    assert second.text_input(key="test.name").value == "mine"
    rename(second, "other")
    assert draft_of(second) != draft_of(first)
    assert tab(draft=draft_of(first)).text_input(key="test.name").value == "mine"


def test_a_draft_that_is_gone_or_never_was_begins_anew(home):
    for name in ("00000000", "../../etc/passwd", "x" * 500):
        app = tab(draft=name)
        assert not app.exception
        assert app.text_input(key="test.name").value == "digits-cnn"


def test_a_refused_entry_stays_with_its_reason_and_changes_nothing(home):
    app = rename(tab(), "a/b")
    assert app.text_input(key="test.name").value == "a/b"
    assert "no slash" in app.markdown[0].value and app.markdown[0].value.count("Received") == 1
    assert app.session_state["seen"] == "digits-cnn"
    app = rename(app, "fine")
    assert not app.markdown and app.session_state["seen"] == "fine"


def bounds_app() -> None:
    import streamlit as st

    from pages.ui import state
    from pipelines.spec import TrainSpec

    for field, value in (("epochs", 0), ("epochs", 10**9), ("label_smoothing", 1.0)):
        st.session_state["test.bound"] = value
        state.take("test.bound", lambda entered, field=field: TrainSpec(**{field: entered}))
        st.markdown(state.refusal("test.bound"))


def test_a_bound_is_told_in_few_words():
    told = [block.value for block in AppTest.from_function(bounds_app, default_timeout=20).run().markdown]
    assert told == [
        "It must be at least 1. Received: 0",
        "It must be at most 100,000. Received: 1000000000",
        "It must be less than 1. Received: 1.0",
    ]


def test_a_field_follows_what_the_program_changes(home):
    app = rename(tab(), "mine")
    app.button(key="test.elsewhere").click().run()
    assert app.text_input(key="test.name").value == "elsewhere"


def test_two_tabs_on_one_address_part_ways(home):
    first = rename(tab(), "shared")
    second = tab(draft=draft_of(first))
    rename(first, "first")
    rename(second, "second")
    assert draft_of(first) != draft_of(second)
    drafts = DraftStore(home)
    assert [drafts.load(draft_of(app))[0].spec.name for app in (first, second)] == ["first", "second"]


def address_app() -> None:
    import streamlit as st

    from pages.ui import state

    st.session_state["seen"] = (state.run_uid(), state.run_uids())
    st.button("All", key="all", on_click=lambda: (state.show_run("b"), state.show_runs(["x", "y"])))
    st.button("None", key="none", on_click=lambda: (state.show_run(None), state.show_runs([])))


def test_the_address_names_runs():
    app = AppTest.from_function(address_app, default_timeout=20)
    app.query_params["run"] = "a"
    app.query_params["runs"] = "a,b,,a"
    app.run()
    assert app.session_state["seen"] == ("a", ["a", "b"])
    app.button(key="all").click().run()
    assert app.session_state["seen"] == ("b", ["x", "y"])
    app.button(key="none").click().run()
    assert app.session_state["seen"] == (None, []) and not app.query_params


def test_refusals_and_memories_under_a_prefix_are_forgotten(home):
    def app_script() -> None:
        import streamlit as st

        from models.errors import NetloomError
        from pages.ui import state

        def refuse(_):
            raise NetloomError("No.")

        state.remember("design.selected", "dense")
        state.remember("train.other", 1)
        state.field("design.x", 1)
        state.take("design.x", refuse)
        before = state.refusals("design.")
        state.forget("design.")
        st.session_state["seen"] = (before, state.refusals("design."), state.recall("design.selected"),
                                    state.recall("train.other"))  # fmt: skip

    app = AppTest.from_function(app_script, default_timeout=20).run()
    assert app.session_state["seen"] == (["No."], [], None, 1)


def rows_app() -> None:
    import streamlit as st

    from models.errors import NetloomError
    from pages.ui import fields, state

    held = st.session_state.setdefault("held", [{"name": "a", "use": True}, {"name": "b", "use": True}])

    def apply(entered):
        if not any(row["use"] for row in entered):
            raise NetloomError("Use one.")
        st.session_state["held"] = entered

    key, given = state.rows("test.rows", held)
    st.session_state["shown"] = (key, given)
    st.session_state.setdefault(key, {"edited_rows": {}})  # as an editor that was drawn
    fields.show_refusal("test.rows")
    st.button("take", key="take", on_click=state.take, args=("test.rows", apply, state.entered_rows))


def edit(app, edits):
    """What the editor hands over: every change since it was given its rows."""
    app.session_state[app.session_state["shown"][0]] = {"edited_rows": edits}
    return app.button(key="take").click().run()


def test_an_editor_goes_on_while_it_shows_what_is_held():
    app = AppTest.from_function(rows_app, default_timeout=20).run()
    key, given = app.session_state["shown"]
    edit(app, {1: {"use": False}})
    assert app.session_state["held"] == [{"name": "a", "use": True}, {"name": "b", "use": False}]
    assert app.session_state["shown"] == (key, given)  # given the same: it keeps its scroll and its cursor


def test_an_editor_begins_anew_where_something_else_is_held():
    app = AppTest.from_function(rows_app, default_timeout=20).run()
    key, _ = app.session_state["shown"]
    edit(app, {1: {"use": False}})
    app.session_state["held"] = [{"name": "c", "use": True}]
    app.run()
    assert app.session_state["shown"][0] != key
    assert app.session_state["shown"][1] == [{"name": "c", "use": True}]


def test_a_refused_edit_is_said_and_taken_back():
    app = AppTest.from_function(rows_app, default_timeout=20).run()
    key, given = app.session_state["shown"]
    edit(app, {0: {"use": False}, 1: {"use": False}})
    assert "Use one" in app.markdown[0].value
    assert app.session_state["shown"][0] != key and app.session_state["shown"][1] == given
    edit(app, {0: {"use": False}})
    assert not app.markdown


def test_what_a_run_that_was_cut_short_had_set_is_set_again(home):
    def app_script() -> None:
        import streamlit as st

        from pages.ui import state

        state.field("x", "new")
        sure = state.recall("field.unsure")["x"]
        if st.session_state.get("whole"):
            state.drawn()
        st.session_state["left"] = (sure, state.recall("field.unsure").get("x"))

    app = AppTest.from_function(app_script, default_timeout=20).run()
    first, _ = app.session_state["left"]
    app.run()
    again, _ = app.session_state["left"]
    assert again > first  # nothing says that the browser has it
    app.session_state["whole"] = True
    app.run()
    sure, after = app.session_state["left"]
    assert sure > again and after < sure
    time.sleep(0.15)
    app.session_state["whole"] = False
    assert app.run().session_state["left"][0] == after


def test_a_field_that_is_gone_has_no_entry(home):
    def app_script() -> None:
        import streamlit as st

        from pages.ui import state

        st.session_state["heard"] = []
        state.take("gone", st.session_state["heard"].append)

    assert AppTest.from_function(app_script, default_timeout=20).run().session_state["heard"] == []
