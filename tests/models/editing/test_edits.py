"""Whatever edits are made, in whatever order: names stay right, and what an edit is not about stays."""

from hypothesis import given
from hypothesis import strategies as st

from models.blocks import BLOCKS
from models.checking.structure import problems
from models.editing import everywhere, groups, outputs
from models.editing import nodes as edit
from models.editing.blocks import insert_block
from models.editing.many import duplicate_all, move_all, remove_all
from models.errors import NetloomError
from models.graph import references
from models.spec import ModelSpec, node_of
from tests.models.networks import EVERYTHING, drafts
from tests.models.random_networks import rich_networks

RICH = rich_networks() | st.just(EVERYTHING)


def wiring(spec):
    return {node.name: spec.inputs_of(index) for index, node in enumerate(spec.nodes)}


def by_name(spec):
    return {node.name: node for node in spec.nodes}


def assert_names_are_right(spec):
    """Every name that is used is that of a node, and of one that fits."""
    nodes = by_name(spec)
    assert len(nodes) == len(spec.nodes)
    for node in spec.nodes:
        assert all(node_of(source) in nodes for source in node.inputs or ())
        assert all(name in nodes for name in references(node).values())
        if node.shares:
            assert nodes[node.shares].kind == node.kind
            assert nodes[node.shares].shares is None
            assert not node.config
    sources = [output.node for output in spec.outputs]
    assert len(set(sources)) == len(sources)
    assert all(node_of(source) in nodes for source in sources)


@st.composite
def some_edit(draw, spec):
    """(what it is about, the edit) of a network with nodes."""
    names = [node.name for node in spec.nodes]
    one, some = draw(st.sampled_from(names)), draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    number = draw(st.integers(0, len(names)))
    edits = [
        lambda: edit.add(spec, draw(st.sampled_from(["Dense", "Input", "Dropout", "Concatenate"])), one),
        lambda: edit.share(spec, one, draw(st.sampled_from(names))),
        lambda: edit.unshare(spec, one),
        lambda: edit.rename(spec, one, spec.fresh_name("another")),
        lambda: edit.configure(spec, one, {**by_name(spec)[one].config}),
        lambda: edit.add_input(spec, one),
        lambda: edit.move_above(spec, one, draw(st.sampled_from(names))),
        lambda: remove_all(spec, some),
        lambda: duplicate_all(spec, some),
        lambda: move_all(spec, some, draw(st.sampled_from([number, "up", "down"]))),
        lambda: groups.group(spec, some, "block"),
        lambda: groups.ungroup(spec, some),
        lambda: outputs.add_output(spec, one),
        lambda: outputs.remove_output(spec, draw(st.sampled_from([output.node for output in spec.given]))),
        lambda: outputs.main_output(spec, spec.given[-1].node),
        lambda: insert_block(spec, draw(st.sampled_from(list(BLOCKS))), one),
        lambda: everywhere.with_dropout(spec, draw(st.sampled_from([None, 0.5]))),
        lambda: everywhere.with_batch_norm(spec, draw(st.booleans())),
        lambda: everywhere.with_activation(spec, "gelu"),
        lambda: everywhere.with_trainable(spec, some, False),
    ]
    return draw(st.sampled_from(edits))


@given(RICH, st.data())
def test_any_sequence_of_edits_keeps_names_right(spec, data):
    for _ in range(data.draw(st.integers(1, 8))):
        if not spec.nodes:
            break
        before = spec.model_dump_json()
        change = data.draw(some_edit(spec))
        try:
            edited = change()
        except NetloomError as refused:
            assert refused.hint
            edited = spec
        # To undo is to take the earlier one: no edit changes what it is given.
        assert spec.model_dump_json() == before
        assert_names_are_right(edited)
        assert ModelSpec.model_validate_json(edited.model_dump_json()) == edited
        problems(edited)
        spec = edited


@given(drafts(), st.data())
def test_any_draft_can_be_edited(spec, data):
    if spec.nodes:
        try:
            problems(data.draw(some_edit(spec))())
        except NetloomError as refused:
            assert refused.message


