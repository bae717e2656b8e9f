"""A stranger's page made inert: `clean_html(html)`, or `clean_page(html)` with what it left out.

The page is cut into tokens, balanced and bounded (`scanner`, `balance`), its addresses and
styles are filtered (`attributes`, `styles`), and `nh3` reads the result as a browser does and
writes it again. That is repeated until nothing changes any more: what a browser makes of the
outcome is the outcome itself, so no second reading can bring anything to life.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

import nh3

from vitrine.channels.mail.clean.allowed import (
    ATTRIBUTES,
    COMMON,
    DROPPED_WITH_CONTENT,
    ELEMENTS,
)
from vitrine.channels.mail.clean.attributes import (
    clean_attribute,
    clean_content_id,
    clean_picture_address,
)
from vitrine.channels.mail.clean.balance import Attributes, Balance
from vitrine.channels.mail.clean.scanner import Sort, tokens
from vitrine.channels.mail.clean.sheets import Sheets, sheets_of
from vitrine.channels.mail.clean.signs import without_misleading_signs

LONGEST_PAGE = 1_000_000
"""Characters; a longer page is cut, and says so. Nobody reads more, and the original is kept."""
MOST_TAGS = 100_000
"""Signs `<` in a page; likewise."""
MOST_ROUNDS = 6

_DATA = re.compile(r"data:[^\"'\s>)]{200,}+", re.IGNORECASE)
_WRITTEN_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")+>')
_VALUE = re.compile(r'="([^"]*)"')
_ANY_TAG = re.compile(r"<[^>]*>")
_LINK_RELATION = "noopener noreferrer nofollow"

ShowPicture = Callable[[str], str | None]
"""From `cid:...` or a web address to an address of ours, or None: it is not shown."""


@dataclass(frozen=True)
class CleanPage:
    """A page that does nothing.

    html              balanced markup of a fragment, without any picture that was not asked for
    remote_pictures   web addresses of pictures that are not shown, each once, in order
    inline_pictures   Content-IDs of the pictures inside the message that the page wants
    is_cut            whether the page was too long and its end is missing
    """

    html: str
    remote_pictures: tuple[str, ...] = ()
    inline_pictures: tuple[str, ...] = ()
    is_cut: bool = False


@dataclass
class _Visit:
    """One cleaning: what was seen and which addresses of ours were given out."""

    show_picture: ShowPicture | None
    sheets: Sheets = field(default_factory=Sheets)
    remote: dict[str, None] = field(default_factory=dict)
    inline: dict[str, None] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    is_first: bool = True
    """Whether the page is still the sender's: an address of ours in it is his invention."""

    def finish(self, name: str, attributes: Attributes) -> Attributes | None:
        """The attributes of an element for `nh3`; None: the element is left out."""
        identifier, classes = attributes.get("id", ""), attributes.get("class", "")
        style = self.sheets.style_of(
            name, classes=classes, identifier=identifier, style=attributes.get("style", "")
        )
        if style:
            attributes["style"] = style
        if name == "img":
            return self.picture(attributes)
        if name == "div" and "bgcolor" in attributes:
            attributes["style"] = f"background: {attributes['bgcolor'][:60]}; {style}"
        return attributes

    def picture(self, attributes: Attributes) -> Attributes | None:
        """A picture without its address, or with ours when it is shown; None for a tracer."""
        if is_tracer(attributes):
            return None
        source = attributes.pop("src", "")
        if source in self.ours and not self.is_first:
            return {"src": source, **attributes}
        name = clean_content_id(attributes.pop("data-cid", "") or _behind_cid(source))
        remote = clean_picture_address(attributes.pop("data-picture", "") or source)
        if name:
            self.inline[name] = None
            return self.shown(attributes, f"cid:{name}") or {**attributes, "data-cid": name}
        if remote:
            if shown := self.shown(attributes, remote):
                return shown
            self.remote[remote] = None
            return {**attributes, "data-picture": remote}
        return attributes if attributes.get("alt") else None

    def shown(self, attributes: Attributes, source: str) -> Attributes | None:
        """The picture with our address for `source`; None: it is not shown."""
        address = self.show_picture(source) if self.show_picture else None
        if not address:
            return None
        self.ours.add(address)
        return {"src": address, **attributes}

    def filter(self, value: str, *, element: str, name: str) -> str | None:
        """The last word on an attribute, asked by `nh3` of every one that it found."""
        if name == "src":
            return value if value in self.ours else None
        if name in ("rel", "target"):
            return value  # not the sender's: written by `nh3` itself
        return clean_attribute(value, element=element, name=name)


