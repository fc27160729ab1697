"""Reads Keras's docstrings: the opening sentences, and what is said of each argument. No keras."""

import re

_SECTION = re.compile(r"^(?:Args|Arguments):[ \t]*\n((?:[ \t]+\S.*\n|[ \t]*\n)*)", re.MULTILINE)
_ARGUMENT = re.compile(r"^ {2,4}(\w+)\s*:\s*(.*)$")
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bie)(?<!\bvs)\.(?=\s|$)")
_PROSE = re.compile(r"(?!Args|Example|Usage|Formula|Note|Reference|See)(?:`\w|[A-Z])[^:>]{20,}\.")
_SKIPPED = re.compile(r"^(?:\(?[Oo]ptional\)?[.:,]?\s+)?")


def argument_docs(doc: str) -> dict[str, str]:
    """What the `Args:` section says of each argument, as one line of text each."""
    section = _SECTION.search(doc + "\n")
    found: dict[str, str] = {}
    name = ""
    for line in section.group(1).splitlines() if section else ():
        if match := _ARGUMENT.match(line):
            name = match.group(1)
            found[name] = match.group(2)
        elif name:
            found[name] += " " + line.strip()
    return {name: " ".join(text.split()) for name, text in found.items()}


def sentences(text: str, count: int = 1) -> str:
    """The first `count` sentences of `text` on one line.

    >>> sentences("Float, e.g. 0.5. Defaults to 1.")
    'Float, e.g. 0.5.'
    """
    line = " ".join(text.split())
    ends = [match.end() for match in _SENTENCE_END.finditer(line)]
    return line[: ends[count - 1]] if len(ends) >= count else line


def opening(doc: str) -> tuple[str, str]:
    """The summary line and the first two sentences of the paragraph after it (empty where none is prose)."""
    paragraphs = [part for part in re.split(r"\n\s*\n", doc.strip()) if part.strip()]
    if not paragraphs:
        return "", ""
    body = next((part for part in paragraphs[1:] if _PROSE.match(" ".join(part.split()))), "")
    return sentences(paragraphs[0]), sentences(body, 2)


def argument_help(text: str) -> str:
    """The first sentence on an argument that says more than its type, starting with a capital letter."""
    line = sentences(_SKIPPED.sub("", text))
    line = line if len(line.split()) > 2 else sentences(_SKIPPED.sub("", text), 2)
    return line[:1].upper() + line[1:]