@given(RICH, st.data())
def test_what_does_not_read_a_removed_node_stays(spec, data):
    gone = set(data.draw(st.lists(st.sampled_from([node.name for node in spec.nodes]), min_size=1, max_size=4)))
    left = remove_all(spec, gone)
    assert_names_are_right(left)
    assert {node.name for node in left.nodes} == {node.name for node in spec.nodes} - gone
    for name, inputs in wiring(left).items():
        before, after = by_name(spec)[name], by_name(left)[name]
        if not gone & {node_of(source) for source in wiring(spec)[name]}:
            assert inputs == wiring(spec)[name]
        if not gone & {before.shares, *references(before).values()}:
            assert (after.config, after.call, after.shares) == (before.config, before.call, before.shares)
        assert after.block == before.block
    if spec.outputs and not gone & {node_of(output.node) for output in spec.outputs}:
        assert left.outputs == spec.outputs


@given(RICH, st.data())
def test_one_by_one_or_at_once_removes_the_same(spec, data):
    gone = data.draw(st.lists(st.sampled_from([node.name for node in spec.nodes]), min_size=1, max_size=4, unique=True))
    one_by_one = spec
    for name in gone:
        one_by_one = edit.remove(one_by_one, name)
    at_once = remove_all(spec, gone)
    assert wiring(one_by_one) == wiring(at_once)
    assert {output.node for output in one_by_one.outputs} == {output.node for output in at_once.outputs}


@given(RICH, st.data())
def test_renaming_there_and_back_changes_nothing(spec, data):
    name = data.draw(st.sampled_from([node.name for node in spec.nodes]))
    renamed = edit.rename(spec, name, "another")
    assert problems(renamed) == ()
    assert_names_are_right(renamed)
    assert edit.rename(renamed, "another", name) == spec


@given(RICH, st.data())
def test_copies_are_sound_and_leave_the_originals_as_they_were(spec, data):
    names = data.draw(
        st.lists(st.sampled_from([node.name for node in spec.nodes]), min_size=1, max_size=4, unique=True)
    )
    copied = duplicate_all(spec, names)
    assert len(copied.nodes) == len(spec.nodes) + len(names)
    assert_names_are_right(copied)
    assert not [problem for problem in problems(copied) if problem.field is not None]
    for node in spec.nodes:
        after = by_name(copied)[node.name]
        assert (after.config, after.call, after.shares, after.block) == (
            node.config,
            node.call,
            node.shares,
            node.block,
        )
        if node.name in names:
            assert wiring(copied)[node.name] == wiring(spec)[node.name]


@given(RICH, st.data())
def test_a_node_put_in_takes_the_place_of_the_one_before_it_everywhere(spec, data):
    after = data.draw(st.sampled_from([node.name for node in spec.nodes]))
    added = edit.add(spec, "Dropout", after)
    assert problems(added) == ()
    new = added.nodes[added.index_of(after) + 1].name
    assert [name for name, inputs in wiring(added).items() if after in inputs] == [new]
    assert after not in [output.node for output in added.outputs]
    # Further outputs of a layer go past it.
    ports = {source for inputs in wiring(spec).values() for source in inputs if ":" in source}
    assert ports == {source for inputs in wiring(added).values() for source in inputs if ":" in source}
    assert wiring(edit.remove(added, new)) == wiring(spec)
    assert edit.remove(added, new).outputs == spec.outputs


@given(RICH, st.data())
def test_moving_a_node_above_what_needs_it_mends_the_order(spec, data):
    place = data.draw(st.integers(1, len(spec.nodes) - 1))
    name, above = spec.nodes[place].name, spec.nodes[data.draw(st.integers(0, place - 1))].name
    moved = edit.move_above(spec, name, above)
    assert wiring(moved) == wiring(spec)
    assert moved.index_of(name) < moved.index_of(above) or above in _computed_from(spec, place)


def _computed_from(spec, place):
    found, waiting = set(), list(spec.feeds(place))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting += spec.feeds(spec.index_of(name))
    return found