def _behind_cid(source: str) -> str:
    stripped = without_misleading_signs(source).strip()
    return stripped if stripped[:4].lower() == "cid:" else ""


def is_tracer(attributes: Attributes) -> bool:
    """Whether a picture is too small to be seen: it only tells that a message was opened."""
    style = attributes.get("style", "").replace(" ", "").lower()
    sizes = [attributes.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
    return any(size in ("0", "1") for size in sizes) or bool(
        re.search(r"(?<![-\w])(?:width|height):[01](?:px)?(?:;|$)", style)
    )


def clean_html(html: str) -> str:
    """`html` as a fragment that does nothing; no exception escapes for any text.

    Cleaning twice changes nothing: `clean_html(clean_html(x)) == clean_html(x)`.
    """
    return clean_page(html).html


def clean_page(html: str, *, show_picture: ShowPicture | None = None) -> CleanPage:
    """`html` made inert, and what it wanted to load.

    show_picture  asked for each picture; without it no picture is shown
    """
    source = _DATA.sub("data:,", html) if len(html) > LONGEST_PAGE // 4 else html
    is_cut = _is_too_long(source)
    source = _cut(source) if is_cut else source
    while True:
        visit = _Visit(show_picture)
        cleaned = _settled(source, visit)
        if not _is_too_long(cleaned):
            break
        source, is_cut = source[: len(source) // 2], True
    return CleanPage(
        html=cleaned,
        remote_pictures=tuple(visit.remote),
        inline_pictures=tuple(visit.inline),
        is_cut=is_cut,
    )


def _is_too_long(html: str) -> bool:
    return len(html) > LONGEST_PAGE or html.count("<") > MOST_TAGS


def _cut(html: str) -> str:
    """The beginning of a page, half as long as one may be."""
    html = html[: LONGEST_PAGE // 2]
    position = -1
    for _number in range(MOST_TAGS // 2):
        position = html.find("<", position + 1)
        if position < 0:
            return html
    return html[:position]


def _settled(html: str, visit: _Visit) -> str:
    """Clean until nothing changes; a page that never settles is shown as its text."""
    before = _once(html, visit)
    visit.is_first = False
    for _round in range(MOST_ROUNDS):
        after = _once(before, visit)
        if after == before:
            return after
        before = after
    return f"<div>{escape(unescape(_ANY_TAG.sub(' ', before)), quote=False)}</div>"


def _once(html: str, visit: _Visit) -> str:
    found = list(tokens(without_misleading_signs(html)))
    visit.sheets = sheets_of(one.text for one in found if one.sort is Sort.SHEET)
    balanced = Balance(visit.finish).markup(found)
    written = nh3.clean(
        balanced,
        tags=set(ELEMENTS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={"*": set(COMMON), **{name: set(own) for name, own in ATTRIBUTES.items()}},
        attribute_filter=lambda element, name, value: visit.filter(
            value, element=element, name=name
        ),
        strip_comments=True,
        link_rel=_LINK_RELATION,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )
    return _WRITTEN_TAG.sub(_closed_values, without_misleading_signs(written))


def _closed_values(match: re.Match[str]) -> str:
    """A tag in whose values no sign could be taken for a tag."""
    tag = match[0][:-1]
    if "<" not in tag[1:] and ">" not in tag:
        return match[0]
    return f"{_VALUE.sub(_closed_value, tag)}>"


def _closed_value(match: re.Match[str]) -> str:
    return '="' + match[1].replace("<", "&lt;").replace(">", "&gt;") + '"'
