import base64
import json
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.architectures import ARCHITECTURES
from models.errors import NetloomError
from models.exchange import link
from models.sketch import Sketch
from models.spec import ModelSpec, Node, Output
from tests.models.networks import drafts, networks

LETTERS = string.ascii_letters + string.digits + "-_"


def residual_network(blocks):
    """A CIFAR network of residual blocks of two convolutions, 7 rows a block."""
    net = Sketch("residual")
    x = net.input((32, 32, 3))
    for number in range(blocks):
        with net.block(f"res{number // 3 + 2}{'abc'[number % 3]}"):
            skip = x
            x = net.add("Conv2D", x, filters=64, kernel_size=3, padding="same", use_bias=False, name="conv1")
            x = net.add("BatchNormalization", x, name="bn1")
            x = net.add("Activation", x, activation="relu", name="relu1")
            x = net.add("Conv2D", x, filters=64, kernel_size=3, padding="same", use_bias=False, name="conv2")
            x = net.add("BatchNormalization", x, name="bn2")
            x = net.add("Add", skip, x, name="add")
            x = net.add("Activation", x, activation="relu", name="relu2")
    net.add("Dense", net.add("GlobalAveragePooling2D", x), units=10, activation="softmax")
    return net.spec()


@given(networks() | drafts())
def test_what_is_packed_is_unpacked(spec):
    text = link.pack(spec)
    assert set(text) <= set(LETTERS)
    assert link.unpack(text) == spec


@given(
    st.lists(
        st.builds(
            Node,
            name=st.sampled_from("abcdefgh"),
            kind=st.sampled_from(["Dense", "LSTM"]),
            config=st.dictionaries(st.text(max_size=3), st.recursive(st.floats(-2, 2), st.lists), max_size=2),
            inputs=st.none()
            | st.lists(st.sampled_from(["a", "b:1", "c:", "d:01", "z", "=a", "1:2", "", ":", "nowhere:2"]), max_size=3),
            call=st.dictionaries(st.sampled_from("pq"), st.booleans() | st.integers(), max_size=1),
            shares=st.none() | st.sampled_from("abz"),
            block=st.none() | st.sampled_from(["res", "up"]),
        ),
        max_size=5,
        unique_by=lambda node: node.name,
    ),
    st.lists(
        st.builds(
            Output,
            node=st.sampled_from(["a", "b:1"]),
            target=st.sampled_from(["label", "input", "none"]),
            loss=st.sampled_from([None, "mse", {"class_name": "Huber", "config": {"delta": 2.0}}]),
            weight=st.floats(0, 9),
        ),
        max_size=2,
    ),
)
def test_whatever_a_spec_may_say_is_kept(nodes, outputs):
    spec = ModelSpec(name="any", nodes=tuple(nodes), outputs=tuple(outputs))
    again = link.unpack(link.pack(spec))
    assert again == spec
    assert again.model_dump_json() == spec.model_dump_json()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_are_kept(name):
    spec = ARCHITECTURES[name].default()
    text = link.pack(spec)
    assert link.unpack(text) == spec
    assert len(text) < 1500


def test_fifty_layers_fit_in_an_address():
    spec = residual_network(7)
    assert len(spec.nodes) > 50
    assert len(link.pack(spec)) < 700


@given(st.text() | st.text(LETTERS, min_size=8).map(lambda text: "1" + text))
def test_any_other_text_is_refused_in_one_sentence(text):
    with pytest.raises(NetloomError):
        link.unpack(text)


@given(st.data())
def test_damage_is_seen(data):
    text = link.pack(ARCHITECTURES["lenet-5"].default())
    place = data.draw(st.integers(1, len(text) - 2))
    other = data.draw(st.sampled_from([letter for letter in LETTERS if letter != text[place]]))
    for damaged in (text[:place] + other + text[place + 1 :], text[:place], text[:place] + text[place + 1 :]):
        with pytest.raises(NetloomError):
            link.unpack(damaged)


@given(st.recursive(st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4), st.lists, max_leaves=12))
def test_a_sound_frame_around_nonsense_is_refused_or_read(content):
    assert_refused_or_read(content)


@given(
    st.lists(
        st.lists(st.sampled_from(["Dense", {}, 0, 1, [1], ["=a", -1], "a", None, "1:x", [[]]]), max_size=8), max_size=4
    )
)
def test_nonsense_nodes_are_refused_or_read(rows):
    assert_refused_or_read(["any", rows])


def assert_refused_or_read(content):
    try:
        assert isinstance(link.unpack(framed(json.dumps(content).encode())), ModelSpec)
    except NetloomError as error:
        assert error.message


def test_what_unpacks_to_too_much_is_refused():
    with pytest.raises(NetloomError, match="holds no network"):
        link.unpack(framed(b" " * (link.MAX_BYTES + 1)))
    with pytest.raises(NetloomError, match="too long"):
        link.unpack("1" * (link.MAX_TEXT + 1))
    with pytest.raises(NetloomError, match="holds no network"):
        link.unpack(framed(b"[" * 100_000))
    with pytest.raises(NetloomError, match="another version"):
        link.unpack("2" + framed(b"[]")[1:] + "AAAA")


def test_the_words_stay_what_they_were():
    # Links that people have sent around are read with these words: new words need a new version.
    assert (len(link._WORDS), zlib.crc32(link._WORDS)) == (1138, 2333381381)


def framed(plain):
    """`plain` as pack would send it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=link._WORDS)
    data = zlib.crc32(plain).to_bytes(4, "big") + packer.compress(plain) + packer.flush()
    return "1" + base64.urlsafe_b64encode(data).decode().rstrip("=")
