"""Names are words of the domain (rule 9 of the house).

No drawer for whatever fits nowhere: no module, class or function is called
utils, helpers, common, misc, manager, data or info. Every table and every
choice has its line in the glossary, in four languages.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.sources import ROOT, Finding, Source, files, report, sources

DRAWERS = frozenset(
    {"util", "utils", "helper", "helpers", "common", "misc", "manager", "data", "info", "stuff"}
)
DICTATED = frozenset({"get_context_data", "handle_DATA", "handle_data", "smtp_DATA", "data"})
"""Names that Django, aiosmtpd, html.parser or smtplib ask for."""
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
CODE = re.compile(r"`([A-Za-z_.]+)`")

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def words(name: str) -> set[str]:
    """The words of a name, in lower case: `TicketManager` is ticket and manager."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def is_sentence(name: str) -> bool:
    """Whether it is a test: a sentence may speak of the call-centre manager."""
    return name.startswith("test_")


def check(source: Source) -> Iterator[Finding]:
    """Each module, class or function that is called after a drawer."""
    for part in source.parts:
        if words(part) & DRAWERS:
            yield Finding(source.path, 0, f"`{part}` is a drawer: name the subject")
    for node in ast.walk(source.tree):
        if not isinstance(node, Named) or node.name in DICTATED or is_sentence(node.name):
            continue
        if words(node.name) & DRAWERS:
            yield source.finding(node, sentence=f"`{node.name}` is a drawer: name the subject")


def terms(source: Source) -> Iterator[tuple[ast.ClassDef, str]]:
    """Each table and each choice that this file defines."""
    if not source.is_in("vitrine") or not {"models", "choices"}.intersection(source.parts):
        return
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.endswith("QuerySet"):
            yield node, node.name


def glossary(text: str) -> dict[str, list[str]]:
    """The words of each name that the code uses: `Ticket` -> French, Dutch, German, English."""
    told: dict[str, list[str]] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5:
            for name in CODE.findall(cells[-1]):
                told[name] = cells[:4]
    return told


def check_terms(source: Source, *, told: dict[str, list[str]]) -> Iterator[Finding]:
    """Each table or choice without its four words in the glossary."""
    for node, name in terms(source):
        if not all(told.get(name, [""])):
            sentence = f"`{name}` is not in {GLOSSARY.name} in four languages"
            yield source.finding(node, sentence=sentence)


def check_other_files() -> Iterator[Finding]:
    """Templates, styles and scripts are named after a subject too."""
    for ending in (".html", ".css", ".js", ".sql"):
        for path in files("vitrine", ending=ending):
            name = path.relative_to(ROOT)
            if words(Path(name).stem) & DRAWERS:
                yield Finding(name.as_posix(), 0, f"`{name.stem}` is a drawer: name the subject")


def everything() -> Iterator[Finding]:
    """What the command reports."""
    told = glossary(GLOSSARY.read_text())
    for source in sources("vitrine", "tools", "tests", "bench"):
        yield from check(source)
        yield from check_terms(source, told=told)
    yield from check_other_files()


if __name__ == "__main__":
    sys.exit(report(everything()))
