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


def test_list_tells_options_that_set_takes(capsys):
    main(["list"])
    options = {line["name"]: line["options"] for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert options["mlp"]["width"] == 128
    assert main(["show", "mlp", "--set", "width=16", "--set", "hidden_activation=tanh", "--set", "layers=1"]) == 0
    expected = ARCHITECTURES["mlp"].build((8, 8, 1), 10, "softmax", width=16, hidden_activation="tanh", layers=1)
    assert ModelSpec.model_validate_json(capsys.readouterr().out) == expected


def test_the_table_of_networks_is_there():
    names = """perceptron xor-mlp linear-regression logistic-regression softmax-regression mlp-1-10-1 mlp-2-10-3
    mlp-784-16-16-10 mlp-784-50-10 mlp-784-256-10 mlp-784-200-200-10 modern-mlp dropout-mlp lenet-5 alexnet vgg-11
    vgg-13 vgg-16c vgg-16 vgg-19 googlenet plain-18 plain-34 resnet-18 resnet-34 resnet-50 cifar-plain-20
    cifar-plain-56 cifar-resnet-20 cifar-resnet-56 u-net autoencoder-8-3-8 pca-autoencoder deep-autoencoder
    conv-autoencoder unpooling-autoencoder denoising-autoencoder simple-rnn lstm gru bidirectional-lstm
    attention-classifier transformer-encoder transformer keras-applications"""
    assert set(names.split()) <= set(ARCHITECTURES)


def test_code_as_a_notebook(capsys):
    assert main(["code", "lenet-5", "--notebook"]) == 0
    assert json.loads(capsys.readouterr().out)["nbformat"] == 4


def test_a_link_is_read_again(capsys):
    assert main(["link", "mlp", "--set", "width=16"]) == 0
    link = capsys.readouterr().out.strip()
    expected = ARCHITECTURES["mlp"].build((8, 8, 1), 10, "softmax", width=16)
    for text in (link, f"http://localhost:8501/design?model={link}&tab=code"):
        assert main(["link", "--read", text]) == 0
        assert ModelSpec.model_validate_json(capsys.readouterr().out) == expected


def test_import_prints_the_spec_and_says_what_is_left_out(capsys, tmp_path):
    layers = [
        {"class_name": "Dense", "config": {"name": "a", "units": 3, "batch_input_shape": [None, 5]}},
        {"class_name": "Lambda", "config": {"name": "b"}},
    ]
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": layers}}))
    assert main(["import", str(file)]) == 0
    printed = capsys.readouterr()
    assert [node.kind for node in ModelSpec.model_validate_json(printed.out).nodes] == ["Input", "Dense", "Lambda"]
    assert printed.err.startswith("b: Lambda is not a layer of the catalogue")
    assert main(["show", str(file)]) == 0


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
        (["show", "mlp", "--set", "width=0"], "width must be a whole number"),
        (["show", "mlp", "--set", "depth=3"], "mlp has no argument depth. It takes: layers, width"),
        (["show", "mlp", "--set", "width"], "as in width=128"),
        (["show", "model.json", "--units", "3"], "--units is for architectures"),
        (["import", "nowhere.keras"], "cannot be read"),
        (["link", "--read", "1nothing"], "holds no network"),
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
