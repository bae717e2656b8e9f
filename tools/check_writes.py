"""Every write goes through `actions` (rule 2 of the house).

Refused elsewhere: the calls of Django that write a row, and SQL that writes.
The same words on other things are told apart by their arguments: a dictionary
is updated, a storage saves and deletes with positional arguments, which no
queryset takes.
"""

import ast
import re
from collections.abc import Iterator

from tools.sources import Finding, Source, main

WRITES = frozenset(
    name
    for verb in (
        "save", "create", "delete", "update", "bulk_create", "bulk_update",
        "get_or_create", "update_or_create",
    )
    for name in (verb, f"a{verb}")
)  # fmt: skip
ALWAYS_WRITES = frozenset(name for name in WRITES if "bulk" in name or "_or_create" in name)
WRITING_SQL = re.compile(
    r"\s*(WITH\b.*\)\s*)?(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|COPY)\b", re.IGNORECASE | re.DOTALL
)
SENTENCE = "writes outside `actions`: move it into an action (lock, check, change, record, promise)"


def may_write(source: Source) -> bool:
    """Whether this file is a room for writes: actions, migrations, demonstration, tests."""
    return source.is_in("tests", "bench", "vitrine/ops/demo") or any(
        part in ("actions", "migrations", "demo") for part in source.parts
    )


def is_write(call: ast.Call) -> bool:
    """Whether this call writes rows."""
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name in ALWAYS_WRITES:
        return True
    if name in WRITES:
        of_parent = isinstance(call.func.value, ast.Call) and (
            isinstance(call.func.value.func, ast.Name) and call.func.value.func.id == "super"
        )
        needs_keywords = name in ("update", "aupdate", "create", "acreate")
        return not of_parent and not call.args and (bool(call.keywords) or not needs_keywords)
    return name in ("execute", "executemany") and any(
        isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and WRITING_SQL.match(argument.value)
        for argument in call.args
    )


def check(source: Source) -> Iterator[Finding]:
    """Each call in `source` that writes where it may not."""
    if may_write(source):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and is_write(node):
            yield source.finding(node, sentence=SENTENCE)


if __name__ == "__main__":
    main(check, "vitrine")
