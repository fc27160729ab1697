"""What a block is: a group of layers that is put in at once, for architectures and for the builder alike. No keras."""

from collections.abc import Callable
from dataclasses import dataclass

from models.catalogue import Param


@dataclass(frozen=True, slots=True)
class Block:
    """A group of layers with a name.

    Attributes:
        name: what specs and people type.
        title: what people read.
        summary: one sentence: what it is, what it is for, and whose.
        build: (sketch, x, **options) -> name of the block's output: adds its layers to `sketch`, fed by the node `x`.
        params: the options, all with defaults, for forms and checks.
        label: what its rows are named after where it is put into a network; empty: its name.
        takes: rank of what it reads, without the batch: 3 for images, 2 for sequences, 1 for rows; None: any.
    """

    name: str
    title: str
    summary: str
    build: Callable[..., str]
    params: tuple[Param, ...] = ()
    takes: int | None = None
    label: str = ""
