"""A fax that our own telephone took: kept as it came, then handled like that of any gateway."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5

from vitrine.correspondence.actions import store_arrival
from vitrine.correspondence.choices import Channel
from vitrine.correspondence.models import Arrival

SENDER = "fax@telephone.invalid"
"""Writes the messages in which such faxes are kept; what comes from outside with it is no fax."""
BROKE_OFF = "x-vitrine-broke-off"
"""A header: the line broke before the last page."""


@dataclass(frozen=True, kw_only=True)
class FaxCall:
    """A call that brought pages.

    name        of the call; the same call twice is one arrival
    pages       a TIFF
    number      of the caller as the network shows it; blank: withheld
    station     what the sending machine calls itself; anybody may write anything there
    page_count  as the receiver counted; 0: not known
    broke_off   whether the line broke before the last page
    at          when it had ended
    """

    name: str
    pages: bytes
    number: str = ""
    station: str = ""
    page_count: int = 0
    broke_off: bool = False
    at: datetime


def take_fax_call(call: FaxCall) -> Arrival:
    """Keep it, and ask the worker to make a ticket of it; told twice, it is one."""
    key = f"fax:{call.name}:{hashlib.sha256(call.pages).hexdigest()}"
    return store_arrival(
        _packed(call).as_bytes(policy=SMTP),
        channel=Channel.FAX,
        reception=uuid5(NAMESPACE_URL, key),
        envelope_from="",
        envelope_to=[],
        received_at=call.at,
    )


def _packed(call: FaxCall) -> EmailMessage:
    message = EmailMessage()
    message["From"] = SENDER
    message["Date"] = format_datetime(call.at)
    message["Message-ID"] = f"<{call.name}@telephone.invalid>"
    message["Subject"] = "Fax"
    if call.number:
        message["X-Caller-Number"] = call.number
    if call.station:
        message["X-Fax-Station"] = call.station
    if call.page_count:
        message["X-Pages"] = str(call.page_count)
    if call.broke_off:
        message[BROKE_OFF] = "yes"
    message.set_content("")
    message.add_attachment(call.pages, maintype="image", subtype="tiff", filename="fax.tif")
    return message
