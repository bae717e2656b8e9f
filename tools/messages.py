"""Which sentences the code holds for people: the source of the catalogues.

Python is read by Babel; a template is first turned into Python by Django's own
`templatize`. Scripts hold no sentences: they find theirs in data attributes.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from tools.sources import ROOT, files

LANGUAGES = ("fr", "nl", "de")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str, str]
"""Context ("" for none) and the English sentence (the singular where there are two)."""


@dataclass
class Message:
    """A sentence and where it stands."""

    text: str
    plural: str = ""
    context: str = ""
    places: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What a catalogue finds it by."""
        return (self.context, self.text)


def catalogue_path(language: str, *, root: Path = ROOT) -> Path:
    """The catalogue of this language."""
    return root / "vitrine" / "locale" / language / "LC_MESSAGES" / "django.po"


def messages_of(text: str, *, place: str) -> Iterator[Message]:
    """The sentences in a Python text; `place` is the path of the file."""
    stream = io.BytesIO(text.encode())
    options = {"encoding": "utf-8"}
    for line, found, comments, context in extract(
        "python", stream, keywords=KEYWORDS, comment_tags=("Translators:",), options=options
    ):
        singular, plural = (found[0], found[1]) if isinstance(found, tuple) else (found, "")
        if singular:
            yield Message(singular, plural, context or "", [f"{place}:{line}"], list(comments))


def messages_in_template(text: str, *, place: str) -> Iterator[Message]:
    """The sentences in a template."""
    if not settings.configured:
        settings.configure()
    # Babel's tokenizer takes leading blanks for indentation, which a template has not.
    python = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    return messages_of(python, place=place)


def messages(root: Path = ROOT) -> dict[Key, Message]:
    """Every sentence of the product, each once with all its places."""
    found: dict[Key, Message] = {}
    borrowed = (root / "tools").glob("borrowed.py")
    for path in (*files("vitrine", ending="", root=root), *borrowed):
        place = path.relative_to(root).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            each = messages_of(path.read_text(), place=place)
        elif "templates" in path.parts and path.suffix in (".html", ".txt"):
            each = messages_in_template(path.read_text(), place=place)
        else:
            continue
        for message in each:
            known = found.setdefault(message.key, message)
            if known is not message:
                known.plural = known.plural or message.plural
                known.places += message.places
                known.comments += [each for each in message.comments if each not in known.comments]
    return found
