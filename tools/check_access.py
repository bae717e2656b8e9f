"""Nobody reaches an object except from a queryset of `access` (rule 4 of the house).

In a surface: no manager of a model, no shortcut that takes a model class, no SQL.
"""

import ast
from collections.abc import Iterator

from tools.sources import Finding, Source, main

SURFACES = ("vitrine/desk", "vitrine/portal")
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
SHORTCUTS = frozenset({"get_object_or_404", "aget_object_or_404"})


def check(source: Source) -> Iterator[Finding]:
    """Each place in a surface that goes around `access`."""
    if not source.is_in(*SURFACES):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield source.finding(node, sentence=f"`.{node.attr}` in a surface: start from `access`")
        elif isinstance(node, ast.Call) and _is_shortcut_on_model(node):
            yield source.finding(
                node, sentence="a shortcut on a model: give it a queryset of `access`"
            )
        elif isinstance(node, ast.ImportFrom) and node.module == "django.db":
            yield source.finding(
                node, sentence="the database in a surface: a question is a `queries` room"
            )


def _is_shortcut_on_model(call: ast.Call) -> bool:
    """Whether `get_object_or_404(Ticket, ...)` is called with a class."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return (
        name in SHORTCUTS
        and bool(call.args)
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id[:1].isupper()
    )


if __name__ == "__main__":
    main(check, *SURFACES)
