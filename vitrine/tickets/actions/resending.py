"""A message of ours that did not arrive: to another address, or known to have arrived after all."""

from contextlib import suppress

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.actions import accept_promise, redirect_promise
from vitrine.correspondence.errors import AlreadySettled
from vitrine.directory.actions import add_address
from vitrine.directory.errors import AddressTaken
from vitrine.journal.actions import record
from vitrine.tickets.actions.steps import locked
from vitrine.tickets.errors import NotFailed
from vitrine.tickets.models import Message


@transaction.atomic
def send_to_other_address(message: Message, *, address: str, by: Account) -> Message:
    """Send `message` to another address, which becomes one of the person's unless it is taken.

    Raises NotFailed unless it did not arrive, NotAMailAddress when the address is none.
    """
    ticket = locked(message.ticket)
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if message.promise is None:
        raise NotFailed
    if (person := message.promise.to_person) is not None:
        with suppress(AddressTaken):  # somebody else of the office reads it: then it is his
            add_address(person, address=address, by=by)
    try:
        message.promise = redirect_promise(message.promise, to_address=address, by=by)
    except AlreadySettled:
        raise NotFailed from None
    message.save(update_fields=["promise"])
    record("ticket.redirected", subject=ticket, by=by, address=address)
    return message


@transaction.atomic
def accept_as_arrived(message: Message, *, by: Account) -> Message:
    """An agent has learned that a message of which we were not certain arrived.

    Raises NotFailed when there is no such doubt.
    """
    ticket = locked(message.ticket)
    if message.promise is None:
        raise NotFailed
    try:
        owed = accept_promise(message.promise, by=by)
    except AlreadySettled:
        raise NotFailed from None
    record("ticket.mail_arrived", subject=ticket, by=by, address=owed.to_address)
    return message
