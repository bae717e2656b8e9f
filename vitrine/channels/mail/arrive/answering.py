"""Whether an automatic answer can do no harm (RFC 3834)."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from vitrine.channels.mail.addressing import is_our_address, is_robot
from vitrine.channels.mail.parse import Kind, ParsedMail
from vitrine.correspondence.queries import automatic_answers_to
from vitrine.kernel.clock import now

ONCE_IN = timedelta(minutes=1)
"""The same address gets one automatic answer in this time; two machines never chase each other."""
A_DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Automatic answers to one address; a person writes less, a machine without a mark much more."""
AN_HOUR = timedelta(hours=1)
MOST_FOR_A_DOMAIN = 200
"""Automatic answers to one domain in an hour."""


def may_acknowledge(mail: ParsedMail, *, envelope_from: str) -> bool:
    """Whether an acknowledgement goes to a person: to no list, robot, loop or flood, nor to us."""
    if mail.sender is None or not deserves_answer(mail, envelope_from=envelope_from):
        return False
    return Quota([mail.sender.address]).allows(mail.sender.address)


def deserves_answer(mail: ParsedMail, *, envelope_from: str) -> bool:
    """Whether a person wrote who can be answered; how often we did is told by `Quota`."""
    if mail.kind != Kind.PERSON or mail.is_bulk or mail.sender is None:
        return False
    bounced_to = envelope_from.strip(" <>")
    address = mail.sender.address
    if not bounced_to or is_robot(bounced_to) or is_robot(address):
        return False
    return not is_our_address(address) and not is_our_address(bounced_to)


class Quota:
    """How many automatic answers some addresses may still get; each that is allowed counts."""

    def __init__(self, addresses: Collection[str]) -> None:
        at = now()
        self._sent = automatic_answers_to(
            addresses,
            since=(at - ONCE_IN, at - A_DAY),
            domain_since=at - AN_HOUR,
            at_most=MOST_FOR_A_DOMAIN,
        )
        self._more: Counter[str] = Counter()

    def allows(self, address: str) -> bool:
        """Whether `address`, one of those asked about, gets an answer now."""
        sent, key = self._sent[address], address.lower()
        domain = key.rpartition("@")[2]
        to_domain = sent.to_domain + self._more[f"@{domain}"]
        if self._more[key] or sent.lately or sent.in_all >= MOST_A_DAY:
            return False
        if to_domain >= MOST_FOR_A_DOMAIN:
            return False
        self._more.update([key, f"@{domain}"])
        return True
