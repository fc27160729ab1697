"""Downloads through Keras, into the cache that keras.datasets reads: `fetch` before data is read that may be missing.

`python -m pipelines.data.downloads.keras_datasets NAME` is the process that `downloads.start` starts.
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
from pipelines.data.downloads.downloads import (
    NotOnThisMachine,
    cache_folder,
    cached_path,
    file_for,
    lock_path,
    path_of,
    record_download,
)
from pipelines.data.downloads.remote_files import DOWNLOADS, OFFLINE_SETS, Download, RemoteFile
from pipelines.data.spec import DataSpec

_OTHERS_TIMEOUT_S = 900.0
_HINT = f"Sets that need no network: {OFFLINE_SETS}."


def fetch(spec: DataSpec) -> None:
    """Makes sure that the data of `spec` is on this machine. Does nothing for bundled sets.

    Raises:
        NotOnThisMachine: as `download`.
    """
    wanted = file_for(spec.source)
    if wanted is not None:
        download(wanted)


def download(wanted: Download, answer_timeout_s: float = 10.0, stall_timeout_s: float = 20.0) -> None:
    """Downloads into KERAS_HOME what is not there whole; one process at a time does it.

    Args:
        wanted: what to download.
        answer_timeout_s: where there is no network, it is known after so many seconds at the latest.
        stall_timeout_s: silence in the middle of a file that ends the download.

    Raises:
        NotOnThisMachine: no network, no answer, no room, or what came is damaged; then it is not kept.
    """
    if cached_path(wanted):
        return
    lock = lock_path(wanted)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=_OTHERS_TIMEOUT_S):
            if not cached_path(wanted):
                _download_and_say_so(wanted, answer_timeout_s, stall_timeout_s)
    except Timeout:
        raise NotOnThisMachine(f"Another download of {wanted.title} does not end.", _HINT) from None
    except OSError as error:
        raise NotOnThisMachine(f"{wanted.title} cannot be kept in {lock.parent}: {error}.", _HINT) from error


def main(arguments: list[str] | None = None) -> int:
    """Downloads one data set; exit status 0 for success, else 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.data.downloads.keras_datasets", description=main.__doc__)
    parser.add_argument("name", choices=sorted(DOWNLOADS))
    parser.add_argument("--mirror", default="", help="take the same files from below this URL, say on your own network")
    chosen = parser.parse_args(arguments)
    try:
        download(replace(DOWNLOADS[chosen.name], mirror=chosen.mirror))
    except NetloomError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _download_and_say_so(wanted: Download, answer_timeout_s: float, stall_timeout_s: float) -> None:
    record_download(wanted, pid=os.getpid())
    try:
        for file in wanted.files:
            if path_of(file) is None:
                url = wanted.url_of(file)
                _expect_an_answer(wanted.title, url, answer_timeout_s)
                _get(wanted.title, url, file, stall_timeout_s)
    except NetloomError as error:
        record_download(wanted, error=str(error))
        raise
    record_download(wanted)


def _expect_an_answer(title: str, url: str, timeout_s: float) -> None:
    """Asks for the file's header, in a thread: name look-up and a host of many silent addresses know no timeout."""
    failures: list[str] = [f"no answer in {timeout_s:g} s"]

    def ask() -> None:
        try:
            request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - a URL of DOWNLOADS
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
        raise _cannot_be_downloaded(title, failures[0])


def _get(title: str, url: str, file: RemoteFile, stall_timeout_s: float) -> None:
    """keras.utils.get_file, as keras.datasets calls it; it removes what it could not complete."""
    folder, _, name = f"datasets/{file.name}".rpartition("/")
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(stall_timeout_s)  # urlretrieve takes no timeout of its own.
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # Keras draws a progress bar there.
            keras.utils.get_file(name, origin=url, cache_subdir=folder, force_download=True)
    except Exception as error:  # get_file raises no narrower kind.
        raise _cannot_be_downloaded(title, str(error)) from error
    finally:
        socket.setdefaulttimeout(before)
    if path_of(file) is None:  # not the file's hash alone: Keras knows none of a CSV's numbers
        (cache_folder() / file.name).unlink(missing_ok=True)
        raise _cannot_be_downloaded(title, f"what came from {url} is damaged: its hash is another")


def _cannot_be_downloaded(title: str, why: str) -> NotOnThisMachine:
    return NotOnThisMachine(
        f"{title} is not on this machine and cannot be downloaded ({why}); these sets need no network: {OFFLINE_SETS}."
    )


if __name__ == "__main__":
    sys.exit(main())
