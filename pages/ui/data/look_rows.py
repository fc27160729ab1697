"""Tables: their rows and columns, how the values are spread, what is missing, what goes together."""

import pandas as pd
import streamlit as st

from pages.ui import live_chart, resources, text
from pages.ui.charts import style
from pages.ui.charts.correlation import correlation as correlation_chart
from pages.ui.charts.distribution import spread
from pages.ui.charts.ranking import ranking
from pages.ui.data.look_parts import page_choice, split_choice
from pipelines.data.preview.columns import column_table, column_types, counted, head
from pipelines.data.preview.correlation import correlation
from pipelines.data.preview.distributions import By, distributed, distribution
from pipelines.data.preview.looked import Looked
from pipelines.data.preview.missing import missing_counts, missing_patterns
from pipelines.data.spec import DataSpec

_ALL = "All columns"
_CHARTS = 12  # small ones at a time


def overview(data: DataSpec, looked: Looked) -> None:
    """The first rows as they come, and what each column holds."""
    split = split_choice("rows")
    rows = resources.look(head, data, split)
    targets = [name for name in rows if name not in column_types(looked)]
    st.dataframe(
        rows,
        height="content",
        column_config={name: st.column_config.Column(pinned=True) for name in targets},
        placeholder="missing",
        alt=f"First rows, {style.SPLIT_LABEL[split]}",
    )
    table = resources.look(column_table, data, split)
    st.subheader("Columns", anchor=False)
    number = len(looked.rows[split])
    some, columns = counted(looked), len(looked.names)
    drawn = f"; what is counted or averaged, of {text.count(some)} drawn at random" if number > some else ""
    first = f" The first {len(table)} of {text.count(columns)} columns." if len(table) < columns else ""
    st.caption(f"Of the {text.count(number)} rows of this split{drawn}.{first}")
    st.dataframe(
        _readable(table),
        hide_index=True,
        placeholder="–",
        height="content" if len(table) <= 25 else 900,
        column_order=[name for name in _ORDER if name in _used(table)],
        column_config={
            "column": st.column_config.TextColumn(pinned=True),
            "bars": st.column_config.BarChartColumn("values", y_min=0, width="small"),
            "missing_share": st.column_config.NumberColumn("missing share", format="percent"),
            "top": st.column_config.TextColumn("most frequent"),
            **{name: st.column_config.NumberColumn(format="%.4g") for name in ("min", "mean", "max", "std")},
        },
    )


_ORDER = ("column", "type", "bars", "missing", "missing_share", "unique", "min", "mean", "max", "std", "top")


def _used(table: pd.DataFrame) -> set[str]:
    """Columns that tell something of this table."""
    used = set(table.columns[(table.notna() & (table != "")).any()])
    return used if table["missing"].any() else used - {"missing_share"}


def _readable(table: pd.DataFrame) -> pd.DataFrame:
    """Dates and numbers cannot share a column: beside dates, numbers are words too."""
    spread_names = ["min", "mean", "max"]
    if not (table["type"] == "date").any():
        return table.astype(dict.fromkeys([*spread_names, "std"], float))
    words = {name: [_word(value) for value in table[name]] for name in spread_names}
    return table.assign(**words).astype({"std": float})


def _word(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    return text.number(float(value)) if isinstance(value, float | int) and not pd.isna(value) else ""


def distributions(data: DataSpec, looked: Looked) -> None:
    """Each column's values, by split or by class."""
    names = distributed(looked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by: By = "split"
        if looked.labels is not None:
            by = st.segmented_control(
                "By", ["split", "class"], default="split", required=True, key="data.look.by",
                format_func={"split": "By split", "class": "By class"}.__getitem__, label_visibility="collapsed",
            )  # fmt: skip
        one = st.selectbox("Column", [_ALL, *names], key="data.look.column", label_visibility="collapsed", width=260)
        page = page_choice("Columns", len(names), _CHARTS) if one == _ALL else range(0)
    if by == "class":
        names = [name for name in names if name != looked.source.target_name]
    if one != _ALL and one in names:
        found = resources.look(distribution, data, one, by)
        live_chart.show(spread(found), f"data.look.chart.distribution.{by}", f"Distribution of {one} by {by}")
    else:
        found = None
        _legend(looked, by)
        with st.grid(min_column_width=180):
            for name in [names[at] for at in page if at < len(names)]:
                found = resources.look(distribution, data, name, by)
                with st.container():
                    key = f"data.look.chart.distribution.{by}.{names.index(name)}"
                    live_chart.show(spread(found, height=165), key, f"Distribution of {name} by {by}")
    if found is not None and found.sampled:
        st.caption(f"Shares of {text.count(found.sampled)} rows drawn at random.")


def _legend(looked: Looked, by: By) -> None:
    """One for all the small charts."""
    if by == "split":
        st.caption("Shares of the rows: training solid, validation dashed, test dotted.")
    else:
        st.caption("Shares of the training rows of each class. Take one column to see which colour is which class.")


def missing(data: DataSpec, looked: Looked) -> None:
    """Which columns lack values, how often, and which lack them together."""
    counts = resources.look(missing_counts, data)
    lacking = counts / [len(looked.rows[split]) for split in counts]
    lacking = lacking[lacking.max(axis=1) > 0].sort_values("train", ascending=False)
    groups = {style.SPLIT_LABEL[split]: lacking[split].to_numpy() for split in lacking}
    colors = {style.SPLIT_LABEL[split]: color for split, color in style.SPLIT_COLOR.items()}
    figure = ranking(list(lacking.index), groups, "Share of the values that are missing", colors=colors)
    live_chart.show(figure, "data.look.chart.missing", "Share of missing values by column and split")
    st.subheader("Missing together", anchor=False)
    patterns = resources.look(missing_patterns, data, "train")
    st.dataframe(
        patterns.assign(columns=patterns["columns"].replace("", "none missing")),
        hide_index=True,
        height="content",
        column_config={
            "columns": st.column_config.TextColumn("missing in", width="large"),
            "rows": st.column_config.NumberColumn("training rows"),
            "share": st.column_config.NumberColumn(format="percent"),
        },
    )


def correlations(data: DataSpec, looked: Looked) -> None:
    """The numeric columns and the target, each with each."""
    method = st.segmented_control(
        "Method", ["pearson", "spearman"], default="pearson", required=True, key="data.look.method",
        format_func={"pearson": "Pearson", "spearman": "Spearman (ranks)"}.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    found = resources.look(correlation, data, method)
    if found.table.empty:
        st.caption("There are no two numeric columns that change.")
        return
    strongest = [f"{text.escape(a)} and {text.escape(b)} {value:+.2f}" for a, b, value in found.strongest()]
    st.caption(f"Of the training rows. Strongest: {'; '.join(strongest)}.")
    figure = correlation_chart(found.table)
    live_chart.show(figure, f"data.look.chart.correlation.{method}", "Correlation of the numeric columns")
    if found.left_out:
        st.caption(f"{found.left_out} columns that go with the target less are left out.")
