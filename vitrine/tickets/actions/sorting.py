"""What a ticket is about, whose it is, who has it and how urgent it is."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.choices import LanguageReason
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import organisation_asking, reply_language_for
from vitrine.journal.actions import record
from vitrine.kernel.languages import Language
from vitrine.tickets.actions.search_documents import index_ticket
from vitrine.tickets.actions.steps import clean, deadline, locked
from vitrine.tickets.choices import State
from vitrine.tickets.errors import Archived, MotiveMissing, TicketError
from vitrine.tickets.models import QuestionType, Ticket
from vitrine.tickets.rules import check_live, priority


def _locked_unless_archived(ticket: Ticket) -> Ticket:
    row = locked(ticket)
    if row.state == State.ARCHIVED:
        raise Archived
    return row


@transaction.atomic
def take(ticket: Ticket, *, by: Account) -> Ticket:
    """Become the owner of a ticket."""
    return assign(ticket, owner=by, by=by)


@transaction.atomic
def assign(ticket: Ticket, *, owner: Account, by: Account) -> Ticket:
    """Give a live ticket to `owner`, who works at the desk."""
    row = locked(ticket)
    check_live(row.state)
    if not (owner.is_active and owner.works_at_desk):
        raise TicketError
    before = row.owner
    if before == owner and row.state != State.NEW:
        return row
    row.owner = owner
    if row.state == State.NEW:
        row.state = State.OPEN
    row.save(update_fields=["owner", "state"])
    record(
        "ticket.assigned",
        subject=row,
        by=by,
        before=before.name if before else "",
        after=owner.name,
    )
    return row


@transaction.atomic
def rename(ticket: Ticket, *, subject: str, by: Account) -> Ticket:
    """Change the subject; a blank one changes nothing."""
    row = _locked_unless_archived(ticket)
    before, after = row.subject, clean(subject)[:300]
    if not after or after == before:
        return row
    row.subject = after
    row.save(update_fields=["subject"])
    index_ticket(row)
    record("ticket.renamed", subject=row, by=by, before=before, after=after)
    return row


@transaction.atomic
def classify(ticket: Ticket, *, question_type: QuestionType | None, by: Account) -> Ticket:
    """Say what the request is about."""
    row = _locked_unless_archived(ticket)
    before = row.question_type
    if before == question_type:
        return row
    row.question_type = question_type
    row.save(update_fields=["question_type"])
    record(
        "ticket.classified",
        subject=row,
        by=by,
        before=before.code if before else "",
        after=question_type.code if question_type else "",
    )
    return row


@transaction.atomic
def set_priority(ticket: Ticket, *, impact: int, urgency: int, by: Account) -> Ticket:
    """Rank a live ticket by impact x urgency; the deadline is counted anew from its opening."""
    row = locked(ticket)
    check_live(row.state)
    before, after = row.priority, priority(impact=impact, urgency=urgency)
    row.impact, row.urgency, row.priority = impact, urgency, after
    if after != before and row.paused_at is None and row.state != State.SECOND_LINE:
        row.due_at = deadline(row.opened_at, priority=after)
    row.save(update_fields=["impact", "urgency", "priority", "due_at"])
    record(
        "ticket.prioritised",
        subject=row,
        by=by,
        before=before,
        after=after,
        impact=impact,
        urgency=urgency,
    )
    return row


@transaction.atomic
def set_reply_language(ticket: Ticket, *, language: str, motive: str, by: Account) -> Ticket:
    """Override the reply language that the law proposes, with a motive (L-05)."""
    row = _locked_unless_archived(ticket)
    if not motive.strip():
        raise MotiveMissing
    before = row.reply_language
    row.reply_language = Language(language)
    row.reply_language_reason = LanguageReason.CHOSEN
    row.save(update_fields=["reply_language", "reply_language_reason"])
    record(
        "ticket.reply_language_set",
        subject=row,
        by=by,
        before=before,
        after=row.reply_language,
        motive=motive,
    )
    return row


@transaction.atomic
def set_requester(
    ticket: Ticket,
    *,
    requester: Person | None,
    organisation: Organisation | None,
    by: Account,
) -> Ticket:
    """Say who asks and for which organisation; the reply language follows by law.

    A reply language that an agent chose stays.
    """
    row = _locked_unless_archived(ticket)
    organisation = organisation_asking(requester, organisation)
    before = row.requester
    row.requester, row.organisation = requester, organisation
    if row.reply_language_reason != LanguageReason.CHOSEN:
        chosen = reply_language_for(requester, organisation, used=Language(row.language))
        row.reply_language, row.reply_language_reason = chosen.language, chosen.reason
    row.save(update_fields=["requester", "organisation", "reply_language", "reply_language_reason"])
    index_ticket(row)
    record(
        "ticket.requester_set",
        subject=row,
        by=by,
        before=before.pk if before else None,
        after=requester.pk if requester else None,
        organisation=organisation.code if organisation else "",
    )
    return row
