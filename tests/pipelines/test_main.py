"""The command line: what it prints where, and its exit status."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import pandas as pd
import pytest

from models.spec import ModelSpec
from pipelines.__main__ import main
from pipelines.cli import printing, waiting
from pipelines.launch import liveness
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[2]
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(watched_store: RunStore) -> RunStore:
    return watched_store


def finished(store: RunStore, name: str = "done", experiment: str = "default") -> str:
    uid = store.create(RunSpec(name=name, experiment=experiment, model=ModelSpec(), tags={"k": "v"})).uid
    store.claim(uid, "here", "cpu")
    for epoch in range(2):
        points = [MetricPoint("loss", split, epoch, 10 * (epoch + 1), 1 / (epoch + 1)) for split in ("train", "val")]
        store.log_epoch(uid, [*points, MetricPoint("odd", "val", epoch, 10, float("nan"))], Progress(epoch + 1, 2))
    (store.run_dir(uid) / "model.keras").write_bytes(b"x")
    store.add_artifact(uid, store.run_dir(uid) / "model.keras", "model")
    store.finish(uid, "finished")
    return uid


def valid(text: str) -> dict:
    return json.loads(text, parse_constant=pytest.fail)


def test_submit_queues_a_run_and_prints_it(cli, store) -> None:
    code, out, err = cli("submit", "--example", "iris-mlp", "--set", "train.epochs=3", "--priority", "2")
    told = valid(out)
    run = store.get(told["uid"])
    assert (code, err) == (0, "")
    assert (told["status"], told["name"], told["experiment"], told["priority"]) == ("queued", "iris-mlp", "examples", 2)
    assert RunSpec.model_validate_json(run.spec_json).train.epochs == 3


def test_submit_takes_a_file(cli, store, tmp_path) -> None:
    _, out, _ = cli("submit", "--example", "digits-mlp")
    (tmp_path / "spec.json").write_text(json.dumps(valid(cli("show", valid(out)["uid"])[1])["spec"]))
    code, out, _ = cli("submit", str(tmp_path / "spec.json"), "--set", "name=again")
    assert (code, valid(out)["name"]) == (0, "again")


def test_list_prints_a_line_a_run_newest_first_and_filters(cli, store, monkeypatch) -> None:
    assert cli("list") == (0, "", "")
    first, second = finished(store, "a"), finished(store, "b", experiment="other")
    waiting = store.create(RunSpec(model=ModelSpec())).uid
    code, out, err = cli("list")
    told = [valid(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [run["uid"] for run in told] == [waiting, second, first]
    assert told[2]["metrics"]["val"]["loss"] == {"last": 0.5, "min": 0.5, "max": 1.0}
    assert told[2]["progress"]["epoch"] == 2 and told[2]["tags"] == {"k": "v"}
    assert told[0]["metrics"] == {}
    assert len(cli("list", "--limit", "1")[1].splitlines()) == 1
    monkeypatch.setattr(printing, "MANY", 1)
    assert cli("list")[1] == out
    assert valid(cli("list", "--experiment", "other")[1])["uid"] == second
    assert valid(cli("list", "--status", "queued")[1])["uid"] == waiting
    assert len(cli("list", "--status", "queued", "--status", "finished")[1].splitlines()) == 3


def test_show_prints_all_that_is_known(cli, store) -> None:
    uid = finished(store)
    code, out, _ = cli("show", uid[:8])
    told = valid(out)
    assert (code, told["uid"], told["status"], told["nonfinite"]) == (0, uid, "finished", True)
    assert told["spec"]["schema_version"] == 1
    assert told["folder"] == str(store.run_dir(uid))
    assert [artifact["path"] for artifact in told["artifacts"]] == ["model.keras"]


def test_history_prints_csv(cli, store) -> None:
    code, out, _ = cli("history", finished(store))
    table = pd.read_csv(io.StringIO(out))
    assert code == 0
    assert list(table.columns) == ["split", "name", "epoch", "step", "value", "time_s"]
    assert table.query("split == 'train' and name == 'loss'")["value"].tolist() == [1.0, 0.5]
    assert table.query("name == 'odd'")["value"].isna().all()
    assert cli("history", cli_uid(cli))[1].splitlines() == ["split,name,epoch,step,value,time_s"]


def cli_uid(cli: Cli) -> str:
    return valid(cli("submit", "--example", "iris-mlp")[1])["uid"]


@pytest.mark.parametrize("verb", ["stop", "kill"])
def test_stop_and_kill_end_what_waits_ask_what_works_and_leave_what_has_ended(cli, store, verb: str) -> None:
    waits, works, ended = cli_uid(cli), cli_uid(cli), finished(store)
    store.claim(works, "here", "cpu")
    assert valid(cli(verb, waits)[1])["status"] == "stopped"
    assert valid(cli(verb, works)[1])["request"] == verb
    assert valid(cli(verb, ended)[1])["status"] == "finished"


def test_resume_and_extend_queue_a_run_again(cli, store) -> None:
    stopped, ended = cli_uid(cli), finished(store)
    cli("stop", stopped)
    assert valid(cli("resume", stopped)[1])["status"] == "queued"
    assert valid(cli("extend", ended, "--epochs", "30")[1])["status"] == "queued"
    assert RunSpec.model_validate_json(store.get(ended).spec_json).train.epochs == 30


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "The following arguments are required: VERB. See `python -m pipelines --help`."),
        (["fly"], "Argument VERB: invalid choice: 'fly'"),
        (["submit"], "submit takes either a SPEC.json or an --example."),
        (["submit", "a.json", "--example", "iris-mlp"], "submit takes either a SPEC.json or an --example."),
        (["submit", "none.json"], "none.json cannot be read: no such file or directory."),
        (["submit", "--example", "none"], "There is no example 'none'."),
        (["submit", "--example", "iris-mlp", "--set", "train.epoch=3"], "train.epoch is not a known key."),
        (["submit", "--example", "iris-mlp", "--set", "name=a/b"], "a name holds no slash"),
        (["submit", "--example", "iris-mlp", "--set", 'model.nodes.dense.inputs=["no"]'], "input no does not exist"),
        (["list", "--status", "odd"], "Argument --status: invalid choice: 'odd'"),
        (["list", "--limit", "0"], "a whole number above 0 was expected, received '0'"),
        (["show", "nosuchrun"], "There is no run 'nosuchrun'. `python -m pipelines list` shows every run."),
        (["show", "../../etc/passwd"], "There is no run '../../etc/passwd'."),
        (["extend", "nosuchrun", "--epochs", "-1"], "Argument --epochs"),
        (["extend", "nosuchrun"], "The following arguments are required: --epochs."),
        (["export", "nosuchrun", "onnxx", "x"], "There is no export format 'onnxx'."),
        (["export", "nosuchrun", "keras", "x"], "There is no run 'nosuchrun'."),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_on_stderr_and_status_2(cli, store, arguments: list[str], told: str) -> None:
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1
    assert store.find() == []


def test_what_keeps_an_export_from_beginning_is_told_without_keras(cli, store, tmp_path) -> None:
    waits, ended = cli_uid(cli), finished(store)
    code, out, err = cli("export", waits, "keras", str(tmp_path / "new"))
    assert (code, out) == (2, "")
    assert err.startswith("Run 'iris-mlp'") and "has no trained network: its status is queued." in err
    (tmp_path / "mine").write_text("mine")
    code, out, err = cli("export", ended, "keras", str(tmp_path / "mine"))
    assert (code, out) == (2, "") and "is there already" in err and len(err.splitlines()) == 1


def test_a_damaged_spec_in_the_store_hides_nothing_else(cli, store) -> None:
    uid = finished(store)
    with sqlite3.connect(store.home / "netloom.db") as database:
        database.execute("UPDATE runs SET spec = '{\"a\":' WHERE uid = ?", [uid])
    database.close()
    code, out, _ = cli("show", uid)
    assert code == 0
    assert valid(out)["spec"] == '{"a":' and valid(out)["status"] == "finished"


def test_ctrl_c_is_no_traceback_wherever_it_comes(cli, store, monkeypatch) -> None:
    uid = cli_uid(cli)
    store.claim(uid, "here", "cpu")
    Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
    code, out, err = cli("stop", uid, "--wait")
    assert (code, out) == (130, "")
    assert err.splitlines()[-1] == "Interrupted."
    assert store.get(uid).request == "stop"


def test_resume_of_a_finished_run_says_what_to_do_instead(cli, store) -> None:
    code, out, err = cli("resume", finished(store))
    assert (code, out) == (2, "")
    assert err.endswith("there is nothing left to resume. Extend it to train for more epochs.\n")


@pytest.mark.parametrize("verb", [[], ["submit"], ["list"], ["export"]])
def test_help_goes_to_stdout(verb: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    assert "usage: python -m pipelines" in capsys.readouterr().out


def test_a_home_that_cannot_be_used_is_one_sentence(monkeypatch, capsys) -> None:
    monkeypatch.setenv("NETLOOM_HOME", "/proc/netloom")
    assert main(["list"]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_no_verb_imports_keras(home: Path) -> None:
    code = "import sys, pipelines.__main__; assert not {'keras', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipelines", *arguments]


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home, and so one warm supervisor, for what really trains."""
    home = tmp_path_factory.mktemp("cli") / "home"
    yield home
    store = RunStore(home)
    for service in store.services("supervisor"):
        liveness.kill(service.pid, service.pid_created)
    for run in store.find():
        liveness.kill(run.pid, run.pid_created)
    store.close()


