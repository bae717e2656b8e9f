"""The state in one block: a frame to embed, and a fragment for the pages of another server."""

from vitrine.publication import reading
from vitrine.publication.pages.assets import EMBED_CSS, EMBED_JS, policy
from vitrine.publication.pages.frame import Telling, document
from vitrine.publication.pages.icons import icon
from vitrine.publication.pages.markup import Markup, tag
from vitrine.publication.words import said_in


def block(telling: Telling, *, link: str, name: str = "p", target: str | None = None) -> Markup:
    """Shape, sentence (in an element `name`), comment, and the way to the page."""
    bulletin, language = telling.bulletin, telling.language
    said = reading.sentence(bulletin, language=language)
    comment = said_in(bulletin.comments, language)
    more = tag(
        "a", telling.gettext("More about the state of the system"), href=link, target=target,
        rel="noopener" if target else None,
    )  # fmt: skip
    return tag(
        "div",
        icon(bulletin.position, size=24),
        tag(name, said.text, class_="sentence", lang=said.language),
        tag("p", comment.text, lang=comment.language) if comment else None,
        tag("p", more),
        class_=f"brief {bulletin.position}",
        lang=language,
        data_position=bulletin.position.value,
        data_version=str(bulletin.version),
    )


def fragment(telling: Telling) -> bytes:
    """`fragment.html`: no style and no script, for pages that bring their own."""
    link = f"{telling.site.absolute}{telling.language}/index.html"
    return f"{block(telling, link=link)}\n".encode()


def frame(telling: Telling) -> bytes:
    """`embed.html`: what an iframe shows."""
    said = reading.sentence(telling.bulletin, language=telling.language)
    rules = policy(style=EMBED_CSS, script=EMBED_JS)
    start = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=rules),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("title", said.text),
        tag("style", Markup(EMBED_CSS)),
    )
    shown = tag("main", block(telling, link="index.html", name="h1", target="_top"))
    body = tag("body", shown, tag("script", Markup(EMBED_JS)))
    return document(start, body, language=telling.language)
