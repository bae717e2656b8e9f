"""No file over 400 lines, no function over 40, few arguments by position (rule 8).

Signature and docstring of a function do not count: they are its contract. An
order of arguments that somebody else dictates is exempt: a view (`request,
number`), a method of a class that has a base, what a framework calls. What
writes takes one argument by position; what reads may take two, because
`working_time_between(start, end)` and `search(account, words)` read as said.
"""

import ast
import sys
from collections.abc import Iterator

from tools.sources import ROOT, Finding, Source, files, report, sources

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_TEST_LINES = 60
WRITING_ROOMS = frozenset({"actions", "jobs"})
PYTHON = ("vitrine", "tools", "tests", "bench")
DICTATED = frozenset(
    {
        ("apps", "schema_editor"),
        ("environ", "start_response"),
        ("frame", "event"),
        ("receive", "send"),
        ("scope", "receive"),
        ("signum", "frame"),
        ("server", "session"),  # aiosmtpd
        ("element", "attribute"),  # nh3
        ("parser", "token"),
    }
)
REGISTERED = frozenset(
    {"filter", "simple_tag", "inclusion_tag", "tag", "fixture", "simple_block_tag"}
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check(source: Source) -> Iterator[Finding]:
    """Each file or function that is too long, each argument that has no name at the call."""
    lines = source.text.count("\n")
    is_generated = "migrations" in source.parts
    if lines > MAX_FILE_LINES and not is_generated:
        yield Finding(source.path, 0, f"{lines} lines, at most {MAX_FILE_LINES}: make it a folder")
    for function, owner in functions(source.tree):
        length = lines_of(function)
        bound = MAX_TEST_LINES if source.is_in("tests") else MAX_FUNCTION_LINES
        if length > bound:
            sentence = f"`{function.name}` has {length} lines, at most {bound}"
            yield source.finding(function, sentence=sentence)
        if source.is_in("vitrine", "tools") and not is_generated:
            yield from check_arguments(source, function=function, owner=owner)


def functions(tree: ast.Module) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    """Every function with the class that it is a method of."""
    owners = {
        id(member): owner
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for member in owner.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, owners.get(id(node))


def lines_of(function: Function) -> int:
    """From the first statement after signature and docstring to the last line."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    statements = function.body[1:] if has_docstring else function.body
    return _end(function) - statements[0].lineno + 1 if statements else 0


def _end(node: ast.stmt) -> int:
    """The last line of a statement."""
    return node.end_lineno or node.lineno


def check_arguments(
    source: Source, *, function: Function, owner: ast.ClassDef | None
) -> Iterator[Finding]:
    """A finding when `function` takes more than one argument by position."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    decorators = {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
    }
    if owner is not None and "staticmethod" not in decorators:
        if owner.bases or function.name.startswith("__"):
            return
        names = names[1:]
    is_dictated = (
        tuple(names[:2]) in DICTATED
        or names[:1] == ["request"]
        or not REGISTERED.isdisjoint(decorators)
    )
    allowed = 1 if WRITING_ROOMS.intersection(source.parts) else 2
    if len(names) > allowed and not is_dictated:
        name = names[allowed]
        sentence = f"`{function.name}` takes `{name}` by position: put `*` before it"
        yield source.finding(function, sentence=sentence)


def check_other_files() -> Iterator[Finding]:
    """Templates, styles and scripts obey the same bound."""
    for ending in (".html", ".css", ".js", ".txt"):
        for path in files("vitrine", ending=ending):
            lines = path.read_text().count("\n")
            if lines > MAX_FILE_LINES:
                sentence = f"{lines} lines, at most {MAX_FILE_LINES}: make it several"
                yield Finding(path.relative_to(ROOT).as_posix(), 0, sentence)


def everything() -> Iterator[Finding]:
    """What the command reports."""
    for source in sources(*PYTHON):
        yield from check(source)
    yield from check_other_files()


if __name__ == "__main__":
    sys.exit(report(everything()))
