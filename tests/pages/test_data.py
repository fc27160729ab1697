"""Data: every way to data and all that is done with it, as clicks; what is faulty is said and changes nothing."""

import shutil

import numpy as np
import pytest

from pipelines.data.spec import BundledSource, KerasSource, ToySource
from pipelines.drafts import DraftStore

pytestmark = pytest.mark.slow  # whether the network fits is asked of the Keras process

PEOPLE = """name,age,town,height,member
Ada,36,Rome,1.7,yes
Bo,41,Oslo,1.8,no
Cy,,Oslo,1.6,no
""" + "".join(f"P{i},{20 + i % 40},{'Rome' if i % 3 else 'Oslo'},{1.5 + i % 50 / 100},{'yes' if i % 2 else 'no'}\n"
              for i in range(120))  # fmt: skip


@pytest.fixture
def page(open_page):
    opened = open_page("data.py", timeout_s=90)
    assert not opened.exception and not opened.error
    return opened


def data_of(store):
    return DraftStore(store.home).newest().spec.data


def group(page, name):
    return page.segmented_control(key="data.group").set_value(name).run()


def upload(page, name, content):
    group(page, "Yours")
    content = content.encode() if isinstance(content, str) else content
    page.file_uploader[0].upload(name, content)
    page.run()
    assert not page.exception
    return page


def said(page):
    return " ".join(block.value for block in (*page.markdown, *page.caption, *page.error)).replace("\\", "")


def columns_of(store):
    return {column.name: column for column in data_of(store).source.columns}


# Sets that have a name


def test_the_digits_are_shown_at_first(page):
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Rows"] == "1,797" and shown["Input"] == "8 × 8 × 1"


@pytest.mark.parametrize(("name", "scaling"), [("iris", "standardise"), ("wine", "standardise"), ("digits", "rescale")])
def test_a_set_is_chosen_with_the_scaling_that_suits_it(page, store, name, scaling):
    page.selectbox(key="data.source").select(BundledSource(name="diabetes")).run()
    page.selectbox(key="data.source").select(BundledSource(name=name)).run()
    assert not page.exception and not page.error
    assert (data_of(store).source.name, data_of(store).scaling) == (name, scaling)


def test_another_group_shows_its_sets_and_changes_nothing_yet(page, store):
    group(page, "Toy problems")
    assert page.selectbox(key="data.source").value is None
    assert not (store.home / "drafts").exists()
    page.selectbox(key="data.source").select(ToySource(name="spiral")).run()
    assert data_of(store).source.name == "spiral"
    assert page.segmented_control(key="data.group").value == "Toy problems"


def test_a_toy_problem_is_generated_as_asked(page, store):
    group(page, "Toy problems")
    page.selectbox(key="data.source").select(ToySource(name="circles")).run()
    page.number_input(key="data.toy.n").set_value(250).run()
    page.number_input(key="data.toy.noise").set_value(0.25).run()
    page.number_input(key="data.toy.seed").set_value(3).run()
    assert not page.exception
    assert data_of(store).source == ToySource(name="circles", n=250, noise=0.25, seed=3)
    assert "250" in [metric.value for metric in page.metric]


