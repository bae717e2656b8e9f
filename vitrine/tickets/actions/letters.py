"""What the desk owes in writing about a ticket: acknowledgement, answer, progress, request."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import prefetch_related_objects

from vitrine.accounts.models import Account
from vitrine.correspondence.actions import drafted_promise, make_promises
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import fill, text_in
from vitrine.directory.models import Person
from vitrine.journal.actions import Happening, record_all
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
    if not _can_reach(ticket.requester, is_automatic=is_automatic):
        return None
    thread = thread_of(ticket) if thread is None else thread
    frame = text_in(kind, ticket.reply_language)
    body = fill(frame.body, text=text, number=ticket.spoken_number, **values)
    letter = _letter(
        ticket, kind=kind, body=body, by=by, is_automatic=is_automatic, thread=thread, cc=cc
    )
    [owed] = make_promises([letter])
    return owed


def acknowledge_all(requests: Sequence[tuple[Ticket, str, str]]) -> None:
    """Promise and journal an acknowledgement to each requester who can be reached by mail.

    requests  ticket, text of the request, its Message-ID or blank
    """
    people = [ticket.requester for ticket, _text, _id in requests if ticket.requester]
    prefetch_related_objects(people, "mail_addresses")
    reached = [each for each in requests if _can_reach(each[0].requester, is_automatic=True)]
    kind = PromiseKind.ACKNOWLEDGEMENT
    languages = {ticket.reply_language for ticket, _text, _id in reached}
    frames = {language: text_in(kind, language).body for language in languages}
    drafts = [
        _letter(
            ticket,
            kind=kind,
            body=fill(frames[ticket.reply_language], text=text, number=ticket.spoken_number),
            by=None,
            is_automatic=True,
            thread=[message_id] if message_id else [],
        )
        for ticket, text, message_id in reached
    ]
    record_all(
        Happening(
            verb="ticket.acknowledgement_promised",
            subject=ticket,
            by=None,
            facts={"language": ticket.reply_language, "to": owed.to_address},
        )
        for (ticket, _text, _id), owed in zip(reached, make_promises(drafts), strict=True)
    )


def _letter(
    ticket: Ticket,
    *,
    kind: PromiseKind,
    body: str,
    by: Account | None,
    is_automatic: bool,
    thread: list[str],
    cc: Sequence[str] = (),
) -> Promise:
    assert ticket.requester is not None
    address = _address_of(ticket.requester)
    return drafted_promise(
        kind,
        about=ticket,
        to=ticket.requester,
        language=ticket.reply_language,
        subject=subject_with_number(ticket.subject, number=ticket.number, hook=settings.MAIL_HOOK),
        text=body,
        handler=by,
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        is_automatic=is_automatic,
        cc=[each for each in cc if each.lower() != address],
    )


def _can_reach(person: Person | None, *, is_automatic: bool) -> bool:
    """Whether a mail can go to `person`; no automatic one to where mail came back for good."""
    addresses = list(person.mail_addresses.all()) if person else []
    if is_automatic:
        return any(each.unreachable_since is None for each in addresses)
    return bool(addresses)


def _address_of(person: Person) -> str:
    """The address to which we write, in lower case; the first is the primary one."""
    addresses = list(person.mail_addresses.all())
    reachable = [each for each in addresses if each.unreachable_since is None]
    return (reachable or addresses)[0].address.lower()
