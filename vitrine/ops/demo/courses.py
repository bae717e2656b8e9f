"""What became of a demonstration request: each course is a small play of real actions.

A course does its steps and yields, between two of them, the working time that passes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.correspondence.choices import Channel
from vitrine.directory.models import Person, Service
from vitrine.kernel.clock import BRUSSELS, now
from vitrine.tickets.actions import (
    Request as Asked,
)
from vitrine.tickets.actions import (
    add_note,
    answer_delegation,
    close_directly,
    delegate,
    join_request,
    keep_open,
    log_call,
    receive_request,
    reply,
    return_delegation,
    return_overdue_delegations,
    take,
)
from vitrine.tickets.actions import merge as merge_tickets
from vitrine.tickets.models import QuestionType, Ticket
from vitrine.tickets.rules import ReceivedFile

Course = Iterator[timedelta]

DAY = timedelta(hours=8)
"""A working day."""


def minutes(number: int) -> timedelta:
    """Working time."""
    return timedelta(minutes=number)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request of the demonstration with everything that its course may need."""

    key: str
    language: str
    requester: Person
    agent: Account
    question_type: QuestionType
    channel: str
    subject: str
    text: str
    course: str
    answer: str = ""
    reply: str = ""
    """What the desk writes on the way: a question, or word of progress."""
    follow_up: str = ""
    """What the requester writes later."""
    note: str = ""
    service: Service | None = None
    impact: int = 4
    urgency: int = 3
    attachment: ReceivedFile | None = None

    @property
    def expert_service(self) -> Service:
        """Where it is handed over: its own service, else the one of its question type."""
        found = self.service or self.question_type.default_service
        assert found is not None, self.key
        return found


def open_request(request: Request) -> Ticket:
    """It comes in: by telephone an agent notes it, in writing it is received."""
    if request.channel in (Channel.PHONE, Channel.COUNTER):
        return log_call(
            requester=request.requester,
            organisation=request.requester.organisation,
            subject=request.subject,
            text=request.text,
            language=request.language,
            question_type=request.question_type,
            impact=request.impact,
            urgency=request.urgency,
            channel=request.channel,
            began_at=now(),
            ended_at=now() + minutes(4),
            by=request.agent,
        )
    return receive_request(
        Asked(
            requester=request.requester,
            organisation=request.requester.organisation,
            channel=request.channel,
            subject=request.subject,
            text=request.text,
            language=request.language,
            received_at=now(),
            message_id=f"<{request.key}@requesters.example>" if request.channel == "mail" else "",
            files=[request.attachment] if request.attachment else [],
            question_type=request.question_type,
            impact=request.impact,
            urgency=request.urgency,
        )
    )


def arrive(request: Request) -> Course:
    """New; nobody has taken it."""
    open_request(request)
    yield from ()


def at_hand(request: Request) -> Course:
    """Somebody works on it."""
    ticket = open_request(request)
    yield minutes(20)
    if request.channel != Channel.PHONE:
        take(ticket, by=request.agent)
    if request.note:
        yield minutes(10)
        add_note(ticket, text=request.note, by=request.agent)


def direct(request: Request) -> Course:
    """Answered at once and closed."""
    ticket = open_request(request)
    if request.channel != Channel.PHONE:
        yield minutes(25)
        take(ticket, by=request.agent)
    yield minutes(5)
    close_directly(ticket, answer=request.answer, by=request.agent)


def kept(request: Request) -> Course:
    """Kept open with a date, answered later."""
    yield from keeping(request, ticket := open_request(request))
    yield DAY
    if request.note:
        add_note(ticket, text=request.note, by=request.agent)
        yield minutes(90)
    close_directly(ticket, answer=request.answer, by=request.agent)


def keeping(request: Request, ticket: Ticket | None = None) -> Course:
    """Kept open with an owner, a next action and a date told to the requester."""
    ticket = ticket or open_request(request)
    yield minutes(15)
    calendar = working_calendar()
    told = calendar.add_working_time(now(), 2 * DAY)
    keep_open(
        ticket,
        next_action=request.reply,
        promised_for=told.astimezone(BRUSSELS).date(),
        remind_at=calendar.add_working_time(now(), DAY),
        by=request.agent,
    )


def with_expert(request: Request) -> Course:
    """With the second line now."""
    ticket = open_request(request)
    yield minutes(20)
    delegate(ticket, service=request.expert_service, motive=request.reply, by=request.agent)


