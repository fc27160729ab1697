"""How the rows are shared out, and what that means."""

import streamlit as st

from pages.ui import resources, text
from pages.ui.charts.style import SPLIT_LABEL
from pipelines.data.preview.glance import glance
from pipelines.data.preview.looked import Looked
from pipelines.data.spec import DataSpec

_MOMENTS = ("min", "max", "mean", "std")


def splits(data: DataSpec, looked: Looked) -> None:
    """Rows, shapes, ranges and bytes of each split, and the hash of it all."""
    seen = resources.look(glance, data)
    table = seen.splits
    own = [SPLIT_LABEL[split].lower() for split in table.loc[table["own"], "split"]]
    if own:
        st.markdown(f"The set brings its own {' and '.join(own)} rows; they are kept as they are.")
    moments = [name for name in _MOMENTS if table[name].notna().all()]
    missing = ["missing"] if table["missing"].any() else []
    st.dataframe(
        table.assign(
            split=[SPLIT_LABEL[split] for split in table["split"]],
            shape=[text.shape((None, *shape[1:])) if len(shape) > 1 else "–" for shape in table["shape"]],
            own=["the set's own" if kept else "drawn" for kept in table["own"]],
        ),
        hide_index=True,
        height="content",
        column_order=["split", "rows", "share", "own", "shape", *moments, *missing, "bytes"],
        column_config={
            "share": st.column_config.NumberColumn(format="percent"),
            "own": "taken from",
            "shape": "a row, as it comes",
            **{name: st.column_config.NumberColumn(format="%.4g") for name in ("mean", "std")},
            "missing": "missing values",
            "bytes": st.column_config.NumberColumn("size", format="bytes"),
        },
    )
    st.markdown(
        "Everything is fitted on the training rows alone. Validation rows are watched while training, and choices are "
        "made by them. **The test rows are evaluated once, at the end of a run, and never used for choosing.**"
    )
    st.caption("Content hash: equal data, shared out in the same way, has the same one.")
    st.code(seen.content_hash, language=None, wrap_lines=True)
