"""What every export carries beside the model: what it is, what its outputs mean, what it needs."""

import json
import re
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from pipelines.export.facts import Format
from pipelines.inspection.trained import Trained


def describe(subject: Trained, folder: Path, format: Format, needs: Sequence[str]) -> None:
    """Write README.md, labels.json and requirements.txt.

    Args:
        format: what it is and how to use it.
        needs: packages, pinned to the versions here.
    """
    facts = subject.data.facts
    shape = f"({', '.join(['rows', *map(str, facts.encoded_shape)])})"
    labels = {
        "task": facts.task,
        "target": facts.target_name,
        "class_names": list(facts.class_names),
        "feature_names": list(facts.feature_names),
        "input_shape": list(facts.encoded_shape),
        "input_range_in_training": _range(subject),
    }
    (folder / "labels.json").write_text(json.dumps(labels, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    pinned = "".join(f"{package}=={version(package)}\n" for package in needs)
    (folder / "requirements.txt").write_text(pinned, encoding="utf-8")
    readme = (
        f"# {subject.run.name}\n\n"
        f"{format.title}, from Netloom's run {subject.run.uid} on {facts.title}.\n\n"
        f"```{format.language}\n{format.use.format(folder='.', shape=shape)}```\n\n"
        f"Inputs: raw, as in the data set; {_scaling(subject)}\n\n"
        f"Outputs: {_outputs(subject)}\n\n"
        "labels.json has the names; requirements.txt the packages it was made and tried with.\n"
    )
    (folder / "README.md").write_text(readme, encoding="utf-8")


def zip_folder(folder: Path, path: Path) -> None:
    """Zip `folder` into the new file `path`, under the folder's own name."""
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))


def slug(name: str) -> str:
    """A file name from a run's name.

    >>> slug("LeNet-5, first try")
    'LeNet-5-first-try'
    >>> slug("…")
    'run'
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:40] or "run"


def _range(subject: Trained) -> list[float]:
    x = subject.data.x["train"]
    return [float(x.min()), float(x.max())]


def _scaling(subject: Trained) -> str:
    scaling = subject.spec.data.scaling
    return "no scaling is needed." if scaling == "none" else "scaling, fitted on the training rows, is inside."


def _outputs(subject: Trained) -> str:
    facts = subject.data.facts
    if facts.task == "regression":
        return f"{facts.target_name}, one number a row."
    if subject.model.output_shape[-1] == 1:
        return f"one number a row, the probability of {facts.class_names[1]!r} (class 1)."
    return "one number a class, in the order of class_names in labels.json."
