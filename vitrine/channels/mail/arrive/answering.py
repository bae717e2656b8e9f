"""Whether an automatic answer can do no harm (RFC 3834)."""

from datetime import timedelta

from vitrine.channels.mail.addressing import is_our_address
from vitrine.channels.mail.parse import Kind, ParsedMail
from vitrine.channels.mail.parse.bounces import robot
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
    if mail.kind != Kind.PERSON or mail.is_bulk or mail.sender is None:
        return False
    bounced_to = envelope_from.strip(" <>")
    address = mail.sender.address
    if not bounced_to or robot(bounced_to) or robot(address):
        return False
    if is_our_address(address) or is_our_address(bounced_to):
        return False
    at = now()
    sent = automatic_answers_to(
        address,
        since=(at - ONCE_IN, at - A_DAY),
        domain_since=at - AN_HOUR,
        at_most=MOST_FOR_A_DOMAIN,
    )
    return sent.lately == 0 and sent.in_all < MOST_A_DAY and sent.to_domain < MOST_FOR_A_DOMAIN
