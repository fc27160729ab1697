"""Export: take a trained network home, in a form that was tried first."""

from pathlib import Path

import streamlit as st

from models.errors import NetloomError
from pages.ui import export_jobs, resources, state, text, trained_run
from pipelines.comparison.measure import metric_words
from pipelines.data.facts import facts
from pipelines.export.facts import ExportReport, Format, inputs_in_words
from pipelines.export.registry import FORMATS
from pipelines.export.reports import reports
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of


def main() -> None:
    """The run that the address names, and every format."""
    text.title("Export", "Take a trained network home. Each export is loaded again and compared before you get it.")
    text.show_notice(state.pop_notice())
    run = trained_run.choose("export")
    if run is None:
        return
    home = resources.store().home
    busy = any(export_jobs.under_way(home, run.uid, name) for name in FORMATS)
    st.fragment(formats, run_every=0.5 if busy else None)(run, busy)


def formats(run: Run, was_busy: bool) -> None:
    """A card a format."""
    home = resources.store().home
    if was_busy != any(export_jobs.under_way(home, run.uid, name) for name in FORMATS):
        st.rerun()  # the whole page: a click here draws this part alone, which neither starts nor ends the tick
    ready = reports(home, run.uid)
    for format in FORMATS.values():
        with st.container(border=True, key=f"export.card.{format.name}"):
            card(home, run, format, ready.get(format.name))


def card(home: Path, run: Run, format: Format, report: ExportReport | None) -> None:
    """One format: what it is, its button, what was found, and the download."""
    busy = export_jobs.under_way(home, run.uid, format.name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(format.title, anchor=False, width="content")
        if report and not busy:
            st.badge("verified", icon=":material/verified:", color="green")
        st.space("stretch")
        st.button(
            "Exporting" if busy else "Export again" if report else "Export",
            key=f"export.start.{format.name}", icon=":material/deployed_code:", disabled=busy,
            type="secondary" if report or busy else "primary", on_click=begin, args=(home, run.uid, format.name),
        )  # fmt: skip
    st.caption(format.summary)
    if busy:
        st.status("Writing it, loading it in a fresh process, comparing its outputs", state="running")
        return
    outcome = export_jobs.outcome(home, run.uid, format.name)
    if isinstance(outcome, NetloomError):
        text.show_error(outcome)
    elif isinstance(outcome, Exception):
        text.show_error(NetloomError(f"The export failed: {outcome}", "Try again; the server's log may say more."))
    elif outcome is not None and not outcome.ok:
        text.show_error(NetloomError(outcome.message, "Nothing was kept."))
    if report:
        found(run, format, report)


def found(run: Run, format: Format, report: ExportReport) -> None:
    """The report of a good export, and the way to get it."""
    st.markdown(text.escape(report.message))
    with st.grid(min_column_width=165):
        if report.max_abs_difference is not None:
            st.metric("Largest difference", text.number(report.max_abs_difference, 3), border=True,
                      help="Between its outputs and those of the run's network, over the rows compared.")  # fmt: skip
        if report.rows_compared:
            st.metric("Rows compared", text.count(report.rows_compared), border=True)
        if report.test_metric is not None and report.test_metric_name:
            name = metric_words(report.test_metric_name)
            st.metric(f"Test {name}", text.number(report.test_metric), border=True,
                      help="Computed from the exported file's own outputs.")  # fmt: skip
        st.metric("Size", text.size(report.bytes), border=True)
    file = Path(report.path)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download", export_jobs.reader(report.path), file.name, "application/zip", type="primary",
            key=f"export.download.{format.name}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.caption(f"{text.escape(file.name)}, made {text.ago(report.created_at)}", width="content")
    with st.expander("How to use it", icon=":material/code:"):
        folder = file.stem.removesuffix(f"-{format.name}")
        st.code(format.usage(folder, _inputs(run), report.files).rstrip(), language=format.language)
        st.caption("Inside: " + ", ".join(f"`{name}`" for name in report.files[:12])
                   + (" and more." if len(report.files) > 12 else "."))  # fmt: skip


def _inputs(run: Run) -> str:
    """What the exported model takes, in words."""
    try:
        return inputs_in_words(facts(spec_of(run).data))
    except NetloomError:  # the data is gone since
        return "see README.md"


def begin(home: Path, uid: str, format: str) -> None:
    """Start an export."""
    export_jobs.start(home, uid, format)


main()
