"""What an export is and what was found when it was tried. No keras: pages read these."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from models.errors import NetloomError
from pipelines.data.facts import DataFacts


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a run can be exported to.

    Attributes:
        name: on the command line.
        title: for people.
        summary: one sentence: what it is, and for whom.
        module: dotted name of the module that writes and checks it: `write(subject, folder)`, `check(subject, folder)`.
        use: lines of code that use it, Python or shell; `{folder}` is where it was unpacked, `{inputs}` what its raw
            inputs are.
        main: the file of the export that matters; "" where it is the whole folder.
        language: of `use`.
    """

    name: str
    title: str
    summary: str
    module: str
    use: str
    main: str = ""
    language: Literal["python", "bash"] = "python"

    def usage(self, folder: str, inputs: str, files: Collection[str]) -> str:
        """The lines that use an export of these files in `folder` (`.`: where one is); `inputs`: what it takes."""
        code = self.use.format(folder=folder, inputs=inputs)
        if self.language != "python" or LAYERS not in files:
            return code
        path = "" if folder == "." else f'import sys\n\nsys.path.append("{folder}")\n'
        return (
            f"{path}import {LAYERS.removesuffix('.py')}  # layers that Keras lacks: from here on it knows them\n{code}"
        )


LAYERS = "netloom_layers.py"
"""In an export whose network has layers that Keras lacks, where those are."""


def inputs_in_words(facts: DataFacts) -> str:
    """What an exported model takes: dtype and shape, or those of each column."""
    if facts.raw[0].column:
        columns = ", ".join(f'"{raw.name}": {raw.dtype} (rows, 1)' for raw in facts.raw)
        return f"{{{columns}}}"
    raw = facts.raw[0]
    shape = ", ".join("any" if size is None else str(size) for size in raw.shape)
    return f"{raw.dtype} (rows, {shape})"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found when an export was tried in a fresh process.

    Attributes:
        ok: it works and agrees with the run.
        message: one sentence: what was tried and what came of it.
        max_abs_difference: the largest absolute difference to the run's own numbers; None where it gave none.
        rows_compared: data rows behind that difference.
        test_metric_name, test_metric: computed from what the exported thing gave for the test rows; None where that
            was not tried.
    """

    ok: bool
    message: str
    max_abs_difference: float | None = None
    rows_compared: int = 0
    test_metric_name: str | None = None
    test_metric: float | None = None


@dataclass(frozen=True, slots=True)
class ExportReport:
    """One export of one run; `Check` tells of the fields that they share.

    Attributes:
        path: the zip to download, or what was written to the chosen destination; "" where the check failed, since
            nothing is kept then.
        bytes: its size on disk.
        files: names of the files inside.
        version: of the network; another one in the run's folder makes this export stale.
        created_at: seconds since 1970 (UTC).
    """

    run_uid: str
    format: str
    path: str
    bytes: int
    files: tuple[str, ...]
    version: str
    created_at: float
    ok: bool
    message: str
    max_abs_difference: float | None
    rows_compared: int
    test_metric_name: str | None
    test_metric: float | None

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON."""
        return {**asdict(self), "files": list(self.files)}

    @classmethod
    def from_json(cls, text: str) -> "ExportReport":
        """Reads what `as_json` gave. Raises: NetloomError."""
        try:
            values = json.loads(text)
            return cls(**{**{field.name: values[field.name] for field in fields(cls)}, "files": tuple(values["files"])})
        except (ValueError, TypeError, KeyError) as error:
            raise NetloomError("The report of an export cannot be read.", "Export again.") from error
