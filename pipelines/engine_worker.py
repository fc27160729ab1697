"""The engine's process: imports keras, then runs one function after the other until its pipe closes.

`python -m pipelines.engine_worker FD MODULE...` is started by `pipelines.engine` alone. Requests are
`(function, kwargs)`, answers `("result" | "known" | "unknown", value)`.
"""

import importlib
import logging
import os
import queue
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from typing import Any

from models.errors import NetloomError


def main() -> None:
    """Serve until the other end of the pipe is closed, by the engine or by its death."""
    connection = Connection(int(sys.argv[1]))
    requests: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, requests), daemon=True).start()
    for module in sys.argv[2:]:
        try:
            importlib.import_module(module)
        except Exception:  # a job that needs it will fail with the same error, which then reaches a person
            logging.exception("could not import %s ahead", module)
    connection.send("ready")
    while True:
        function, kwargs = requests.get()
        kind, value = _answer(function, kwargs)
        try:
            connection.send((kind, value))
        except OSError:
            _leave()
        except Exception as error:  # the result cannot be pickled
            connection.send(("unknown", _describe(error)))
        del value, kwargs


def _receive(connection: Connection, requests: queue.SimpleQueue) -> None:
    """Read ahead in a thread, so that the end of the server is noticed in the middle of a job too."""
    while True:
        try:
            requests.put(connection.recv())
        except (EOFError, OSError):
            _leave()


def _answer(function: str, kwargs: dict[str, Any]) -> tuple[str, Any]:
    module, _, name = function.rpartition(".")
    try:
        return "result", getattr(importlib.import_module(module), name)(**kwargs)
    except NetloomError as error:
        return "known", error
    except Exception as error:  # the top of this process: everything is reported, nothing ends it
        return "unknown", _describe(error)


def _describe(error: Exception) -> tuple[str, str]:
    first = next(iter(str(error).strip().splitlines()), "")
    sentence = f"{type(error).__name__}: {first}" if first else f"{type(error).__name__}."
    return sentence, "".join(traceback.format_exception(error))


def _leave() -> None:
    """End at once, with whatever this process has started: nobody is left to read the answer."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
