"""What would be public, per language, so that it is read before it is signed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from vitrine.kernel.languages import OFFICIAL, Language
from vitrine.publication import moments
from vitrine.publication.bulletin import Bulletin, Maintenance, Texts
from vitrine.status.choices import POSITIONS
from vitrine.status.queries import in_language, sentence


@dataclass(frozen=True)
class Piece:
    """One text with the language in which it is."""

    text: str
    language: str
    is_main: bool = False


@dataclass
class LanguagePreview:
    """What readers of one language will see."""

    language: str
    pieces: list[Piece] = field(default_factory=list)
    warning: str = ""

    def add(self, text: str, *, language: str = "", is_main: bool = False) -> None:
        """One more text; blank ones are passed over."""
        if text:
            self.pieces.append(Piece(text, language or self.language, is_main))

    def add_from(self, texts: Texts, *, is_main: bool = False) -> None:
        """The text in this language, else in another one with a warning."""
        text, language = in_language(texts, language=self.language)
        self.add(text, language=language, is_main=is_main)
        if text and language != self.language:
            name = str(Language(language).label)
            self.warning = _(
                "Missing in this language: readers see it in %(language)s, marked as such. "
                "The change does not wait for it."
            ) % {"language": name}


def preview(change: dict[str, Any], *, after: Bulletin) -> list[LanguagePreview]:
    """Per language what `change` makes public; the official languages first."""
    shown = []
    for language in (*OFFICIAL, Language.EN):
        one = LanguagePreview(language)
        _fill(one, kind=change["kind"], body=change["body"], after=after)
        shown.append(one)
    return shown


def _fill(one: LanguagePreview, *, kind: str, body: dict[str, Any], after: Bulletin) -> None:
    """What a change of `kind` makes public in one language."""
    if kind in ("position", "comment"):
        _position(one, body=body, after=after)
    elif kind == "maintenance":
        _maintenance(one, body=body, after=after)
    elif kind == "review":
        one.add_from(body["review"])
    elif kind == "sentences":
        for texts in body["texts"].values():
            one.add(texts.get(one.language, ""))
    else:
        one.add(after.register_names.get(one.language, ""), is_main=True)
        for component in after.components:
            one.add_from(component.names)


def _position(one: LanguagePreview, *, body: dict[str, Any], after: Bulletin) -> None:
    one.add(sentence(after, language=one.language), is_main=True)
    one.add_from(after.comments)
    if after.expected_end:
        end = moments.moment(after.expected_end, language=one.language)
        one.add(moments.zoned(end, language=one.language))
    one.add_from(body.get("meanwhile") or {})


def _maintenance(one: LanguagePreview, *, body: dict[str, Any], after: Bulletin) -> None:
    [window] = [each for each in after.maintenances if each.uid == body["uid"]]
    one.add_from(window.titles, is_main=True)
    for text in _window(window, language=one.language):
        one.add(text)
    one.add_from(window.texts)
    if "position" in body:
        _position(one, body=body["position"], after=after)


def _window(window: Maintenance, *, language: str) -> Iterator[str]:
    told = moments.window(window.starts_at, window.ends_at, language=language)
    yield moments.zoned(told, language=language)
    yield moments.duration(window.ends_at - window.starts_at, language=language)


def spoken(body: object) -> Iterator[Piece]:
    """Every text with a language that stands anywhere in a change."""
    if not isinstance(body, dict):
        return
    for key, value in body.items():
        if key in Language.values and isinstance(value, str) and value:
            yield Piece(value, key)
        else:
            yield from spoken(value)


def kind_words(change: dict[str, Any]) -> str:
    """What the change is, as a heading."""
    body = change["body"]
    if change["kind"] == "maintenance":
        return {
            "announce": _("Planned maintenance is announced"),
            "change": _("Planned maintenance is changed"),
            "begin": _("Maintenance begins"),
            "end": _("Maintenance ends"),
            "cancel": _("Planned maintenance is cancelled"),
        }[body["action"]]
    if change["kind"] == "position":
        wanted = {each["position"] for each in body["components"].values()}
        return ", ".join(str(POSITIONS[each]) for each in POSITIONS if each in wanted)
    return kind_name(change["kind"])


def kind_name(kind: str) -> str:
    """What changes of this kind are about; the word itself when nobody knows it."""
    names = {
        "position": _("Position"),
        "maintenance": _("Planned maintenance"),
        "comment": _("Comment"),
        "review": _("Review of an interruption"),
        "sentences": _("Official sentences"),
        "components": _("Components"),
        "day": _("New day"),
    }
    return names.get(kind, kind)
