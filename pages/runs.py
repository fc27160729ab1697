"""Runs: what trains, what trained, and how it went."""

from pages.ui import run_list, run_page, state, text

text.show_notice(state.pop_notice())
uid = state.run_uid()
if uid is None:
    run_list.show()
else:
    run_page.show(uid)
