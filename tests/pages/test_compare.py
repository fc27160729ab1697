"""Compare: runs over each other, and studies before, during and after."""

import pytest

from pipelines.comparison.variants import VARIANTS
from pipelines.seeds import SEEDS_TAG


def said(page) -> str:
    blocks = (*page.markdown, *page.caption, *page.info, *page.warning, *page.error, *page.success)
    return " ".join(block.value for block in blocks).replace("\\", "")


def charts(page) -> list:
    return page.get("bidi_component")


@pytest.fixture
def study(make_run):
    """study(seeds, last="finished"): dropout against the baseline with each seed; `last` is how the last run ends."""

    def study(seeds: int, last: str = "finished") -> list:
        runs = []
        for seed in range(seeds):
            for variant, value in (("baseline", 0.90 + seed / 100), ("dropout 0.25", 0.95 + seed / 90)):
                is_last = seed == seeds - 1 and variant != "baseline"
                tags = {"study": "abc12345", "variant": variant}
                name = f"digits, {variant}, seed {seed}"
                runs.append(make_run(name, last if is_last else "finished", value=value, seed=seed, tags=tags))
        return runs

    return study


def test_without_runs_it_says_where_to_start(open_page):
    page = open_page("compare.py")
    assert not page.exception
    assert "nothing to compare yet" in said(page)


def test_nothing_is_chosen_at_first(open_page, make_run):
    make_run()
    page = open_page("compare.py")
    assert not page.exception
    assert "Choose two runs or more" in said(page)
    assert not charts(page)


def test_chosen_runs_are_drawn_and_their_differences_listed(open_page, make_run):
    runs = [make_run("short", epochs=3, batch_size=16), make_run("long", value=0.8)]
    page = open_page("compare.py", runs=",".join(run.uid for run in runs))
    assert not page.exception
    assert page.multiselect(key="compare.runs").value == [run.uid for run in runs]
    assert len(charts(page)) == 1
    results = page.dataframe[0].value
    assert results["Run"].tolist() == ["short", "long"]
    assert results["Test accuracy"].tolist() == [0.9, 0.8]
    differences = page.table[0].value
    assert differences.loc["Batch size"].tolist() == ["16", "32"]
    assert "Data" not in differences.index


def test_runs_on_different_data_are_called_so(open_page, make_run):
    runs = [make_run("digits"), make_run("other", base="iris-mlp")]
    page = open_page("compare.py", runs=",".join(run.uid for run in runs))
    assert not page.exception
    assert "Not all were trained on the same data" in said(page)
    page = open_page("compare.py", runs=",".join([runs[0].uid, make_run("again").uid]))
    assert "Not all were trained on the same data" not in said(page)


def test_the_same_settings_differ_in_nothing(open_page, make_run):
    runs = [make_run("twin"), make_run("twin")]
    page = open_page("compare.py", runs=",".join(run.uid for run in runs))
    assert "these runs have the same settings" in said(page)
    assert page.dataframe[0].value["Run"].tolist() == [f"twin · {run.uid[:4]}" for run in runs]


def test_choosing_a_run_puts_it_into_the_address(open_page, make_run):
    runs = [make_run("one"), make_run("two")]
    page = open_page("compare.py", runs=runs[0].uid)
    page.multiselect(key="compare.runs").select(runs[1].uid).run()
    assert page.query_params["runs"] == ",".join(run.uid for run in runs)
    assert len(page.dataframe[0].value) == 2


def test_an_unknown_run_is_said_and_the_others_are_drawn(open_page, make_run):
    run = make_run()
    page = open_page("compare.py", runs=f"{run.uid},nosuchrun000")
    assert not page.exception
    assert "There is no run nosuchrun000 here." in said(page)
    assert len(page.dataframe[0].value) == 1


def test_running_and_failed_runs_take_part(open_page, make_run):
    runs = [
        make_run("a", "running", epochs=2),
        make_run("b", "failed", epochs=1, error="Broke."),
        make_run("c", "queued"),
    ]
    page = open_page("compare.py", runs=",".join(run.uid for run in runs))
    assert not page.exception
    assert page.dataframe[0].value["Status"].tolist() == ["running", "failed", "queued"]


def test_metric_rows_and_axis_can_be_chosen(open_page, make_run):
    page = open_page("compare.py", runs=make_run().uid)
    page.segmented_control(key="compare.metric.loss.accuracy").set_value("accuracy").run()
    page.segmented_control(key="compare.splits").set_value(["train", "val"]).run()
    page.segmented_control(key="compare.across").set_value("time_s").run()
    assert not page.exception
    assert len(charts(page)) == 1


def new_study(open_page):
    page = open_page("compare.py")
    page.session_state["compare.tab"] = "Does it help?"
    return page.run()


