"""What all pages of the public have: head, languages, policy, foot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from vitrine.publication.bulletin import Bulletin, Texts
from vitrine.publication.pages.assets import PAGE_CSS, policy
from vitrine.publication.pages.markup import Markup, joined, tag
from vitrine.publication.site import Site
from vitrine.publication.words import LANGUAGES, OWN_NAMES, catalogue, said_in


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A bulletin as it is told: when, in which language, at which place."""

    bulletin: Bulletin
    at: datetime
    edition: int
    language: str
    site: Site

    @property
    def gettext(self) -> Callable[[str], str]:
        """The sentences of the house in this language."""
        return catalogue(self.language).gettext

    def text(self, texts: Texts) -> Markup:
        """A text of the bulletin; with its own `lang` when it is in another language."""
        said = said_in(texts, self.language)
        if not said or said.language == self.language:
            return joined(said.text)
        return tag("span", said.text, lang=said.language)

    def plain(self, texts: Texts) -> str:
        """The same without markup: for titles and names."""
        return said_in(texts, self.language).text

    @property
    def register(self) -> str:
        """Whose state this is."""
        return self.plain(self.bulletin.register_names)


def languages(telling: Telling, *, page: str, root: str) -> Markup:
    """The same page in the other languages, each named and marked in its own."""
    entries = []
    for code in LANGUAGES:
        name = OWN_NAMES[code]
        if code == telling.language:
            entries.append(tag("li", tag("b", name, aria_current="true")))
        else:
            link = tag("a", name, href=f"{root}{code}/{page}", lang=code, hreflang=code)
            entries.append(tag("li", link))
    return tag("nav", tag("ul", *entries), aria_label=telling.gettext("Languages"))


def head(telling: Telling, *, title: str, page: str, root: str, style: str, rules: str) -> Markup:
    """The head; `rules`: the content security policy."""
    gettext = telling.gettext
    what = gettext("System status")
    alternates = [
        tag("link", rel="alternate", hreflang=code, href=f"{root}{code}/{page}")
        for code in LANGUAGES
    ]
    feed = tag(
        "link",
        rel="alternate",
        type="application/atom+xml",
        href=f"{root}{telling.language}/feed.atom",
        title=f"{telling.register}: {what}",
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=rules),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        *alternates,
        feed,
        tag("link", rel="icon", type="image/svg+xml", href=f"{root}icon.svg"),
        tag("style", Markup(style)),
    )


def top(telling: Telling, *, page: str, root: str) -> Markup:
    """The name of the page and its languages."""
    gettext = telling.gettext
    what = gettext("System status")
    register = telling.text(telling.bulletin.register_names)
    name = tag("h1", register, " ", tag("span", f"· {what}"))
    return tag("header", name, languages(telling, page=page, root=root), class_="top")


def plain_page(telling: Telling, *, title: str, page: str, root: str, main: Markup) -> bytes:
    """A page that does not change while it is read."""
    gettext = telling.gettext
    back = tag(
        "a", gettext("Present state of the system"), href=f"{root}{telling.language}/index.html"
    )
    foot = tag("footer", tag("p", back), class_="foot")
    body = tag(
        "body",
        tag(
            "div",
            top(telling, page=page, root=root),
            tag("main", main, id="main"),
            foot,
            class_="page",
        ),
    )
    start = head(
        telling,
        title=f"{title} · {telling.register}",
        page=page,
        root=root,
        style=PAGE_CSS,
        rules=policy(style=PAGE_CSS),
    )
    return document(start, body, language=telling.language)


def document(start: Markup, body: Markup, *, language: str) -> bytes:
    """The whole file."""
    return f"<!doctype html>{tag('html', start, body, lang=language)}\n".encode()
