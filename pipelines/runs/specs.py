"""The spec of a run, read from what the store has of it."""

from pydantic import ValidationError

from models.errors import SpecError
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec


def spec_of(run: Run) -> RunSpec:
    """What a run was asked to do. Raises: SpecError where it is damaged, or of another version."""
    try:
        return RunSpec.model_validate_json(run.spec_json)
    except ValidationError as error:
        raise SpecError.from_validation(error, f"The spec of run {run.name} ({run.uid})") from error
