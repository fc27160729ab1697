"""Forms made from the catalogue: an entry's arguments become widgets, what is entered becomes config.

Only what differs from Keras's default is stored. Nothing here knows a layer or an optimizer by name, so all of Keras is
a form; what holds another object (a wrapper its layer, an optimizer its schedule) has that one's form inside. A value
that a widget cannot show (from a file, say) is shown as JSON, to be mended there.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import streamlit as st

from models.catalogue import PART_OF_TYPE, Entry, Param, catalogue
from pages.ui import fields, form_values, state, text
from pages.ui.form_values import Config, changed, label, object_parts, object_value, same, value_of

__all__ = ["Config", "about", "changed", "config_form", "label", "object_parts", "same", "value_of", "widget"]

_WIDE = ("layer", "layers", "schedule")


def config_form(
    prefix: str,
    entry: Entry,
    read: Callable[[], Config],
    write: Callable[[Config], None],
    locked: Collection[str] = (),
    why_locked: str = "",
    first: tuple[str, ...] = (),
    nodes: Sequence[str] = (),
    on_demand: bool = False,
    left_out: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Widgets for the arguments of `entry`: the main ones, then the others folded away.

    Args:
        prefix: of the widgets' keys.
        entry: what is configured.
        read: gives the config as it is now; asked again for each change, so that two changes at once both count.
        write: takes the whole changed config; what it refuses stays in its widget with the reason.
        locked: arguments shown but not to be changed. why_locked: says why.
        first: arguments to show before the others, in this order, as main ones.
        nodes: names of the earlier nodes, for an argument that means one of them.
        on_demand: draw the others only when they are unfolded, which makes the form quicker.
        left_out: what an argument comes to where it is left empty, by its name.
    """
    order = {name: index for index, name in enumerate(first)}
    params = sorted(entry.params, key=lambda param: order.get(param.name, len(order)))
    main = [param for param in params if param.main or param.required or param.name in first]
    others = [param for param in params if param not in main]

    def draw(param: Param) -> None:
        def apply(value: Any) -> None:
            write(changed(read(), param, value))

        options: dict[str, Any] = {"help": param.help or None}
        if param.name in left_out:
            options["placeholder"] = left_out[param.name]
        if param.name in locked:
            options |= {"disabled": True, "help": why_locked}
        widget(f"{prefix}.{param.name}", param, value_of(read(), param), apply, options, nodes)

    _grid(main, draw)
    if others:
        touched = sum(param.name in read() for param in others)
        words = f"More settings ({touched} changed)" if touched else "More settings"
        with fields.fold(words, f"{prefix}.more") if on_demand else st.expander(words, key=f"{prefix}.more") as more:
            if more.open or not on_demand:
                _grid(others, draw)


def about(entry: Entry) -> str:
    """What it is, and where Keras says more, as Markdown."""
    page = f" [Keras reference]({entry.url})" if entry.url else ""
    return f"{text.escape(entry.summary)}{page}"


def settings(key: str, entry: Entry, config: Config, write: Callable[[Config], None], columns: int = 2) -> None:
    """The arguments of an object inside of another: the main and the changed ones, and all of them on demand.

    Args:
        key: of the whole; those of the widgets begin with it.
        config: its arguments as they are.
        write: takes them changed.
        columns: how many fields stand side by side.
    """
    main = [param for param in entry.params if param.main or param.required or param.name in config]
    others = len(entry.params) - len(main)
    shown = st.toggle("All its settings", key=f"{key}.all") if others else False

    def draw(param: Param) -> None:
        def apply(value: Any) -> None:
            write(changed(config, param, value))

        widget(f"{key}.{param.name}", param, value_of(config, param), apply, {"help": param.help or None})

    _grid(list(entry.params) if shown else main, draw, columns)


def widget(
    key: str,
    param: Param,
    value: Any,
    apply: fields.Apply,
    options: dict[str, Any],
    nodes: Sequence[str] = (),
) -> None:
    """The widget for one argument. nodes: as for `config_form`."""
    name = label(param)
    empty = param.nullable or param.required
    none = "none" if empty else None
    if (value is None and not empty) or (value is not None and not form_values.can_show(param, value)):
        _json_line(name, key, value, apply, options)
        return
    match param.type:
        case "int":
            fields.number(name, key, value, apply, step=int(param.step or 1), **{"placeholder": "none", **options})
        case "float":
            _float(name, key, param, value, apply, options)
        case "bool" if not param.nullable:
            fields.switch(name, key, bool(value), apply, **options)
        case "bool":
            words = {True: "on", False: "off"}
            fields.choice(name, key, value, list(words), apply, "none", format_func=words.get, **options)
        case "choice":
            fields.choice(name, key, value, list(param.choices), apply, none, **options)
        case "int_tuple":
            shown = form_values.numbers_words(value)
            fields.line(name, key, shown, lambda v: apply(form_values.whole_numbers(v, param)), **options)
        case "shape":
            shown = form_values.numbers_words(value)
            fields.line(name, key, shown, lambda v: apply(form_values.shape(v, param)), **options)
        case "node":
            known = [*nodes, *([value] if value and value not in nodes else [])]
            fields.choice(name, key, value, known, apply, none, **options)
        case "schedule":
            _schedule(name, key, param, value, apply, options)
        case "layers":
            _several(name, key, param, value or [], apply, options)
        case "str":
            fields.line(name, key, value or "", lambda v: apply(v or None if param.nullable else v), **options)
        case _ if param.type in PART_OF_TYPE:
            _object(name, key, param, value, apply, options)
        case _:
            _json_line(name, key, value, apply, options)


