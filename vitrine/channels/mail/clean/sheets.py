"""The style sheets of a page, brought into the elements they speak of.

Only simple selectors count: an element, a class, an identifier, or an element with one of
them. That is how mail programs write (`p.MsoNormal`); everything else is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import tinycss2

from vitrine.channels.mail.clean.styles import Declarations, kept_declarations, written

LONGEST_SHEETS = 100_000
"""Characters of all style sheets together."""
MOST_RULES = 500
MOST_ADDED = 400_000
"""Characters that style sheets may add to a page, all elements together."""

_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]{1,80}))?", re.IGNORECASE)

Key = tuple[str, str]
"""An element (blank: any) and `.class`, `#identifier` or nothing."""


@dataclass
class Sheets:
    """The rules of a page, found by what they speak of."""

    rules: dict[Key, Declarations] = field(default_factory=dict)
    added: int = 0
    known: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def style_of(self, element: str, *, classes: str, identifier: str, style: str) -> str:
        """The style of an element: what the rules say of it, then its own."""
        if not self.rules:
            return style
        key = (element, classes, identifier, style)
        if key not in self.known:
            self.known[key] = self._joined(
                element, classes=classes, identifier=identifier, style=style
            )
        joined = self.known[key]
        self.added += max(len(joined) - len(style), 0)
        return joined if self.added <= MOST_ADDED else style

    def _joined(self, element: str, *, classes: str, identifier: str, style: str) -> str:
        names = ["", *(f".{name}" for name in classes.split()[:10])]
        keys = [(where, name) for name in names for where in ("", element)]
        if identifier:
            keys += [("", f"#{identifier}"), (element, f"#{identifier}")]
        declarations: Declarations = {}
        for key in keys:
            for name, value in self.rules.get(key, {}).items():
                declarations.pop(name, None)
                declarations[name] = value
        return "; ".join(filter(None, (written(declarations), style)))


def sheets_of(sources: Iterable[str]) -> Sheets:
    """Read the style sheets of a page; what is not understood is left out."""
    sheets = Sheets()
    source = "\n".join(sources)[:LONGEST_SHEETS]
    if not source.strip():
        return sheets
    rules = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    for rule in [one for one in rules if one.type == "qualified-rule"][:MOST_RULES]:
        declarations = kept_declarations(tinycss2.parse_blocks_contents(rule.content))
        if declarations:
            for key in _keys(tinycss2.serialize(rule.prelude)):
                sheets.rules[key] = {**sheets.rules.get(key, {}), **declarations}
    return sheets


def _keys(prelude: str) -> Iterable[Key]:
    for selector in prelude[:2000].split(","):
        match = _SELECTOR.fullmatch(selector.strip())
        if match and match[0]:
            element = (match[1] or "").lower()
            element = "div" if element == "body" else element
            if element or match[2]:
                yield element, f"{match[2]}{match[3]}" if match[2] else ""