def test_mnist_that_is_not_here_is_offered_for_download(page, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    group(page, "Download")
    page.selectbox(key="data.source").select(KerasSource(name="mnist")).run()
    assert not page.exception
    assert page.button(key="data.download").label == "Download"
    assert any("needs none" in caption.value for caption in page.caption)


def test_texts_that_are_not_here_can_be_chosen_too(page, store, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    group(page, "Download")
    page.selectbox(key="data.source").select(KerasSource(name="imdb")).run()
    assert not page.exception and not page.error
    assert data_of(store).source.name == "imdb"
    assert page.button(key="data.download").label == "Download"


def test_mnist_that_is_here_is_shown_with_its_own_test_split(open_page, store, tmp_path, monkeypatch, data_dir):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    shutil.copytree(data_dir / "keras", tmp_path / "keras")
    page = open_page("data.py", timeout_s=90)
    group(page, "Download")
    page.selectbox(key="data.source").select(KerasSource(name="mnist")).run()
    assert not page.exception
    assert "70,000" in [metric.value for metric in page.metric]
    assert page.slider(key="data.test").disabled
    page.toggle(key="data.own").set_value(False).run()
    assert not page.slider(key="data.test").disabled and not data_of(store).split.own


# What is done with any set


def test_split_seed_and_scaling_reach_the_draft(page, store):
    page.slider(key="data.val").set_value(30).run()
    page.number_input(key="data.seed").set_value(7).run()
    page.toggle(key="data.stratify").set_value(False).run()
    page.segmented_control(key="data.scaling").set_value("none").run()
    data = data_of(store)
    assert (data.split.val, data.split.seed, data.split.stratify, data.scaling) == (0.3, 7, False, "none")


def test_shares_that_leave_nothing_to_train_on_are_refused(page, store):
    page.slider(key="data.val").set_value(60).run()
    assert data_of(store).split.val == 0.6
    page.slider(key="data.test").set_value(60).run()
    assert not page.exception
    assert data_of(store).split.test == 0.15
    assert "tenth of the rows" in said(page)


def test_pca_turns_images_into_rows_and_the_network_is_said_not_to_fit(page, store):
    page.toggle(key="data.pca").set_value(True).run()
    page.number_input(key="data.pca.components").set_value(16).run()
    page.toggle(key="data.pca.whiten").set_value(True).run()
    assert not page.exception
    assert (data_of(store).pca.components, data_of(store).pca.whiten) == (16, True)
    assert "16" in [metric.value for metric in page.metric if metric.label == "Input"]
    page.button(key="data.fit").click().run()
    assert not any(button.key == "data.fit" for button in page.button)
    assert DraftStore(store.home).newest().spec.model.nodes[0].config["shape"] == [16]


def test_the_task_can_be_another(page, store):
    page.selectbox(key="data.task").select("reconstruction").run()
    assert not page.exception
    assert data_of(store).task == "reconstruction"
    page.selectbox(key="data.task").select("multiclass").run()
    assert data_of(store).task is None


def test_images_are_brought_to_another_size(page, store):
    page.number_input(key="data.image.height").set_value(16).run()
    page.number_input(key="data.image.width").set_value(16).run()
    page.segmented_control(key="data.image.fit").set_value("pad").run()
    assert not page.exception
    assert (data_of(store).image.height, data_of(store).image.fit) == (16, "pad")
    assert "16 × 16 × 1" in [metric.value for metric in page.metric]


def test_augmentation_is_a_list_that_warns(page, store):
    page.selectbox(key="data.augment.kind").select("RandomFlip").run()
    page.button(key="data.augment.add").click().run()
    assert not page.exception and "digit" in said(page)
    page.selectbox(key="data.augment.kind").select("RandomRotation").run()
    page.button(key="data.augment.add").click().run()
    page.number_input(key="data.augment.1.RandomRotation.factor").set_value(0.02).run()
    assert [step.kind for step in data_of(store).augment] == ["RandomFlip", "RandomRotation"]
    assert data_of(store).augment[1].config["factor"] == 0.02
    page.button(key="data.augment.1.RandomRotation.arrow_upward").click().run()
    assert [step.kind for step in data_of(store).augment] == ["RandomRotation", "RandomFlip"]
    page.button(key="data.augment.1.RandomFlip.close").click().run()
    assert not page.exception
    assert [step.kind for step in data_of(store).augment] == ["RandomRotation"]


def test_augmentation_is_shown_before_and_after(page):
    page.selectbox(key="data.augment.kind").select("RandomRotation").run()
    page.button(key="data.augment.add").click().run()
    before = len(page.get("image"))
    page.toggle(key="data.augment.preview.switch").set_value(True).run()
    assert not page.exception and not page.error
    assert len(page.get("image")) > before


def test_harm_for_study_reaches_the_draft(page, store):
    page.number_input(key="data.noise").set_value(0.3).run()
    page.slider(key="data.mask").set_value(20).run()
    page.slider(key="data.wrong_labels").set_value(10).run()
    page.slider(key="data.train_rows").set_value(50).run()
    assert not page.exception
    corrupt = data_of(store).corrupt
    assert (corrupt.noise, corrupt.mask, corrupt.wrong_labels, corrupt.train_rows) == (0.3, 0.2, 0.1, 0.5)


# Tables of the user's


def test_an_uploaded_table_is_proposed_and_a_type_corrected(page, store):
    upload(page, "people.csv", PEOPLE)
    assert not page.error
    source = data_of(store).source
    assert source.kind == "table" and source.target == ("member",)
    assert columns_of(store)["age"].type == "numeric" and "name" not in columns_of(store)
    assert "123" in [metric.value for metric in page.metric]
    page.selectbox(key="data.column").select("age").run()
    assert "1 missing" in said(page)
    page.selectbox(key="data.column.type").select("categorical").run()
    assert not page.exception
    assert columns_of(store)["age"].type == "categorical"
    page.selectbox(key="data.column.missing").select("constant").run()
    page.text_input(key="data.column.fill").input("unknown").run()
    assert columns_of(store)["age"].fill == "unknown"
    page.button(key="data.columns.proposed").click().run()
    page.selectbox(key="data.column").select("age").run()
    assert page.selectbox(key="data.column.type").value == "numeric"


def test_a_column_is_left_out_and_the_last_one_is_kept(page, store):
    upload(page, "people.csv", PEOPLE)
    page.selectbox(key="data.column").select("height").run()
    page.toggle(key="data.column.use").set_value(False).run()
    assert set(columns_of(store)) == {"age", "town"}
    page.selectbox(key="data.column").select("town").run()
    page.button(key="data.column.only").click().run()
    assert set(columns_of(store)) == {"town"}
    page.toggle(key="data.column.use").set_value(False).run()
    assert not page.exception
    assert set(columns_of(store)) == {"town"} and "at least one column" in said(page)
    page.button(key="data.columns.all").click().run()
    assert set(columns_of(store)) == {"name", "age", "town", "height"}


def test_another_target_gives_the_old_one_back(page, store):
    upload(page, "people.csv", PEOPLE)
    page.selectbox(key="data.target").select("height").run()
    assert not page.exception
    assert data_of(store).source.target == ("height",)
    assert "member" in columns_of(store) and "height" not in columns_of(store)
    assert "regression" in [metric.value for metric in page.metric]


def test_rows_are_shared_out_by_group(page, store):
    upload(page, "people.csv", PEOPLE)
    page.selectbox(key="data.method").select("group").run()
    page.selectbox(key="data.split_column").select("name").run()
    assert not page.exception
    assert (data_of(store).split.method, data_of(store).split.column) == ("group", "name")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("ragged.csv", b"a,b\n1,2\n3,4,5\n6,7\n"),
        ("page.csv", b"<!DOCTYPE html><html><body>404</body></html>"),
        ("bytes.csv", b"a,b\n\xff\xfe\x00,2\n1,2\n"),
        ("broken.zip", b"PK\x03\x04 and nothing more"),
        ("broken.npz", b"no array at all"),
    ],
)
def test_a_faulty_file_is_one_sentence_and_the_draft_keeps_its_data(page, store, name, content):
    page.slider(key="data.val").set_value(20).run()
    before = data_of(store)
    upload(page, name, content)
    assert len(page.error) == 1 and name in page.error[0].value.replace("\\", "")
    assert data_of(store) == before
    page.button(key="data.incoming.dismiss").click().run()
    assert not page.error
    assert not list((store.home / "uploads").glob("*/*"))


