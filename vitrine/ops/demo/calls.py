"""A fictitious week of calls, with what the desk made of them."""

import io
import wave
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.correspondence.choices import Channel
from vitrine.directory.models import PhoneNumber
from vitrine.kernel.clock import BRUSSELS, now, stopped_at
from vitrine.ops.demo.call_days import CallDay, Callers
from vitrine.ops.demo.plan import Row, planned
from vitrine.ops.demo.register import DESK_PHONE, Register
from vitrine.ops.demo.replay import keep_promises
from vitrine.telephony.actions import (
    end_call_back,
    keep_events,
    keep_history,
    leave_message,
    set_up_number,
    store_voicemail,
)
from vitrine.telephony.choices import CallBackEnd, CallOutcome, NumberPurpose
from vitrine.telephony.models import Call, CallBack
from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.stories import story_of
from vitrine.tickets.actions.closing import mark_closed
from vitrine.tickets.actions.intake import Request, open_tickets
from vitrine.tickets.actions.search_documents import index_tickets
from vitrine.tickets.choices import MessageKind, Outcome
from vitrine.tickets.models import Message, Ticket

DAYS = 5
"""Working days before today."""
CALLS_A_DAY = 64
AGENTS = ("agent1", "agent2", "agent3", "agent4", "agent5")
SHIFTS = ((0, 1, 2), (0, 3, 4), (1, 2, 4))
"""Who of them sits at the telephone, in turns; each of the languages is spoken most days."""
CLOSING = [
    "state",
    "outcome",
    "closed_at",
    "closed_by",
    "first_answered_at",
    "due_at",
    "last_activity_at",
]
STILL_TO_WRITE_UP = 2
"""Calls of today that were answered and not written up yet."""
AWAY = "population"
"""A colleague whose direct number is diverted to the desk."""
DIRECT_NUMBER = "+3225550142"
LATEST = timedelta(minutes=7)
"""The newest call of the week is that old."""
WORD = "Bitte um Rückruf wegen der Sitzung am Donnerstag; am besten vormittags."
STILL_OPEN = 3
"""Call-backs that nobody has made yet."""


def load_calls(register: Register) -> int:
    """Play the week through the core, keep its journal, write the answered calls up; how many."""
    away = register.accounts[AWAY]
    set_up_number(DESK_PHONE, purpose=NumberPurpose.DESK, by=None)
    set_up_number(DIRECT_NUMBER, purpose=NumberPurpose.COLLEAGUE, colleague=away, by=None)
    callers = Callers(
        numbers=_numbers(),
        agents={
            agent_name(one.pk): _languages(one)
            for one in (register.accounts[name] for name in AGENTS)
        },
        dialled=DESK_PHONE,
        away=agent_name(away.pk),
    )
    with app.replace_connector(InMemoryConnector()):
        days = [
            _day(callers, opens=opens, seconds=seconds, number=number)
            for number, (opens, seconds) in enumerate(_days())
        ]
        for entries in days[:-1]:
            _write_up(keep_history(entries, is_simulated=True), register=register)
        _play_today(days[-1] if days else [], register=register)
        _leave_word(away)
    return Call.objects.count()


def _day(callers: Callers, *, opens: datetime, seconds: float, number: int) -> list[Entry]:
    shift = SHIFTS[number % len(SHIFTS)]
    names = list(callers.agents)
    present = {names[place]: callers.agents[names[place]] for place in shift}
    day = CallDay(
        replace(callers, agents=present),
        began=opens,
        seconds=seconds,
        calls=CALLS_A_DAY,
        seed=number,
    )
    return [one for one in day.play() if one.at <= now()]


def _play_today(entries: list[Entry], *, register: Register) -> None:
    """Of the last day, what nobody answered asks for something: all of that as on a real day."""
    stories = {name: story_of(mine) for name, mine in _by_call(entries).items()}
    answered = [name for name, story in stories.items() if story.answered_at and story.ended_at]
    written_up = set(answered[: -STILL_TO_WRITE_UP or None])
    past = [one for one in entries if not one.call or one.call in written_up]
    _write_up(keep_history(past, is_simulated=True), register=register)
    present = [one for one in entries if one.call and one.call not in written_up]
    if present:
        with stopped_at(present[-1].at):
            keep_events(present)
            keep_promises()
        Call.objects.update(is_simulated=True)
    _call_back(register)


