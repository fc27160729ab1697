"""Class balance: a bar a class, the splits in their own colours and order."""

from pages.ui.charts import style
from pages.ui.charts.balance import balance
from pipelines.data.loading import load
from pipelines.data.preview import preview
from pipelines.data.spec import BundledSource, DataSpec


def test_every_row_of_every_class_is_in_its_bar():
    seen = preview(load(DataSpec(source=BundledSource(name="iris"))))
    figure = balance(seen.balance, "species")
    assert [bar.name for bar in figure.data] == ["Training", "Validation", "Test"]
    assert [bar.marker.color for bar in figure.data] == [style.SPLIT_COLOR[split] for split in style.SPLITS]
    assert sum(sum(bar.y) for bar in figure.data) == 150
    assert list(figure.data[0].x) == ["setosa", "versicolor", "virginica"]
    assert figure.layout.barmode == "stack" and figure.layout.xaxis.title.text == "species"
