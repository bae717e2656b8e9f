"""Keeping promises: claim, hand over, record; what was cut in between is never repeated blindly.

A session lock of PostgreSQL is the claim: it dies with its worker. `handing_over_at` is
committed before the first byte leaves. So a row that has it, no end and a free lock was
cut in between: the sink, or the log of our mail server, is asked by Message-ID. Where
nobody can be asked, an agent decides.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from vitrine.channels.mail.deliver.compose import letter_for
from vitrine.channels.mail.deliver.connections import Refused
from vitrine.channels.mail.deliver.evidence import Finding, evidence_of
from vitrine.channels.mail.deliver.refusals import Meaning
from vitrine.channels.mail.deliver.transport import Taken, Uncertain, hand_over, uses_sink
from vitrine.correspondence.actions import (
    Claim,
    begin_hand_over,
    claim_promise,
    claimed,
    closed_until,
    end_pause,
    fail_promise,
    keep_promise,
    let_promise_wait,
    postpone_promise,
    slow_down,
    take_turn,
)
from vitrine.correspondence.choices import FailureClass
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import sink_has
from vitrine.directory.actions import mark_unreachable
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket

UNCERTAIN = "It is not certain whether the message was delivered ({words}). Send it again?"
_STOPPED = "the worker was stopped while it was sending"

log = logging.getLogger(__name__)


def keep(owed: Promise) -> Promise | None:
    """Deliver `owed`, once. None: another worker has it in hand, or it is not due."""
    with claimed(Claim.PROMISES, ids=[owed.pk]) as held:
        if not held:
            return None
        row = Promise.objects.select_related("to_person", "to_account", "handler").get(pk=owed.pk)
        return in_hand(row)


def in_hand(owed: Promise) -> Promise:
    """Deliver `owed`, which this session has claimed, unless it has its end or is not due."""
    if owed.sent_at or owed.failed_at or owed.due_at > now():
        return owed
    if owed.handing_over_at is not None:
        return _after_a_cut(owed)
    return in_its_turn(owed)


def in_its_turn(owed: Promise) -> Promise:
    """Hand it over, or let it wait for its turn in the pace of its domain."""
    if not uses_sink():
        domain, at = domain_of(owed), now()
        turn = closed_until(domain, at=at) if owed.has_turn else take_turn(domain, at=at)
        if turn is not None:
            return let_promise_wait(owed, until=turn, has_turn=True)
    return _handed_over(claim_promise(owed))


def _handed_over(owed: Promise) -> Promise:
    try:
        letter = letter_for(owed)
    except (OSError, ValueError) as error:  # a key or a file of ours that cannot be read
        log.exception("Message %s cannot be made", owed.pk)
        meaning = Meaning(FailureClass.OTHER, is_temporary=True)
        return _not_taken(owed, reason=f"it cannot be made: {error}", meaning=meaning)
    owed = begin_hand_over(owed)
    try:
        taken = hand_over(letter)
    except Refused as refusal:
        return refused(owed, refusal)
    except Uncertain as doubt:
        return left_uncertain(owed, words=str(doubt))
    return noted_as_taken(owed, taken)


@transaction.atomic
def noted_as_taken(owed: Promise, taken: Taken) -> Promise:
    """Note that the other side took it, and which copies it refused."""
    owed = keep_promise(owed, proof=taken.proof)
    if not uses_sink():
        end_pause(domain_of(owed))
    ticket = _ticket_of(owed) if taken.refused_copies else None
    for address, words in taken.refused_copies.items():
        if ticket is not None:
            record("ticket.copy_failed", subject=ticket, by=None, address=address, reason=words)
    return owed


def refused(owed: Promise, refusal: Refused) -> Promise:
    """Note a refusal: try later, in its turn or after a pause, or give up."""
    meaning = refusal.meaning
    tried_for = now() - (owed.trying_since or owed.promised_at)
    if meaning.is_throttled and tried_for < timedelta(days=settings.MAIL_GIVE_UP_DAYS):
        until = slow_down(domain_of(owed), at=now())
        return let_promise_wait(owed, until=until, has_turn=True)
    return _not_taken(owed, reason=str(refusal), meaning=meaning)


def left_uncertain(owed: Promise, *, words: str) -> Promise:
    """Nobody knows: the log is asked a little later; without one an agent decides."""
    if settings.MTA_LOGS:
        return owed
    meaning = Meaning(FailureClass.UNCERTAIN, is_temporary=False)
    return _not_taken(owed, reason=UNCERTAIN.format(words=words), meaning=meaning)


def _after_a_cut(owed: Promise) -> Promise:
    """Find out what became of a message whose worker was killed while it handed it over."""
    if uses_sink():
        if sink_has(owed.message_id):
            return keep_promise(owed, proof="found in the local sink")
        return _handed_over(claim_promise(owed))
    assert owed.handing_over_at is not None
    evidence = evidence_of(owed.message_id, handed_over_at=owed.handing_over_at, at=now())
    if evidence.finding == Finding.TAKEN:
        return keep_promise(owed, proof=evidence.proof)
    if evidence.finding == Finding.NOT_TAKEN:
        return _handed_over(claim_promise(owed))
    if evidence.finding == Finding.NOT_YET:
        return owed
    meaning = Meaning(FailureClass.UNCERTAIN, is_temporary=False)
    return _not_taken(owed, reason=UNCERTAIN.format(words=_STOPPED), meaning=meaning)


@transaction.atomic
def _not_taken(owed: Promise, *, reason: str, meaning: Meaning) -> Promise:
    """Try later or give up; a ticket is told in its journal when a message has failed."""
    give_up_or_wait = postpone_promise if meaning.is_temporary else fail_promise
    owed = give_up_or_wait(owed, reason=reason, failure_class=meaning.kind)
    if owed.failed_at is None:
        return owed
    if owed.failure_class == FailureClass.NO_MAILBOX:
        mark_unreachable(owed.to_address, because=reason)
    ticket = _ticket_of(owed)
    if ticket is not None:
        is_uncertain = owed.failure_class == FailureClass.UNCERTAIN
        record(
            "ticket.mail_uncertain" if is_uncertain else "ticket.mail_failed",
            subject=ticket,
            by=None,
            promise=owed.pk,
            address=owed.to_address,
            kind=owed.failure_class,
            reason=owed.failure,
        )
    return owed


def _ticket_of(owed: Promise) -> Ticket | None:
    if owed.subject_type != Ticket._meta.label_lower:
        return None
    return Ticket.objects.filter(pk=owed.subject_id).first()


def domain_of(owed: Promise) -> str:
    """The domain of the recipient in lower case: what has a pace."""
    return owed.to_address.rpartition("@")[2].lower()
