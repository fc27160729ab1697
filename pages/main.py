"""The frame of every page: its place in the navigation, the browser tab's title and icon, the logo."""

from pathlib import Path

import streamlit as st

from models.errors import NetloomError
from pages.ui import state, text, watch

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Netloom", page_icon=str(STATIC / "icon.svg"), layout="wide")
st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "icon.svg"))

page = st.navigation(
    {
        "": [st.Page("home.py", title="Start", icon=":material/home:", default=True)],
        "Build": [
            st.Page("data.py", title="Data", icon=":material/table_view:"),
            st.Page("design.py", title="Design", icon=":material/schema:"),
            st.Page("train.py", title="Train", icon=":material/play_circle:"),
        ],
        "Understand": [
            st.Page("runs.py", title="Runs", icon=":material/show_chart:"),
            st.Page("compare.py", title="Compare", icon=":material/stacked_line_chart:"),
            st.Page("inspection.py", title="Inspect", icon=":material/visibility:"),
        ],
        "Take home": [st.Page("export.py", title="Export", icon=":material/download:")],
    }
)
try:
    page.run()
    state.drawn()
except NetloomError as error:
    text.show_error(error)
watch.show(on_runs_page=page.url_path == "runs")
