"""What we owe in writing: promised in the transaction of the change, delivered after it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from procrastinate.types import JSONDict

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task, defer_tasks
from vitrine.correspondence.actions.series import defer_series
from vitrine.correspondence.choices import Channel, FailureClass, PromiseKind
from vitrine.correspondence.errors import AlreadySettled, NoAddress
from vitrine.correspondence.models import Promise, SinkMessage
from vitrine.correspondence.rules import pause_after
from vitrine.directory.models import Person
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.languages import fold
from vitrine.kernel.text import mask_national_numbers, without_controls
from vitrine.kernel.tokens import token_for

KEEP_PROMISE = "vitrine.channels.keep_promise"
"""The name of the task that delivers a promise; the channels are a floor above."""
MOST_IN_SERIES = 50
"""Promises of one job."""


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
    cc: Sequence[str] = (),
    channel: str = Channel.MAIL,
) -> Promise:
    """Owe somebody a message; the worker delivers it after the commit.

    kind      a PromiseKind
    about     what it is about: its number or key stands in the Message-ID
    to        a person (primary address), an account or a mere address
    handler   the person able to inform; None: the desk itself
    cc        addresses that get a copy

    Raises NoAddress when the person has none. National numbers are masked.
    """
    draft = drafted_promise(
        kind,
        about=about,
        to=to,
        language=language,
        subject=subject,
        text=text,
        handler=handler,
        in_reply_to=in_reply_to,
        references=references,
        is_automatic=is_automatic,
        cc=cc,
        channel=channel,
    )
    [owed] = make_promises([draft])
    return owed


@transaction.atomic
def make_promises(drafts: Sequence[Promise]) -> list[Promise]:
    """Owe several messages at once.

    What a person wrote leaves first, each by a job of its own; the others leave in series.
    """
    owed = Promise.objects.bulk_create(drafts)
    written: list[JSONDict] = [{"promise_id": each.pk} for each in owed if not each.is_automatic]
    defer_tasks(KEEP_PROMISE, arguments=written)
    automatic = [each.pk for each in owed if each.is_automatic]
    for start in range(0, len(automatic), MOST_IN_SERIES):
        defer_series(automatic[start : start + MOST_IN_SERIES])
    return owed


def drafted_promise(
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
    cc: Sequence[str] = (),
    channel: str = Channel.MAIL,
) -> Promise:
    """What `promise` would owe, not stored yet: for `make_promises`. Raises NoAddress."""
    at = now()
    return Promise(
        kind=PromiseKind(kind),
        channel=channel,
        to_person=to if isinstance(to, Person) else None,
        to_account=to if isinstance(to, Account) else None,
        to_address=_address_of(to),
        cc=list(dict.fromkeys(cc)),
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


def new_message_id(about: Model) -> str:
    """`<ticket-2026-000123.CHANCE.TOKEN@domain>`: says what it is about, and that we said so.

    Short enough for one line of 78 characters: programs damage longer ones when they quote them.
    """
    name = getattr(about, "number", "") or about.pk
    what = f"{about._meta.model_name}-{name}.{secrets.token_hex(5)}"
    domain = settings.DESK_ADDRESS.rpartition("@")[2]
    return f"<{what}.{token_for('message', what)}@{domain}>"


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
def postpone_promise(
    owed: Promise, *, reason: str, failure_class: str = FailureClass.OTHER
) -> Promise:
    """After a temporary failure: try again later, or fail when it was tried long enough."""
    owed = _unsettled(owed)
    at = now()
    tried_for = at - (owed.trying_since or owed.promised_at)
    if tried_for >= timedelta(days=settings.MAIL_GIVE_UP_DAYS):
        return fail_promise(owed, reason=reason, failure_class=failure_class)
    owed.due_at = at + pause_after(owed.attempts)
    owed.last_refusal = without_controls(reason)[:1000]
    _set_down(owed)
    record("promise.postponed", subject=owed, by=None, until=owed.due_at, reason=reason)
    return owed


@transaction.atomic
def let_promise_wait(owed: Promise, *, until: datetime, has_turn: bool) -> Promise:
    """Not yet: its domain takes no more at the moment. Counts as no attempt.

    has_turn  its place in the pace is taken, it asks for no other when it is due
    """
    owed = _unsettled(owed)
    owed.due_at, owed.has_turn = until, has_turn
    if owed.claimed_at is not None:
        owed.attempts = max(0, owed.attempts - 1)
    _set_down(owed)
    return owed


def _set_down(owed: Promise) -> None:
    owed.handing_over_at = owed.claimed_at = None
    owed.save(
        update_fields=[
            *("due_at", "handing_over_at", "claimed_at", "attempts", "has_turn", "last_refusal")
        ]
    )
    defer_delivery(owed, at=owed.due_at)


@transaction.atomic
def fail_promise(owed: Promise, *, reason: str, failure_class: str = FailureClass.OTHER) -> Promise:
    """Give `owed` up for good and say why; what it is about is told by its journal."""
    owed = _unsettled(owed)
    owed.failed_at = now()
    owed.failure = without_controls(reason) or "unknown reason"
    owed.failure_class = failure_class
    owed.save(update_fields=["failed_at", "failure", "failure_class"])
    record("promise.failed", subject=owed, by=None, to=owed.to_address, reason=owed.failure)
    return owed


@transaction.atomic
def note_return(owed: Promise, *, failure_class: str, words: str) -> Promise:
    """A message that was taken came back: remember what kind of failure and what was said."""
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    owed.failure_class = failure_class
    owed.last_refusal = without_controls(words)[:1000]
    owed.save(update_fields=["failure_class", "last_refusal"])
    return owed


@transaction.atomic
def renew_promise(owed: Promise, *, by: Account | None, to_address: str = "") -> Promise:
    """Send a failed message again: an agent has decided so. Raises AlreadySettled when sent.

    to_address  another address than before; blank: the same
    """
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if owed.sent_at is not None:
        raise AlreadySettled
    if owed.failed_at is None:
        return owed
    facts = {"to": to_address} if to_address else {}
    record("promise.renewed", subject=owed, by=by, failure=owed.failure, **facts)
    owed.to_address = to_address or owed.to_address
    owed.failed_at = owed.handing_over_at = owed.claimed_at = None
    owed.failure = owed.failure_class = owed.last_refusal = ""
    owed.attempts, owed.has_turn = 0, False
    owed.due_at = owed.trying_since = now()
    owed.save()
    defer_delivery(owed)
    return owed


@transaction.atomic
def redirect_promise(owed: Promise, *, to_address: str, by: Account) -> Promise:
    """Send what did not arrive to another address: the same row while it was never taken.

    What was taken and came back stays as it is; then a new promise with the same words is
    returned. Raises AlreadySettled when nothing says that it did not arrive.
    """
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if owed.failed_at is not None:
        return renew_promise(owed, by=by, to_address=to_address)
    about = apps.get_model(owed.subject_type).objects.filter(pk=owed.subject_id).first()
    if owed.sent_at is None or not owed.failure_class or about is None:
        raise AlreadySettled
    fresh = promise(
        owed.kind,
        about=about,
        to=to_address,
        language=owed.language,
        subject=owed.subject,
        text=owed.text,
        handler=owed.handler,
        in_reply_to=owed.in_reply_to,
        references=owed.references,
        is_automatic=owed.is_automatic,
    )
    fresh.to_person = owed.to_person
    fresh.save(update_fields=["to_person"])
    record("promise.redirected", subject=owed, by=by, to=to_address, fresh=fresh.pk)
    return fresh


@transaction.atomic
def accept_promise(owed: Promise, *, by: Account) -> Promise:
    """An agent knows that a message of which we were not certain arrived: it is kept.

    Raises AlreadySettled unless it failed as uncertain.
    """
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if owed.failed_at is None or owed.failure_class != FailureClass.UNCERTAIN:
        raise AlreadySettled
    owed.sent_at, owed.failed_at = owed.failed_at, None
    owed.failure = owed.failure_class = ""
    owed.save(update_fields=["sent_at", "failed_at", "failure", "failure_class"])
    record("promise.accepted", subject=owed, by=by, to=owed.to_address)
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
    addresses = list(to.mail_addresses.all())  # the primary one comes first
    if not addresses:
        raise NoAddress
    return next((each for each in addresses if not each.unreachable_since), addresses[0]).address


def _has_end(owed: Promise) -> bool:
    return owed.sent_at is not None or owed.failed_at is not None


def _unsettled(owed: Promise) -> Promise:
    """The locked row. Raises AlreadySettled when it has its end."""
    owed = Promise.objects.select_for_update().get(pk=owed.pk)
    if _has_end(owed):
        raise AlreadySettled
    return owed


@transaction.atomic
def erase_from_promises(*, about: Model, kind: str, language: str, words: str, instead: str) -> int:
    """Replace words in what we wrote, or still owe, about something: their time is over (L-12).

    Returns in how many messages they stood. What has left cannot be called back; we keep no copy.
    """
    rows = list(
        Promise.objects.select_for_update()
        .filter(
            subject_type=about._meta.label_lower,
            subject_id=about.pk,
            kind=kind,
            language=language,
            text__contains=words,
        )
        .order_by("pk")
    )
    for row in rows:
        row.text = row.text.replace(words, instead)
        row.save(update_fields=["text"])
    return len(rows)
