"""Loads the fictitious register of `register.toml`: who works here, who asks, about what."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q

from vitrine.accounts.actions import create_account
from vitrine.accounts.models import Account
from vitrine.directory.actions import (
    add_absence,
    add_domain,
    create_organisation,
    create_person,
    create_service,
    merge_organisations,
)
from vitrine.directory.choices import PersonKind
from vitrine.directory.models import Category, Organisation, Person, Service
from vitrine.kernel.clock import today
from vitrine.kernel.languages import Language
from vitrine.ops.demo.plan import PASSWORD, Row, planned
from vitrine.tickets.models import QuestionType
from vitrine.tickets.rules import QUESTION_TYPES

LANGUAGES = ("fr", "nl", "de", "en")
"""The order of the names in the file."""
DESK_PHONE = "+3225550100"
AWAY_FOR = timedelta(days=30)


@dataclass
class Register:
    """What was loaded, by the key that the other files use."""

    accounts: dict[str, Account] = field(default_factory=dict)
    """By the part of the address before the @."""
    services: dict[str, Service] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    types: dict[str, QuestionType] = field(default_factory=dict)


def load_register() -> Register:
    """Create everything; the database is empty of demonstration."""
    plan = planned()
    register = Register()
    for row in plan["account"]:
        register.accounts[row["email"].partition("@")[0]] = load_account(row)
    # One hash for all: argon2 is made to be slow, and the password is printed anyway.
    Account.objects.update(password=make_password(PASSWORD))
    for row in plan["service"]:
        register.services[row["code"]] = load_service(row, register=register)
    for row in plan["organisation"]:
        register.organisations[row["code"]] = load_organisation(row, register=register)
    for row in plan["person"]:
        register.persons[row["key"]] = load_person(row, register=register)
    load_question_types(plan["type"], register=register)
    return register


def load_account(row: Row) -> Account:
    """Somebody who signs in."""
    return create_account(
        row["email"],
        name=row["name"],
        password=None,
        roles=row["roles"],
        spoken=row["spoken"],
        ui_language=row["ui"],
        phone=DESK_PHONE,
        by=None,
    )


def names(row: Row) -> Row:
    """The four names of a row, or its one name four times."""
    four = row.get("names") or [row["name"]] * 4
    return {f"name_{language}": name for language, name in zip(LANGUAGES, four, strict=True)}


def load_service(row: Row, *, register: Register) -> Service:
    """A service with its second line; one of them has nobody, to show the refusal."""
    service = create_service(
        row["code"],
        **names(row),
        designated=register.accounts[row["designated"]],
        deputy=register.accounts.get(row.get("deputy", "")),
        answer_within=timedelta(hours=row["hours"]),
        by=None,
    )
    if row.get("absent") and service.designated:
        add_absence(service.designated, first_day=today(), last_day=today() + AWAY_FOR, by=None)
    return service


def load_organisation(row: Row, *, register: Register) -> Organisation:
    """An organisation with its mail domain, perhaps merged into an earlier one."""
    organisation = create_organisation(
        row["code"],
        category=Category.objects.get(code=row["category"]),
        **names(row),
        language_regime=row.get("regime", ""),
        postal_code=row.get("postal_code", ""),
        by=None,
    )
    if domain := row.get("domain"):
        add_domain(organisation, domain=domain, by=None)
    if successor := row.get("merged_into"):
        on: date = row["merged_on"]
        into = register.organisations[successor]
        organisation = merge_organisations(organisation, into=into, on=on, by=None)
    return organisation


def load_person(row: Row, *, register: Register) -> Person:
    """Somebody who asks."""
    return create_person(
        row["name"],
        organisation=register.organisations.get(row.get("organisation", "")),
        language=Language(row["language"]),
        addresses=[row["address"]],
        numbers=[row["number"]],
        function=row.get("function", ""),
        kind=row.get("kind", PersonKind.HUMAN),
        by=None,
    )


def load_question_types(rows: list[Row], *, register: Register) -> None:
    """The types that are there, each with the service that answers for it and its second level."""
    for kind in QUESTION_TYPES:
        values: dict[str, Any] = kind._asdict()
        code, parent = values.pop("code"), kind.parent
        values["parent"] = register.types[parent] if parent else None
        register.types[code], _made = QuestionType.objects.get_or_create(code=code, defaults=values)
    for row in rows:
        service = register.services[row["service"]]
        own = Q(code=row["code"]) | Q(parent__code=row["code"])
        QuestionType.objects.filter(own).update(default_service=service)
    register.types.update({one.code: one for one in QuestionType.objects.all()})