@pytest.fixture
def shell(real_home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments), cwd=ROOT, env={**os.environ, "NETLOOM_HOME": str(real_home)},
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip

    return run


@pytest.mark.slow
def test_an_example_is_trained_extended_forked_and_exported(shell, tmp_path: Path) -> None:
    ran = shell("submit", "--example", "digits-cnn", "--set", "train.epochs=2", "--wait")
    assert ran.returncode == 0, ran.stderr
    run = valid(ran.stdout)
    assert (run["status"], run["progress"]["epoch"]) == ("finished", 2)
    assert run["metrics"]["test"]["accuracy"]["last"] > 0.5
    longer = shell("extend", run["uid"], "--epochs", "3", "--wait")
    assert (longer.returncode, valid(longer.stdout)["progress"]["epoch"]) == (0, 3)
    history = pd.read_csv(io.StringIO(shell("history", run["uid"]).stdout))
    assert history.query("split == 'val' and name == 'loss'")["epoch"].tolist() == [0, 1, 2]
    forked = shell("fork", run["uid"], "--epoch", "2", "--wait")
    assert forked.returncode == 0, forked.stderr
    same = pd.read_csv(io.StringIO(shell("history", valid(forked.stdout)["uid"]).stdout))
    assert same.drop(columns="time_s").equals(history.drop(columns="time_s"))  # to the bit, since nothing was changed
    assert valid(shell("delete", valid(forked.stdout)["uid"]).stdout)["freed_bytes"] > 10_000
    exported = shell("export", run["uid"], "keras", str(tmp_path / "digits.keras"))
    assert exported.returncode == 0, exported.stderr
    assert valid(exported.stdout)["ok"] and (tmp_path / "digits.keras").stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "setting", "told"),
    [
        ("iris-mlp", 'train.optimizer={"kind": "SGD", "config": {"learning_rate": 1e30}}', "learning rate"),
        ("digits-cnn", "model.nodes.max_pooling2d.config.pool_size=50", "max_pooling2d"),
    ],
)
def test_a_run_that_fails_is_status_1_and_one_sentence(shell, example: str, setting: str, told: str) -> None:
    ran = shell("submit", "--example", example, "--set", setting, "--wait")
    assert ran.returncode == 1
    assert valid(ran.stdout)["status"] == "failed"
    assert told in ran.stderr.splitlines()[-1] and "Traceback" not in ran.stderr


