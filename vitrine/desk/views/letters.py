"""An answer as a letter: printed, signed, posted."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from vitrine.correspondence.queries import closing_block, fill, text_in
from vitrine.desk.rendering import READERS, StaffRequest, open_to, render_page
from vitrine.kernel.clock import BRUSSELS
from vitrine.tickets.access import messages_for
from vitrine.tickets.choices import MessageKind


@open_to(*READERS)
@require_safe
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter in the language of the answer, with the person able to inform (L-11)."""
    message = get_object_or_404(
        messages_for(request.user)
        .filter(kind=MessageKind.REPLY)
        .select_related("ticket__organisation", "ticket__requester", "by_account"),
        pk=pk,
    )
    ticket, language = message.ticket, message.language
    frame = text_in("letter", language)
    pattern = "j. F Y" if language == "de" else "j F Y"
    with translation.override(language):
        day = date_format(message.at.astimezone(BRUSSELS), pattern)
        asked = date_format(ticket.opened_at.astimezone(BRUSSELS), pattern)
    values = {"number": ticket.spoken_number, "day": asked}
    organisation, desk = ticket.organisation, closing_block(None, language=language)
    handler = closing_block(message.by_account, language=language).removesuffix(desk)
    context = {
        "ticket": ticket,
        "language": language,
        "organisation": organisation.name_in(language) if organisation else "",
        "postal_code": organisation.postal_code if organisation else "",
        "requester": ticket.requester,
        "day": day,
        "subject": fill(frame.subject, **values),
        "text": fill(frame.body, text=message.text, **values),
        "desk": desk,
        "handler": handler.strip(),
    }
    return render_page(request, "desk/letter.html", context)