def test_a_new_study_counts_its_runs_before_it_queues_them(open_page):
    page = new_study(open_page)
    assert not page.exception
    assert page.button(key="compare.study.queue").label == "Queue 20 runs"
    page.number_input(key="compare.study.seeds").set_value(3).run()
    page.button_group(key="compare.study.variants").set_value(["dropout"]).run()
    assert page.button(key="compare.study.queue").label == "Queue 6 runs"
    page.button_group(key="compare.study.variants").set_value([]).run()
    assert page.button(key="compare.study.queue").disabled
    assert "Choose at least one variant." in said(page)


def test_a_base_that_a_variant_cannot_change_is_refused(open_page, make_run):
    run = make_run("has dropout")
    page = new_study(open_page)
    page.selectbox(key="compare.study.base").select("run " + run.uid).run()
    assert not page.exception
    page.selectbox(key="compare.study.base").select("example mnist-lenet5").run()
    assert page.button(key="compare.study.queue").disabled, "MNIST is not on this machine"
    assert "download it on the Data page" in said(page)


@pytest.mark.slow
def test_a_study_is_queued_whole(open_page, store):
    page = new_study(open_page)
    page.number_input(key="compare.study.seeds").set_value(2).run()
    page.number_input(key="compare.study.epochs.draft").set_value(1).run()
    page.button(key="compare.study.queue").click().run()
    runs = store.find()
    study = page.query_params["study"]
    assert len(runs) == len(VARIANTS) * 2
    assert {run.tags["study"] for run in runs} == {study}
    assert "Stop the rest" in [button.label for button in page.button]
    page.button(key="compare.study.stop").click().run()
    assert not page.exception


def test_a_finished_study_is_drawn_counted_and_concluded(open_page, study):
    study(4)
    page = open_page("compare.py", study="abc12345")
    assert not page.exception
    assert page.info[0].value.replace("\\", "").startswith("Dropout 0.25 helped: test accuracy is")
    assert len(charts(page)) == 2
    table = page.dataframe[0].value
    assert table["variant"].tolist() == ["baseline", "dropout 0.25"]
    assert table["n"].tolist() == [4, 4]
    assert table["p_adjusted"].notna().tolist() == [False, True]
    assert not page.get("progress")


def test_a_study_under_way_says_how_far_it_is(open_page, study, store):
    runs = study(3, last="running")
    page = open_page("compare.py", study="abc12345")
    assert not page.exception
    assert page.get("progress")[0].proto.text == "5 of 6 runs done"
    assert "while 1 run is still to finish" in said(page)
    page.button(key="compare.study.stop").click().run()
    assert store.get(runs[-1].uid).request == "stop"


def test_a_study_with_a_failed_run_says_so(open_page, study):
    study(3, last="failed")
    page = open_page("compare.py", study="abc12345")
    assert not page.exception
    assert "6 runs, 1 of them without a result." in said(page)
    assert page.dataframe[0].value["failed"].tolist() == [0, 1]


def test_a_study_that_has_only_just_been_queued(open_page, make_run):
    make_run("digits, baseline, seed 0", "queued", tags={"study": "abc12345", "variant": "baseline"})
    page = open_page("compare.py", study="abc12345")
    assert not page.exception
    assert "The first curves appear when the first epochs end." in said(page)


def test_past_studies_can_be_chosen(open_page, study):
    study(2)
    page = open_page("compare.py", study="abc12345")
    chosen = page.selectbox(key="compare.study")
    assert [option.split(" · ")[0] for option in chosen.options] == ["A new study", "digits"]
    chosen.select("new").run()
    assert page.button(key="compare.study.queue")
    assert page.query_params["study"] == "new"


def test_an_unknown_study_is_one_sentence(open_page):
    page = open_page("compare.py", study="nosuchstudy")
    assert not page.exception
    assert "There is no study nosuchstudy here." in said(page)


def test_seeds_of_one_launch_are_told_together(open_page, make_run):
    tags = {SEEDS_TAG: "abcd1234"}
    values = (0.9, 0.8, 0.7)
    runs = [make_run(f"digits, seed {seed}", value=value, seed=seed, tags=tags) for seed, value in enumerate(values)]
    page = open_page("compare.py", runs=",".join(run.uid for run in runs[:2]))
    assert not page.exception
    page.button(key="compare.seeds").click().run()
    assert not page.exception
    assert page.multiselect(key="compare.runs").value == [run.uid for run in runs]
    table = page.dataframe[1].value
    assert table["Launch"].tolist() == ["digits"] and table["Seeds"].tolist() == [3]
    assert table["Test accuracy"].tolist() == ["0.8 ± 0.25"]
    page.toggle(key="compare.means").set_value(True).run()
    assert not page.exception
    assert len(charts(page)) == 1


def test_a_run_of_one_seed_has_no_table_of_seeds(open_page, make_run):
    runs = [make_run("one"), make_run("two")]
    page = open_page("compare.py", runs=",".join(run.uid for run in runs))
    assert len(page.dataframe) == 1
    assert not [button for button in page.button if button.key == "compare.seeds"]
