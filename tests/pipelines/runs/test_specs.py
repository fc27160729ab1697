import pytest

from models.errors import SpecError
from models.spec import ModelSpec
from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def test_the_spec_of_a_run_is_what_was_asked(tmp_path) -> None:
    store = RunStore(tmp_path)
    asked = RunSpec(name="asked", model=ModelSpec(), seed=3)
    assert spec_of(store.create(asked)) == asked
    store.close()


def test_one_that_cannot_be_read_is_one_sentence_that_names_the_run(tmp_path) -> None:
    store = RunStore(tmp_path)
    run = store.create(RunSpec(name="damaged", model=ModelSpec()))
    store._update(run.uid, spec='{"model": {}, "surprise": 1}')
    with pytest.raises(SpecError, match=rf"damaged \({run.uid}\).*surprise is not a known key"):
        spec_of(store.get(run.uid))
    store.close()
