"""The directory as values: languages, mail addresses, lists of municipalities."""

from vitrine.directory.rules.mail_addresses import (
    FREE_MAIL_DOMAINS,
    domain_of,
    domains_to_try,
    is_shared_mailbox,
    name_from_address,
)
from vitrine.directory.rules.reply_language import ReplyLanguage, reply_language

__all__ = [
    "FREE_MAIL_DOMAINS",
    "ReplyLanguage",
    "domain_of",
    "domains_to_try",
    "is_shared_mailbox",
    "name_from_address",
    "reply_language",
]
