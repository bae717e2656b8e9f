"""A fax in a ticket: noted when it comes, made ready for people afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from vitrine.correspondence.actions.deferring import defer_task
from vitrine.directory.choices import LanguageReason
from vitrine.directory.queries import reply_language_for
from vitrine.journal.actions import record
from vitrine.kernel import files as kept_files
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions.search_documents import index_ticket
from vitrine.tickets.actions.steps import clean, locked
from vitrine.tickets.models import Attachment, Fax, FaxPage, Message, Ticket

READ_FAX = "vitrine.channels.read_fax"
"""The name of the task that makes a fax ready; the channels are a floor above."""
MOST_TEXT = 200_000


@dataclass(frozen=True)
class FaxPicture:
    """A page as a picture and as a small picture, PNG; measured in pixels."""

    picture: bytes
    thumbnail: bytes
    width: int
    height: int


@dataclass(frozen=True)
class ReadyFax:
    """What was made of a fax.

    pdf                  empty when the fax came as a PDF, or could not be read
    text                 empty when it has no words or nothing could read them
    language             of the text; None: not clear
    problem              a sentence in English; blank when everything could be read
    """

    page_count: int = 0
    pictures: Sequence[FaxPicture] = ()
    pdf: bytes = b""
    text: str = ""
    language: Language | None = None
    is_read_by_machine: bool = False
    problem: str = ""


@transaction.atomic
def note_fax(message: Message, *, number: str, sent_as: str, digest: str) -> Fax:
    """Say that `message` is a fax, and have its pages made ready once this is committed."""
    fax = Fax.objects.create(
        message=message, number=number, sent_as=clean(sent_as)[:200], digest=digest
    )
    defer_task(READ_FAX, fax_id=fax.pk)
    return fax


@transaction.atomic
def begin_reading_fax(fax: Fax) -> int:
    """Count one attempt to make a fax ready and return how many there were with it."""
    Fax.objects.filter(pk=fax.pk).update(attempts=F("attempts") + 1)
    return Fax.objects.values_list("attempts", flat=True).get(pk=fax.pk)


@transaction.atomic
def make_fax_ready(fax: Fax, *, ready: ReadyFax) -> Fax:
    """Add what was made of a fax to its ticket; a fax that is ready stays as it is."""
    ticket = locked(Ticket.objects.get(messages__fax=fax.pk))
    row = Fax.objects.select_for_update().get(pk=fax.pk)
    if row.ready_at is not None:
        return row
    message = Message.objects.get(pk=row.message_id)
    row.document = _document(message, row=row, pdf=ready.pdf)
    row.page_count, row.problem = ready.page_count, ready.problem[:200]
    row.ready_at = now()
    FaxPage.objects.bulk_create(
        FaxPage(
            fax=row,
            position=position,
            picture=kept_files.keep(one.picture),
            thumbnail=kept_files.keep(one.thumbnail),
            width=one.width,
            height=one.height,
        )
        for position, one in enumerate(ready.pictures, start=1)
    )
    if ready.text and not message.text:
        row.is_read_by_machine = ready.is_read_by_machine
        _take_text(ticket, message=message, ready=ready)
    row.save()
    index_ticket(ticket)
    record(
        "ticket.fax_ready",
        subject=ticket,
        by=None,
        pages=row.page_count,
        is_read_by_machine=row.is_read_by_machine,
        problem=row.problem,
    )
    return row


def _document(message: Message, *, row: Fax, pdf: bytes) -> Attachment | None:
    """The readable PDF: the one that was made, else the one that came."""
    if not pdf:
        came = message.attachments.filter(content_type="application/pdf").exclude(sha256="")
        return came.order_by("id").first()
    return Attachment.objects.create(
        message=message,
        name=f"Fax {row.number}".strip() + ".pdf",
        content_type="application/pdf",
        size=len(pdf),
        sha256=kept_files.keep(pdf),
    )


def _take_text(ticket: Ticket, *, message: Message, ready: ReadyFax) -> None:
    """The words become the message; a fresh ticket learns its language from them."""
    message.text = clean(ready.text[:MOST_TEXT])
    message.language = ready.language or message.language
    message.save(update_fields=["text", "language"])
    first = ticket.messages.order_by("at", "id").first()
    if first is None or first.pk != message.pk:
        return
    ticket.excerpt = ticket.excerpt or excerpt(message.text)
    if ready.language and not ticket.is_closed:
        ticket.language = ready.language
        if ticket.reply_language_reason != LanguageReason.CHOSEN:
            chosen = reply_language_for(
                ticket.requester, ticket.organisation, used=Language(ready.language)
            )
            ticket.reply_language, ticket.reply_language_reason = chosen.language, chosen.reason
    ticket.save(update_fields=["excerpt", "language", "reply_language", "reply_language_reason"])
