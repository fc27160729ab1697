"""Named numbers as bars that lie, the names beside them: for names that are long or many."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_BAR_PX = 22


def ranking(
    names: Sequence[str],
    groups: Mapping[str, np.ndarray],
    title: str,
    *,
    colors: Mapping[str, str] | Sequence[str] | None = None,
    format: str = ".1%",
) -> go.Figure:
    """Bars from the top down, one a name and group.

    Args:
        names: in the order in which they are drawn.
        groups: name of the group -> a number a name. One group needs no legend.
        title: of the horizontal axis.
        colors: by group; or, where there is one group, one a bar. None: the palette's.
        format: of the numbers, as d3 has it.
    """
    short = [name if len(name) <= 28 else f"{name[:27]}…" for name in names]
    traces = []
    for index, (group, values) in enumerate(groups.items()):
        named = colors.get(group) if isinstance(colors, Mapping) else colors
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": group,
                "y": list(range(len(names))),
                "x": values,
                "customdata": list(names),
                "marker": {"color": named or style.SERIES[index % len(style.SERIES)]},
                "hovertemplate": f"%{{customdata}}: %{{x:{format}}}",
            }
        )
    many = len(groups) > 1
    height = round(len(names) * (_BAR_PX if not many else _BAR_PX + 8)) + (96 if many else 64)
    yaxis = {"tickvals": list(range(len(names))), "ticktext": short, "autorange": "reversed", "showgrid": False}
    return style.chart(
        traces, title, "", height=height, margin={"t": 36 if many else 8}, showlegend=many, bargap=0.3,
        hovermode="y unified" if many else "closest",
        xaxis={"tickformat": format, "showgrid": True, "rangemode": "tozero", "nticks": 6}, yaxis=yaxis,
    )  # fmt: skip
