"""What every page of the console has: head, language, who may, how old its knowledge is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from vitrine.publication.moments import duration, moment, zoned
from vitrine.publication.pages.markup import Markup, joined, tag
from vitrine.publication.words import LANGUAGES, OWN_NAMES, catalogue

OLD = timedelta(hours=26)
"""The application writes the export each night: after this one was missed."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the console answers a request."""

    status: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, and when."""

    language: str
    at: datetime

    @property
    def gettext(self) -> Callable[[str], str]:
        """The sentences of the house in this language."""
        return catalogue(self.language).gettext

    def when(self, at: datetime) -> str:
        """An instant in words, with its zone."""
        return zoned(moment(at, language=self.language), language=self.language)


def page(
    reader: Reader,
    *content: str | None,
    status: str = "200 OK",
    title: str = "",
    script: bool = False,
) -> Answer:
    """A whole page."""
    gettext = reader.gettext
    name = gettext("Emergency console")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} · {name}" if title else name),
        tag("link", rel="stylesheet", href="/console.css"),
        tag("script", src="/console.js", defer=True) if script else None,
    )
    body = tag(
        "body",
        tag("header", tag("h1", name), languages(reader), class_="top"),
        tag("main", *content),
    )
    html = tag("html", head, body, lang=reader.language)
    return Answer(
        status=status,
        body=f"<!doctype html>\n{html}\n".encode(),
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


def languages(reader: Reader) -> Markup:
    """The way to the other languages; what was typed stays behind."""
    entries = [
        tag("b", OWN_NAMES[code], aria_current="true")
        if code == reader.language
        else tag("a", OWN_NAMES[code], href=f"/{code}/", lang=code, hreflang=code)
        for code in LANGUAGES
    ]
    return tag("nav", *entries, aria_label=reader.gettext("Languages"))


def notice(*content: str | None, tone: str = "calm", **attributes: str) -> Markup:
    """Something that must be seen: `calm`, `warn` or `bad`."""
    return tag("div", *content, class_=f"notice {tone}", **attributes)


def refused(reader: Reader, *, sentence: str, status: str, about: str = "") -> Answer:
    """A page that only says why not."""
    said = joined(reader.gettext(sentence), about, between=" ")
    return page(
        reader,
        notice(tag("p", said), tone="bad", role="alert"),
        tag("p", tag("a", reader.gettext("Back to the state"), href=f"/{reader.language}/")),
        status=status,
    )


def age(reader: Reader, *, written_at: datetime) -> Markup:
    """How old the knowledge of the console is; loud when a night was missed."""
    old = reader.at - written_at
    words = reader.gettext("Editors and keys as of {moment} ({age} ago).").format(
        moment=reader.when(written_at), age=duration(old, language=reader.language)
    )
    return tag("p", words, class_="late" if old > OLD else "meta")
