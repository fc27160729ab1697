"""Downloads through Keras, in processes of their own because Keras fixes KERAS_HOME when it is imported."""

import hashlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

_TRY_EACH = """
import dataclasses, json, sys, time
from models.errors import NetloomError
from pipelines.data.downloads.downloads import cache_state, cached_path
from pipelines.data.downloads.keras_datasets import download
from pipelines.data.downloads.remote_files import Download, RemoteFile
told = {}
for value in json.loads(sys.argv[1]):
    key = value.pop("key")
    wanted = Download(key, key.title(), (RemoteFile(**value),))
    begun = time.monotonic()
    try:
        download(wanted, answer_timeout_s=2, stall_timeout_s=2)
        message = ""
    except NetloomError as error:
        message = str(error)
    told[key] = {
        "message": message,
        "seconds": time.monotonic() - begun,
        "whole": cached_path(wanted) is not None,
        "status": cache_state(wanted).status,
    }
print(json.dumps(told))
"""


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120)


def test_what_can_go_wrong_is_one_sentence_that_names_the_offline_sets(keras_home: Path, server):
    content = np.random.default_rng(0).bytes(200_000)
    sha256 = hashlib.sha256(content).hexdigest()
    damaged = content[:-1] + bytes([content[-1] ^ 1])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        urls = {
            "good": server.offer("/good", content),
            "damaged": server.offer("/damaged", damaged),
            "short": server.offer("/short", content[:1000], promised=len(content)),
            "absent": server.offer("/good", content) + "/nowhere",
            "refused": "http://127.0.0.1:9/file",
            "unknown": "http://host.invalid/file",
            "silent": f"http://127.0.0.1:{silent.getsockname()[1]}/file",
        }
        files = [
            {"key": key, "name": f"folder/{key}", "url": url, "hash": sha256, "bytes": len(content)}
            for key, url in urls.items()
        ]
        done = _python("-c", _TRY_EACH, json.dumps(files))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)  # And nothing else on stdout: no progress bar of Keras's.
    good = told.pop("good")
    assert (good["message"], good["whole"], good["status"]) == ("", True, "cached")
    assert set(told) == {"damaged", "short", "absent", "refused", "unknown", "silent"}
    for key, outcome in told.items():
        assert f"{key.title()} is not on this machine and cannot be downloaded" in outcome["message"]
        assert outcome["message"].endswith("digits, iris, wine, breast cancer and diabetes.")
        assert (outcome["whole"], outcome["status"]) == (False, "failed")
        assert outcome["seconds"] < 15
    assert "404" in told["absent"]["message"] or "Not Found" in told["absent"]["message"]


def test_the_command_tells_why_on_stderr(keras_home: Path):
    done = _python("-m", "pipelines.data.downloads.keras_datasets", "mnist", "--mirror", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "MNIST is not on this machine and cannot be downloaded" in done.stderr.splitlines()[-1]
    assert "digits, iris, wine, breast cancer and diabetes" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_load_takes_a_whole_copy_without_asking_the_network(mnist_home: Path):
    script = (
        "from pipelines.data.keras_loading import load\n"
        "from pipelines.data.spec import BundledSource, DataSpec, KerasSource\n"
        "for source in (KerasSource(), BundledSource()):\n"
        "    print(len(load(DataSpec(source=source)).y['train']))\n"
    )
    done = _python("-c", script)
    assert (done.returncode, done.stdout.split()) == (0, ["51000", "1257"]), done.stderr
