"""Who calls: what the desk knows of a number. A number shown is never a proof of who calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vitrine.accounts.models import Account
from vitrine.directory.models import Organisation, Person, PhoneNumber
from vitrine.kernel.clock import now
from vitrine.telephony.choices import NumberPurpose
from vitrine.telephony.models import Call
from vitrine.telephony.queries.setup import meaning_of
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import open_interruption

KNOWN_FOR = timedelta(days=7)
"""For so long whoever talked to somebody last is asked first when he calls again."""
LAST_CALLS = 20
"""Of a number, in which language and agent are looked for."""
LAST_TICKETS = 5
MOST_SHARING = 6
"""Persons who share a number, as far as they are shown."""


@dataclass(frozen=True, kw_only=True)
class KnownNumber:
    """Whose number it is."""

    person: Person | None
    """None: nobody's, or that of several."""
    organisation: Organisation | None
    """Of the person, or of all who share the number."""
    sharing: Sequence[Person] = ()
    """Several persons who have this number, by name."""


@dataclass(frozen=True, kw_only=True)
class CallerCard:
    """What whoever answers sees while it rings."""

    call: Call
    known: KnownNumber
    tickets: Sequence[Ticket]
    """The last ones of the person, else of the organisation; not the call's own."""
    interruption: object | None
    """The open interruption of the register; None: it works."""
    times_before: int
    """Earlier calls of this number, at most 99."""


def known_number(number: str) -> KnownNumber:
    """Who has `number` (E.164); two SQL statements."""
    if not number:
        return KnownNumber(person=None, organisation=None)
    rows = PhoneNumber.objects.filter(number=number).select_related(
        "person__organisation__category", "person__organisation__merged_into"
    )
    persons = [row.person for row in rows.order_by("person__name", "pk")[: MOST_SHARING + 1]]
    if len(persons) == 1:
        return KnownNumber(person=persons[0], organisation=persons[0].organisation)
    employers = {person.organisation_id for person in persons}
    shared = persons[0].organisation if len(employers) == 1 else None
    return KnownNumber(person=None, organisation=shared, sharing=persons[:MOST_SHARING])


def remembered_language(number: str) -> str:
    """The language of the number's last call, else of its only person; blank: not known."""
    return _language_of(number, calls=_last_calls(number)) if number else ""


def _last_calls(number: str) -> Sequence[tuple[str, str, datetime | None]]:
    """Language, last agent and instant of the answer, the latest call first.

    While this is asked a caller waits to be answered, so it is one statement of three columns.
    """
    rows = Call.objects.filter(number=number).order_by("-id")
    return list(rows.values_list("language", "last_agent", "answered_at")[:LAST_CALLS])


def _language_of(number: str, *, calls: Sequence[tuple[str, str, datetime | None]]) -> str:
    for language, _agent, _answered_at in calls:
        if language:
            return language
    spoken = PhoneNumber.objects.filter(number=number).values_list("person__language", flat=True)
    persons = list(spoken[:2])
    return persons[0] or "" if len(persons) == 1 else ""


def numbers_of_persons(*, most: int) -> list[tuple[str, str]]:
    """(E.164, language) of persons in the directory, at most so many."""
    rows = PhoneNumber.objects.filter(person__isnull=False).order_by("pk")
    return list(rows.values_list("number", "person__language")[:most])


@dataclass(frozen=True, kw_only=True)
class ArrivalFacts:
    """What is known of a call at its arrival; the fields of `talking.CallArrived` we fill in."""

    language: str = ""
    """Of the number's last call, of its only person, or of the colleague called."""
    for_colleague: str = ""
    """The public name of the colleague who was called and is away, or whose telephone diverts."""
    shown_as: str = ""
    """His name for people."""
    known_agent: str = ""
    """The public name of who talked to this number last, within KNOWN_FOR."""
    is_fax: bool = False


def arrival_facts(*, number: str, dialled: str = "", diverted_from: str = "") -> ArrivalFacts:
    """What is known of a call that arrives; a handful of statements, indexed.

    A number shown is never a proof: nothing here opens a door.
    """
    meaning = meaning_of(diverted_from) if diverted_from else None
    meaning = meaning or (meaning_of(dialled) if dialled else None)
    calls = _last_calls(number) if number else ()
    spoken = _language_of(number, calls=calls) if number else ""
    return ArrivalFacts(
        language=spoken or (meaning.language if meaning else ""),
        for_colleague=meaning.colleague if meaning else "",
        shown_as=meaning.shown_as if meaning else "",
        known_agent=_known_agent(calls),
        is_fax=meaning is not None and meaning.purpose == NumberPurpose.FAX,
    )


def _known_agent(calls: Sequence[tuple[str, str, datetime | None]]) -> str:
    """Who talked to the number last and still takes calls; blank: nobody, or long ago."""
    since = now() - KNOWN_FOR
    talked = [
        (answered_at, agent)
        for _language, agent, answered_at in calls
        if agent and answered_at is not None and answered_at > since
    ]
    return max(talked)[1] if talked else ""


def called_colleague(ticket: Ticket) -> Account | None:
    """The colleague whom the last caller of a ticket had called; None: he called the desk."""
    calls = Call.objects.filter(ticket=ticket, colleague__isnull=False).select_related("colleague")
    last = calls.order_by("-id").first()
    return last.colleague if last else None


def card_of_call(call: Call) -> CallerCard:
    """Person, organisation, last tickets and open interruption for a call that rings."""
    known = known_number(call.number)
    person = call.person or known.person
    tickets = Ticket.objects.select_related("question_type").exclude(calls=call)
    mine: Sequence[Ticket] = ()
    if person is not None:
        mine = list(tickets.filter(requester=person).order_by("-id")[:LAST_TICKETS])
    elif known.organisation is not None:
        mine = list(tickets.filter(organisation=known.organisation).order_by("-id")[:LAST_TICKETS])
    before = Call.objects.filter(number=call.number).exclude(pk=call.pk) if call.number else None
    return CallerCard(
        call=call,
        known=known,
        tickets=mine,
        interruption=open_interruption(),
        times_before=before[:99].count() if before is not None else 0,
    )
