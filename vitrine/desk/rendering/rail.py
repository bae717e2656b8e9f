"""The rail on the left: the lists of the account with their counts."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import get_language

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.correspondence.access import MAILBOX_READERS
from vitrine.correspondence.queries import mailbox_healths
from vitrine.desk.rendering.phone.bar import PhoneBar, phone_bar
from vitrine.desk.rendering.state.banner import (
    BannerLine,
    SoonLine,
    banner_line_of,
    open_proposals_of,
    soon_lines,
)
from vitrine.desk.rendering.state.proposals import ProposalWords
from vitrine.kernel.clock import now
from vitrine.publication.bulletin import Bulletin
from vitrine.status.access import decides_proposals, is_editor
from vitrine.status.queries import standing_bulletin
from vitrine.telephony.access import call_backs_for, sets_up_phone
from vitrine.tickets.queries import COUNT_LIMIT, TicketList, counts, lists_of

BELOW = ("closed", "archived")
"""Lists that stand apart from the work, without a count."""


@dataclass(frozen=True, slots=True)
class RailLine:
    """One line of the rail; `count` is blank when it says nothing."""

    href: str
    title: str
    count: str
    is_late: bool
    is_current: bool


class Rail:
    """The lists and pages that an account works with; counts are read when printed."""

    def __init__(self, account: Account, *, current: str = "") -> None:
        self.account = account
        self.current = current
        self.works_at_desk = account.works_at_desk
        self.sets_up_phone = sets_up_phone(account)
        self.audits = account.has_role(Role.AUDITOR)
        self.leads = account.has_role(Role.PROJECT_LEADER, Role.MANAGER, Role.ADMINISTRATOR)

    @cached_property
    def mailboxes_in_need(self) -> int:
        """How many mailboxes a person should look at, for those who see to it."""
        if not self.account.has_role(*MAILBOX_READERS):
            return 0
        return sum(health.needs_somebody for health in mailbox_healths(at=now()))

    @cached_property
    def phone(self) -> PhoneBar | None:
        """My place at the telephone; None when I have none, or no telephone runs here."""
        return phone_bar(self.account)

    @cached_property
    def call_backs(self) -> str:
        """How many wait to be called back; blank for none."""
        if not self.works_at_desk:
            return ""
        opened = call_backs_for(self.account).filter(ended_at__isnull=True)[:COUNT_LIMIT].count()
        return f"{COUNT_LIMIT - 1}+" if opened >= COUNT_LIMIT else str(opened or "")

    @cached_property
    def told(self) -> BannerLine | None:
        """What is wrong with the register, on every page; None while everything works."""
        return banner_line_of(self._public, language=self._language)

    @cached_property
    def soon(self) -> list[SoonLine]:
        """The maintenance that begins within a day."""
        return soon_lines(self._public, language=self._language)

    @cached_property
    def _public(self) -> Bulletin | None:
        return standing_bulletin()

    @property
    def _language(self) -> str:
        return get_language() or self.account.ui_language

    @cached_property
    def proposals(self) -> list[ProposalWords]:
        """What machines propose, for those whom it concerns."""
        return open_proposals_of(self.account)

    @cached_property
    def decides(self) -> bool:
        """Whether the account may dismiss a proposal."""
        return decides_proposals(self.account)

    @cached_property
    def edits_state(self) -> bool:
        """Whether the account may change the public state."""
        return is_editor(self.account)

    @cached_property
    def lists(self) -> list[RailLine]:
        """The lists of the day with their counts; one statement."""
        numbers = counts(self.account)
        return [
            self._line(one, count=numbers.get(one.name, 0))
            for one in lists_of(self.account)
            if one.name not in BELOW
        ]

    @cached_property
    def past(self) -> list[RailLine]:
        """What is over."""
        return [self._line(one, count=0) for one in lists_of(self.account) if one.name in BELOW]

    def _line(self, one: TicketList, *, count: int) -> RailLine:
        words = f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count) if count else ""
        return RailLine(
            href=reverse("desk:list", args=[one.name]),
            title=str(one.title),
            count=words,
            is_late=one.is_urgent and count > 0,
            is_current=one.name == self.current,
        )
