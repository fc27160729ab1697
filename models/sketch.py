"""Sketch: a network in the making, for what writes networks by hand: architectures and blocks. No keras."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from models.spec import ModelSpec, Node, Output, fresh, snake_case


class Sketch:
    """Nodes one after the other, each answering with its name, so that later ones can read it.

    >>> net = Sketch("tiny")
    >>> x = net.input((4,))
    >>> y = net.add("Dense", x, units=3)
    >>> net.spec().inputs_of(1), y
    (('input',), 'dense')

    Args:
        name: of the network.
        taken: names that are not to be given.
        nodes: what is there already, to be gone on with.
    """

    def __init__(self, name: str, taken: Iterable[str] = (), nodes: Iterable[Node] = ()) -> None:
        self._name = name
        self._nodes = list(nodes)
        self._taken = {*taken, *(node.name for node in self._nodes)}
        self._block: str | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """What was added so far."""
        return tuple(self._nodes)

    def input(self, shape: Sequence[int | None], name: str = "input", **config: Any) -> str:
        """An Input for examples of `shape` (no batch). Returns its name."""
        return self.add("Input", name=name, shape=list(shape), **config)

    def add(
        self,
        kind: str,
        *inputs: str,
        name: str | None = None,
        call: dict[str, Any] | None = None,
        shares: str | None = None,
        **config: Any,
    ) -> str:
        """A layer of `kind`, fed by `inputs` (none: by the node before). Returns its name.

        Args:
            inputs: names of nodes, with `:k` behind for output k.
            name: to be had if it is free, else with a number behind; None: one in Keras's manner. Inside `block` it
                gets the block's name in front.
            call, shares: as in `Node`.
            config: constructor arguments that differ from Keras's defaults.
        """
        base = name or snake_case(kind)
        own = fresh(f"{self._block}_{base}" if self._block else base, self._taken)
        self._taken.add(own)
        before = self._nodes[-1].name if self._nodes else None
        # The node before is what a list reads by itself; it is left unsaid, so that forms stay plain.
        said = None if not inputs or inputs == (before,) else inputs
        self._nodes.append(
            Node(name=own, kind=kind, config=config, inputs=said, call=call or {}, shares=shares, block=self._block)
        )
        return own

    @contextmanager
    def block(self, name: str) -> Iterator[str]:
        """What is added inside is one block of rows, shown and folded together. Gives the block's name."""
        outer, self._block = self._block, fresh(name, {node.block for node in self._nodes} | self._taken)
        try:
            yield self._block
        finally:
            self._block = outer

    def spec(self, outputs: Sequence[Output] = ()) -> ModelSpec:
        """The network so far. Raises: pydantic.ValidationError."""
        return ModelSpec(name=self._name, nodes=self.nodes, outputs=tuple(outputs))