def test_a_faulty_file_comes_twice_and_one_that_is_used_stays(page, store):
    upload(page, "people.csv", PEOPLE)
    for _ in range(2):
        upload(page, "ragged.csv", "a,b\n1,2\n3,4,5\n6,7\n")
        assert "ragged.csv" in page.error[0].value.replace("\\", "")
    page.button(key="data.incoming.dismiss").click().run()
    assert [path.name for path in (store.home / "uploads").glob("*/*")] == ["people.csv"]


def test_a_table_that_could_not_be_read_is_read_in_another_way(page, store):
    rows = "".join(f"{i},{i % 2}{',9' if i == 30 else ''}\n" for i in range(60))
    upload(page, "ragged.csv", f"a,b\n{rows}")
    assert "ragged.csv" in page.error[0].value
    page.selectbox(key="data.retry.delimiter").select(",").run()
    assert "ragged.csv" in page.error[0].value
    page.selectbox(key="data.retry.delimiter").select("|").run()
    assert not page.exception and not page.error
    assert data_of(store).source.delimiter == "|"
    assert "60" in [metric.value for metric in page.metric]


def test_the_file_behind_the_draft_is_gone_and_other_data_can_be_chosen(page, store):
    upload(page, "people.csv", PEOPLE)
    path = data_of(store).source.path
    page.button(key=f"data.upload.delete.{path}").click().run()
    assert not page.exception
    assert "people.csv" in page.error[0].value.replace("\\", "")
    group(page, "Built in")
    page.selectbox(key="data.source").select(BundledSource(name="iris")).run()
    assert not page.exception and not page.error
    assert data_of(store).source.name == "iris"


