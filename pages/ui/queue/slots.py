"""How many runs the machine takes at a time: seen and set here, and kept for every page and the command line."""

from functools import partial

import streamlit as st

from pages.ui import fields, resources, text
from pipelines.launch.slots import CPU_SETTING, GPU_SETTING, MOST_ON_CPU, MOST_ON_GPU, Inventory, as_set

_KEY = "queue.slots"


def show() -> None:
    """What there is, on a button; behind it the numbers to change."""
    store = resources.store()
    now = as_set(resources.inventory(), store.setting)
    with st.popover(words(now), icon=":material/memory:", key=_KEY):
        st.markdown("**Runs at a time**")
        fields.number("On the CPU", f"{_KEY}.cpu", now.cpu_slots, _set_cpu, min_value=1, max_value=MOST_ON_CPU, step=1,
                      help="Each wants about a GB of memory, and shares the cores with the others.")  # fmt: skip
        for gpu in now.gpus:
            fields.number(
                f"On {gpu.device}, {text.escape(gpu.name)}", f"{_KEY}.{gpu.device}", gpu.slots,
                partial(_set_gpu, gpu.device), min_value=0, max_value=MOST_ON_GPU, step=1,
                help=f"As many of them as its {text.size(gpu.memory_bytes)} allow; 0: none.",
            )  # fmt: skip
        st.button("As this machine suggests", key=f"{_KEY}.reset", type="tertiary", on_click=_reset,
                  disabled=store.setting(CPU_SETTING) is None and store.setting(GPU_SETTING) is None)  # fmt: skip
        st.caption("What runs already is not ended by a smaller number.")


def words(now: Inventory) -> str:
    """The machine in a few words.

    >>> words(Inventory(cpu_slots=2))
    'CPU, 2 runs at a time'
    """

    def at_a_time(slots: int) -> str:
        return f"{slots} run{'s' if slots != 1 else ''} at a time"

    gpus = [f"{gpu.device} ({text.escape(gpu.name)}), {at_a_time(gpu.slots)}" for gpu in now.gpus]
    return " · ".join([*gpus, f"CPU, {at_a_time(now.cpu_slots)}"])


def _set_cpu(slots: int) -> None:
    resources.store().set_setting(CPU_SETTING, slots)


def _set_gpu(device: str, slots: int) -> None:
    store = resources.store()
    store.set_setting(GPU_SETTING, {**(store.setting(GPU_SETTING) or {}), device: slots})


def _reset() -> None:
    for key in (CPU_SETTING, GPU_SETTING):
        resources.store().set_setting(key, None)
