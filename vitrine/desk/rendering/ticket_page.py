"""Everything that the page of a ticket shows beside its timeline."""

from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.correspondence.choices import Channel
from vitrine.desk.rendering.moments import moment_words
from vitrine.desk.rendering.parts import Act, Chip, Fact, FactGroup, Other, nowhere
from vitrine.desk.rendering.people import mail_fact, participants_group
from vitrine.desk.rendering.phone.colleagues import called_chips, colleague_acts
from vitrine.desk.rendering.rows import href_pattern
from vitrine.desk.rendering.state.joining import interruption_acts
from vitrine.desk.rendering.timeline import (
    Printed,
    printed_message,
    printed_timeline,
)
from vitrine.desk.rendering.working_time import WorkingClock, time_left
from vitrine.kernel.clock import BRUSSELS, now
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display
from vitrine.tickets.choices import MessageKind, Outcome, State
from vitrine.tickets.models import Message, Participant, Ticket
from vitrine.tickets.queries import (
    links_of,
    other_tickets_of,
    participants_of,
    timeline,
)


@dataclass
class TicketPage:
    """What is printed about `ticket` for `account`; each part is read when printed.

    shows      which box of the dock stands open: reply or note
    last_seen  the newest message that the reader has in front of him
    arrived    messages that came after what the writer of a reply had seen
    """

    ticket: Ticket
    account: Account
    list_name: str = ""
    shows: str = "reply"
    seen: int | None = None
    arrived_messages: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        ticket, account = self.ticket, self.account
        self.clock = WorkingClock(working_calendar(), at=now())
        self.is_read_only = ticket.state == State.ARCHIVED or ticket.merged_into_id is not None
        self.may_work = account.works_at_desk
        self.is_delegated_to_me = not self.may_work and account.has_role("second_line")
        has_it = self.is_delegated_to_me and ticket.state == State.SECOND_LINE
        self.can_note = (self.may_work or has_it) and ticket.state != State.ARCHIVED
        self.can_reply = self.may_work and not ticket.is_closed
        self.last_seen = self.newest if self.seen is None else self.seen

    @cached_property
    def _moments(self) -> list[object]:
        return list(timeline(self.ticket))

    @cached_property
    def items(self) -> list[Printed]:
        """The timeline, oldest first."""
        return printed_timeline(
            self._moments,  # type: ignore[arg-type]
            number=self.ticket.number,
            may_work=self.can_reply,
        )

    @cached_property
    def newest(self) -> int:
        """The id of the newest message; 0 without any."""
        return max((item.id for item in self.items), default=0)

    @cached_property
    def arrived(self) -> list[Printed]:
        """What came in while a reply was written."""
        number = self.ticket.number
        return [printed_message(one, number=number) for one in self.arrived_messages]

    def to(self, name: str, *more: object) -> str:
        """The address of something about this ticket."""
        return reverse(f"desk:{name}", args=[self.ticket.number, *more])

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Code and name of each language that a message may be in."""
        return [(language.value, str(language.label)) for language in Language]

    @property
    def live(self) -> str:
        """Where the timeline asks whether there is something newer."""
        return f"{self.to('timeline')}?seen={self.mark}"

    @property
    def mark(self) -> str:
        """What has been printed: number of places and the newest message."""
        return f"{sum(len(item.events) or 1 for item in self.items)}.{self.newest}"

    @property
    def opened(self) -> str:
        """When the request came."""
        return moment_words(self.ticket.opened_at)

    @cached_property
    def recipient(self) -> str:
        """Whom a reply goes to: name and address."""
        person = self.ticket.requester
        if person is None:
            return _("nobody: set a requester first")
        addresses = list(person.mail_addresses.all())
        if not addresses:
            return _("%(name)s (no e-mail address)") % {"name": person.name}
        return f"{person.name} <{addresses[0].address}>"

    @property
    def recipient_short(self) -> str:
        """Whom a button names: the organisation, else the person."""
        ticket = self.ticket
        if ticket.organisation:
            return ticket.organisation.name_in(self.account.ui_language)
        return ticket.requester.name if ticket.requester else _("the requester")

    @cached_property
    def is_reached(self) -> bool:
        """Whether the requester has an e-mail address."""
        person = self.ticket.requester
        return person is not None and bool(person.mail_addresses.all())

    @property
    def is_told_by_voice(self) -> bool:
        """Whether the answer may have been given on the telephone or at the counter."""
        return self.ticket.channel in (Channel.PHONE, Channel.COUNTER) or not self.is_reached

    @property
    def leaves_in(self) -> str:
        """The language that the reply leaves in."""
        return _("leaves in %(language)s") % {"language": self.ticket.get_reply_language_display()}

    @property
    def reply_hint(self) -> str:
        """What an empty reply says."""
        return _("Write in %(language)s. Greeting and signature are added.") % {
            "language": self.ticket.get_reply_language_display()
        }

    @property
    def close_label(self) -> str:
        """The button that ends it."""
        return _("Send to %(recipient)s and close") % {"recipient": self.recipient_short}

    @cached_property
    def chips(self) -> list[Chip]:
        """State, question type, priority with the time left, reply language with its reason."""
        ticket, works = self.ticket, self.may_work and not self.is_read_only
        edit = self.to if works else nowhere
        kind = ticket.question_type
        chips = [Chip(self._state_words(), tone="badge-act")]
        if ticket.outcome:
            chips.append(
                Chip(_("Outcome: %(outcome)s") % {"outcome": ticket.get_outcome_display()})
            )
        chips.append(
            Chip(
                kind.name_in(self.account.ui_language) if kind else _("Question type missing"),
                tone="" if kind else "badge-warn",
                href=edit("question-type"),
            )
        )
        left = time_left(ticket.due_at, kept=ticket.time_left, clock=self.clock)
        words = capfirst(ticket.get_priority_display())
        chips.append(
            Chip(
                f"{words}, {left.words}" if left else words,
                tone="badge-bad" if left and left.is_late else "",
                href=edit("priority") if not ticket.is_closed else "",
            )
        )
        chips.append(
            Chip(
                _("Reply in %(language)s: %(reason)s")
                % {
                    "language": ticket.get_reply_language_display(),
                    "reason": ticket.get_reply_language_reason_display(),
                },
                href=edit("reply-language"),
            )
        )
        if ticket.promised_for:
            day = date_format(ticket.promised_for, "SHORT_DATE_FORMAT")
            chips.append(Chip(_("Promised for %(day)s") % {"day": day}))
        return [*called_chips(ticket), *chips]

    def _state_words(self) -> str:
        ticket, account = self.ticket, self.account
        state = capfirst(ticket.get_state_display())
        if ticket.merged_into:
            return _("Merged into %(number)s") % {"number": ticket.merged_into.spoken_number}
        if ticket.state == State.SECOND_LINE and ticket.service:
            return f"{state}: {ticket.service.name_in(account.ui_language)}"
        if ticket.is_closed or ticket.owner is None:
            return state
        mine = ticket.owner_id == account.pk
        return _("%(state)s, mine") % {"state": state} if mine else f"{state}, {ticket.owner.name}"

    @cached_property
    def acts(self) -> list[Act]:
        """The three outcomes; for the second line its answer."""
        ticket = self.ticket
        if ticket.is_closed:
            return []
        if not self.may_work:
            if not self.is_delegated_to_me or ticket.state != State.SECOND_LINE:
                return []
            return [
                Act(_("Answer…"), self.to("second-line-answer"), key="1"),
                Act(_("Back to the desk…"), self.to("return"), key="2"),
            ]
        return [
            Act(_("Answered: reply and close"), "#reply", key="1", focus="reply"),
            Act(_("Keep open…"), self.to("follow-up"), key="2"),
            Act(_("To the second line…"), self.to("delegation"), key="3"),
        ]

    @cached_property
    def more(self) -> list[Act]:
        """Everything else one can do with the ticket."""
        acts = [Act(_("Print"), self.to("print"), is_page=True)]
        if not self.may_work or self.ticket.state == State.ARCHIVED:
            return acts
        if self.ticket.merged_into_id:
            return [Act(_("Undo the merge"), self.to("unmerge"), is_post=True), *acts]
        if self.ticket.outcome == Outcome.SPAM:
            return [Act(_("Not spam"), self.to("ticket-no-spam"), is_post=True), *acts]
        if self.ticket.is_closed:
            return [
                Act(_("Reopen…"), self.to("reopening")),
                Act(_("Archive now"), self.to("archive"), is_post=True),
                self._link_act(),
                *acts,
            ]
        mine = self.ticket.owner_id == self.account.pk
        with_second_line = self.ticket.state == State.SECOND_LINE
        return [
            *([] if mine else [Act(_("Take it"), self.to("own"), is_post=True)]),
            Act(_("Assign…"), self.to("owner")),
            *([Act(_("Take it back…"), self.to("return"))] if with_second_line else []),
            *(
                []
                if self.ticket.state in (State.WAITING, State.SECOND_LINE)
                else [Act(_("Wait for requester"), self.to("waiting"), is_post=True)]
            ),
            Act(_("Merge…"), self.to("merge")),
            self._link_act(),
            *interruption_acts(self.ticket, address=self.to("ticket-interruption")),
            *colleague_acts(address=self.to("colleague-message")),
            *([Act(_("Spam"), self.to("ticket-spam"), is_post=True)] if self._may_be_spam else []),
            *acts,
        ]

    @property
    def _may_be_spam(self) -> bool:
        came_unasked = self.ticket.channel in (Channel.MAIL, Channel.FAX, Channel.WEB)
        return came_unasked and self.ticket.first_answered_at is None and not self.ticket.outcome

    def _link_act(self) -> Act:
        return Act(_("Link…"), self.to("links"))

    @cached_property
    def facts(self) -> list[FactGroup]:
        """What the second line was asked, who asks, for which organisation, what was agreed."""
        groups = [
            self._hand_over(),
            self._requester(),
            participants_group(self.participants),
            self._organisation(),
            self._agreed(),
        ]
        return [group for group in groups if group.facts]

    def _hand_over(self) -> FactGroup:
        """What the second line was asked, by whom, until when; empty when nothing is asked."""
        asked = self.ticket.delegations.last() if self.ticket.state == State.SECOND_LINE else None
        if asked is None:
            return FactGroup(_("Hand-over"), [])
        expert = asked.to_account.name
        words = _("%(name)s (deputy)") % {"name": expert} if asked.is_deputy else expert
        return FactGroup(
            _("Hand-over"),
            [
                Fact(_("To"), words),
                Fact(_("Asked by"), asked.by.name),
                Fact(_("Answer until"), moment_words(asked.due_at)),
                Fact(_("Question"), asked.motive, tone="motive"),
            ],
        )

    def _requester(self) -> FactGroup:
        person, language = self.ticket.requester, self.account.ui_language
        works = self.may_work and not self.is_read_only
        facts = [Fact(_("Name"), person.name)] if person else [Fact(_("Name"), _("not known"))]
        if person:
            if person.function:
                facts.append(Fact(_("Function"), person.function))
            facts += [mail_fact(one) for one in person.mail_addresses.all()]
            facts += [
                Fact(_("Telephone"), display(one.number, language=language))
                for one in person.phone_numbers.all()
            ]
            if person.language:
                facts.append(Fact(_("Language"), person.get_language_display()))
        return FactGroup(
            _("Requester"),
            facts,
            href=self.to("requester") if works else "",
            change=_("Change requester…"),
        )

    @cached_property
    def participants(self) -> list[Participant]:
        """Who else is in the conversation, in copy or by writing."""
        return participants_of(self.ticket)

    def _organisation(self) -> FactGroup:
        organisation, language = self.ticket.organisation, self.account.ui_language
        if organisation is None:
            return FactGroup(_("Organisation"), [])
        facts = [
            Fact(organisation.category.name_in(language), organisation.name_in(language)),
            Fact(_("Code"), organisation.code),
        ]
        if organisation.language_regime:
            facts.append(Fact(_("Language"), organisation.get_language_regime_display()))
        if organisation.valid_to:
            day = date_format(organisation.valid_to, "SHORT_DATE_FORMAT")
            facts.append(Fact(_("No longer exists since"), day, tone="late"))
        return FactGroup(_("Organisation"), facts)

    def _agreed(self) -> FactGroup:
        ticket, facts = self.ticket, []
        if ticket.next_action:
            facts.append(Fact(_("Next action"), ticket.next_action))
        if ticket.promised_for:
            day = date_format(ticket.promised_for, "SHORT_DATE_FORMAT")
            facts.append(Fact(_("Told the requester"), day))
        if ticket.remind_at:
            facts.append(Fact(_("Reminder"), moment_words(ticket.remind_at)))
        if ticket.owner:
            facts.append(Fact(_("Owner"), ticket.owner.name))
        if ticket.closed_at and ticket.closed_by:
            facts.append(Fact(_("Closed by"), ticket.closed_by.name))
        return FactGroup(_("Agreed"), facts)

    @cached_property
    def others(self) -> list[Other]:
        """The newest other tickets of the same requester or organisation."""
        rows = other_tickets_of(self.ticket, account=self.account)
        return [self._other(one, about=one.get_state_display()) for one in rows]

    @cached_property
    def links(self) -> list[Other]:
        """Linked tickets with the kind of the link."""
        return [
            self._other(other, about=link.get_kind_display())
            for link, other in links_of(self.ticket)
        ]

    def _other(self, ticket: Ticket, *, about: str) -> Other:
        before, after = href_pattern(self.list_name)
        day = ticket.opened_at.astimezone(BRUSSELS)
        return Other(
            href=f"{before}{ticket.number}{after}",
            subject=ticket.subject,
            lang=ticket.language,
            about=f"{ticket.spoken_number} · {date_format(day, 'SHORT_DATE_FORMAT')} · {about}",
        )

    @property
    def last_is_from_requester(self) -> bool:
        """Whether the requester wrote or called last: then a reply is what comes next."""
        kinds = [item.kind for item in self.items if item.kind and item.kind != "note"]
        return not kinds or kinds[-1] in (MessageKind.INCOMING, MessageKind.CALL)
