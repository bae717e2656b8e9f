"""Addresses of ours: which are ours, and what their plus part says.

    helpdesk+2026-000123.TOKEN@register.example   a reply about a ticket
    helpdesk+m42.TOKEN@register.example           a report about our message 42 (VERP)

The token is ours (`kernel.tokens`): what stands before it was written by us.
"""

import re
from collections.abc import Iterable

from django.conf import settings

from vitrine.kernel.tokens import is_token_for, token_for

_DETAIL = re.compile(r"(\d{4}-\d{6,9}|m\d{1,18})\.([a-z2-7]{16})", re.IGNORECASE)
LONGEST_LOCAL_PART = 64
"""Characters that RFC 5321 allows before the @."""
_ROBOT = re.compile(
    r"(?:mailer|mail)[._-]?daemon|postmaster|double-bounce|mmdf|uucp|microsoftexchange\w*"
    r"|(?:mail[._-]?)?delivery(?:[._-]?(?:system|subsystem))?|bounces?",
    re.IGNORECASE,
)
_ANGLES = " \t<>"


def is_our_address(address: str) -> bool:
    """Whether mail to `address` comes to us: any case, with or without a plus part."""
    return without_detail(address) in _ours()


def is_robot(address: str) -> bool:
    """Whether `address` is one of those from which mail systems speak."""
    local = address.strip(_ANGLES).rpartition("@")[0]
    return bool(_ROBOT.fullmatch(re.split(r"[+=]", local)[0]))


def without_detail(address: str) -> str:
    """`address` in lower case and without its plus part."""
    local, _at, domain = address.strip(_ANGLES).lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain.rstrip('.')}"


def _ours() -> set[str]:
    return {
        without_detail(each)
        for each in (settings.DESK_ADDRESS, settings.BOUNCE_ADDRESS, *settings.DESK_ALIASES)
        if each
    }


def reply_address(number: str) -> str:
    """Where the answer to a message about the ticket `number` goes."""
    return _with_detail(settings.DESK_ADDRESS, what=number)


def report_address(promise_id: int) -> str:
    """The envelope sender of our message: a report about it says which it was."""
    return _with_detail(settings.BOUNCE_ADDRESS or settings.DESK_ADDRESS, what=f"m{promise_id}")


def _with_detail(address: str, *, what: str) -> str:
    if not settings.MAIL_PLUS:
        return address
    local, _at, domain = address.rpartition("@")
    detailed = f"{local}+{what}.{token_for('address', what)}"
    return f"{detailed}@{domain}" if len(detailed) <= LONGEST_LOCAL_PART else address


def ticket_number_in(addresses: Iterable[str]) -> str:
    """The number of the ticket that one of these addresses of ours names; else blank."""
    return next((what for what in _proven(addresses) if not what.startswith("m")), "")


def promise_id_in(addresses: Iterable[str]) -> int | None:
    """The id of the message of ours that one of these addresses names."""
    return next((int(what[1:]) for what in _proven(addresses) if what.startswith("m")), None)


def names_ours(addresses: Iterable[str]) -> bool:
    """Whether one of these addresses of ours names anything that we have signed."""
    return any(True for _what in _proven(addresses))


def _proven(addresses: Iterable[str]) -> Iterable[str]:
    """What the plus parts say, as far as we have signed it."""
    for address in addresses:
        local = address.strip(_ANGLES).rpartition("@")[0]
        match = _DETAIL.fullmatch(local.partition("+")[2])
        if match and is_token_for(match[2], "address", match[1].lower()):
            yield match[1].lower()


def ticket_number_of_ids(message_ids: Iterable[str]) -> str:
    """The number of the ticket in the nearest Message-ID that we have signed; else blank."""
    for message_id in reversed(list(message_ids)):
        if (what := _said_by_us(message_id)) and what.startswith("ticket-"):
            return what.removeprefix("ticket-").partition(".")[0]
    return ""


def is_our_message_id(message_id: str) -> bool:
    """Whether we gave this Message-ID: it carries our signature."""
    return bool(_said_by_us(message_id))


def has_our_domain(message_id: str) -> bool:
    """Whether a Message-ID could be one of ours from before they were signed."""
    domain = settings.DESK_ADDRESS.rpartition("@")[2].lower()
    return message_id.strip(_ANGLES).lower().endswith(f"@{domain}")


def _said_by_us(message_id: str) -> str:
    what, _dot, token = message_id.strip(_ANGLES).rpartition("@")[0].rpartition(".")
    return what if what and is_token_for(token, "message", what) else ""
