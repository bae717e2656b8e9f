"""Tokens to markup that is balanced, no deeper than a bound, with tables that are tables."""

from collections.abc import Callable, Iterable

from vitrine.channels.mail.clean.allowed import (
    ATTRIBUTES,
    BLOCKS,
    CELLS,
    COMMON,
    TABLE_PARTS,
    VOID,
)
from vitrine.channels.mail.clean.scanner import Sort, Token

DEEPEST = 200
"""Elements inside each other; a browser stops at 512."""
MOST_STEPS = 4_000_000
"""Of looking for the start of an element, in a whole page."""

NO_ATTRIBUTES = frozenset[str]()
_PARTS = TABLE_PARTS | CELLS
_CLOSED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "td", "th", "table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "td", "th", "table"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "td", "th", "table"})),
    "td": (CELLS | {"caption", "colgroup"}, frozenset({"table"})),
    "th": (CELLS | {"caption", "colgroup"}, frozenset({"table"})),
    "tr": (CELLS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    "a": (frozenset({"a"}), frozenset({"td", "th", "table"})),
}
for _name in ("thead", "tbody", "tfoot", "caption", "colgroup"):
    _CLOSED_BY[_name] = (CELLS | TABLE_PARTS, frozenset({"table"}))
"""An opening tag -> the elements that it ends, unless one of the others stands between."""
_PARAGRAPH = (frozenset({"p"}), frozenset({"td", "th", "table", "li", "dd", "dt"}))
_HOLDERS = frozenset({"table"}) | TABLE_PARTS
"""Where only parts of a table may stand."""

Attributes = dict[str, str]


class Balance:
    """The markup while it is being written."""

    def __init__(self, finish: Callable[[str, Attributes], Attributes | None]) -> None:
        """Take what decides about each element: its attributes, or None to leave it out."""
        self.finish = finish
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.hidden: list[str] = []
        self.tables = 0
        self.steps = 0

    def markup(self, tokens: Iterable[Token]) -> str:
        """All tokens as markup."""
        for token in tokens:
            if token.sort is Sort.TEXT:
                self.pieces.append(token.text.replace("<", "&lt;").replace(">", "&gt;"))
            elif token.sort is Sort.OPEN:
                self.start(token.text, token.attributes)
            elif token.sort is Sort.CLOSE:
                self.end(token.text)
        self.close_to(0)
        return "".join(self.pieces)

    def start(self, name: str, attributes: Attributes) -> None:
        """An opening tag: ends what it ends, then stands unless it is out of place or too deep."""
        if name in _PARTS and not self.tables:
            return
        if len(self.open) >= DEEPEST:
            if name not in VOID:
                self.hidden.append(name)
            return
        for ended, stops in self.closings(name):
            self.close_to(self.find(ended, stops=stops))
        is_in_place = (name in _PARTS) == (bool(self.open) and self.open[-1] in _HOLDERS)
        kept = self.finish(name, attributes) if is_in_place else None
        if kept is None:
            return
        self.pieces.append(f"<{name}{_written(name, kept)}>")
        if name not in VOID:
            self.open.append(name)
            self.tables += name == "table"

    def closings(self, name: str) -> list[tuple[frozenset[str], frozenset[str]]]:
        """What `name` ends."""
        ended = [_CLOSED_BY[name]] if name in _CLOSED_BY else []
        return [*ended, _PARAGRAPH] if name in BLOCKS else ended

    def end(self, name: str) -> None:
        """A closing tag: ends its element, unless that lies outside the cell it stands in."""
        if self.hidden:
            if name in self.hidden[-20:]:
                while self.hidden.pop() != name:
                    pass
                return
            self.hidden.clear()
        stops = frozenset({"table"}) if name in _PARTS else CELLS | {"table"}
        self.close_to(self.find(frozenset({name}), stops=stops - {name}))

    def find(self, names: frozenset[str], *, stops: frozenset[str]) -> int:
        """The place of the innermost of `names`, or behind the last when a stop lies between."""
        for place in range(len(self.open) - 1, -1, -1):
            self.steps += 1
            if self.open[place] in names:
                return place
            if self.open[place] in stops or self.steps > MOST_STEPS:
                break
        return len(self.open)

    def close_to(self, place: int) -> None:
        """End every element from `place` on, the innermost first."""
        while len(self.open) > place:
            name = self.open.pop()
            self.tables -= name == "table"
            self.pieces.append(f"</{name}>")


def _written(name: str, attributes: Attributes) -> str:
    wanted = COMMON | ATTRIBUTES.get(name, NO_ATTRIBUTES)
    return "".join(
        f' {key}="{escaped(value)}"' for key, value in attributes.items() if key in wanted
    )


def escaped(value: str) -> str:
    """A value between double quotes, without a sign that could end it or begin a tag."""
    value = value.replace("&", "&amp;").replace('"', "&quot;")
    return value.replace("<", "&lt;").replace(">", "&gt;")
