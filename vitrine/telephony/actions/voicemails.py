"""Messages that callers leave: kept in the ticket of the call, to be heard there."""

from datetime import datetime

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.models import Person
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.actions.call_tickets import language_of, open_ticket_for
from vitrine.telephony.models import Call, Voicemail
from vitrine.telephony.queries.callers import known_number
from vitrine.tickets.actions.steps import add_message
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.models import Ticket
from vitrine.tickets.rules import ReceivedFile

SOUND = "audio/wav"


@transaction.atomic
def store_voicemail(
    call: str,
    *,
    content: bytes,
    seconds: float,
    spoken: float = 0.0,
    at: datetime,
    number: str = "",
    language: str = "",
) -> Voicemail:
    """Keep what a caller has said: in the call's ticket, or in a new one. Twice is once.

    call      its name; the call need not be known yet
    content   a WAV file
    seconds   its length; spoken: of which somebody spoke
    at        when it was left
    number, language  of the caller, where the journal does not know the call yet
    """
    Call.objects.bulk_create([Call(name=call, is_stale=True)], ignore_conflicts=True)
    row = Call.objects.select_for_update(of=("self",)).select_related("ticket").get(name=call)
    kept = Voicemail.objects.filter(call=row).first()
    if kept is not None:
        return kept
    row.number, row.language = row.number or number, row.language or language
    known = known_number(row.number)
    ticket = row.ticket or open_ticket_for(row, at=at)
    row.save(update_fields=["number", "language", "ticket", "message"])
    spoken_language = language_of(row, known=known)
    voicemail = _keep(
        row,
        ticket=ticket,
        person=known.person,
        language=spoken_language,
        content=content,
        at=at,
        lengths=(seconds, spoken),
    )
    record("ticket.voicemail_left", subject=ticket, by=None, seconds=round(seconds))
    return voicemail


def _keep(
    call: Call,
    *,
    ticket: Ticket,
    person: Person | None,
    language: str,
    content: bytes,
    at: datetime,
    lengths: tuple[float, float],
) -> Voicemail:
    message = add_message(
        ticket,
        kind=MessageKind.INCOMING,
        channel="phone",
        at=at,
        text="",
        language=language,
        person=person,
        files=[
            ReceivedFile(name=f"{at:%Y-%m-%d-%H-%M-%S}.wav", content=content, content_type=SOUND)
        ],
    )
    return Voicemail.objects.create(
        call=call,
        message=message,
        attachment=message.attachments.get(),
        language=language,
        seconds=lengths[0],
        spoken_seconds=lengths[1],
        left_at=at,
    )


@transaction.atomic
def note_heard(voicemail: Voicemail, *, by: Account) -> Voicemail:
    """Somebody has listened to it; the first one stays written."""
    row = Voicemail.objects.select_for_update().get(pk=voicemail.pk)
    if row.heard_at is None:
        row.heard_at, row.heard_by = now(), by
        row.save(update_fields=["heard_at", "heard_by"])
        record("voicemail.heard", subject=row, by=by)
    return row
