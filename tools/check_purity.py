"""`rules`, `parse`, `clean` and `call_flow` are pure (rule 3 of the house).

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
IMPURE_NAMES = frozenset({"now", "today", "utcnow", "uuid1", "uuid4"})
IMPURE_BUILTINS = frozenset({"open", "print", "input"})
PURE_ROOMS = frozenset({"rules", "parse", "clean", "call_flow"})


def is_pure_room(source: Source) -> bool:
    """Whether the file is (in) a room that is pure by its name."""
    return source.is_in("vitrine") and not PURE_ROOMS.isdisjoint(source.parts)


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
            names = called(node)
        else:
            continue
        for name in sorted(names):
            yield source.finding(node, sentence=f"`{name}` in a pure room: pass the value in")


def called(call: ast.Call) -> set[str]:
    """The impure name that is called, `now` of `datetime.now()`; empty when it is pure."""
    if isinstance(call.func, ast.Name):
        return {call.func.id} & (IMPURE_NAMES | IMPURE_BUILTINS)
    return {getattr(call.func, "attr", "")} & IMPURE_NAMES


if __name__ == "__main__":
    main(check, "vitrine")
