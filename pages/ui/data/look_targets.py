"""What is to be predicted: rows of each class or label, or how the numbers lie."""

import streamlit as st

from pages.ui import live_chart, resources, text
from pages.ui.charts.balance import balance as balance_chart
from pages.ui.charts.distribution import spread
from pages.ui.charts.style import SPLIT_LABEL
from pipelines.data.preview.distributions import distributed, distribution
from pipelines.data.preview.looked import Looked
from pipelines.data.preview.targets import balance, target_table
from pipelines.data.spec import DataSpec


def classes(data: DataSpec, looked: Looked) -> None:
    """Rows of each class, or of each label, in every split."""
    table = resources.look(balance, data)
    name = looked.source.target_name
    live_chart.show(balance_chart(table, name), "data.look.chart.balance", f"Rows of each {name} by split")
    train = table[table["split"] == "train"]
    most, least = train.loc[train["rows"].idxmax()], train.loc[train["rows"].idxmin()]
    if looked.labels is not None:
        st.caption(
            f"Always saying {text.escape(most['class'])} would be right in {most['share']:.1%} of the training rows; "
            f"the rarest class, {text.escape(least['class'])}, has {text.count(int(least['rows']))} of them."
        )
    wide = table.pivot(index="class", columns="split", values=["rows", "share"]).reindex(train["class"])
    wide.columns = [f"{SPLIT_LABEL[split]}, {what}" for what, split in wide.columns]
    order = [f"{SPLIT_LABEL[split]}, {what}" for split in looked.rows for what in ("rows", "share")]
    shares = {name: st.column_config.NumberColumn(format="percent") for name in order if name.endswith("share")}
    whole = {name: int for name in order if name.endswith("rows")}
    st.dataframe(wide[order].astype(whole), height="content" if len(wide) <= 12 else 460, column_config=shares)


def numbers(data: DataSpec, looked: Looked) -> None:
    """The numbers to predict, in every split."""
    name = looked.source.target_name
    if name in distributed(looked):
        found = resources.look(distribution, data, name)
        live_chart.show(spread(found), "data.look.chart.target", f"Distribution of {name} by split")
    table = resources.look(target_table, data)
    several = table["target"].nunique() > 1
    st.dataframe(
        table.assign(split=[SPLIT_LABEL[split] for split in table["split"]]),
        hide_index=True,
        height="content",
        column_order=["split", *(["target"] if several else []), "min", "mean", "max", "std"],
        column_config={name: st.column_config.NumberColumn(format="%.4g") for name in ("min", "mean", "max", "std")},
    )