def _by_call(entries: list[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.call:
            found.setdefault(entry.call, []).append(entry)
    return found


def _numbers() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in PhoneNumber.objects.select_related("person").order_by("number"):
        found.setdefault(row.person.language or "fr", []).append(row.number)
    return found


def _languages(account: Account) -> dict[str, int]:
    spoken = account.spoken_languages.all()
    return {one.language: one.level for one in spoken}


def _days() -> Iterator[tuple[datetime, float]]:
    """(opening, seconds) of the last working days, the earliest first; today until just now."""
    calendar, present = working_calendar(), now()
    found: list[tuple[datetime, float]] = []
    noon = present.astimezone(BRUSSELS).replace(hour=12, minute=0, second=0, microsecond=0)
    for back in range(30):
        opening = calendar.opening_around(noon - timedelta(days=back))
        if opening is None or len(found) > DAYS:
            continue
        ends = min(opening[1], present - LATEST)
        if (seconds := (ends - opening[0]).total_seconds()) > 600:
            found.append((opening[0], seconds))
    yield from reversed(found)


def _write_up(calls: Sequence[Call], *, register: Register) -> None:
    """A closed ticket for each answered call, as its agent would have written it; in bulk."""
    answered = [one for one in calls if one.answered_account is not None and one.ended_at]
    rows = [_said(one, number=number) for number, one in enumerate(answered)]
    asked = [
        Request(
            requester=call.person,
            organisation=None,
            channel=Channel.PHONE,
            subject=row["subject"],
            text=row["text"],
            language=call.language or row["language"],
            received_at=call.offered_at or call.arrived_at or now(),
            question_type=register.types[row["type"]],
            owner=call.answered_account,
        )
        for call, row in zip(answered, rows, strict=True)
    ]
    tickets = open_tickets(asked)
    messages: list[Message] = []
    for call, ticket, row in zip(answered, tickets, rows, strict=True):
        assert call.ended_at is not None
        at = call.ended_at + timedelta(seconds=30)
        mark_closed(ticket, outcome=Outcome.DIRECT, by=ticket.owner, at=at)
        ticket.first_answered_at = at
        messages += _talk(call, ticket=ticket, row=row, at=at)
        call.ticket, call.message = ticket, messages[-2]
    Ticket.objects.bulk_update(tickets, CLOSING)
    Message.objects.bulk_create(messages)
    Call.objects.bulk_update(answered, ["ticket", "message"])
    index_tickets(tickets)


def _said(call: Call, *, number: int) -> Row:
    """What the caller of a language asked, in turns."""
    rows = planned("calls")["call"]
    mine = [row for row in rows if row["language"] == (call.language or "fr")]
    return mine[number % len(mine)]


def _talk(call: Call, *, ticket: Ticket, row: Row, at: datetime) -> list[Message]:
    """What was said, and the answer."""
    told = {"ticket": ticket, "channel": ticket.channel, "by_account": ticket.owner}
    return [
        Message(
            **told,
            kind=MessageKind.CALL,
            at=ticket.opened_at,
            by_person=call.person,
            language=ticket.language,
            text=row["text"],
            call_began_at=call.answered_at,
            call_ended_at=call.ended_at,
        ),
        Message(
            **told,
            kind=MessageKind.REPLY,
            at=at,
            language=ticket.reply_language,
            text=row["answer"],
        ),
    ]


def _leave_word(away: Account) -> None:
    """The last one who called the absent colleague has left him a message."""
    call = Call.objects.filter(colleague=away, ticket__owner__isnull=False).last()
    if call is None or call.ticket is None or call.ticket.owner is None or call.ended_at is None:
        return
    with stopped_at(min(call.ended_at + timedelta(minutes=1), now())):
        leave_message(away, ticket=call.ticket, text=WORD, by=call.ticket.owner, call=call)
        keep_promises()


def _call_back(register: Register) -> None:
    """Most were called back since; one has left a message instead, to be heard."""
    owed = CallBack.objects.filter(ended_at__isnull=True).order_by("-last_called_at")
    items = list(owed)
    for number, item in enumerate(items[STILL_OPEN:] or items[1:]):
        end = (CallBackEnd.NOT_REACHED, CallBackEnd.NOT_NEEDED)[number % 2]
        with stopped_at(min(item.last_called_at + timedelta(minutes=50), now())):
            end_call_back(item, end=end, by=register.accounts[AGENTS[number % len(AGENTS)]])
    last = Call.objects.exclude(number="").filter(outcome=CallOutcome.ABANDONED).last()
    if last is not None and last.ended_at is not None:
        with stopped_at(last.ended_at):
            store_voicemail(last.name, content=_tone(), seconds=3.0, spoken=3.0, at=last.ended_at)


def _tone() -> bytes:
    """Three quiet seconds, so that there is something to play."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        period = b"".join(
            (400 if step < 10 else -400).to_bytes(2, "little", signed=True) for step in range(20)
        )
        sound.writeframes(period * (8000 * 3 // 20))
    return made.getvalue()
