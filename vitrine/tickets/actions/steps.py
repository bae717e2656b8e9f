"""What several actions do in the same way: lock, set the clock, leave a trace."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from vitrine.accounts.models import Account
from vitrine.calendars.errors import NoOpening
from vitrine.calendars.queries import working_calendar
from vitrine.calendars.rules import WorkingCalendar
from vitrine.correspondence.models import Arrival, Promise
from vitrine.directory.models import Person
from vitrine.kernel import files as kept_files
from vitrine.kernel.text import mask_national_numbers, without_controls
from vitrine.tickets.actions.scanning import have_scanned
from vitrine.tickets.choices import MessageKind, Priority
from vitrine.tickets.models import Attachment, Message, Ticket
from vitrine.tickets.rules import TIME_TO_RESOLVE, ReceivedFile


def locked(ticket: Ticket) -> Ticket:
    """The row as it is now, locked until the end of the transaction."""
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def locked_pair(first: Ticket, *, second: Ticket) -> tuple[Ticket, Ticket]:
    """Both rows, locked in the order of their age, returned in the order asked for."""
    rows = {
        row.pk: row
        for row in Ticket.objects.select_for_update()
        .filter(pk__in=[first.pk, second.pk])
        .order_by("pk")
    }
    return rows[first.pk], rows[second.pk]


def deadline(
    start: datetime, *, priority: int, calendar: WorkingCalendar | None = None
) -> datetime:
    """When somebody must have acted: in opening hours, for priority 1 round the clock.

    calendar  as it is now; None: it is read
    Without any opening hours the clock runs on: a request is never refused for it.
    """
    allowed = TIME_TO_RESOLVE[Priority(priority)]
    if priority == Priority.P1:
        return start + allowed
    try:
        return (calendar or working_calendar()).add_working_time(start, allowed)
    except NoOpening:
        return start + allowed


def next_serials(count: int) -> list[int]:
    """The next serials of ticket numbers, >= 1; never given twice, not even after a rollback."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ticket_serial') FROM generate_series(1, %s)", [count])
        return [serial for (serial,) in cursor.fetchall()]


def clean(text: str) -> str:
    """A text as we may keep it: no control characters, no national number (L-07)."""
    return mask_national_numbers(without_controls(text)).strip()


def add_message(
    ticket: Ticket,
    *,
    kind: MessageKind,
    at: datetime,
    text: str,
    language: str,
    channel: str = "",
    quoted: str = "",
    person: Person | None = None,
    account: Account | None = None,
    message_id: str = "",
    arrival: Arrival | None = None,
    promise: Promise | None = None,
    call: tuple[datetime, datetime] | None = None,
    files: Sequence[ReceivedFile] = (),
    forwarded_from: str = "",
) -> Message:
    """Add a text to the timeline with its files; the bytes are kept once per content.

    call   when the conversation began and ended
    """
    draft = drafted_message(
        ticket,
        kind=kind,
        at=at,
        text=text,
        language=language,
        channel=channel,
        quoted=quoted,
        person=person,
        account=account,
        message_id=message_id,
        arrival=arrival,
        promise=promise,
        call=call,
        forwarded_from=forwarded_from,
    )
    [message] = keep_messages([(draft, files)])
    return message


def drafted_message(
    ticket: Ticket,
    *,
    kind: MessageKind,
    at: datetime,
    text: str,
    language: str,
    channel: str = "",
    quoted: str = "",
    person: Person | None = None,
    account: Account | None = None,
    message_id: str = "",
    arrival: Arrival | None = None,
    promise: Promise | None = None,
    call: tuple[datetime, datetime] | None = None,
    forwarded_from: str = "",
) -> Message:
    """A text for the timeline, not stored yet: for `keep_messages`."""
    return Message(
        ticket=ticket,
        kind=kind,
        channel=channel,
        at=at,
        by_person=person,
        by_account=account,
        language=language,
        text=clean(text),
        quoted=clean(quoted),
        message_id=message_id,
        forwarded_from=clean(forwarded_from)[:460],
        arrival=arrival,
        promise=promise,
        call_began_at=call[0] if call else None,
        call_ended_at=call[1] if call else None,
    )


def keep_messages(drafts: Sequence[tuple[Message, Sequence[ReceivedFile]]]) -> list[Message]:
    """Store texts with their files: a statement for each of the two tables."""
    messages = Message.objects.bulk_create([message for message, _files in drafts])
    rows = [
        Attachment(
            message=message,
            name=clean(file.name)[:255],
            content_type=file.content_type,
            size=file.size or len(file.content),
            sha256="" if file.refused else kept_files.keep(file.content),
            refused=file.refused,
            content_id=clean(file.content_id)[:200],
            danger=file.danger,
        )
        for message, files in drafts
        for file in files
    ]
    if rows:
        Attachment.objects.bulk_create(rows)
        for pk in dict.fromkeys(row.message_id for row in rows):
            have_scanned(pk)
    return messages


def stop_clock(ticket: Ticket, *, at: datetime) -> None:
    """The ticket waits for the requester: keep the working time that is left."""
    if ticket.due_at is None or ticket.paused_at is not None:
        return
    ticket.time_left = working_calendar().working_time_between(at, max(at, ticket.due_at))
    ticket.paused_at = at
    ticket.due_at = None


def start_clock(ticket: Ticket, *, at: datetime) -> None:
    """The requester has answered: the working time that was left counts from now."""
    if ticket.paused_at is None:
        return
    left = ticket.time_left
    ticket.paused_at = ticket.time_left = None
    if left is not None:
        ticket.due_at = working_calendar().add_working_time(at, left)
