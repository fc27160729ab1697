"""Reading options found out from files."""

import pytest

from pipelines.data.tables.sniffing import delimiter_of, sniffed


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a,b\n1,2\n", {"delimiter": ",", "header": True, "quoted": True, "encoding": "utf-8", "decimal": "."}),
        ("1,2\n3,4\n", {"header": False}),
        ("x,y\nx,z\ny,y\n", {"header": False}),
        ("a;b\n1,5;2\n2,25;3\n", {"delimiter": ";", "decimal": ","}),
        ("a;b\n1.5;2\n2.25;3,1\n4.5;6\n", {"delimiter": ";", "decimal": "."}),
        ('a\tb\nx\t"Hi" she said\n', {"delimiter": "\t", "quoted": False}),
        ('a\tb\nx\t"Hi, she"\n', {"delimiter": "\t", "quoted": True}),
        ("a,b\ncafé,2\n".encode("cp1252"), {"encoding": "cp1252", "header": True}),
        ("a,b\né,2\ne,3\n".encode("cp1252"), {"encoding": "cp1252"}),
        (b"a,b\n\xe4\xe8\xe7\xe9\xed,2\n", {"encoding": "cp1251"}),
        ("a,a\nx,1\ny,2\n", {"header": True}),  # names above numbers, so that what is wrong with them is said
        (",b\nx,1\ny,2\n", {"header": True}),
        ("?,x\n1,y\n2,z\n", {"header": True}),
        ("?,x\n1,x\n2,z\n", {"header": False}),
        ("a,b\ncafé,2\n".encode("utf-16"), {"encoding": "utf-16", "delimiter": ","}),
        ("a,b\ncafé,2\n".encode("utf-16-le"), {"encoding": "utf-16-le"}),
        ("", {"header": True}),
    ],
)
def test_sniffed(made_file, content, found):
    source = sniffed(made_file(content).path)
    assert {name: getattr(source, name) for name in found} == found


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("a,b\n1,2\n1,2,3\n", ","),  # a ragged row is refused later, with its line
        ("title\n1,2\n3,4\n5,6\n", ","),  # as is a title above the table
        ("text\nWell, yes\nNo\nOne, two, three\n", "\t"),
        ("text\na\tb, c\n|;\nx\n,,\n", "\x1f"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("a|b|c\n1|2,5|3\n", "|"),
    ],
)
def test_delimiters(sample, delimiter):
    assert delimiter_of(sample) == delimiter
