"""What every command line of the project does alike: how it ends, and how it says what is wrong. No keras."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

from models.errors import NetloomError

INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        """Raises: NetloomError."""
        raise NetloomError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See `{self.prog} --help`.")


def exit_status(command: Callable[[], int]) -> int:
    """What `command` returns; 2 for bad input, after a sentence on stderr; 1 where nobody reads stdout any more."""
    try:
        status = command()
        sys.stdout.flush()
        return status
    except NetloomError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more as it ends, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


@contextlib.contextmanager
def stderr_to(path: str | os.PathLike[str]) -> Iterator[None]:
    """Send stderr to the end of a file, that of native code and of processes started meanwhile too.

    TensorFlow writes to it from C++ as it starts, whatever its log level is set to.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(path, "ab") as log:
            os.dup2(log.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
