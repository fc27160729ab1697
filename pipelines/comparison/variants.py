"""Does it help? One base RunSpec, several variants of it, the same k seeds for each."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.editing.everywhere import with_batch_norm, with_dropout
from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.seeds import SEEDS_TAG, ended
from pipelines.spec import RunSpec

BASELINE = "baseline"
STUDY_TAG, VARIANT_TAG = "study", "variant"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the variants may be set to. dropout_rate: share of units dropped, in (0, 1)."""

    dropout_rate: float = 0.25


@dataclass(frozen=True, slots=True)
class Variant:
    """A change to a base run.

    Attributes:
        label: its name in tags, legends and sentences; may show a setting, as in `dropout {dropout_rate:g}`.
        change: the base RunSpec and the settings -> the changed RunSpec.
    """

    label: str
    change: Callable[[RunSpec, Settings], RunSpec]

    def name(self, settings: Settings) -> str:
        """The label with the settings filled in.

        >>> VARIANTS["dropout"].name(Settings(dropout_rate=0.5))
        'dropout 0.5'
        """
        return self.label.format(dropout_rate=settings.dropout_rate)


def _on_model(edit: Callable[[ModelSpec, Settings], ModelSpec]) -> Callable[[RunSpec, Settings], RunSpec]:
    return lambda spec, settings: spec.replace(model=edit(spec.model, settings))


def _both(model: ModelSpec, settings: Settings) -> ModelSpec:
    return with_dropout(with_batch_norm(model), settings.dropout_rate)


# A further variant is one line here.
VARIANTS: dict[str, Variant] = {
    BASELINE: Variant(BASELINE, lambda spec, settings: spec),
    "dropout": Variant(
        "dropout {dropout_rate:g}", _on_model(lambda model, settings: with_dropout(model, settings.dropout_rate))
    ),
    "batch-norm": Variant("batch normalisation", _on_model(lambda model, settings: with_batch_norm(model))),
    "both": Variant("batch normalisation and dropout {dropout_rate:g}", _on_model(_both)),
}


def new_study() -> str:
    """An identifier for the runs of one grid: 8 hexadecimal digits."""
    return secrets.token_hex(4)


def outside_study(spec: RunSpec) -> RunSpec:
    """`spec` without the tags of a study or a launch of seeds: what is changed would else count as one of its runs."""
    together = (STUDY_TAG, VARIANT_TAG, SEEDS_TAG)
    return spec.replace(tags={tag: value for tag, value in spec.tags.items() if tag not in together})


def grid(
    base: RunSpec, variants: Sequence[str], num_seeds: int, study: str, settings: Settings | None = None
) -> list[RunSpec]:
    """The runs of a study: each variant with each of the seeds base.seed, base.seed + 1, ...

    Data and split are the base's in every run, so runs of one seed differ in the variant alone and can be compared in
    pairs. The order is seed by seed, so that a grid that is half done already has whole pairs.

    Args:
        base: the run that the variants change.
        variants: keys of VARIANTS. The baseline is always part of it and comes first.
        num_seeds: at least 1.
        study: what `new_study` gave; written into the tag `study` of every run, beside the tag `variant`.
        settings: default Settings().

    Raises:
        NetloomError: an unknown variant, a variant that leaves this model as it is, a wrong number of seeds or rate.
    """
    settings = settings or Settings()
    _check(base, variants, num_seeds, settings)
    changed: dict[str, RunSpec] = {}
    for key in dict.fromkeys([BASELINE, *variants]):
        variant = VARIANTS[key]
        spec = variant.change(base, settings)
        if key != BASELINE and spec == base:
            raise NetloomError(
                f"The variant {variant.name(settings)!r} changes nothing: the network has no hidden Dense or "
                "convolution layer, or has it already.",
                "Leave the variant out, or start from another network.",
            )
        changed[variant.name(settings)] = spec
    return [
        spec.replace(
            name=ended(base.name, f", {name}, seed {seed}"),
            seed=seed,
            tags={**base.tags, STUDY_TAG: study, VARIANT_TAG: name},
        )
        for seed in range(base.seed, base.seed + num_seeds)
        for name, spec in changed.items()
    ]


def _check(base: RunSpec, variants: Sequence[str], num_seeds: int, settings: Settings) -> None:
    unknown = [key for key in variants if key not in VARIANTS]
    if unknown:
        raise NetloomError(f"There is no variant {unknown[0]!r}.", f"Choose among {', '.join(VARIANTS)}.")
    if num_seeds < 1 or base.seed + num_seeds > 2**31:
        raise NetloomError(
            f"The number of seeds is at least 1, and seeds stay below 2**31. "
            f"Received: num_seeds={num_seeds}, base.seed={base.seed}."
        )
    if not 0 < settings.dropout_rate < 1:
        raise NetloomError(
            f"A dropout rate lies between 0 and 1, both excluded. Received: dropout_rate={settings.dropout_rate}."
        )
