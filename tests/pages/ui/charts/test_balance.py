"""Class balance: a bar a class, the splits in their own colours and order."""

from pages.ui.charts import style
from pages.ui.charts.balance import balance
from pipelines.data.preview.looked import look_at
from pipelines.data.preview.targets import balance as balance_of
from pipelines.data.spec import BundledSource, DataSpec


def test_every_row_of_every_class_is_in_its_bar():
    figure = balance(balance_of(look_at(DataSpec(source=BundledSource(name="iris")))), "species")
    assert [bar.name for bar in figure.data] == ["Training", "Validation", "Test"]
    assert [bar.marker.color for bar in figure.data] == [style.SPLIT_COLOR[split] for split in style.SPLITS]
    assert sum(sum(bar.y) for bar in figure.data) == 150
    assert list(figure.data[0].x) == ["setosa", "versicolor", "virginica"]
    assert figure.layout.barmode == "stack" and figure.layout.xaxis.title.text == "species"
