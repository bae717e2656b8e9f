"""Setting the telephone up: numbers, rules, menu, everybody's telephone.

Each change wakes the process of the telephone, which reads everything again.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.phone_numbers import normalise
from vitrine.telephony.actions.instructing import instruct_phone
from vitrine.telephony.choices import EndpointKind, InstructionKind, NumberPurpose
from vitrine.telephony.errors import (
    AddressMissing,
    NoColleague,
    NotAMenu,
    NotANumber,
    NotAPolicy,
    NumberNotDialled,
    NumberTaken,
)
from vitrine.telephony.models import DialledNumber, Endpoint, MenuVersion, PolicyVersion
from vitrine.telephony.queries.setup import house_rules
from vitrine.telephony.rules.dialling import is_desk_address, is_prefix, may_be_called
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.policies import HOUSE_RULES, faults_of, policy_as_json
from vitrine.telephony.rules.routing import Policy

LONGEST_EXTENSION = 8


@transaction.atomic
def set_up_number(
    number: str, *, purpose: str, colleague: Account | None = None, by: Account | None
) -> DialledNumber:
    """Say what one of our numbers is for: a number in any form, or a short extension.

    Raises NotANumber, NumberTaken or NoColleague.
    """
    stored = _number(number)
    if (purpose == NumberPurpose.COLLEAGUE) != (colleague is not None):
        raise NoColleague
    try:
        with transaction.atomic():
            row = DialledNumber.objects.create(
                number=stored, purpose=NumberPurpose(purpose), colleague=colleague
            )
    except IntegrityError as taken:
        raise NumberTaken from taken
    record("dialled_number.set_up", subject=row, by=by, number=stored, purpose=purpose)
    _configure(by)
    return row


@transaction.atomic
def give_up_number(row: DialledNumber, *, by: Account | None) -> None:
    """The number is not ours any more; already gone is no fault."""
    found = DialledNumber.objects.select_for_update().filter(pk=row.pk).first()
    if found is not None:
        record("dialled_number.given_up", subject=found, by=by, number=found.number)
        found.delete()
        _configure(by)


def _number(raw: str) -> str:
    written = raw.strip()
    if written.isdigit() and len(written) <= LONGEST_EXTENSION and not written.startswith("0"):
        return written
    stored = normalise(written)
    if stored is None:
        raise NotANumber
    return stored


@transaction.atomic
def change_policy(
    policy: Policy, *, note: str = "", by: Account | None, **house: Any
) -> PolicyVersion:
    """Distribute calls by these rules from now on.

    house  any of HOUSE_RULES; what is not named stays as it is
    Raises NotAPolicy, which names what is out of bounds; the database refuses recordings that
    have no purpose or are kept for more than 30 days, which is told in the same way.
    """
    if faults_of(policy) or not all(is_prefix(one) for one in house.get("dial_prefixes", ())):
        raise NotAPolicy
    before = house_rules()
    kept = {name: house.get(name, getattr(before, name)) for name in HOUSE_RULES}
    try:
        with transaction.atomic():
            row = PolicyVersion.objects.create(
                policy=policy_as_json(policy), note=note.strip()[:200], at=now(), by=by, **kept
            )
    except IntegrityError as refused:
        raise NotAPolicy from refused
    record("phone_policy.changed", subject=row, by=by, **row.policy, **kept)
    _configure(by)
    return row


@transaction.atomic
def change_menu(menu: Mapping[str, Any], *, note: str = "", by: Account | None) -> MenuVersion:
    """Let callers hear this menu from now on. Raises NotAMenu when it would lead them astray."""
    try:
        PhoneMenu.from_json(menu)
    except ValueError as fault:
        raise NotAMenu from fault
    if not menu:
        raise NotAMenu
    row = MenuVersion.objects.create(menu=dict(menu), note=note.strip()[:200], at=now(), by=by)
    record("phone_menu.changed", subject=row, by=by, note=row.note)
    _configure(by)
    return row


@transaction.atomic
def set_endpoint(
    account: Account,
    *,
    kind: str,
    address: str = "",
    must_accept: bool | None = None,
    services: Collection[str] = (),
    rank: int = 0,
    is_active: bool = True,
    by: Account | None,
) -> Endpoint:
    """Say at which telephone `account` takes calls, and which calls.

    must_accept  press 1 to accept; None: only at a mobile, whose voicemail would answer
    services     codes of those whose calls he takes; empty: all; unknown ones are left out
    Raises AddressMissing, NotANumber, or NumberNotDialled for one that costs or lies far away.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    known = Service.objects.filter(code__in=list(services)).values_list("code", flat=True)
    values = {
        "kind": EndpointKind(kind),
        "address": _address(kind, address=address),
        "must_accept": kind == EndpointKind.MOBILE if must_accept is None else must_accept,
        "services": sorted(known),
        "rank": rank,
        "is_active": is_active,
    }
    row, _made = Endpoint.objects.update_or_create(account=account, defaults=values)
    record("endpoint.set", subject=row, by=by, account=account.pk, **values)
    _configure(by)
    return row


def _address(kind: str, *, address: str) -> str:
    written = address.strip()
    if kind == EndpointKind.BROWSER:
        return ""
    if not written:
        raise AddressMissing
    if kind == EndpointKind.DESK_PHONE and written.startswith("sip:"):
        if not is_desk_address(written):
            raise NotANumber
        return written
    number = _number(written)
    if number.startswith("+") and not may_be_called(
        number
    ):  # it rings for each call of his, at our expense
        raise NumberNotDialled
    return number


def _configure(by: Account | None) -> None:
    instruct_phone(InstructionKind.CONFIGURE, by=by)
