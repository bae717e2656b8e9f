"""What the desk owes in writing about a ticket: acknowledgement, answer, progress, request."""

from collections.abc import Sequence

from django.conf import settings

from vitrine.accounts.models import Account
from vitrine.correspondence.actions import promise
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import fill, text_in
from vitrine.directory.models import Person
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.models import Message, Ticket
from vitrine.tickets.rules import subject_with_number

REFERENCES_KEPT = 20
"""How many Message-IDs a References header carries at most."""


def thread_of(ticket: Ticket) -> list[str]:
    """The Message-IDs of the conversation with the requester, oldest first."""
    told = (MessageKind.INCOMING, MessageKind.REPLY)
    rows = Message.objects.filter(ticket=ticket, kind__in=told).order_by("at", "id")
    return [message_id for message_id in rows.values_list("message_id", flat=True) if message_id][
        -REFERENCES_KEPT:
    ]


def write_to_requester(
    ticket: Ticket,
    *,
    kind: PromiseKind,
    text: str,
    by: Account | None,
    is_automatic: bool = False,
    thread: list[str] | None = None,
    cc: Sequence[str] = (),
    **values: str,
) -> Promise | None:
    """Promise a message to the requester in the reply language, threaded.

    None when the requester cannot be reached by mail; what nobody writes by hand is not
    sent to an address from which mail came back for good.
    """
    person: Person | None = ticket.requester
    addresses = list(person.mail_addresses.all()) if person else []
    reachable = [each for each in addresses if each.unreachable_since is None]
    if person is None or not addresses or (is_automatic and not reachable):
        return None
    address = (reachable or addresses)[0].address.lower()
    thread = thread_of(ticket) if thread is None else thread
    frame = text_in(kind, ticket.reply_language)
    body = fill(frame.body, text=text, number=ticket.spoken_number, **values)
    return promise(
        kind,
        about=ticket,
        to=person,
        language=ticket.reply_language,
        subject=subject_with_number(ticket.subject, number=ticket.number, hook=settings.MAIL_HOOK),
        text=body,
        handler=by,
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        is_automatic=is_automatic,
        cc=[each for each in cc if each.lower() != address],
    )
