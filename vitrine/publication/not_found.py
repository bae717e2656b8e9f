"""What a server says when there is no such page, or nothing was published yet."""

from functools import cache

from vitrine.publication.pages.frame import document
from vitrine.publication.pages.markup import Markup, tag
from vitrine.publication.words import LANGUAGES, catalogue


@cache
def missing_page() -> bytes:
    """The 404: in each language, with the way to the state."""
    rows = []
    for language in LANGUAGES:
        gettext = catalogue(language).gettext
        link = tag("a", gettext("Present state of the system"), href=f"/{language}/")
        rows.append(tag("p", gettext("There is no such page."), " ", link, lang=language))
    return page("404", rows=rows)


@cache
def nothing_yet() -> bytes:
    """The 503 before the first publication."""
    rows = [
        tag("p", catalogue(language).gettext("Nothing has been published yet."), lang=language)
        for language in LANGUAGES
    ]
    return page("503", rows=rows)


def page(title: str, *, rows: list[Markup]) -> bytes:
    """A plain document."""
    start = tag("head", tag("meta", charset="utf-8"), tag("title", title))
    return document(start, tag("body", tag("main", tag("h1", title), *rows)), language="en")
