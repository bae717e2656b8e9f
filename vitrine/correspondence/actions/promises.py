"""What we owe in writing: promised in the transaction of the change, delivered after it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task
from vitrine.correspondence.choices import Channel, PromiseKind
from vitrine.correspondence.errors import AlreadySettled, NoAddress
from vitrine.correspondence.models import Promise, SinkMessage
from vitrine.correspondence.rules import next_attempt
from vitrine.directory.models import Person
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.languages import fold
from vitrine.kernel.text import mask_national_numbers, without_controls

KEEP_PROMISE = "vitrine.channels.keep_promise"
"""The name of the task that delivers a promise; the channels are a floor above."""


@transaction.atomic
def promise(
    kind: str,
    *,
    about: Model,
    to: Person | Account | str,
    language: str,
    subject: str,
    text: str,
    handler: Account | None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    is_automatic: bool = False,
    channel: str = Channel.MAIL,
) -> Promise:
    """Owe somebody a message; the worker delivers it after the commit.

    kind      a PromiseKind
    about     what it is about: its number or key stands in the Message-ID
    to        a person (primary address), an account or a mere address
    handler   the person able to inform; None: the desk itself

    Raises NoAddress when the person has none. National numbers are masked.
    """
    at = now()
    owed = Promise.objects.create(
        kind=PromiseKind(kind),
        channel=channel,
        to_person=to if isinstance(to, Person) else None,
        to_account=to if isinstance(to, Account) else None,
        to_address=_address_of(to),
        language=fold(language),
        subject=mask_national_numbers(without_controls(subject).replace("\n", " "))[:300],
        text=mask_national_numbers(without_controls(text)),
        handler=handler,
        subject_type=about._meta.label_lower,
        subject_id=about.pk,
        message_id=new_message_id(about),
        in_reply_to=in_reply_to,
        references=list(references),
        is_automatic=is_automatic,
        promised_at=at,
        due_at=at,
    )
    defer_delivery(owed)
    return owed


def new_message_id(about: Model) -> str:
    """`<ticket-2026-000123.UUID@domain>`: says what it is about and cannot be guessed."""
    name = getattr(about, "number", "") or about.pk
    domain = settings.DESK_ADDRESS.rpartition("@")[2]
    return f"<{about._meta.model_name}-{name}.{uuid4().hex}@{domain}>"


def defer_delivery(owed: Promise, *, at: datetime | None = None) -> None:
    """Ask the worker to deliver `owed`, not before `at`; commits with the caller."""
    defer_task(KEEP_PROMISE, at=at, promise_id=owed.pk)


@transaction.atomic
def claim_promise(owed: Promise) -> Promise:
    """Note that a worker has taken `owed` in hand, and return the row as it is now."""
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if _has_end(owed):
        return owed
    owed.claimed_at = now()
    owed.attempts += 1
    owed.save(update_fields=["claimed_at", "attempts"])
    return owed


@transaction.atomic
def begin_hand_over(owed: Promise) -> Promise:
    """Note, committed before the first byte leaves, that `owed` is being handed over."""
    owed = _unsettled(owed)
    owed.handing_over_at = now()
    owed.save(update_fields=["handing_over_at"])
    return owed


@transaction.atomic
def keep_promise(owed: Promise, *, proof: str) -> Promise:
    """Note that the other side took the message; `proof` is what it said."""
    owed = _unsettled(owed)
    owed.sent_at = now()
    owed.proof = without_controls(proof)[:300]
    owed.save(update_fields=["sent_at", "proof"])
    record("promise.kept", subject=owed, by=None, to=owed.to_address, proof=owed.proof)
    return owed


@transaction.atomic
def postpone_promise(owed: Promise, *, reason: str) -> Promise:
    """After a temporary failure: try again later, or fail when it was tried often enough."""
    owed = _unsettled(owed)
    pause = next_attempt(owed.attempts)
    if pause is None:
        return fail_promise(owed, reason=reason)
    owed.due_at = now() + pause
    owed.handing_over_at = owed.claimed_at = None
    owed.save(update_fields=["due_at", "handing_over_at", "claimed_at"])
    record("promise.postponed", subject=owed, by=None, until=owed.due_at, reason=reason)
    defer_delivery(owed, at=owed.due_at)
    return owed


@transaction.atomic
def fail_promise(owed: Promise, *, reason: str) -> Promise:
    """Give `owed` up for good and say why; what it is about is told by its journal."""
    owed = _unsettled(owed)
    owed.failed_at = now()
    owed.failure = without_controls(reason) or "unknown reason"
    owed.save(update_fields=["failed_at", "failure"])
    record("promise.failed", subject=owed, by=None, to=owed.to_address, reason=owed.failure)
    return owed


@transaction.atomic
def renew_promise(owed: Promise, *, by: Account | None) -> Promise:
    """Send a failed message again: an agent has decided so. Raises AlreadySettled when sent."""
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if owed.sent_at is not None:
        raise AlreadySettled
    if owed.failed_at is None:
        return owed
    record("promise.renewed", subject=owed, by=by, failure=owed.failure)
    owed.failed_at = owed.handing_over_at = owed.claimed_at = None
    owed.failure, owed.attempts, owed.due_at = "", 0, now()
    owed.save()
    defer_delivery(owed)
    return owed


def take_into_sink(message_id: str, *, to: str, raw: bytes) -> bool:
    """Keep a message in the local sink; False when it has this Message-ID already."""
    try:
        with transaction.atomic():
            SinkMessage.objects.create(
                message_id=message_id, to_address=to, raw=raw, taken_at=now()
            )
    except IntegrityError:
        return False
    return True


def _address_of(to: Person | Account | str) -> str:
    if isinstance(to, Account):
        return to.email
    if isinstance(to, str):
        return to
    address = to.mail_addresses.first()  # the primary one comes first
    if address is None:
        raise NoAddress
    return address.address


def _has_end(owed: Promise) -> bool:
    return owed.sent_at is not None or owed.failed_at is not None


def _unsettled(owed: Promise) -> Promise:
    """The locked row. Raises AlreadySettled when it has its end."""
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if _has_end(owed):
        raise AlreadySettled
    return owed
