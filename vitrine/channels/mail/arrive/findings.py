"""What the arrival keeps of a message for whoever reads it later: sender, seal, invitations."""

from datetime import datetime

from vitrine.channels.mail.arrive.authenticity import Authenticity
from vitrine.channels.mail.parse import Invitation, ParsedMail, Seal, instant_of

MOST_INVITATIONS = 5
MOST_PEOPLE = 10


def kept_of(mail: ParsedMail, *, finding: Authenticity) -> dict[str, object]:
    """As JSON holds it; empty when there is nothing to say."""
    kept = finding.as_kept()
    if mail.seal != Seal.NONE:
        kept |= {"seal": str(mail.seal), "seal_kind": _seal_kind(mail)}
    if mail.invitations:
        kept["invitations"] = [_invitation(one) for one in mail.invitations[:MOST_INVITATIONS]]
    return kept


def _seal_kind(mail: ParsedMail) -> str:
    """A seal is either of S/MIME, told by its types, or of OpenPGP."""
    types = [mail.header("content-type"), *(one.content_type for one in mail.attachments)]
    return "S/MIME" if any("pkcs7" in one.lower() for one in types) else "OpenPGP"


def _invitation(one: Invitation) -> dict[str, object]:
    instants = [_written(at, invitation=one) for at in (one.begins, one.ends)]
    return {
        "what": one.what,
        "begins": instants[0],
        "ends": instants[1],
        "is_all_day": one.is_all_day,
        "zone": one.zone,
        "where": one.where,
        "organiser": one.organiser,
        "people": list(one.people[:MOST_PEOPLE]),
        "more_people": max(0, len(one.people) - MOST_PEOPLE),
        "method": one.method,
    }


def _written(at: datetime | None, *, invitation: Invitation) -> str:
    """ISO 8601, in UTC where the zone is known, else as the calendar has it; blank for None."""
    if at is None:
        return ""
    instant = None if invitation.is_all_day else instant_of(at, zone=invitation.zone)
    return (instant or at.replace(tzinfo=None)).isoformat()
