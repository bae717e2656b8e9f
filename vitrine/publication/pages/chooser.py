"""The root of the site where no server negotiates a language: one link for each."""

from vitrine.publication import reading
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.pages.assets import PAGE_CSS, policy
from vitrine.publication.pages.frame import document
from vitrine.publication.pages.markup import Markup, joined, tag
from vitrine.publication.site import Site
from vitrine.publication.words import LANGUAGES, OWN_NAMES, said_in


def chooser(bulletin: Bulletin, *, site: Site) -> bytes:
    """`index.html` of the root: the sentence in each language, and the way to its page."""
    title = said_in(bulletin.register_names, site.language).text
    rows = [
        tag(
            "li",
            tag("p", reading.sentence(bulletin, language=code).text, class_="comment"),
            tag("a", OWN_NAMES[code], href=f"{code}/index.html", hreflang=code),
            lang=code,
        )
        for code in LANGUAGES
    ]
    start = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(style=PAGE_CSS)),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("title", title),
        *(tag("link", rel="alternate", hreflang=c, href=f"{c}/index.html") for c in LANGUAGES),
        tag("link", rel="icon", type="image/svg+xml", href="icon.svg"),
        tag("style", Markup(PAGE_CSS)),
    )
    names = [
        tag("span", said_in(bulletin.register_names, code).text, lang=code) for code in LANGUAGES
    ]
    heading = tag("h1", joined(*names, between=" · "))
    main = tag("main", tag("ul", *rows, class_=f"rows {bulletin.position}"))
    body = tag("body", tag("div", tag("header", heading, class_="top"), main, class_="page"))
    return document(start, body, language=site.language)
