"""A fax in the timeline: its pages in a strip, and what is to be known before reading it."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.kernel.phone_numbers import display
from vitrine.tickets.models import Fax, FaxPage, Message

SHOWN = 30
"""Pages in the strip; the PDF has them all."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page: its picture, the small one, and what an ear is told."""

    href: str
    thumbnail: str
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PrintedFax:
    """What is printed of a fax under its words."""

    title: str
    note: str
    problem: str
    document: str
    pages: list[PrintedPage] = field(default_factory=list)
    more: str = ""


def printed_fax(message: Message, *, language: str) -> PrintedFax | None:
    """The fax that `message` is; None: it is none."""
    fax: Fax | None = getattr(message, "fax", None)
    if fax is None:
        return None
    pages = list(fax.pages.all())
    sender = display(fax.number, language=language) if fax.number else fax.sent_as
    title = ngettext("Fax, %(count)d page", "Fax, %(count)d pages", fax.page_count) % {
        "count": fax.page_count
    }
    left = max(fax.page_count, len(pages)) - SHOWN
    return PrintedFax(
        title=f"{title} · {sender}" if sender else title,
        note=_note(fax),
        problem=fax.problem,
        document=reverse("desk:attachment", args=[fax.document_id]) if fax.document_id else "",
        pages=[_page(one, count=fax.page_count) for one in pages[:SHOWN]],
        more=_("%(count)d more pages stand in the PDF.") % {"count": left} if left > 0 else "",
    )


def _note(fax: Fax) -> str:
    if fax.ready_at is None:
        return _("The pages are being made ready.")
    if fax.is_read_by_machine:
        return _("Read by machine: the words above may be wrong, the pages are what was sent.")
    return ""


def _page(one: FaxPage, *, count: int) -> PrintedPage:
    href = reverse("desk:fax-page", args=[one.pk])
    return PrintedPage(
        href=href,
        thumbnail=f"{href}?size=small",
        words=_("Page %(number)d of %(count)d") % {"number": one.position, "count": count},
        width=160,
        height=round(160 * one.height / max(one.width, 1)),
    )
