"""Who else takes part in a ticket."""

from vitrine.tickets.models import Participant, Ticket


def participants_of(ticket: Ticket) -> list[Participant]:
    """The participants beside the requester, in the order in which they came."""
    rows = Participant.objects.filter(ticket=ticket)
    own: set[str] = set()
    if ticket.requester is not None:
        own = {one.address.lower() for one in ticket.requester.mail_addresses.all()}
    return [row for row in rows if row.address.lower() not in own]
