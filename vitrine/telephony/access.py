"""Who sees and does what at the telephone. Refused means: not found."""

from django.db.models import QuerySet

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.accounts.models import Account
from vitrine.telephony.models import (
    Call,
    CallBack,
    ColleagueMessage,
    DialledNumber,
    Endpoint,
    Forecast,
    Instruction,
    MenuVersion,
    PhraseRecording,
    PolicyVersion,
    Recording,
    Voicemail,
)

SUPERVISORS = frozenset({Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR})
"""Those who see every agent's state and figures, listen, and distribute the calls (L-13)."""
SETTERS = SUPERVISORS | {Role.ADMINISTRATOR}
"""Those who set the telephone up."""


def takes_calls(account: Account) -> bool:
    """Whether `account` may take a place at the telephone."""
    return account.is_active and account.has_role(*DESK_ROLES)


def supervises(account: Account) -> bool:
    """Whether `account` sees what every agent does, listens and ends calls."""
    return account.is_active and account.has_role(*SUPERVISORS)


def sets_up_phone(account: Account) -> bool:
    """Whether `account` changes numbers, menu, rules and telephones."""
    return account.is_active and account.has_role(*SETTERS)


def calls_for(account: Account) -> QuerySet[Call]:
    """The calls that `account` may see: the desk and the auditor see all."""
    if account.works_at_desk or account.has_role(Role.AUDITOR):
        return Call.objects.all()
    return Call.objects.none()


def call_backs_for(account: Account) -> QuerySet[CallBack]:
    """The call-backs that `account` may see and work on."""
    return CallBack.objects.all() if account.works_at_desk else CallBack.objects.none()


def voicemails_for(account: Account) -> QuerySet[Voicemail]:
    """The messages of callers that `account` may hear."""
    return Voicemail.objects.all() if account.works_at_desk else Voicemail.objects.none()


def colleague_messages_for(account: Account) -> QuerySet[ColleagueMessage]:
    """Messages of callers for colleagues: the desk sees all, everybody else one's own."""
    if account.works_at_desk:
        return ColleagueMessage.objects.all()
    if not account.is_active:
        return ColleagueMessage.objects.none()
    return ColleagueMessage.objects.filter(colleague=account)


def colleagues_for(account: Account) -> QuerySet[Account]:
    """Those for whom `account` may write down a message: everybody who signs in, by name."""
    if not account.works_at_desk:
        return Account.objects.none()
    return Account.objects.filter(is_active=True).exclude(pk=account.pk).order_by("name", "pk")


def recordings_for(account: Account) -> QuerySet[Recording]:
    """Recorded conversations: only for those who supervise (L-12)."""
    kept = Recording.objects.filter(erased_at__isnull=True)
    return kept if supervises(account) else Recording.objects.none()


def dialled_numbers_for(account: Account) -> QuerySet[DialledNumber]:
    """Our numbers, for those who set the telephone up."""
    rows = DialledNumber.objects.select_related("colleague")
    return rows if sets_up_phone(account) else DialledNumber.objects.none()


def endpoints_for(account: Account) -> QuerySet[Endpoint]:
    """Everybody's telephone for those who set it up; one's own for everybody else."""
    rows = Endpoint.objects.select_related("account")
    return rows if sets_up_phone(account) else rows.filter(account=account)


def policy_versions_for(account: Account) -> QuerySet[PolicyVersion]:
    """The rules of distribution, newest first, for those who set the telephone up."""
    rows = PolicyVersion.objects.select_related("by")
    return rows if sets_up_phone(account) else PolicyVersion.objects.none()


def menu_versions_for(account: Account) -> QuerySet[MenuVersion]:
    """The phone menus, newest first, for those who set the telephone up."""
    rows = MenuVersion.objects.select_related("by")
    return rows if sets_up_phone(account) else MenuVersion.objects.none()


def phrase_recordings_for(account: Account) -> QuerySet[PhraseRecording]:
    """Phrases that a person has recorded, for those who set the telephone up."""
    rows = PhraseRecording.objects.select_related("recorded_by")
    return rows if sets_up_phone(account) else PhraseRecording.objects.none()


def forecasts_for(account: Account) -> QuerySet[Forecast]:
    """What was asked about days at the telephone, newest first, for those who plan them."""
    rows = Forecast.objects.select_related("asked_by")
    return rows if supervises(account) else Forecast.objects.none()


def instructions_of(account: Account) -> QuerySet[Instruction]:
    """What `account` has told the telephone."""
    return Instruction.objects.filter(by=account)
