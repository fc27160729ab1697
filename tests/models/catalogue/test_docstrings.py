import pytest

from models.catalogue.docstrings import argument_docs, argument_help, opening, sentences

DOC = """One line.

Example:

>>> x = 1

`Thing` does this, e.g. with numbers. It does that, too. And more.

Args:
    units: Positive integer, size of
        the output.
    rate: Float. Between 0 and 1.

        Still about the rate.
    **kwargs: Ignored.

Returns:
    other: nothing.
"""


def test_arguments_run_over_lines():
    assert argument_docs(DOC) == {
        "units": "Positive integer, size of the output.",
        "rate": "Float. Between 0 and 1. Still about the rate. **kwargs: Ignored.",
    }


def test_a_docstring_without_arguments():
    assert argument_docs("One line.") == {}


def test_opening_skips_what_is_no_prose():
    assert opening(DOC) == ("One line.", "`Thing` does this, e.g. with numbers. It does that, too.")
    assert opening("") == ("", "")


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("Float. Between 0 and 1. More.", "Float. Between 0 and 1."),
        ("optional integer, the seed. More.", "Integer, the seed."),
        ("(Optional) seed of it. More.", "Seed of it."),
        ("", ""),
    ],
)
def test_help_is_a_sentence_that_says_something(text, help_text):
    assert argument_help(text) == help_text


def test_two_sentences():
    assert sentences("One 0.5 thing. Two. Three.", 2) == "One 0.5 thing. Two."
