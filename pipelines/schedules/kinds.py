"""The kinds of schedule that a ScheduleSpec may name, with their settings, as data that forms and checks read.

Lengths are in epochs, and count from the end of the warm-up; heights are shares of the optimizer's own rate.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from models.catalogue import Entry, Param

_LEAST = 0.001  # of an epoch


def _length(name: str, help: str, default: float | None = None) -> Param:
    return Param(
        name, "float", default=default, nullable=default is None, min=_LEAST, step=1.0, main=True, help=help
    )  # fmt: skip


def _share(name: str, default: float, help: str) -> Param:
    return Param(name, "float", default=default, min=0.0, max=1.0, step=0.05, main=True, help=help)


def _kind(kind: str, summary: str, *params: Param, keywords: str = "") -> tuple[str, Entry]:
    words = ("learning rate", *filter(None, keywords.split(", ")))
    return kind, Entry(kind, "Schedules", summary, summary, "", params, keywords=words)


_END = "Where it ends, as a share of the learning rate."
KINDS: Mapping[str, Entry] = MappingProxyType(
    dict(
        (
            _kind("constant", "The same rate in every step."),
            _kind(
                "step",
                "Multiplied by a factor every so many epochs.",
                _length("every", "Epochs between two drops; none: a third of what is planned."),
                _share("factor", 0.1, "What the rate is multiplied by at each drop."),
                keywords="step decay, drop, staircase",
            ),
            _kind(
                "exponential",
                "Falls by the same share in every step.",
                _length("every", "Epochs in which it is multiplied by the factor once.", 1.0),
                _share("factor", 0.9, "What the rate is multiplied by in that time."),
                keywords="decay",
            ),
            _kind(
                "cosine",
                "Falls along half a cosine: slowly, fast, slowly (Loshchilov and Hutter, 2017).",
                _length("length", "Epochs until it has fallen; none: to the planned end."),
                _share("end", 0.0, _END),
                keywords="annealing, decay",
            ),
            _kind(
                "cosine_restarts",
                "Falls along half a cosine, jumps back up and falls again (SGDR; Loshchilov and Hutter, 2017).",
                _length("first", "Epochs of the first fall; none: three falls fill what is planned."),
                Param("longer", "float", default=2.0, min=1.0, max=100.0, step=0.5, main=True,
                      help="How many times as long each fall is as the one before."),
                _share("lower", 1.0, "How high each restart is, as a share of the one before."),
                _share("end", 0.0, "Where each fall ends, as a share of the learning rate."),
                keywords="sgdr, warm restarts, annealing",
            ),
            _kind(
                "piecewise",
                "Holds one rate until an epoch, then another.",
                Param("at", "json", main=True,
                      help="Epochs after which the rate changes, as a list; none: half and three quarters of the way."),
                Param("shares", "json", default=[0.1, 0.01], main=True,
                      help="The rate from each of these on, as a share of the learning rate, as a list."),
                keywords="drop, constant, boundaries",
            ),
            _kind(
                "polynomial",
                "Falls along a power of what is left; power 1 is a straight line.",
                _length("length", "Epochs until it has fallen; none: to the planned end."),
                _share("end", 0.0, _END),
                Param("power", "float", default=1.0, min=0.01, max=100.0, step=0.5, main=True,
                      help="1 falls along a line; 2 falls fast first."),
                Param("cycle", "bool", default=False, main=True, help="Start again, from lower, after the end."),
                keywords="linear, decay",
            ),
            _kind(
                "inverse_time",
                "Falls as one over the time that has passed.",
                _length("every", "Epochs in which the time grows by one.", 1.0),
                Param("decay", "float", default=0.5, min=0.0, max=1e6, step=0.1, main=True,
                      help="How much each such time slows it: after t of them the rate is divided by 1 + decay · t."),
                keywords="hyperbolic, decay",
            ),
            _kind(
                "triangular",
                "Rises and falls in straight lines, again and again (cyclical learning rates; Smith, 2017).",
                _length("cycle", "Epochs of one rise and fall; none: three of them fill what is planned."),
                _share("low", 0.1, "Where each rise begins, as a share of the learning rate, which is the peak."),
                _share("shrink", 1.0, "How high each peak stands above it, as a share of the one before."),
                keywords="cyclical, clr",
            ),
            _kind(
                "one_cycle",
                "Rises to the learning rate once, and falls far below where it began (Smith and Topin, 2018).",
                _length("length", "Epochs of the whole; none: to the planned end."),
                _share("rise", 0.3, "Share of the length in which it rises."),
                _share("start", 0.04, "Where it begins, as a share of the learning rate."),
                Param("end", "float", default=4e-6, min=0.0, max=1.0, step=0.001, main=True, help=_END),
                Param("curve", "choice", default="cosine", choices=("cosine", "linear"), main=True,
                      help="How it rises and falls."),
                keywords="super-convergence, 1cycle",
            ),
            _kind(
                "plateau",
                "Multiplied by a factor whenever validation no longer gets better (new bob).",
                Param("monitor", "str", default="loss", main=True,
                      help="What is watched on the validation split: loss, or the name of a metric."),
                _share("factor", 0.5, "What the rate is multiplied by."),
                Param("patience", "int", default=3, min=0, max=10_000, step=1, main=True,
                      help="Evaluations in a row without a gain that it waits for."),
                Param("min_delta", "float", default=0.0001, min=0.0, step=0.0001, main=True,
                      help="Smallest gain that counts."),
                Param("cooldown", "int", default=0, min=0, max=10_000, step=1, main=True,
                      help="Evaluations after a drop in which nothing is counted."),
                _share("least", 0.0, "Where it stops falling, as a share of the learning rate."),
                keywords="reduce on plateau, new bob, newbob, ReduceLROnPlateau",
            ),
        )
    )
)  # fmt: skip
"""By the names that specs use, in display order."""


def value(config: Mapping[str, Any], kind: str, name: str) -> Any:
    """The setting `name` of a schedule of `kind`: what `config` says, else its default."""
    found = KINDS[kind].param(name)
    return config.get(name, found.default if found else None)


_TITLES = {
    "step": "Step decay",
    "cosine_restarts": "Cosine with restarts",
    "inverse_time": "Inverse time",
    "one_cycle": "One-cycle",
    "plateau": "Reduced on plateaus",
}


def title(kind: str) -> str:
    """What people call a kind.

    >>> title("one_cycle"), title("cosine")
    ('One-cycle', 'Cosine')
    """
    return _TITLES.get(kind) or kind.replace("_", " ").capitalize()
