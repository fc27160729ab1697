"""Networks that were saved elsewhere, as specs: Keras's JSON, .keras files, our own JSON. No keras.

What a file says is read as data and looked up in the catalogue: no code in it is run, no weights are read.
"""

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from models.exchange.keras_model import network
from models.exchange.notes import Notes
from models.spec import ModelSpec

MAX_CONFIG_BYTES = 32 * 2**20
"""Most bytes of JSON that are read. A ResNet-152 takes 0.7 MB."""
MAX_ENTRIES = 1_000

_CONFIG = "config.json"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_EXPECTED = "a .keras file, or the JSON of model.to_json(), was expected"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Imported:
    """A network that was read.

    Attributes:
        spec: in minimal form: only what differs from Keras's defaults. What the builder does not know is a node with a
            problem of its own.
        notes: sentences on what was left out or cannot be edited; each names its layer.
    """

    spec: ModelSpec
    notes: tuple[str, ...] = ()


def read(data: bytes, name: str) -> Imported:
    """The network in a file.

    Args:
        data: the file's bytes: the JSON of `model.to_json()` (Functional or Sequential, Keras 3 or 2), a .keras file,
            or a ModelSpec (or the RunSpec around one) as JSON.
        name: the file's, for messages.

    Raises:
        NetloomError: the file holds no network, or one that rows cannot say; the sentence names the layer and why.
    """
    weights = data[:2] == b"PK"
    text = _config_of_zip(data, name) if weights else _text(data, name)
    document = parsed(text, name)
    if is_spec(document):
        return Imported(spec_of(document, name))
    notes = Notes()
    if weights:
        notes.add("The weights in the file are not read: the network begins anew.")
    try:
        spec = network(document, name, notes)
    except ValidationError as error:
        raise SpecError.from_validation(error, name) from error
    except RecursionError as error:
        raise _too_deep(name) from error
    # A number where a list belongs, and the like: whatever else a file may say in the place of what Keras writes.
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        raise NetloomError(f"{name} is not written as Keras writes networks.", "Save the model anew.") from error
    return Imported(spec, notes.sentences())


def parsed(text: str | bytes, name: str) -> Any:
    """The JSON in `text`. Raises: SpecError, naming the file `name`."""
    try:
        document = json.loads(text)
        if "\\ud" in (text if isinstance(text, str) else text.decode("utf-8", "replace")).lower():
            json.dumps(document, ensure_ascii=False).encode()  # halves of characters, which no page can show
        return document
    except RecursionError as error:
        raise _too_deep(name) from error
    except ValueError as error:
        raise SpecError(
            f"{name} is not JSON: {error}.", "Expected is what “Download JSON” or Keras's model.to_json() writes."
        ) from error


def is_spec(document: Any) -> bool:
    """Whether this is a ModelSpec, or a RunSpec, as JSON; what is no object at all is one that is wrong."""
    return not isinstance(document, dict) or "nodes" in document or isinstance(document.get("model"), dict)


def spec_of(document: Any, name: str) -> ModelSpec:
    """A ModelSpec, or the model of a RunSpec, from its JSON. Raises: SpecError, naming the file `name`."""
    if isinstance(document, dict) and "nodes" not in document and isinstance(document.get("model"), dict):
        document = document["model"]
    try:
        return ModelSpec.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise SpecError.from_validation(error, name) from error


def _text(data: bytes, name: str) -> bytes:
    """The JSON text of a file that is no zip, as far as its first bytes tell."""
    start = data[:200].lstrip()
    if not start:
        raise NetloomError(f"{name} is empty; {_EXPECTED}.")
    if data.startswith(_HDF5):
        raise NetloomError(
            f"{name} is an HDF5 file of weights; {_EXPECTED}.",
            'Save the model anew with model.save("model.keras").',
        )
    if start[:1] == b"<":
        raise NetloomError(f"{name} is a web page; {_EXPECTED}.", "Download the file itself.")
    if b"\x00" in start or not (start[:1].isalnum() or start[:1] in b'{["\xef-'):
        raise NetloomError(
            f"{name} is neither JSON nor a zip; {_EXPECTED}.",
            'A SavedModel holds no list of layers: save the model anew with model.save("model.keras").',
        )
    if len(data) > MAX_CONFIG_BYTES:
        raise _too_large(name, len(data))
    return data


def _config_of_zip(data: bytes, name: str) -> bytes:
    """What config.json says in a .keras file; nothing else in it is touched."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.namelist()
            if len(entries) > MAX_ENTRIES:
                raise NetloomError(f"{name} holds {len(entries):,} files; {_EXPECTED}.")
            if _CONFIG not in entries:
                saved = any(entry.endswith("saved_model.pb") for entry in entries)
                what = "is a SavedModel, which holds no list of layers" if saved else f"is a zip without {_CONFIG}"
                raise NetloomError(f"{name} {what}; {_EXPECTED}.", 'Save the model with model.save("model.keras").')
            with archive.open(_CONFIG) as file:
                # What a zip says of its sizes may be false: the bytes are counted as they come.
                text = file.read(MAX_CONFIG_BYTES + 1)
    except _BROKEN as error:
        raise NetloomError(
            f"{name} is a damaged zip: {str(error).rstrip('.')}.", "Save it, or download it, again."
        ) from error
    if len(text) > MAX_CONFIG_BYTES:
        raise _too_large(name, len(text))
    return text


def _too_large(name: str, size: int) -> NetloomError:
    return NetloomError(
        f"{name} holds more than {MAX_CONFIG_BYTES:,} bytes of JSON; no network needs so many. Received: {size:,}."
    )


def _too_deep(name: str) -> NetloomError:
    return NetloomError(f"{name} is nested too deeply: lists in lists, beyond what a network needs.")
