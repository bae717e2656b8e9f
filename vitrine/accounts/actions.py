"""Everything that changes an account. The beat: lock, check, change, record."""

from collections.abc import Iterable, Mapping

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from vitrine.accounts.choices import Level, Role
from vitrine.accounts.errors import (
    EmailTaken,
    LastAdministrator,
    NameMissing,
    NotAMailAddress,
    SpokenLanguageMissing,
    UnknownLanguage,
    UnknownRole,
    WeakPassword,
)
from vitrine.accounts.models import Account, SpokenLanguage
from vitrine.journal.actions import record
from vitrine.kernel.languages import Language

Spoken = Mapping[str, int] | Iterable[str]
"""Languages with their levels, or languages alone, spoken fluently."""


@transaction.atomic
def create_account(
    email: str,
    *,
    name: str,
    password: str | None,
    roles: Iterable[str],
    spoken: Spoken = (),
    ui_language: str = Language.FR,
    function: str = "",
    phone: str = "",
    by: Account | None,
) -> Account:
    """Somebody who may sign in.

    password  None: nobody can sign in until one is set
    spoken    at least one for a call taker
    Raises an AccountError whose sentence says what is wrong; then nothing has changed.
    """
    _lock_addresses()
    account = Account(
        email=_checked_email(email, owner=None),
        name=_checked_name(name),
        function=function.strip(),
        phone=phone.strip(),
        roles=_checked_roles(roles),
        ui_language=_checked_language(ui_language),
    )
    levels = _checked_levels(spoken, roles=account.roles)
    _give_password(account, password=password)
    account.save()
    _speak(account, levels=levels)
    record("account.created", subject=account, by=by, roles=account.roles, spoken=levels)
    return account


@transaction.atomic
def change_account(
    account: Account,
    *,
    email: str,
    name: str,
    ui_language: str,
    function: str = "",
    phone: str = "",
    by: Account | None,
) -> Account:
    """Change who somebody is; nothing is journaled when nothing changes.

    Raises EmailTaken, NotAMailAddress, NameMissing or UnknownLanguage.
    """
    _lock_addresses()
    account = Account.objects.select_for_update().get(pk=account.pk)
    wanted = {
        "email": _checked_email(email, owner=account),
        "name": _checked_name(name),
        "function": function.strip(),
        "phone": phone.strip(),
        "ui_language": _checked_language(ui_language),
    }
    before = {field: getattr(account, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if before[field] != value}
    if not after:
        return account
    for field, value in after.items():
        setattr(account, field, value)
    account.save(update_fields=list(after))
    if "email" in after:
        EmailAddress.objects.filter(user=account).delete()  # allauth makes it anew at sign-in
    record(
        "account.changed",
        subject=account,
        by=by,
        before={field: before[field] for field in after},
        after=after,
    )
    return account


@transaction.atomic
def change_roles(account: Account, *, roles: Iterable[str], by: Account | None) -> Account:
    """Give an account other roles.

    Raises UnknownRole, LastAdministrator, or SpokenLanguageMissing for a new call taker.
    """
    administrators = _locked_administrators()
    account = Account.objects.select_for_update().get(pk=account.pk)
    wanted = _checked_roles(roles)
    before = list(account.roles)
    if wanted == before:
        return account
    if Role.ADMINISTRATOR not in wanted:
        _check_not_last(account, administrators=administrators)
    if Role.CALL_TAKER in wanted and not account.spoken_languages.exists():
        raise SpokenLanguageMissing
    account.roles = wanted
    account.save(update_fields=["roles"])
    record("account.roles_changed", subject=account, by=by, before=before, after=wanted)
    return account


@transaction.atomic
def set_spoken_languages(account: Account, *, spoken: Spoken, by: Account | None) -> Account:
    """Note in which languages somebody answers.

    Raises UnknownLanguage, or SpokenLanguageMissing for a call taker without any.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    levels = _checked_levels(spoken, roles=account.roles)
    before = dict(account.spoken_languages.values_list("language", "level"))
    if before != levels:
        account.spoken_languages.all().delete()
        _speak(account, levels=levels)
        record("account.languages_changed", subject=account, by=by, before=before, after=levels)
    return account


@transaction.atomic
def set_password(account: Account, *, password: str, by: Account | None) -> Account:
    """Set a password and end every session of the account. Raises WeakPassword."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    _give_password(account, password=password)
    account.save(update_fields=["password"])
    record("account.password_set", subject=account, by=by)
    end_sessions(account, by=by)
    return account


@transaction.atomic
def deactivate_account(account: Account, *, by: Account | None) -> Account:
    """Let an account no longer sign in, and end its sessions; nothing of it is deleted.

    Raises LastAdministrator. One that is inactive already stays as it is.
    """
    administrators = _locked_administrators()
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        return account
    _check_not_last(account, administrators=administrators)
    account.is_active = False
    account.save(update_fields=["is_active"])
    record("account.deactivated", subject=account, by=by)
    end_sessions(account, by=by)
    return account


@transaction.atomic
def reactivate_account(account: Account, *, by: Account | None) -> Account:
    """Let an account sign in again."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        account.is_active = True
        account.save(update_fields=["is_active"])
        record("account.reactivated", subject=account, by=by)
    return account


@transaction.atomic
def revise_account(
    account: Account,
    *,
    roles: Iterable[str],
    spoken: Spoken,
    is_active: bool,
    by: Account | None,
    **person: str,
) -> Account:
    """Change an account as a whole: all of it or nothing.

    person  what `change_account` takes
    Raises what the single changes raise.
    """
    account = change_account(account, by=by, **person)
    wanted = list(roles)
    if Role.CALL_TAKER in wanted:  # who needs a language has it first
        set_spoken_languages(account, spoken=spoken, by=by)
        change_roles(account, roles=wanted, by=by)
    else:
        change_roles(account, roles=wanted, by=by)
        set_spoken_languages(account, spoken=spoken, by=by)
    settle = reactivate_account if is_active else deactivate_account
    return settle(account, by=by)


@transaction.atomic
def end_session(session: UserSession, *, by: Account | None) -> None:
    """Sign one browser out; nothing happens when it is signed out already."""
    found = UserSession.objects.select_for_update().filter(pk=session.pk).first()
    if found is None:
        return
    record("account.session_ended", subject=found.user, by=by, browser=found.user_agent)
    found.end()


@transaction.atomic
def end_sessions(account: Account, *, keep: str = "", by: Account | None) -> int:
    """Sign every browser of an account out; how many there were.

    keep  the key of a session that goes on: the one from which somebody asks
    """
    sessions = UserSession.objects.filter(user=account).exclude(session_key=keep).order_by("pk")
    ended = list(sessions)
    for session in ended:
        end_session(session, by=by)
    return len(ended)


def _lock_addresses() -> None:
    """Let one transaction at a time decide who has an address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('accounts.email', 0))")


