"""Compare: curves of several runs over each other, and studies that say whether a change helps."""

import streamlit as st

from pages.ui import compare_runs, state, study, study_view, text

RUNS, STUDY = "Runs", "Does it help?"


def main() -> None:
    """Two ways to compare."""
    text.title("Compare", "Lay runs over each other, or let several seeds say whether a change helps.")
    text.show_notice(state.pop_notice())
    start = STUDY if state.param("study") else RUNS
    runs_tab, study_tab = st.tabs([RUNS, STUDY], default=start, key="compare.tab", on_change="rerun")
    if runs_tab.open:
        with runs_tab:
            compare_runs.show()
    if study_tab.open:
        with study_tab:
            show_study()


def show_study() -> None:
    """A new study, or one that was queued before."""
    past = study.past_studies()
    asked = state.param("study") or study.NEW
    if asked != study.NEW and asked not in past:
        st.warning(text.escape(f"There is no study {asked} here."), icon=":material/link_off:")
        asked = study.NEW
    if past:
        st.selectbox(
            "Study",
            [study.NEW, *past],
            key=state.field("compare.study", asked),
            format_func=lambda key: past.get(key, "A new study"),
            on_change=choose,
            width=420,
        )
    if asked == study.NEW:
        study.form()
    else:
        study_view.show(study_view.runs_of(asked))


def choose() -> None:
    """Put the chosen study into the address."""
    state.show_param("study", state.entered("compare.study"))


main()
