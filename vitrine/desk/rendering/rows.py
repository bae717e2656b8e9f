"""The rows of a ticket list, ready to print: nothing is looked up in the template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vitrine.correspondence.choices import Channel
from vitrine.desk.rendering.working_time import WorkingClock, standing
from vitrine.tickets.choices import State
from vitrine.tickets.queries import TicketRow

ANY_NUMBER = "0000-000000"
OWN = "mine"
"""The list in which every row has the same owner: his initials would say nothing."""
NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket in two lines.

    kind      classes of the row: `new` (nobody took it yet: bold), or blank
    who       organisation and person, then the service that has it
    lang      language of the request as a code, for screen readers too
    letters   the same as people read it
    owner     initials; blank without an owner
    headline  words found by a search, marked, safe HTML; blank outside a search
    """

    number: str
    href: str
    kind: str
    subject: str
    lang: str
    letters: str
    who: str
    time: str
    is_late: bool
    channel: str
    channel_name: str
    owner: str
    owner_name: str
    headline: SafeString = NOTHING


def who(row: TicketRow, *, language: str) -> str:
    """Who asks and, while it has the ticket, which service."""
    organisation = row.organisation_in(language)
    parts = [part for part in (organisation, row.requester) if part]
    if row.state == State.SECOND_LINE and row.service:
        parts.insert(1, _("2nd line: %(service)s") % {"service": row.service})
    return " · ".join(dict.fromkeys(parts)) or _("requester not known")


def href_pattern(list_name: str) -> tuple[str, str]:
    """What stands before and after the number in the address of a ticket of a list."""
    before, _number, after = reverse("desk:ticket", args=[ANY_NUMBER]).partition(ANY_NUMBER)
    return before, f"{after}?list={list_name}" if list_name else after


def printable(
    rows: Iterable[TicketRow],
    *,
    list_name: str,
    language: str,
    clock: WorkingClock,
    headlines: Mapping[int, SafeString] | None = None,
) -> list[Row]:
    """Rows as they are printed in the interface language of the reader."""
    before, after = href_pattern(list_name)
    channels = {value: str(label) for value, label in Channel.choices}
    printed = []
    for row in rows:
        stands = standing(row, clock=clock)
        printed.append(
            Row(
                number=row.number,
                href=f"{before}{row.number}{after}",
                kind="new" if row.state == State.NEW else "",
                subject=row.subject,
                lang=row.language,
                letters=row.language.upper(),
                who=who(row, language=language),
                time=stands.words,
                is_late=stands.is_late,
                channel=row.channel,
                channel_name=channels[row.channel],
                owner="" if list_name == OWN else row.owner_initials,
                owner_name=row.owner or "",
                headline=(headlines or {}).get(row.id, NOTHING),
            )
        )
    return printed