def by_expert(request: Request) -> Course:
    """The second line answered the requester."""
    ticket = open_request(request)
    yield minutes(20)
    delegation = delegate(
        ticket, service=request.expert_service, motive=request.reply, by=request.agent
    )
    yield DAY
    answer_delegation(ticket, answer=request.answer, to_requester=True, by=delegation.to_account)


def through_desk(request: Request) -> Course:
    """The second line answered the desk, the desk the requester."""
    ticket = open_request(request)
    yield minutes(20)
    delegation = delegate(
        ticket, service=request.expert_service, motive=request.reply, by=request.agent
    )
    yield minutes(200)
    answer_delegation(ticket, answer=request.note, to_requester=False, by=delegation.to_account)
    yield minutes(40)
    close_directly(ticket, answer=request.answer, by=request.agent)


def given_back(request: Request) -> Course:
    """The second line says that it is not theirs."""
    ticket = open_request(request)
    yield minutes(20)
    delegation = delegate(
        ticket, service=request.expert_service, motive=request.reply, by=request.agent
    )
    yield minutes(60)
    return_delegation(ticket, motive=request.note, by=delegation.to_account)


def overdue(request: Request) -> Course:
    """The second line let its time pass: the ticket is back at the desk."""
    ticket = open_request(request)
    yield minutes(20)
    service = request.expert_service
    delegate(ticket, service=service, motive=request.reply, by=request.agent)
    yield service.answer_within + minutes(5)
    return_overdue_delegations(at=now())


def waiting(request: Request) -> Course:
    """The desk asked back."""
    ticket = open_request(request)
    yield minutes(30)
    reply(ticket, text=request.reply, wait=True, by=request.agent)


def waited(request: Request) -> Course:
    """The desk asked back, the requester wrote again, the desk answered."""
    ticket = open_request(request)
    yield minutes(30)
    reply(ticket, text=request.reply, wait=True, by=request.agent)
    yield minutes(300)
    write_again(request, ticket)
    yield minutes(45)
    close_directly(ticket, answer=request.answer, by=request.agent)


def reopened(request: Request) -> Course:
    """Closed, but the requester wrote again."""
    ticket = open_request(request)
    yield minutes(30)
    close_directly(ticket, answer=request.answer, by=request.agent)
    yield DAY
    write_again(request, ticket)


def repeated(request: Request) -> Course:
    """The same request twice: the second ticket becomes a part of the first."""
    first = open_request(request)
    yield minutes(50)
    second = receive_request(
        Asked(
            requester=request.requester,
            organisation=request.requester.organisation,
            channel=Channel.WEB,
            subject=request.subject,
            text=request.follow_up,
            language=request.language,
            received_at=now(),
            question_type=request.question_type,
        )
    )
    yield minutes(15)
    take(first, by=request.agent)
    merge_tickets(second, into=first, by=request.agent)
    yield minutes(30)
    if request.answer:
        close_directly(first, answer=request.answer, by=request.agent)


def write_again(request: Request, ticket: Ticket) -> None:
    """The requester follows up by mail."""
    join_request(
        ticket,
        requester=request.requester,
        channel=Channel.MAIL,
        text=request.follow_up,
        language=request.language,
        received_at=now(),
        quoted=f"> {request.text.splitlines()[0]}",
        message_id=f"<{request.key}-again@requesters.example>",
    )


class Age(Enum):
    """When a request came in."""

    WEEKS = "over the past weeks; finished"
    DAYS = "in these days; somebody owes something"
    HOURS = "in the last hours"


COURSES: dict[str, tuple[Callable[[Request], Course], Age]] = {
    "direct": (direct, Age.WEEKS),
    "kept": (kept, Age.WEEKS),
    "by_expert": (by_expert, Age.WEEKS),
    "through_desk": (through_desk, Age.WEEKS),
    "waited": (waited, Age.WEEKS),
    "repeated": (repeated, Age.WEEKS),
    "overdue": (overdue, Age.WEEKS),
    "keeping": (keeping, Age.DAYS),
    "with_expert": (with_expert, Age.DAYS),
    "given_back": (given_back, Age.DAYS),
    "waiting": (waiting, Age.DAYS),
    "reopened": (reopened, Age.DAYS),
    "at_hand": (at_hand, Age.HOURS),
    "new": (arrive, Age.HOURS),
}
"""Name in the files -> the play, and when it begins."""
