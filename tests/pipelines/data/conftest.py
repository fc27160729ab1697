"""What the data tests share: a KERAS_HOME of the test's own, empty or with real files in it, and a web server."""

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty KERAS_HOME; processes started by the test inherit it."""
    folder = tmp_path / "keras"
    folder.mkdir()
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


@pytest.fixture
def mnist_home(keras_home: Path, data_dir: Path) -> Path:
    """A KERAS_HOME that holds MNIST and Fashion-MNIST."""
    shutil.copytree(data_dir / "keras/datasets", keras_home / "datasets", copy_function=shutil.copyfile)
    for folder in ("", "fashion-mnist"):
        (keras_home / "datasets" / folder).chmod(0o755)  # the test data may be read-only
    return keras_home


class SlowServer:
    """A web server for files, at `speed` bytes a second; each content has the path it is offered under."""

    def __init__(self) -> None:
        self.speed = 100e6
        self.contents: dict[str, tuple[bytes, int]] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.reply(with_body=False)

            def do_GET(self) -> None:
                self.reply(with_body=True)

            def reply(self, with_body: bool) -> None:
                if self.path not in outer.contents:
                    self.send_error(404)
                    return
                content, promised = outer.contents[self.path]
                self.send_response(200)
                self.send_header("Content-Length", str(promised))
                self.end_headers()
                piece = 1 << 16
                for start in range(0, len(content) if with_body else 0, piece):
                    self.wfile.write(content[start : start + piece])
                    time.sleep(piece / outer.speed)

            def log_message(self, format: str, *args: object) -> None:
                pass

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):  # A client that was killed.
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def offer(self, path: str, content: bytes, promised: int | None = None) -> str:
        """The URL of `content`; `promised` is the length that the header tells."""
        self.contents[path] = (content, len(content) if promised is None else promised)
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowServer]:
    """A real web server on this machine."""
    monkeypatch.setenv("no_proxy", "*")
    server = SlowServer()
    yield server
    server.close()


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder below which specs may name files; the home is empty too."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    monkeypatch.setenv("NETLOOM_DATA", str(allowed))
    return allowed
