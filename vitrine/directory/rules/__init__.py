"""The directory as values: languages, mail addresses, lists of municipalities."""

from vitrine.directory.rules.categories import CATEGORIES
from vitrine.directory.rules.mail_addresses import (
    FREE_MAIL_DOMAINS,
    domain_of,
    domains_to_try,
    is_shared_mailbox,
    name_from_address,
)
from vitrine.directory.rules.municipality_changes import (
    KnownMunicipality,
    ListPlan,
    Succession,
    plan_changes,
)
from vitrine.directory.rules.municipality_lists import ListedMunicipality, read_list, year_in
from vitrine.directory.rules.reply_language import ReplyLanguage, reply_language

__all__ = [
    "CATEGORIES",
    "FREE_MAIL_DOMAINS",
    "KnownMunicipality",
    "ListPlan",
    "ListedMunicipality",
    "ReplyLanguage",
    "Succession",
    "domain_of",
    "domains_to_try",
    "is_shared_mailbox",
    "name_from_address",
    "plan_changes",
    "read_list",
    "reply_language",
    "year_in",
]
