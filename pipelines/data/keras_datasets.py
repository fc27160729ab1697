"""Downloads through Keras, into the cache that keras.datasets reads. `fetch` before `load` where data may be missing.

`python -m pipelines.data.keras_datasets NAME` is the process that `pipelines.data.downloads.start` starts.
"""

import argparse
import contextlib
import io
import os
import socket
import sys
import threading
import urllib.request
from dataclasses import replace

import keras
from filelock import FileLock, Timeout

from models.errors import NetloomError
from pipelines.data.downloads import (
    FILES,
    OFFLINE_SETS,
    NotOnThisMachine,
    RemoteFile,
    cached_path,
    file_for,
    lock_path,
    record_download,
)
from pipelines.data.loading import Splits
from pipelines.data.loading import load as load_from_disk
from pipelines.data.spec import DataSpec

_OTHERS_TIMEOUT_S = 900.0
_HINT = f"Sets that need no network: {OFFLINE_SETS}."


def load(spec: DataSpec) -> Splits:
    """`pipelines.data.loading.load`, after a download where one is needed."""
    fetch(spec)
    return load_from_disk(spec)


def fetch(spec: DataSpec) -> None:
    """Makes sure that the data of `spec` is on this machine. Does nothing for bundled sets.

    Raises:
        NotOnThisMachine: as `download`.
    """
    file = file_for(spec.source)
    if file is not None:
        download(file)


def download(file: RemoteFile, answer_timeout_s: float = 10.0, stall_timeout_s: float = 20.0) -> None:
    """Downloads `file` into KERAS_HOME unless a whole copy is there; one process at a time does it.

    Args:
        file: what to download.
        answer_timeout_s: where there is no network, it is known after so many seconds at the latest.
        stall_timeout_s: silence in the middle of the file that ends the download.

    Raises:
        NotOnThisMachine: no network, no answer, no room, or what came is damaged.
    """
    if cached_path(file):
        return
    lock = lock_path(file)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=_OTHERS_TIMEOUT_S):
            if not cached_path(file):
                _download_and_say_so(file, answer_timeout_s, stall_timeout_s)
    except Timeout:
        raise NotOnThisMachine(f"Another download of {file.title} does not end.", _HINT) from None
    except OSError as error:
        raise NotOnThisMachine(f"{file.title} cannot be kept in {lock.parent}: {error}.", _HINT) from error


def main(arguments: list[str] | None = None) -> int:
    """Downloads one data set; exit status 0 for success, else 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.data.keras_datasets", description=main.__doc__)
    parser.add_argument("name", choices=sorted(FILES))
    parser.add_argument("--url", help="take the same file from here, say a mirror on your own network")
    chosen = parser.parse_args(arguments)
    file = FILES[chosen.name]
    try:
        download(replace(file, url=chosen.url or file.url))
    except NetloomError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _download_and_say_so(file: RemoteFile, answer_timeout_s: float, stall_timeout_s: float) -> None:
    record_download(file, pid=os.getpid())
    try:
        _expect_an_answer(file, answer_timeout_s)
        _get(file, stall_timeout_s)
    except NetloomError as error:
        record_download(file, error=str(error))
        raise
    record_download(file)


def _expect_an_answer(file: RemoteFile, timeout_s: float) -> None:
    """Asks for the file's header, in a thread: name look-up and a host of many silent addresses know no timeout."""
    failures: list[str] = [f"no answer in {timeout_s:g} s"]

    def ask() -> None:
        try:
            request = urllib.request.Request(file.url, method="HEAD")  # noqa: S310 - a URL of FILES
            urllib.request.urlopen(request, timeout=timeout_s).close()  # noqa: S310
        except OSError as error:
            reason = getattr(error, "reason", error)
            failures[0] = getattr(reason, "strerror", None) or str(reason)
        else:
            failures.clear()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout_s)
    if failures:
        raise _cannot_be_downloaded(file, failures[0])


def _get(file: RemoteFile, stall_timeout_s: float) -> None:
    """keras.utils.get_file, as keras.datasets calls it; it removes what it could not complete, or what is damaged."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(stall_timeout_s)  # urlretrieve takes no timeout of its own.
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # Keras draws a progress bar there.
            keras.utils.get_file(file.name, origin=file.url, file_hash=file.sha256)
    except Exception as error:  # get_file raises no narrower kind.
        raise _cannot_be_downloaded(file, str(error)) from error
    finally:
        socket.setdefaulttimeout(before)


def _cannot_be_downloaded(file: RemoteFile, why: str) -> NotOnThisMachine:
    return NotOnThisMachine(
        f"{file.title} is not on this machine and cannot be downloaded ({why}); these sets need no network: "
        f"{OFFLINE_SETS}."
    )


if __name__ == "__main__":
    sys.exit(main())
