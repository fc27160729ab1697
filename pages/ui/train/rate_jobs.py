"""Range tests of the learning rate. They belong to the server, not to a tab: a refresh finds them again."""

from concurrent.futures import Future

import streamlit as st

from pipelines import engine
from pipelines.schedules.rate_curve import RateCurve
from pipelines.spec import RunSpec, TrainSpec

TIMEOUT_S = 600  # a large set is prepared first
_KEPT = 16


def start(spec: RunSpec) -> None:
    """Begin a range test, unless one of the like is under way."""
    jobs, key = _jobs(), _key(spec)
    if key in jobs and not jobs[key].done():
        return
    for old in [old for old, job in jobs.items() if job.done()][: max(0, len(jobs) - _KEPT + 1)]:
        jobs.pop(old, None)
    jobs[key] = engine.submit("pipelines.training.rate_finder.find_rate", TIMEOUT_S, "slow", spec=spec)


def under_way(spec: RunSpec) -> bool:
    """Whether one waits or works."""
    job = _jobs().get(_key(spec))
    return job is not None and not job.done()


def outcome(spec: RunSpec) -> RateCurve | Exception | None:
    """What became of the last one; None where none has ended for such a network, data and optimizer."""
    job = _jobs().get(_key(spec))
    if job is None or not job.done() or job.cancelled():
        return None
    return job.exception() or job.result()  # type: ignore[return-value]


def _key(spec: RunSpec) -> str:
    """The same for specs whose test would be the same: the rate itself and what pays off later do not matter."""
    train, plain = spec.train, TrainSpec()
    config = {name: value for name, value in train.optimizer.config.items() if name != "learning_rate"}
    same = train.replace(
        optimizer=train.optimizer.replace(config=config), schedule=None, epochs=plain.epochs, early_stopping=None,
        snapshots=None, jit=plain.jit, steps_per_execution=plain.steps_per_execution, device=plain.device,
    )  # fmt: skip
    return RunSpec(data=spec.data, model=spec.model, train=same, seed=spec.seed).model_dump_json()


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[str, "Future[RateCurve]"]:
    return {}
