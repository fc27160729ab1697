"""Every page of the navigation opens on an empty home, and a mistake that a person can mend is shown as one."""

import pytest

pytestmark = pytest.mark.slow  # some pages ask the Keras process


@pytest.mark.parametrize(
    "page", ["home", "data", "design", "train", "runs", "compare", "inspection", "export"]
)  # fmt: skip
def test_a_page_opens_on_an_empty_home(open_page, page):
    opened = open_page(f"{page}.py", timeout_s=120)
    assert not opened.exception and not opened.error
    assert opened.title


@pytest.mark.parametrize("page", ["runs", "inspection", "export"])
def test_a_link_to_a_run_that_is_not_here_says_so(open_page, page):
    opened = open_page(f"{page}.py", run="nosuchrun000")
    assert not opened.exception
    assert "There is no run" in opened.error[0].value


def test_a_home_that_cannot_be_used_is_one_sentence(open_page, home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("NETLOOM_HOME", str(home / "file"))
    opened = open_page("runs.py")
    assert not opened.exception
    assert len(opened.error) == 1
