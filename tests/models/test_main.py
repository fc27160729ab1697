import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import main
from models.architectures import ARCHITECTURES
from models.spec import ModelSpec

ROOT = Path(__file__).resolve().parents[2]


def test_list_prints_one_object_a_line(capsys):
    assert main(["list"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["name"] for line in lines] == list(ARCHITECTURES)
    assert all({"title", "summary", "suits"} <= line.keys() for line in lines)


def test_show_prints_a_spec(capsys):
    assert main(["show", "lenet-5"]) == 0
    assert ModelSpec.model_validate_json(capsys.readouterr().out) == ARCHITECTURES["lenet-5"].default()


def test_options_change_the_architecture(capsys):
    assert main(["show", "mlp", "--input-shape", "4", "--units", "3", "--activation", "sigmoid"]) == 0
    expected = ARCHITECTURES["mlp"].build((4,), 3, "sigmoid")
    assert ModelSpec.model_validate_json(capsys.readouterr().out) == expected


def test_code_of_a_file(capsys, tmp_path):
    spec = ARCHITECTURES["table-mlp"].default()
    file = tmp_path / "spec.json"
    file.write_text(spec.model_dump_json())
    assert main(["code", str(file)]) == 0
    from_file = capsys.readouterr().out
    file.write_text(json.dumps({"name": "a run", "model": spec.model_dump()}))
    assert main(["code", str(file)]) == 0
    assert main(["code", "table-mlp"]) == 0
    assert capsys.readouterr().out == from_file * 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "should be an object"),
        ('{"nodes": [], "layers": []}', "layers is not a known key"),
        ('{"nodes": [{"name": "../a", "kind": "Dense"}]}', "nodes.0.name"),
        ('{"nodes": [{"name": "a", "kind": "Dense"}]}', "a: units is missing"),
        ('{"nodes": [{"name": "a", "kind": "Dense", "config": {"units": NaN}}]}', "must be finite"),
    ],
)
def test_a_wrong_file_is_one_sentence_on_stderr(capsys, tmp_path, text, words):
    file = tmp_path / "spec.json"
    file.write_text(text)
    assert main(["code", str(file)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "lenet5"], "Did you mean lenet-5?"),
        (["show", "nowhere.json"], "cannot be read"),
        (["show", "lenet-5", "--units", "0"], "at least 1"),
        (["show", "lenet-5", "--input-shape", "8,x"], "as in 28,28,1"),
        (["paint"], "invalid choice"),
        ([], "required"),
    ],
)
def test_wrong_arguments_end_with_status_2(capsys, arguments, words):
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert words in printed.err
    assert len(printed.err.splitlines()) == 1


def test_listing_imports_no_keras():
    code = "import sys; from models.__main__ import main; main(['list']); sys.exit('keras' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)


@pytest.mark.slow
def test_summary_prints_json_and_nothing_else(tmp_path):
    command = [sys.executable, "-m", "models", "summary"]
    good = subprocess.run([*command, "lenet-5"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(good.stdout)["total_params"] == 61_706
    assert good.stderr == ""
    wrong = [*command, "lenet-5", "--input-shape", "4"]
    bad = subprocess.run(wrong, cwd=ROOT, capture_output=True, text=True, check=False)
    assert bad.returncode == 2
    assert json.loads(bad.stdout)["problems"][0]["node"] == "conv2d"
    assert bad.stderr.startswith("conv2d: Conv2D takes images")
    assert len(bad.stderr.splitlines()) == 1
