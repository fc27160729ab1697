"""Telling a real server that runs have ended, and one that refuses, is away, or comes back."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.launch.webhook import Webhook, WebhookSetting, body, checked, post, try_out
from pipelines.runs.facts import MetricPoint, Progress, Status
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


class Server(ThreadingHTTPServer):
    """Notes what it is sent. `answers` are its next status codes; then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages: list[dict] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def uids(self) -> list[str]:
        return [message["uid"] for message in self.messages]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Content-Type"] == "application/json"
        self.server.messages.append(message)
        code = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(code)
        if code // 100 == 3:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def store(home: Path) -> Iterator[RunStore]:
    store = RunStore(home)
    yield store
    store.close()


@pytest.fixture
def hook(store: RunStore) -> Iterator[Callable[[], Webhook]]:
    """Makes a webhook that does not wait long; it has looked back when it comes."""
    made: list[Webhook] = []

    def make() -> Webhook:
        made.append(Webhook(store, retries_s=(0.01, 0.01)))
        until(lambda: store.setting("webhook.told") is not None)
        return made[-1]

    yield make
    for webhook in made:
        webhook.close(10)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended(store: RunStore, status: Status = "finished", error: str | None = None) -> str:
    uid = store.create(RunSpec(model=ModelSpec(), name="a run")).uid
    store.claim(uid, "here", "cpu")
    store.started(uid, 1, 1.0)
    points = [MetricPoint("loss", "train", 2, 30, 0.5), MetricPoint("accuracy", "val", 2, 30, 0.75)]
    store.log_epoch(uid, [*points, MetricPoint("loss", "val", 2, 30, float("nan"))], Progress(epoch=3, epochs=3))
    store.finish(uid, status, error=error, best_epoch=1)
    return uid


def test_what_is_told(store, server, hook) -> None:
    store.set_setting("webhook", {"url": server.url})
    webhook, uid = hook(), ended(store)
    webhook.ended(uid)
    until(lambda: not webhook.busy)
    (message,) = server.messages
    run = store.get(uid)
    assert message == json.loads(json.dumps(body(store, run)))
    assert message["event"] == "run ended"
    assert (message["uid"], message["name"], message["status"]) == (uid, "a run", "finished")
    assert (message["epochs"], message["best_epoch"], message["ended_at"]) == (3, 2, run.ended_at)
    assert message["metrics"] == {"train loss": 0.5, "val accuracy": 0.75}  # what is no number is no JSON
    assert message["text"] == "Run a run finished after 3 epochs: val accuracy 0.75"


def test_only_what_is_asked_for_is_told_and_only_once_it_has_ended(store, server, hook) -> None:
    webhook = hook()
    fine, failed, lost = ended(store), ended(store, "failed", "The disk is full."), ended(store, "lost", "It died.")
    waits = store.create(RunSpec(model=ModelSpec())).uid
    store.set_setting("webhook", WebhookSetting(server.url, ("failed", "lost")).as_json())
    for uid in (fine, failed, waits, lost, "nosuchrun000", failed):
        webhook.ended(uid)
    until(lambda: not webhook.busy)
    assert server.uids() == [failed, lost]
    assert "The disk is full." in server.messages[0]["text"]
    assert "was lost" in server.messages[1]["text"]


def test_a_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(store, server, hook, caplog) -> None:
    store.set_setting("webhook", {"url": server.url})
    webhook = hook()
    server.answers = [503, 429]
    again, refused, given_up = ended(store), ended(store), ended(store)
    webhook.ended(again)
    until(lambda: not webhook.busy)
    assert server.uids() == [again] * 3
    server.answers = [404]
    webhook.ended(refused)
    until(lambda: not webhook.busy)
    assert server.uids()[3:] == [refused]
    server.answers = [500] * 3
    webhook.ended(given_up)
    until(lambda: not webhook.busy)
    assert server.uids()[4:] == [given_up] * 3
    assert f"{given_up} (it answered 500" in caplog.text and "it is given up" in caplog.text


def test_a_server_that_is_not_there_holds_up_nobody(store, server, hook) -> None:
    store.set_setting("webhook", {"url": "http://127.0.0.1:9/"})
    webhook = hook()
    webhook.ended(ended(store))
    until(lambda: not webhook.busy)
    store.set_setting("webhook", {"url": "nonsense"})  # edited by hand
    webhook.ended(ended(store))
    until(lambda: not webhook.busy)
    store.set_setting("webhook", {"url": server.url})
    uid = ended(store)
    webhook.ended(uid)
    until(lambda: not webhook.busy)
    assert server.uids() == [uid]


def test_the_next_supervisor_tells_what_the_last_one_could_not(store, server, hook) -> None:
    old = ended(store)
    store.set_setting("webhook", {"url": server.url})
    first = hook()  # set for the first time: of what was before nobody wants to be told
    told = ended(store)
    first.ended(told)
    until(lambda: not first.busy)
    first.close(10)
    missed = [ended(store), ended(store, "failed", "It did not work.")]
    hook()
    until(lambda: len(server.uids()) > 2)
    assert old not in server.uids()
    assert server.uids() == [told, *missed]


@pytest.mark.parametrize("url", ["", "ftp://there", "file:///etc/passwd", "http://", "there", None, 5])
def test_an_address_that_is_none_is_refused(url: object) -> None:
    with pytest.raises(NetloomError, match="begins with http"):
        checked({"url": url})


def test_a_setting_is_checked_and_comes_back(store) -> None:
    setting = WebhookSetting("https://example.org/hook", ("finished", "paused"))
    store.set_setting("webhook", setting.as_json())
    assert checked(store.setting("webhook")) == WebhookSetting("https://example.org/hook", ("paused", "finished"))
    assert checked(None) is None
    with pytest.raises(NetloomError, match="Received: \\['running'\\]"):
        checked({"url": "http://there", "when": ["running"]})


def test_it_can_be_tried_out(server) -> None:
    try_out(WebhookSetting(server.url))
    assert server.messages[0]["event"] == "test"
    server.answers = [403]
    with pytest.raises(NetloomError, match="it answered 403 Forbidden"):
        try_out(WebhookSetting(server.url))
    with pytest.raises(OSError):
        post("http://127.0.0.1:9/", {})


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_who_has_moved_has_not_taken_the_message(server, code: int) -> None:
    server.answers = [code]
    with pytest.raises(NetloomError, match=rf"it answered {code} .* names another address, /elsewhere"):
        try_out(WebhookSetting(server.url))


@pytest.mark.slow
def test_a_supervisor_tells_of_every_run_that_ends_under_it(lab, server) -> None:
    lab.store.set_setting("webhook", {"url": server.url, "when": ["finished", "stopped", "lost"]})
    webhook = Webhook(lab.store)
    supervisor = lab.supervisor(webhook=webhook)
    fine, dies, cancelled = lab.queue(), lab.queue("crash"), lab.queue("stay", device="gpu:0")
    lab.drive(supervisor, lambda: {fine, dies} <= set(server.uids()))
    assert cancelled not in server.uids()  # it failed for want of a GPU, of which nobody is told
    assert next(message for message in server.messages if message["uid"] == dies)["cause"] == "died"
    webhook.close(10)
