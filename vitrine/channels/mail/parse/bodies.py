"""From parts to what a person reads."""

import re
from dataclasses import dataclass

from vitrine.channels.mail.parse.charsets import decoded
from vitrine.channels.mail.parse.page_text import PageText, read_page
from vitrine.channels.mail.parse.plain_forms import enriched, flowed
from vitrine.channels.mail.parse.seals import without_armour
from vitrine.channels.mail.parse.structure import Part
from vitrine.kernel.text import without_controls

_READ = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"}
_ENRICHED = ("text/enriched", "text/richtext")
_NO_HTML_HERE = re.compile(r"\bhtml\b", re.IGNORECASE)


def is_read(part: Part) -> bool:
    """Whether `part` is read as the message itself, not kept as a file."""
    if part.content_type not in _READ or part.is_attached:
        return False
    return not part.name or (not part.disposition and part.content_type != "text/html")


def read_parts(parts: list[Part]) -> list[Part]:
    """The parts that are read: those without a name, else the first text that has one."""
    read = [part for part in parts if is_read(part)]
    if read:
        return read
    named = (part for part in parts if part.content_type in _READ and not part.is_attached)
    first = next(named, None)
    return [first] if first is not None and first.name.lower() != "att00001.txt" else []


@dataclass(frozen=True)
class Texts:
    """Text and HTML of a message; `new_until` as in `PageText`, when the text is of one page."""

    text: str
    html: str
    new_until: int | None = None


def texts_of(parts: list[Part]) -> Texts:
    """Text and HTML of the message: the best form of each alternative, in order."""
    slots: dict[int, dict[str, str]] = {}
    for number, part in enumerate(parts):
        if part.content_type == "text/x-amp-html":
            continue
        slot = next((own for own, kind in part.ancestors if kind == "alternative"), -number - 1)
        read = _part_text(part)
        form = "html" if part.content_type == "text/html" or _looks_like_page(read) else "plain"
        chosen = slots.setdefault(slot, {})
        is_second_form = "plain" in chosen and part.content_type in _ENRICHED and slot >= 0
        if read.strip() and not is_second_form:
            chosen[form] = f"{chosen[form]}\n{read}" if form in chosen else read
    texts = [text for slot in slots.values() if (text := _slot_text(slot)).text]
    pages = "\n".join(slot["html"] for slot in slots.values() if "html" in slot)
    if len(texts) == 1:
        return Texts(texts[0].text, pages, new_until=texts[0].new_until)
    return Texts("\n\n".join(each.text for each in texts), pages)


def _part_text(part: Part) -> str:
    charset = part.parameters.get("charset", "")
    if part.content_type == "text/html":
        charset = charset or _charset_in_page(part.content())
    text = without_controls(decoded(part.content(), charset=charset))
    if part.content_type == "text/plain":
        if part.parameters.get("format", "").lower() == "flowed":
            return flowed(text, deletes=part.parameters.get("delsp", "").lower() == "yes")
        return without_armour(text)
    if part.content_type in _ENRICHED:
        return enriched(text)
    return text


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


def _charset_in_page(content: bytes) -> str:
    """What a page says about itself, asked only when the part says nothing."""
    match = _META_CHARSET.search(content[:4096])
    return match[1].decode("ascii", "replace") if match else ""


def _looks_like_page(text: str) -> bool:
    head = text[:200].lstrip().lower()
    return head.startswith(("<!doctype html", "<html"))


def _slot_text(slot: dict[str, str]) -> PageText:
    plain = slot.get("plain", "").strip("\n")
    if "html" not in slot:
        return PageText(plain)
    if plain and not (len(plain) < 200 and _NO_HTML_HERE.search(plain)):
        return PageText(plain)
    page = read_page(slot["html"])
    return page if page.text else PageText(plain)