def _float(name: str, key: str, param: Param, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    shown = None if value is None else float(value)
    options = {"placeholder": "none", **options}
    fields.number(name, key, shown, apply, step=param.step or 0.1, format="%g", **options)


def _object(name: str, key: str, param: Param, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    """A Keras object by its name, and under it the arguments of its own."""
    part = getattr(catalogue(), PART_OF_TYPE[param.type])
    kind, config = object_parts(param, value)

    def choose(chosen: str | None) -> None:
        apply(object_value(param, part[chosen], part[chosen].start_config) if chosen else None)

    empty = "none" if param.nullable or kind is None else None
    fields.choice(name, key, kind, form_values.kinds_of(param), choose, empty, **options)
    entry = part.get(kind) if kind else None
    if entry is not None and entry.params and not options.get("disabled"):
        _inside(f"{key}.{entry.kind}", param, entry, config, apply)


def _inside(key: str, param: Param, entry: Entry, config: Config, apply: fields.Apply) -> None:
    """The form of what an argument holds, in a frame of its own."""
    with st.container(border=True, gap="small"):
        columns = 2 if param.type in _WIDE else 1
        settings(key, entry, config, lambda inner: apply(object_value(param, entry, inner)), columns)
        st.caption(about(entry))


def _schedule(name: str, key: str, param: Param, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    """A number, or a schedule with its own form."""
    kind, config = object_parts(param, value) if isinstance(value, dict) else (None, {})
    schedules = catalogue().schedules
    begun = config.get("initial_learning_rate")
    rate = value if kind is None else begun if isinstance(begun, float) else param.default

    def choose(chosen: str | None) -> None:
        if chosen is None:
            return apply(rate)
        start = dict(schedules[chosen].start_config)
        known = {inner: old for inner, old in config.items() if schedules[chosen].param(inner)}
        begins = {"initial_learning_rate": rate} if "initial_learning_rate" in start else {}
        return apply(object_value(param, schedules[chosen], start | begins | known))

    help_ = "How it changes over the steps of training; none: it stays."
    disabled = {"disabled": True} if options.get("disabled") else {}
    left, right = st.columns(2)
    if kind is None:
        with left:
            _float(name, key, param, value, apply, options)
    with right if kind is None else left:
        fields.choice(
            f"{name} schedule", f"{key}.schedule", kind, list(schedules), choose, "none", help=help_, **disabled
        )
    if kind and not disabled:
        _inside(f"{key}.{kind}", param, schedules[kind], config, apply)


def _several(
    name: str, key: str, param: Param, values: list[Any], apply: fields.Apply, options: dict[str, Any]
) -> None:
    """A list of layers, each with its own form; more can be added at the end, and each taken out."""
    for index, value in enumerate(values):

        def put(new: Any, index: int = index) -> None:
            apply([*values[:index], *([new] if new is not None else []), *values[index + 1 :]])

        _object(f"{name} {index + 1}", f"{key}.{index}", param, value, put, options)
        if len(values) > 1 and not options.get("disabled"):
            out = f"{key}.{index}.remove"
            st.button(
                "Take it out", key=out, icon=":material/close:", type="tertiary",
                on_click=state.take, args=(out, lambda _, put=put: put(None)),
            )  # fmt: skip
    if not options.get("disabled"):
        more = f"{key}.add"
        st.button(
            "One more", key=more, icon=":material/add:", type="tertiary",
            on_click=state.take, args=(more, lambda _: apply([*values, (values or param.start)[-1]])),
        )  # fmt: skip


def _grid(params: list[Param], draw: Callable[[Param], None], columns: int = 2) -> None:
    """Columns, filled row by row; what holds a form of its own has a row to itself."""
    row: list[Param] = []
    for param in [*params, None]:
        if row and (param is None or param.type in _WIDE or len(row) == columns):
            for each, column in zip(row, st.columns(columns), strict=False):
                with column:
                    draw(each)
            row = []
        if param is not None and param.type in _WIDE:
            draw(param)
        elif param is not None:
            row.append(param)


def _json_line(name: str, key: str, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    shown = "" if value is None else json.dumps(value)
    fields.line(name, f"{key}.json", shown, lambda v: apply(form_values.parsed_json(v)), **options)
