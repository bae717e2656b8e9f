"""Atom (RFC 4287) and RSS 2.0 in one language."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote, urlsplit

from vitrine.publication.feeds.entries import Entry, entries
from vitrine.publication.pages.frame import Telling
from vitrine.publication.pages.markup import Markup, tag
from vitrine.publication.status_json import short_instant
from vitrine.publication.words import LANGUAGES

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold."""
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def identity(telling: Telling, key: str) -> str:
    """A tag URI (RFC 4151): an address that never changes, even when the site moves."""
    host = urlsplit(telling.site.absolute).hostname or "status.invalid"
    return f"tag:{host},2026:{quote(key, safe=':@.-')}"


def title(telling: Telling) -> str:
    """Of the feed."""
    return ": ".join((telling.register, telling.gettext("System status")))


def updated_at(telling: Telling, *, found: list[Entry]) -> datetime:
    """When an entry last changed; a feed does not change because somebody looked."""
    return max((each.updated_at for each in found), default=telling.bulletin.published_at)


def document(root: Markup) -> bytes:
    """The whole file."""
    return (DECLARATION + NOT_XML.sub("", root) + "\n").encode()


def atom(telling: Telling) -> bytes:
    """`feed.atom`."""
    language, site = telling.language, telling.site.absolute
    found = entries(telling)
    links = [
        tag("link", rel="self", type="application/atom+xml", href=f"{site}{language}/feed.atom"),
        *(
            tag("link", rel="alternate", type="text/html", hreflang=code,
                href=f"{site}{code}/index.html")
            for code in sorted(LANGUAGES, key=lambda each: each != language)
        ),
    ]  # fmt: skip
    root = tag(
        "feed",
        tag("id", identity(telling, f"feed:{language}")),
        tag("title", title(telling)),
        tag("updated", short_instant(updated_at(telling, found=found))),
        tag("author", tag("name", telling.register)),
        tag("generator", "Vitrine"),
        *links,
        *(atom_entry(each, telling) for each in found),
        xmlns="http://www.w3.org/2005/Atom",
        xml_lang=language,
    )
    return document(Markup(root.replace("xml-lang=", "xml:lang=", 1)))


def atom_entry(entry: Entry, telling: Telling) -> Markup:
    """One entry."""
    link = tag("link", rel="alternate", type="text/html", href=entry.address)
    return tag(
        "entry",
        tag("id", identity(telling, entry.key)),
        tag("title", entry.title),
        tag("published", short_instant(entry.published_at)),
        tag("updated", short_instant(entry.updated_at)),
        link,
        tag("content", entry.text, type="text"),
    )


def rss(telling: Telling) -> bytes:
    """`feed.rss`: the same entries."""
    language, site = telling.language, telling.site.absolute
    found = entries(telling)
    itself = tag("atom:link", rel="self", type="application/rss+xml",
                 href=f"{site}{language}/feed.rss")  # fmt: skip
    channel = tag(
        "channel",
        tag("title", title(telling)),
        xml_link(f"{site}{language}/index.html"),
        tag("description", title(telling)),
        tag("language", language),
        tag("lastBuildDate", mail_date(updated_at(telling, found=found))),
        tag("ttl", "5"),
        itself,
        *(rss_item(each, telling) for each in found),
    )
    root = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">{channel}</rss>'
    return document(Markup(root))


def rss_item(entry: Entry, telling: Telling) -> Markup:
    """One item."""
    return tag(
        "item",
        tag("title", entry.title),
        xml_link(entry.address),
        tag("guid", identity(telling, entry.key), isPermaLink="false"),
        tag("pubDate", mail_date(entry.updated_at)),
        tag("description", entry.text),
    )


def xml_link(address: str) -> Markup:
    """A `link` with content, which HTML would not have."""
    return tag("link", address)


def mail_date(at: datetime) -> str:
    """As RFC 5322 writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
