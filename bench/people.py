"""Who works at the invented register, and who asks it: accounts, organisations, persons."""

# ruff: noqa: SIM905 - columns are easiest to compare with the table as a text

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.words import FIRST_NAMES, family_name

YEARS = 8
CALL_TAKERS, SECOND_LINES, SERVICES = 16, 8, 8

Tables = dict[str, tuple[list[str], list[tuple[object, ...]]]]
"""Columns and rows by table."""


@dataclass(frozen=True)
class Scale:
    """How large the register is, and when its last ticket came."""

    tickets: int
    now: datetime

    @property
    def persons(self) -> int:
        """Those who ask: each asks about sixteen times in eight years."""
        return max(400, self.tickets // 16)

    @property
    def organisations(self) -> int:
        """Municipalities and other users of the register."""
        return 620

    def opened_at(self, ticket: int) -> datetime:
        """Evenly over the years, the newest one a minute ago."""
        span = timedelta(days=365 * YEARS * (self.tickets - ticket) / self.tickets)
        return self.now - span - timedelta(minutes=1)

    def state(self, ticket: int, *, chance: random.Random) -> str:
        """The newest hundredth is live, but for some old ones that still wait."""
        age = (self.tickets - ticket) / self.tickets
        if age < 0.01:
            return chance.choices(("new", "open", "waiting", "second_line"), (30, 40, 15, 15))[0]
        if chance.random() < 30 / self.tickets:
            return "waiting"
        return "closed" if age < 0.07 else "archived"


def fresh_scale(tickets: int) -> Scale:
    """A register of `tickets` whose last ticket came just now."""
    return Scale(tickets=tickets, now=datetime.now(UTC))


def people(scale: Scale, *, password: str) -> Tables:
    """Accounts, services, question types, organisations and persons, by table."""
    chance = random.Random(7)
    return {
        **_accounts(scale, password=password),
        **_organisations(scale, chance=chance),
        **_persons(scale, chance=chance),
    }


def _accounts(scale: Scale, *, password: str) -> Tables:
    names = "id password email name function phone roles ui_language is_active created_at".split()
    roles = ["call_taker"] * CALL_TAKERS + ["second_line"] * SECOND_LINES
    accounts = [
        (number, password, f"account{number}@desk.example", f"Account {number} Demo", "", "",
         f"{{{role}}}", ("fr", "nl")[number % 2], True, scale.now)
        for number, role in enumerate(roles, 1)
    ]  # fmt: skip
    names_4 = ["name_fr", "name_nl", "name_de", "name_en"]
    services = [
        (number, f"S{number}", CALL_TAKERS + number, CALL_TAKERS + number % SERVICES + 1,
         timedelta(hours=8), True, *(f"Service {number}",) * 4)
        for number in range(1, SERVICES + 1)
    ]  # fmt: skip
    types = [(1, "ACC", None, True, None, True, *("Access",) * 4),
             (2, "TRX", None, False, None, True, *("Transactions",) * 4)]  # fmt: skip
    types += [
        (number, f"T{number}", 1 + number % 2, number % 2 == 0, None, True,
         *(f"Question type {number}",) * 4)
        for number in range(3, 28)
    ]  # fmt: skip
    return {
        "accounts_account": (names, accounts),
        "directory_service": (
            ["id", "code", "designated_id", "deputy_id", "answer_within", "is_active", *names_4],
            services,
        ),
        "tickets_questiontype": (
            ["id", "code", "parent_id", "is_key_request", "default_service_id", "is_active",
             *names_4], types,
        ),
    }  # fmt: skip


def _organisations(scale: Scale, *, chance: random.Random) -> Tables:
    names = ("id code name_fr name_nl name_de name_en category_id language_regime region_code "
             "province_code postal_code").split()  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for number in range(1, scale.organisations + 1):
        name = family_name(chance)
        rows.append((
            number, f"B{number:05d}", f"Commune de {name}", f"Gemeente {name}", f"Gemeinde {name}",
            f"Municipality of {name}", 1, ("FR", "NL", "DE+fr")[number % 3], "", "", "1000",
        ))  # fmt: skip
    categories = [(1, "BEN", False, *("Municipalities",) * 4)]
    return {
        "directory_category": (
            ["id", "code", "is_private", "name_fr", "name_nl", "name_de", "name_en"], categories,
        ),
        "directory_organisation": (names, rows),
        "directory_organisationdomain": (
            ["organisation_id", "domain"],
            [(number, f"m{number}.example") for number in range(1, scale.organisations + 1)],
        ),
    }  # fmt: skip


def _persons(scale: Scale, *, chance: random.Random) -> Tables:
    numbers = range(1, scale.persons + 1)
    return {
        "directory_person": (
            ["id", "name", "kind", "language", "organisation_id", "function", "created_at"],
            [(number, f"{chance.choice(FIRST_NAMES)} {family_name(chance)}", "human",
              chance.choice(("fr", "nl", "de", "")), number % scale.organisations + 1, "",
              scale.now) for number in numbers],
        ),
        "directory_mailaddress": (
            ["person_id", "address", "is_primary"],
            [(number, f"p{number}@m{number % scale.organisations + 1}.example", True)
             for number in numbers],
        ),
        "directory_phonenumber": (
            ["person_id", "number"], [(number, f"+3229{number:06d}") for number in numbers],
        ),
    }  # fmt: skip
