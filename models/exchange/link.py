"""A network as a piece of an address: packed small, checked when it is unpacked. No keras.

Nodes become short JSON lists that say what differs from the defaults, inputs are counted backwards from the node that
reads them (equal blocks then look equal), and raw deflate with a dictionary of usual words presses that together.
"""

import base64
import binascii
import json
import re
import zlib
from typing import Any

from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from models.spec import ModelSpec, fresh, snake_case

MAX_TEXT = 200_000
"""Longest text that is unpacked, in characters."""
MAX_BYTES = 4 * 2**20
"""Most bytes that a text unpacks to."""

# Links carry it in their first character. The words below belong to it: other words need another version.
_VERSION = "1"
_WORDS = (
    b'"Reshape",{"target_shape":[ "trainable":false "Embedding",{"input_dim": "output_dim": "mask_zero":true '
    b'"num_heads": "key_dim": "return_sequences":true "return_state":true "use_causal_mask":true '
    b'"return_attention_scores":true "layer":{"class_name":"LSTM","config":{"units": "Bidirectional" '
    b'"kernel_regularizer":{"class_name":"L2","config":{"l2":0.0001}} "kernel_initializer":"he_normal" '
    b'"sigmoid" "linear" "gelu" "elu" "swish" "tanh" "dtype":"int32" "momentum":0.9 "epsilon":1e-06 "dilation_rate": '
    b'"SimpleRNN" "GRU" "LSTM" "MultiHeadAttention" "LayerNormalization" "GlobalMaxPooling2D" "SeparableConv2D" '
    b'"DepthwiseConv2D" "Conv1D" "Conv2DTranspose",{"filters": "UpSampling2D" "ZeroPadding2D",{"padding": '
    b'"AveragePooling2D" "LeakyReLU" "Multiply" "GlobalAveragePooling2D" "Concatenate",{},[ '
    b'"MaxPooling2D",{"pool_size":2,"strides":2 "Dropout",{"rate":0.5}] ["Flatten"] '
    b'["Activation",{"activation":"relu"}] ["BatchNormalization"] '
    b'["Add",{},[1, ["Conv2D",{"filters":64,"kernel_size":3,"strides":1,"padding":"same","activation":"relu",'
    b'"use_bias":false}] ["Dense",{"units":10,"activation":"softmax"}] [["Input",{"shape":[224,224,3]},0,"input"],'
)


def pack(spec: ModelSpec) -> str:
    """The network as letters, digits, `-` and `_`. Raises: NetloomError where it is larger than `unpack` takes.

    >>> unpack(pack(ModelSpec(name="tiny"))).name
    'tiny'
    """
    plain = json.dumps(_short(spec), separators=(",", ":")).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_WORDS)
    packed = packer.compress(plain) + packer.flush()
    text = _VERSION + base64.urlsafe_b64encode(_check(plain) + packed).decode().rstrip("=")
    if len(text) > MAX_TEXT or len(plain) > MAX_BYTES:
        raise NetloomError(f"{spec.name} is too large for a link.", "Save it as JSON, and send the file.")
    return text


def unpack(text: str) -> ModelSpec:
    """The network that `pack` packed.

    Raises:
        NetloomError: the text is none of pack's, is damaged, or too long.
    """
    damaged = NetloomError("This link holds no network, or not all of one.", "Copy it again, from end to end.")
    if len(text) > MAX_TEXT:
        raise NetloomError(f"This link is too long: {len(text):,} characters; at most {MAX_TEXT:,} were expected.")
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,}", text):
        raise damaged
    if not text.startswith(_VERSION):
        raise NetloomError("This link is of another version of Netloom.", "Open it with that version.")
    try:
        data = base64.urlsafe_b64decode(text[1:] + "=" * (-(len(text) - 1) % 4))
        unpacker = zlib.decompressobj(-15, zdict=_WORDS)
        plain = unpacker.decompress(data[4:], MAX_BYTES)
        if not unpacker.eof or _check(plain) != data[:4]:
            raise damaged
        return _spec(json.loads(plain))
    except ValidationError as error:
        raise SpecError.from_validation(error, "The network in this link") from error
    except (binascii.Error, zlib.error, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise damaged from error


def _check(plain: bytes) -> bytes:
    return zlib.crc32(plain).to_bytes(4, "big")


def _short(spec: ModelSpec) -> list[Any]:
    """`[name, nodes, outputs]`; a node is `[kind, config, inputs, name, call, shares, block]`, its end left out.

    0 stands for what is as usual: no inputs named, the name that Keras would give, the block of the node before.
    """
    places = {node.name: place for place, node in enumerate(spec.nodes)}
    taken: set[str] = set()
    nodes, block = [], None
    for place, node in enumerate(spec.nodes):
        usual = fresh(snake_case(node.kind), taken)
        taken.add(node.name)
        inputs: Any = 0 if node.inputs is None else [_near(source, place, places) for source in node.inputs]
        fields = [
            node.kind,
            node.config,
            inputs,
            0 if node.name == usual else node.name,
            node.call,
            [_near(node.shares, place, places)] if node.shares else 0,
            0 if node.block == block else node.block or "",
        ]
        block = node.block
        while len(fields) > 1 and fields[-1] in (0, {}):
            fields.pop()
        nodes.append(fields)
    outputs = [output.model_dump(exclude_defaults=True) for output in spec.outputs]
    return [spec.name, nodes, outputs] if outputs else [spec.name, nodes]


def _spec(short: list[Any]) -> ModelSpec:
    name, rows, *outputs = short
    taken: set[str] = set()
    names: list[str] = []
    for row in rows:
        names.append(row[3] if len(row) > 3 and row[3] != 0 else fresh(snake_case(row[0]), taken))
        taken.add(names[-1])
    nodes, block = [], None
    for place, row in enumerate(rows):
        usual = ["", {}, 0, 0, {}, 0, 0]
        kind, config, inputs, _, call, shares, own_block = [*row, *usual[len(row) :]]
        block = block if own_block == 0 else own_block or None
        nodes.append(
            {
                "name": names[place],
                "kind": kind,
                "config": config,
                "inputs": None if inputs == 0 else [_named(source, place, names) for source in inputs],
                "call": call,
                "shares": None if shares == 0 else _named(shares[0], place, names),
                "block": block,
            }
        )
    return ModelSpec.model_validate({"name": name, "nodes": nodes, "outputs": outputs[0] if outputs else []})


def _near(source: str, place: int, places: dict[str, int]) -> int | str:
    """What feeds node `place`: how far back it stands, with `:k` behind; as it is, behind `=`, where there is none."""
    name, colon, port = source.partition(":")
    if name not in places:
        return f"={source}"
    back = place - places[name]
    return f"{back}:{port}" if colon else back


def _named(source: int | str, place: int, names: list[str]) -> str:
    if isinstance(source, int):
        return names[_within(place - source, names)]
    if source.startswith("="):
        return source[1:]
    back, _, port = source.partition(":")
    return f"{names[_within(place - int(back), names)]}:{port}"


def _within(place: int, names: list[str]) -> int:
    if not 0 <= place < len(names):
        raise LookupError(place)
    return place
