"""Adding: layers and blocks are searched by name or purpose; a click or Enter puts one in."""

from typing import Any

import streamlit as st

from models.blocks import BLOCKS, Block
from models.catalogue import Entry, catalogue
from models.catalogue.search import search
from models.editing import nodes as edit
from models.editing.blocks import fitting_blocks, insert_block
from models.facts import Summary
from models.spec import ModelSpec
from pages.ui import forms, state, text
from pages.ui.components import events
from pages.ui.design import work

KEY = "design.adder"
WORDS, BLOCK = f"{KEY}.words", f"{KEY}.block"
FOUND = 30
_component = events.component(__file__, "palette")
Groups = list[dict[str, Any]]


def show(model: ModelSpec, summary: Summary | None) -> None:
    """The field to search in with what it finds, and the options of a block that was chosen."""
    after = place(model, work.selection().current, state.draft().match_data)
    words = state.recall(WORDS, "")
    shape = next((node.output_shape for node in summary.nodes if node.name == after), None) if summary else None
    rank = len(shape) - 1 if shape else None
    where = f"after {after}" if after else "at the end"
    data = {"words": words, "groups": found(words, rank), "left_out": left_out(words), "where": where}
    with st.container(key="design.adder.place", gap="small"):
        events.mount(_component, KEY, data, _carry_out)
        block = BLOCKS.get(state.recall(BLOCK, ""))
        if block is not None:
            _options(block, after)


def place(model: ModelSpec, selected: str | None, match_data: bool) -> str | None:
    """The node behind which is added: the selected one, else the one before the last; None: at the end.

    The last layer follows the data, so that what is new goes before it.
    """
    if selected is not None:
        return selected
    return model.nodes[-2].name if match_data and len(model.nodes) > 1 else None


def above(model: ModelSpec, after: str | None) -> list[str]:
    """The nodes that what is added behind `after` may read."""
    names = [node.name for node in model.nodes]
    return names[: names.index(after) + 1] if after in names else names


def found(words: str, rank: int | None = None) -> Groups:
    """What suits the words, the best first; without words: everything, by its group.

    Args:
        rank: axes of what it would be fed, without the batch: blocks that read this come first. None: not known.
    """
    words = words.strip()
    if words.lower() in {name.lower() for name in _excluded()}:
        return []  # what else sounds like it is not what is meant
    fitting = fitting_blocks(rank)
    ordered = [*fitting, *(block for block in BLOCKS.values() if block not in fitting)]
    blocks = [_block(block) for block in ordered if _is_meant(block, words)]
    if words:
        layers = [_layer(entry) for entry in search("layers", words, limit=FOUND) if entry.call != "cell"]
        parts = [("Layers", layers), ("Blocks", blocks)]
        if not any(layer["name"].lower().startswith("".join(words.lower().split())) for layer in layers):
            parts.reverse()  # no layer is called so
    else:
        groups: dict[str, list[dict[str, str]]] = {}
        for entry in catalogue().layers.values():
            if entry.call != "cell":
                groups.setdefault(entry.group, []).append(_layer(entry))
        parts = [("Blocks", blocks), *groups.items()]
    return [{"title": title, "choices": choices} for title, choices in parts if choices]


def first(words: str) -> str | None:
    """What Enter adds while the words are still being searched for."""
    return next((each["id"] for part in found(words) for each in part["choices"]), None)


def left_out(words: str) -> list[str]:
    """Layers of Keras that are called as the words begin and cannot be added, each with the reason."""
    start = "".join(words.lower().split())
    return [f"{name}: {reason}" for name, reason in _excluded().items() if start and name.lower().startswith(start)]


def _excluded() -> dict[str, str]:
    """Layers that cannot be added, with the reason; not the functions of Keras that are called like a layer (add)."""
    kinds = {kind.lower() for kind in catalogue().layers}
    return {name: why for name, why in catalogue().excluded["layers"].items() if name.lower() not in kinds}


def _is_meant(block: Block, words: str) -> bool:
    said = f"{block.name} {block.title} {block.summary}".lower()
    return all(word in said for word in words.lower().split())


def _layer(entry: Entry) -> dict[str, str]:
    return {"id": f"layer.{entry.kind}", "name": entry.kind, "summary": entry.summary}


def _block(block: Block) -> dict[str, str]:
    return {"id": f"block.{block.name}", "name": block.title, "summary": block.summary}


def _carry_out(event: events.Event) -> None:
    if event["type"] == "search":
        state.remember(WORDS, event["words"])
        return
    choice = event.get("choice") or first(event["words"])
    state.remember(WORDS, "")
    if choice is None:
        reasons = left_out(event["words"])
        state.notify(reasons[0] if reasons else f"No layer or block is called {event['words']} or does that.")
        return
    part, _, name = choice.partition(".")
    if part == "block":
        state.forget(f"{KEY}.option.")
        state.remember(BLOCK, name)
    else:
        state.remember(BLOCK, None)
        after = place(work.model(), work.selection().current, state.draft().match_data)
        work.change(edit.add, name, after, take_new=True)


def _options(block: Block, after: str | None) -> None:
    """The form of a block that is about to be put in."""
    held = f"{KEY}.option.config"
    # A form reads an entry: the options of a block are arguments like those of a layer.
    entry = Entry(kind=block.name, group="Blocks", summary=block.summary, doc="", url="", params=block.params)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{text.escape(block.title)}** – {text.escape(block.summary)}")
        forms.config_form(
            f"{KEY}.option",
            entry,
            lambda: state.recall(held, entry.start_config),
            lambda config: state.remember(held, config),
            nodes=above(work.model(), after),
        )
        with st.container(horizontal=True, gap="small"):
            where = f"after {after}" if after else "at the end"
            st.button(
                f"Add block {where}", key=f"{KEY}.put", type="primary", icon=":material/add:",
                on_click=_put, args=(block, after),
            )  # fmt: skip
            st.button("Close", key=f"{KEY}.close", type="tertiary", on_click=state.remember, args=(BLOCK, None))


def _put(block: Block, after: str | None) -> None:
    options = state.recall(f"{KEY}.option.config", {})  # those that were not touched start as the block says
    if work.change(insert_block, block.name, after, take_new=True, **options):
        state.remember(BLOCK, None)
