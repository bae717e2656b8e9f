"""The bar of the telephone on every page of the desk: what I am doing, and who calls."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vitrine.accounts.models import Account
from vitrine.desk.rendering.parts import Other
from vitrine.desk.rendering.phone.floor import STALE_AFTER
from vitrine.desk.rendering.phone.words import (
    FORCED_PAUSES,
    PAUSES,
    STATES,
    Clock,
    clock,
    language_words,
    pause_words,
)
from vitrine.directory.models import Organisation
from vitrine.kernel.clock import now
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.access import calls_for, takes_calls
from vitrine.telephony.models import Call
from vitrine.telephony.queries import (
    CallerCard,
    card_of_call,
    floor,
    known_number,
)
from vitrine.telephony.rules.floor import Floor, FloorAgent
from vitrine.telephony.rules.names import agent_name

OFFLINE = "offline"
IN_CALL = ("ringing", "talking")
SHOWN_TICKETS = 3
CARD_LASTS = 30
"""Seconds in which what is known of a caller is looked up once, not with every page."""
CARDS = 256


@dataclass(frozen=True, slots=True)
class Pop:
    """Who calls me, or with whom I talk."""

    href: str
    """The screen of the call, filled in."""
    is_ringing: bool
    number: str
    who: str
    about: str
    language: str
    language_words: str
    for_whom: str
    times_before: int
    tickets: list[Other]
    is_interrupted: bool
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class PhoneBar:
    """What the bar prints."""

    agent: str
    at: str
    state: str
    words: str
    icon: str
    clock: Clock | None
    until: str
    reason: str
    remark: str
    pauses: list[tuple[str, str]]
    pop: Pop | None

    @property
    def is_here(self) -> bool:
        """Whether I have a place at the telephone."""
        return self.state != OFFLINE


def phone_bar(account: Account) -> PhoneBar | None:
    """The bar for `account`; None when he takes no calls, or no telephone runs here."""
    if not takes_calls(account):
        return None
    drawn, at = floor(), now()
    if drawn is None:
        return None
    is_running = drawn.is_up and at - drawn.at <= STALE_AFTER
    name = agent_name(account.pk)
    mine = next((one for one in drawn.agents if one.name == name), None) if is_running else None
    state = mine.state if mine else OFFLINE
    words, icon = STATES.get(state, (state, "dot"))
    return PhoneBar(
        agent=name,
        at=at.isoformat(),
        state=state,
        words=str(words),
        icon=icon,
        clock=clock(mine.since, at=at) if mine else None,
        until=mine.until.isoformat() if mine and mine.until else "",
        reason=pause_words(mine.reason) if mine and state == "paused" else "",
        remark=_remark(mine, is_running=is_running),
        pauses=[(code, str(label)) for code, label in PAUSES.items()],
        pop=_pop(account, mine=mine, drawn=drawn, at=at) if mine else None,
    )


def _remark(mine: FloorAgent | None, *, is_running: bool) -> str:
    """What the agent did not bring about himself."""
    if not is_running:
        return _("The telephone cannot be reached just now.")
    if mine and mine.reason in FORCED_PAUSES and mine.state == "paused":
        return _("You get no calls, because calls were not answered. Say when you are ready.")
    if mine and mine.state == "unreachable":
        return _("Your telephone is not connected: you get no calls.")
    return ""


def _pop(account: Account, *, mine: FloorAgent, drawn: Floor, at: datetime) -> Pop | None:
    if mine.state not in IN_CALL or not mine.call:
        return None
    call = calls_for(account).select_related("person", "colleague").filter(name=mine.call).first()
    seen = next((one for one in drawn.calls if one.call == mine.call), None)
    if call is None:  # the journal has not been told yet: the number is known all the same
        if seen is None:
            return None
        call = Call(name=seen.call, number=seen.number, language=seen.language)
    return _printed_pop(call, since=clock(mine.since, at=at), is_ringing=mine.state == "ringing")


def _printed_pop(call: Call, *, since: Clock | None, is_ringing: bool) -> Pop:
    reader = get_language() or "fr"
    window = int(now().timestamp() // CARD_LASTS)
    card = _card(call, _told=(call.person_id, call.ticket_id, window)) if call.pk else None
    known = card.known if card else known_number(call.number)
    person = call.person or known.person
    sharing = ", ".join(one.name for one in known.sharing)
    return Pop(
        href=call_href(call),
        is_ringing=is_ringing,
        number=display(call.number, language=reader) if call.number else _("number withheld"),
        who=person.name if person else sharing or _("unknown caller"),
        about=_name_of(known.organisation, reader=reader),
        language=call.language,
        language_words=language_words(call.language),
        for_whom=call.colleague.name if call.colleague else "",
        times_before=card.times_before if card else 0,
        tickets=[_other(one) for one in card.tickets[:SHOWN_TICKETS]] if card else [],
        is_interrupted=bool(card and card.interruption),
        clock=since,
    )


@lru_cache(maxsize=CARDS)
def _card(call: Call, *, _told: tuple[int | None, int | None, int]) -> CallerCard:
    """The card of a call; looked up anew when its person or ticket is another, and each window."""
    return card_of_call(call)


def call_href(call: Call) -> str:
    """Where the call is written up; by hand while its journal is not told."""
    query: dict[str, Any] = {"call": call.pk} if call.pk else {"q": call.number}
    return f"{reverse('desk:call')}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


def _name_of(organisation: Organisation | None, *, reader: str) -> str:
    return organisation.name_in(reader) if organisation else ""


def _other(ticket: Any) -> Other:
    about = f"{ticket.spoken_number} · {ticket.get_state_display()}"
    return Other(
        href=reverse("desk:ticket", args=[ticket.number]),
        subject=ticket.subject,
        lang=ticket.language,
        about=about,
    )