@pytest.mark.slow
def test_ctrl_c_while_waiting_leaves_the_run_going(shell, real_home: Path) -> None:
    settings = ["--set", "train.epochs=5000", "--set", "train.early_stopping=null"]
    waiting = subprocess.Popen(
        command("submit", "--example", "iris-mlp", *settings, "--wait"), cwd=ROOT,
        env={**os.environ, "NETLOOM_HOME": str(real_home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    store = RunStore(real_home)
    end = time.monotonic() + 90
    while not [run for run in store.find(statuses=["running"]) if run.progress.epoch]:
        assert time.monotonic() < end and waiting.poll() is None
        time.sleep(0.1)
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=30)
    uid = valid(out)["uid"]
    assert waiting.returncode == 130
    assert err.splitlines()[-1] == f"Run {uid} goes on. `python -m pipelines stop {uid}` ends it."
    assert store.get(uid).status == "running"
    stopped = shell("stop", uid, "--wait")
    assert (stopped.returncode, valid(stopped.stdout)["status"]) == (0, "stopped")
    store.close()


@pytest.mark.slow
def test_waiting_for_a_supervisor_that_cannot_start_ends_with_a_sentence(home: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("NETLOOM_CPU_SLOTS", "many")
    monkeypatch.setattr(waiting, "LOOK_S", 0.1)
    monkeypatch.setattr(waiting, "STARTS", 1)
    assert main(["submit", "--example", "iris-mlp", "--wait"]) == 2
    assert capsys.readouterr().err.endswith("supervisor.log says why.\n")
    assert "NETLOOM_CPU_SLOTS is a number from 1 to 1000. Received: 'many'." in (home / "supervisor.log").read_text()
