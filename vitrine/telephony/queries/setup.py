"""How the telephone is set up now: agents with their languages, numbers, menu, rules."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from vitrine.accounts.choices import DESK_ROLES
from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.kernel.clock import now
from vitrine.kernel.phone_numbers import normalise
from vitrine.telephony.choices import EndpointKind, NumberPurpose
from vitrine.telephony.models import DialledNumber, Endpoint, MenuVersion, PolicyVersion
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.policies import policy_from_json
from vitrine.telephony.rules.routing import Policy

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class AgentProfile:
    """Somebody who may take calls, as the core and the line need to know him."""

    name: str
    """The public name of the account."""
    account_id: int
    shown_as: str
    """His name for people."""
    languages: Mapping[str, int]
    """Language -> level, 3 native to 1 basic."""
    services: tuple[str, ...] = ()
    """Empty: all of them."""
    rank: int = 0
    endpoint: str = EndpointKind.BROWSER
    address: str = ""
    must_accept: bool = False


@dataclass(frozen=True, kw_only=True)
class DialledMeaning:
    """What a call to one of our numbers is for."""

    purpose: str
    colleague: str = ""
    """The public name of the colleague whose direct number it is."""
    shown_as: str = ""
    language: str = field(default="")
    """The interface language of the colleague."""


def agents() -> list[AgentProfile]:
    """Everybody who may take calls, by name; three SQL statements."""
    return [_profile(account) for account in _callable()]


def names_at_phone(*, language: str) -> dict[str, str]:
    """What people call agents and services: public name or code -> name; two SQL statements.

    language  of whoever reads
    Who has left is named as well: old calls are read, too.
    """
    services = {one.code: one.name_in(language) for one in Service.objects.all()}
    accounts = Account.objects.values_list("pk", "name")
    return services | {agent_name(pk): name for pk, name in accounts}


def agent_profile(account: Account) -> AgentProfile | None:
    """How the telephone knows `account`; None: he takes no calls."""
    found = _callable().filter(pk=account.pk).first()
    return _profile(found) if found else None


def _callable() -> QuerySet[Account]:
    return (
        Account.objects.filter(is_active=True, roles__overlap=[str(role) for role in DESK_ROLES])
        .exclude(endpoint__is_active=False)
        .select_related("endpoint")
        .prefetch_related("spoken_languages")
        .order_by("name", "pk")
    )


def _profile(account: Account) -> AgentProfile:
    endpoint: Endpoint | None = getattr(account, "endpoint", None)
    spoken = {one.language: one.level for one in account.spoken_languages.all()}
    plain = {"name": agent_name(account.pk), "account_id": account.pk, "shown_as": account.name}
    if endpoint is None:
        return AgentProfile(**plain, languages=spoken)  # type: ignore[arg-type]
    return AgentProfile(
        **plain,  # type: ignore[arg-type]
        languages=spoken,
        services=tuple(endpoint.services),
        rank=endpoint.rank,
        endpoint=endpoint.kind,
        address=endpoint.address,
        must_accept=endpoint.must_accept,
    )


def our_numbers() -> dict[str, DialledMeaning]:
    """Each of our numbers, as it is stored, with what it is for."""
    rows = DialledNumber.objects.select_related("colleague")
    return {row.number: _meaning(row) for row in rows}


def meaning_of(number: str) -> DialledMeaning | None:
    """What a call to `number` is for, however it is written; None: not one of ours."""
    written = [number, normalise(number) or number]
    row = DialledNumber.objects.select_related("colleague").filter(number__in=written).first()
    return _meaning(row) if row else None


def _meaning(row: DialledNumber) -> DialledMeaning:
    if row.purpose != NumberPurpose.COLLEAGUE or row.colleague is None:
        return DialledMeaning(purpose=row.purpose)
    return DialledMeaning(
        purpose=row.purpose,
        colleague=agent_name(row.colleague.pk),
        shown_as=row.colleague.name,
        language=row.colleague.ui_language,
    )


def house_rules() -> PolicyVersion:
    """The rules in force with how long what is kept; before anybody set them: the usual ones."""
    return PolicyVersion.objects.order_by("-id").first() or PolicyVersion(policy={}, at=now())


def current_policy() -> Policy:
    """How calls are distributed now; a row that cannot be followed gives the usual rules."""
    try:
        return policy_from_json(house_rules().policy)
    except ValueError as fault:
        log.error("The rules of distribution cannot be followed (%s): the usual ones count", fault)
        return Policy()


def current_menu() -> dict[str, Any] | None:
    """The newest phone menu, as JSON; None: nobody has changed the built-in one."""
    newest = MenuVersion.objects.order_by("-id").first()
    return newest.menu if newest else None