def test_a_file_of_the_server_below_an_allowed_folder(open_page, store, tmp_path, monkeypatch):
    folder = tmp_path / "sets"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "people.csv").write_text(PEOPLE)
    (tmp_path / "secret.csv").write_text(PEOPLE)
    monkeypatch.setenv("NETLOOM_DATA", str(folder))
    page = open_page("data.py", timeout_s=90)
    group(page, "Yours")
    page.selectbox(key="data.server.entry").select("deep/").run()
    page.selectbox(key="data.server.entry").select("people.csv").run()
    page.button(key="data.server.use").click().run()
    assert not page.exception and not page.error
    assert data_of(store).source.path == str(folder / "deep" / "people.csv")
    page.text_input(key="data.server.path").input(str(tmp_path / "secret.csv")).run()
    assert "not below a folder" in said(page)


# Arrays, images and masks of the user's


def test_arrays_of_other_names_are_said(page, store, tmp_path):
    x, y = np.random.default_rng(0).normal(size=(80, 3)), np.arange(80) % 2
    np.savez(tmp_path / "sets.npz", x=x, y=y, other=1.0 - y)
    upload(page, "sets.npz", (tmp_path / "sets.npz").read_bytes())
    assert (data_of(store).source.x, data_of(store).source.y) == ("x", "y")
    page.text_input(key="data.arrays.y").input("other").run()
    assert not page.exception and data_of(store).source.y == "other"
    page.text_input(key="data.arrays.x").input("nothing").run()
    assert not page.exception
    assert data_of(store).source.x == "x" and "nothing" in said(page)


def test_pairs_of_a_folder_get_names_and_a_class_that_counts_for_nothing(open_page, store, monkeypatch, data_dir):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    page = open_page("data.py", timeout_s=120)
    group(page, "Yours")
    page.text_input(key="data.server.path").input(str(data_dir / "camvid_small")).run()
    page.button(key="data.server.use").click().run()
    assert not page.exception and not page.error
    page.selectbox(key="data.masks.ignore").select(11).run()
    assert data_of(store).source.ignore == 11
    page.text_input(key="data.masks.names").input("sky, building").run()
    assert not page.exception
    assert "2 classes have names" in said(page) and data_of(store).source.class_names == ()
    page.text_input(key="data.masks.names").input("sky, " + ", ".join("bcdefghijk")).run()
    assert data_of(store).source.class_names == ("sky", *"bcdefghijk")
