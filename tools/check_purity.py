"""`rules` and `parse` are pure (rule 3 of the house).

import-linter sees what packages they import, this check sees the names.
From the clock they may take the time zone, never the present instant; nothing
random, nothing of the machine.
"""

import ast
from collections.abc import Iterator

from tools.sources import Finding, Source, main

IMPURE_MODULES = frozenset(
    {"os", "random", "secrets", "socket", "subprocess", "sys", "threading", "time", "logging"}
)
IMPURE_NAMES = frozenset({"now", "today", "utcnow", "uuid1", "uuid4", "open", "print", "input"})


def is_pure_room(source: Source) -> bool:
    """Whether the file is (in) a `rules` or `parse` room."""
    return source.is_in("vitrine") and bool({"rules", "parse"}.intersection(source.parts))


def check(source: Source) -> Iterator[Finding]:
    """Each import or call that reads more than its arguments."""
    if not is_pure_room(source):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names} & IMPURE_MODULES
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names} & IMPURE_NAMES
            names |= {(node.module or "").split(".")[0]} & IMPURE_MODULES
        elif isinstance(node, ast.Call):
            names = {_called(node)} & IMPURE_NAMES
        else:
            continue
        for name in sorted(names):
            yield source.finding(node, sentence=f"`{name}` in a pure room: pass the value in")


def _called(call: ast.Call) -> str:
    """The last name of what is called: `now` of `datetime.now()`."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


if __name__ == "__main__":
    main(check, "vitrine")
