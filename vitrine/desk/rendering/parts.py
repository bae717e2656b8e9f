"""The small parts of which the page of a ticket is made, ready to print."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Chip:
    """A word about the ticket; with `href` it can be changed there."""

    text: str
    tone: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something one can do: a link, a key, or a form of one button."""

    text: str
    href: str
    key: str = ""
    focus: str = ""
    is_post: bool = False
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    text: str
    lang: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A heading, its facts, and where they are changed."""

    title: str
    facts: list[Fact]
    href: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another ticket, in a line and a half."""

    href: str
    subject: str
    lang: str
    about: str


def breakable(address: str) -> SafeString:
    """A mail address that may break after its @ and nowhere else by choice."""
    local, _at, domain = address.partition("@")
    return format_html("{}@<wbr>{}", local, domain)


def nowhere(_name: str) -> str:
    """The address of what cannot be changed."""
    return ""
