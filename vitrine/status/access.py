"""What an account may see of the state of the register, and who may do what."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.accounts.models import Account
from vitrine.status.choices import AttemptPurpose
from vitrine.status.models import (
    Attempt,
    CommentTemplate,
    Component,
    Duty,
    Event,
    Interruption,
    KeyEnrolment,
    Maintenance,
    PreparedChange,
    Probe,
    Proposal,
    SecurityKey,
    SentenceRevision,
    SetAside,
)

_Row = TypeVar("_Row", bound=Model)

OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Those who see every key and every attempt."""
WATCHERS = frozenset({*DESK_ROLES, Role.STATUS_EDITOR})
"""Those whom a proposal concerns."""


def is_editor(account: Account) -> bool:
    """Whether `account` is listed; keys are asked for at each change."""
    return account.is_active and account.has_role(Role.STATUS_EDITOR)


def signs_in_with_key(account: Account) -> bool:
    """Whether the password alone does not sign `account` in: an editor who has a key."""
    return (
        is_editor(account)
        and SecurityKey.objects.filter(account=account, revoked_at__isnull=True).exists()
    )


def enrols_keys(account: Account) -> bool:
    """Whether `account` allows and revokes keys of others."""
    return account.is_active and account.has_role(Role.ADMINISTRATOR)


def sees_attempts(account: Account) -> bool:
    """Whether `account` reads who tried what."""
    return account.is_active and account.has_role(*OVERSEERS)


def decides_proposals(account: Account) -> bool:
    """Whether `account` may dismiss what a machine proposes."""
    return account.is_active and account.has_role(Role.STATUS_EDITOR, Role.SUPERVISOR)


def sees_proposals(account: Account) -> bool:
    """Whether what machines propose concerns `account`: editors and supervisors."""
    return account.is_active and account.has_role(Role.STATUS_EDITOR, Role.SUPERVISOR)


def probes_for(account: Account) -> QuerySet[Probe]:
    """Every probe, for those who set them up; nothing for others."""
    found = Probe.objects.select_related("component")
    return found if enrols_keys(account) else found.none()


def events_for(account: Account) -> QuerySet[Event]:
    """Every public change: it is public."""
    return _if_active(account, Event.objects.all())


def set_aside_for(account: Account) -> QuerySet[SetAside]:
    """What was decided and never became public, for editors and those who oversee them."""
    found = SetAside.objects.all()
    return found if is_editor(account) or sees_attempts(account) else found.none()


def interruptions_for(account: Account) -> QuerySet[Interruption]:
    """Every interruption: it is public."""
    return _if_active(account, Interruption.objects.all())


def maintenances_for(account: Account) -> QuerySet[Maintenance]:
    """Every planned maintenance: it is public."""
    return _if_active(account, Maintenance.objects.all())


def components_for(account: Account) -> QuerySet[Component]:
    """Every component, retired ones too."""
    return _if_active(account, Component.objects.all())


def templates_for(account: Account) -> QuerySet[CommentTemplate]:
    """The comments that are offered."""
    return _if_active(account, CommentTemplate.objects.filter(retired_at__isnull=True))


def all_templates_for(account: Account) -> QuerySet[CommentTemplate]:
    """The comments, retired ones too, for those who keep them and those who oversee it."""
    found = CommentTemplate.objects.all()
    return found if is_editor(account) or sees_attempts(account) else found.none()


def sentences_for(account: Account) -> QuerySet[SentenceRevision]:
    """Every revision of the official sentences, the newest first."""
    return _if_active(account, SentenceRevision.objects.select_related("made_by"))


def prepared_for(account: Account) -> QuerySet[PreparedChange]:
    """What was shown to `account` for review, and to nobody else."""
    return _if_active(
        account, PreparedChange.objects.filter(account=account, purpose=AttemptPurpose.CHANGE)
    )


def keys_for(account: Account) -> QuerySet[SecurityKey]:
    """All keys for those who oversee them; one's own for everybody else."""
    keys = SecurityKey.objects.select_related("account", "revoked_by", "enrolment")
    if not account.is_active:
        return keys.none()
    return keys if account.has_role(*OVERSEERS) else keys.filter(account=account)


def public_keys_for(account: Account) -> QuerySet[SecurityKey]:
    """Every key, revoked ones too: with what it signed it stands in the public chain."""
    return _if_active(
        account, SecurityKey.objects.select_related("account").order_by("-revoked_at", "pk")
    )


def enrolments_for(account: Account) -> QuerySet[KeyEnrolment]:
    """All enrolments for those who oversee them; one's own for everybody else."""
    found = KeyEnrolment.objects.select_related("account", "begun_by", "confirmed_by")
    if not account.is_active:
        return found.none()
    return found if account.has_role(*OVERSEERS) else found.filter(account=account)


def attempts_for(account: Account) -> QuerySet[Attempt]:
    """All attempts for those who oversee them; one's own for everybody else."""
    found = Attempt.objects.select_related("account", "key")
    if not account.is_active:
        return found.none()
    return found if account.has_role(*OVERSEERS) else found.filter(account=account)


def proposals_for(account: Account) -> QuerySet[Proposal]:
    """Every proposal for the desk and the editors; nothing for the others."""
    found = Proposal.objects.select_related("decided_by")
    return found if account.is_active and account.has_role(*WATCHERS) else found.none()


def duties_for(account: Account) -> QuerySet[Duty]:
    """Whom to call, for the desk, the editors and the administrators."""
    sees = account.is_active and account.has_role(*WATCHERS, Role.ADMINISTRATOR)
    return Duty.objects.select_related("account") if sees else Duty.objects.none()


def editors_for(account: Account) -> QuerySet[Account]:
    """Those who may change the state, with their keys; for those who enrol keys."""
    if not sees_attempts(account):
        return Account.objects.none()
    return (
        Account.objects.filter(is_active=True, roles__contains=[Role.STATUS_EDITOR])
        .order_by("name", "pk")
        .prefetch_related("status_keys")
    )


def _if_active(account: Account, found: QuerySet[_Row]) -> QuerySet[_Row]:
    return found if account.is_active else found.none()