def _locked_administrators() -> list[Account]:
    """The active administrators, locked, so that two cannot dismiss each other at once."""
    return list(
        Account.objects.select_for_update()
        .filter(is_active=True, roles__contains=[Role.ADMINISTRATOR])
        .order_by("pk")
    )


def _check_not_last(account: Account, *, administrators: list[Account]) -> None:
    if administrators == [account]:
        raise LastAdministrator


def _checked_email(email: str, *, owner: Account | None) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise NotAMailAddress(email=email) from None
    others = Account.objects.filter(email__iexact=email)
    if owner:
        others = others.exclude(pk=owner.pk)
    if others.exists():
        raise EmailTaken(email=email)
    return email


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameMissing
    return name


def _checked_roles(roles: Iterable[str]) -> list[str]:
    """`roles` once each, in the order of S-01."""
    wanted = set(roles)
    if not wanted or not wanted <= set(Role.values):
        raise UnknownRole
    return [role for role in Role.values if role in wanted]


def _checked_language(language: str) -> str:
    if language not in Language.values:
        raise UnknownLanguage
    return language


def _checked_levels(spoken: Spoken, *, roles: Iterable[str]) -> dict[str, int]:
    fluent = {language: int(Level.FLUENT) for language in spoken}
    levels = fluent | dict(spoken) if isinstance(spoken, Mapping) else fluent
    if not (set(levels) <= set(Language.values) and set(levels.values()) <= set(Level.values)):
        raise UnknownLanguage
    if Role.CALL_TAKER in roles and not levels:
        raise SpokenLanguageMissing
    return {str(language): int(level) for language, level in levels.items()}


def _give_password(account: Account, *, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WeakPassword(sentences=error.messages) from None
    account.set_password(password)


def _speak(account: Account, *, levels: Mapping[str, int]) -> None:
    SpokenLanguage.objects.bulk_create(
        SpokenLanguage(account=account, language=language, level=level)
        for language, level in levels.items()
    )
