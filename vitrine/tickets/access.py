"""Which tickets an account may see, and which it may work on. Refused means: not found."""

from django.db.models import Exists, OuterRef, QuerySet

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.accounts.models import Account
from vitrine.tickets.models import (
    Attachment,
    BlockedSender,
    Delegation,
    FaxPage,
    Message,
    QuestionType,
    SortingRule,
    Ticket,
)


def tickets_for(account: Account) -> QuerySet[Ticket]:
    """The tickets that `account` may read.

    The desk and the auditor read all; a second line reads what was ever delegated to it.
    """
    if account.works_at_desk or account.has_role(Role.AUDITOR):
        return Ticket.objects.all()
    if account.has_role(Role.SECOND_LINE):
        delegated = Delegation.objects.filter(ticket=OuterRef("pk"), to_account=account)
        return Ticket.objects.filter(Exists(delegated))
    return Ticket.objects.none()


def workable_tickets_for(account: Account) -> QuerySet[Ticket]:
    """The tickets that `account` may change as the desk does."""
    return Ticket.objects.all() if account.works_at_desk else Ticket.objects.none()


def delegated_tickets_for(account: Account) -> QuerySet[Ticket]:
    """The tickets that wait for an answer of `account` as second line."""
    waiting = Delegation.objects.filter(
        ticket=OuterRef("pk"),
        to_account=account,
        answered_at__isnull=True,
        returned_at__isnull=True,
    )
    return Ticket.objects.filter(Exists(waiting))


def messages_for(account: Account) -> QuerySet[Message]:
    """The messages of the tickets that `account` may read."""
    return Message.objects.filter(ticket__in=tickets_for(account))


def workable_messages_for(account: Account) -> QuerySet[Message]:
    """The messages of the tickets that `account` may change."""
    return Message.objects.filter(ticket__in=workable_tickets_for(account))


def attachments_for(account: Account) -> QuerySet[Attachment]:
    """The files of the tickets that `account` may read."""
    return Attachment.objects.filter(message__ticket__in=tickets_for(account))


def question_types_for(account: Account) -> QuerySet[QuestionType]:
    """The question types that `account` may give to a ticket, first level before second."""
    if not account.works_at_desk:
        return QuestionType.objects.none()
    active = QuestionType.objects.filter(is_active=True).select_related("parent")
    return active.order_by("code")


def guardians_for(account: Account) -> QuerySet[Account]:
    """The colleagues to whom `account` may give a ticket."""
    return _colleagues() if account.works_at_desk else Account.objects.none()


def _colleagues() -> QuerySet[Account]:
    return Account.objects.filter(
        is_active=True, roles__overlap=[str(role) for role in DESK_ROLES]
    ).order_by("name")


def editable_question_types_for(account: Account) -> QuerySet[QuestionType]:
    """All question types, those no longer offered included, for those who edit them (S-11)."""
    if not account.has_role(Role.PROJECT_LEADER, Role.MANAGER, Role.ADMINISTRATOR):
        return QuestionType.objects.none()
    return QuestionType.objects.select_related("parent", "default_service").order_by("code")


SORTERS = (Role.PROJECT_LEADER, Role.MANAGER, Role.ADMINISTRATOR)
"""Those who decide how what comes in is sorted."""


def sorting_rules_for(account: Account) -> QuerySet[SortingRule]:
    """The sorting rules in their order, for those who edit them."""
    if not account.has_role(*SORTERS):
        return SortingRule.objects.none()
    return SortingRule.objects.select_related(
        "question_type", "service", "owner", "changed_by"
    ).order_by("position")


def rule_owners_for(account: Account) -> QuerySet[Account]:
    """The colleagues to whom a sorting rule of `account` may give tickets."""
    if not account.has_role(*SORTERS):
        return Account.objects.none()
    return _colleagues()


def blocks_for(account: Account) -> QuerySet[BlockedSender]:
    """The blocks that have not been lifted, newest first, for those who may lift them."""
    if not (account.works_at_desk or account.has_role(*SORTERS)):
        return BlockedSender.objects.none()
    return BlockedSender.objects.filter(lifted_at=None).select_related("blocked_by")


def fax_pages_for(account: Account) -> QuerySet[FaxPage]:
    """The pages of the faxes in the tickets that `account` may read."""
    return FaxPage.objects.filter(fax__message__ticket__in=tickets_for(account))
