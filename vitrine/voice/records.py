"""What the process of the telephone reads of the product's records, and writes into them.

Everything here may wait for the database, so it runs in threads; what is read is kept as values,
with which the telephone goes on while the database is away.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connections

from vitrine.calendars.queries import working_calendar
from vitrine.calendars.rules import WorkingCalendar
from vitrine.kernel.clock import now
from vitrine.kernel.phone_numbers import normalise
from vitrine.status.queries import standing_bulletin
from vitrine.telephony import actions, queries
from vitrine.telephony.choices import EndpointKind, NumberPurpose
from vitrine.telephony.models import Instruction
from vitrine.telephony.queries.callers import arrival_facts
from vitrine.telephony.queries.setup import AgentProfile, DialledMeaning
from vitrine.telephony.rules.dialling import is_desk_address, may_be_called
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.asterisk.endpoints import DESK_TELEPHONES
from vitrine.voice.instructions import Known
from vitrine.voice.outgoing import Limits
from vitrine.voice.register_state import state_phrases
from vitrine.voice.sounds import CannotSpeak, SoundStore, catalogue, own_phrases
from vitrine.voice.telephones import Telephone

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError, ProgrammingError)
"""What the database raises while it cannot be reached, or its tables are being changed."""
STILL_GROWS = 10.0
LEAST_SECONDS = 0.5
"""Less is the click of somebody who hangs up."""
WAVE_HEAD, BYTES_A_SECOND = 44, 16_000
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """How the telephone is set up, at one instant."""

    policy: Policy = field(default_factory=Policy)
    menu: PhoneMenu = field(default_factory=PhoneMenu)
    calendar: WorkingCalendar | None = None
    """None: nobody knows the opening hours, so it is open."""
    numbers: Mapping[str, DialledMeaning] = field(default_factory=dict)
    agents: Mapping[str, Known] = field(default_factory=dict)
    telephones: Mapping[str, Telephone] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    """Phrases about the register."""
    outgoing: Limits = field(default_factory=Limits)

    def meaning(self, number: str) -> DialledMeaning | None:
        """What a call to, or diverted from, `number` is for."""
        return self.numbers.get(number) or self.numbers.get(normalise(number) or number)


def with_database(do: Callable[[], Answer]) -> Answer:
    """Run `do` in this thread with a connection that works; its errors are raised."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
    try:
        return do()
    except Error:
        connections["default"].close()
        raise


def read_set_up() -> SetUp:
    """Everything that pages can change. Raises what the database raises."""
    profiles = queries.agents()
    rules = queries.house_rules()
    ha1s = {one.user: one.ha1 for one in queries.valid_credentials()}
    return SetUp(
        policy=queries.current_policy(),
        menu=_menu(),
        calendar=working_calendar(),
        numbers=queries.our_numbers(),
        agents={
            one.name: Known(languages=one.languages, services=one.services, rank=one.rank)
            for one in profiles
        },
        telephones={
            one.name: telephone
            for one in profiles
            if (telephone := telephone_of(one, ha1=ha1s.get(one.name, "")))
        },
        state=state_phrases(standing_bulletin(), at=now()),
        outgoing=Limits(most=rules.most_calls_out, prefixes=tuple(rules.dial_prefixes)),
    )


def _menu() -> PhoneMenu:
    """The menu in force; nobody is recorded without being told (L-12)."""
    try:
        menu = PhoneMenu.from_json(queries.current_menu())
    except (ValueError, KeyError, TypeError):
        log.exception("The phone menu cannot be followed: the built-in one counts")
        menu = PhoneMenu()
    return replace(
        menu, tells_recording=menu.tells_recording or queries.house_rules().records_calls
    )


def telephone_of(profile: AgentProfile, *, ha1: str) -> Telephone | None:
    """Which telephone rings for an agent; None: he has none now."""
    match profile.endpoint:
        case EndpointKind.BROWSER:
            if not ha1:
                return None
            return Telephone(address=f"PJSIP/{profile.name}", registers_as=profile.name, ha1=ha1)
        case EndpointKind.DESK_PHONE if profile.address.startswith("sip:"):
            if not is_desk_address(profile.address):
                return None  # entered before such addresses were refused
            return Telephone(address=f"PJSIP/{DESK_TELEPHONES}/{profile.address}")
        case EndpointKind.DESK_PHONE if not profile.address.startswith("+"):
            return Telephone(address=f"PJSIP/{profile.address}")
        case _ if not may_be_called(profile.address):
            return None  # likewise
        case _:
            return Telephone(
                address=f"PJSIP/{profile.address}@trunk", must_accept=profile.must_accept
            )


@dataclass(frozen=True, kw_only=True)
class Caller:
    """What is known of a number before its call is answered."""

    language: str = ""
    agent: str = ""
    """Who spoke with this number last, not long ago."""


def known_caller(number: str) -> Caller:
    """Which language the number spoke last, and with whom."""
    facts = arrival_facts(number=number)
    return Caller(language=facts.language, agent=facts.known_agent)


def colleague_of(set_up: SetUp, *, dialled: str, diverted_from: str) -> DialledMeaning | None:
    """The absent colleague who was called: by his direct number, or by a diversion from it."""
    for number in (diverted_from, dialled):
        meaning = set_up.meaning(number) if number else None
        if meaning is not None and meaning.purpose == NumberPurpose.COLLEAGUE:
            return meaning
    return None


def take_instructions() -> list[Instruction]:
    """Those that nobody has taken."""
    return actions.take_instructions()


def answer_instruction(instruction: int, *, why_not: str) -> bool:
    """Say what became of it; blank: done."""
    actions.answer_instruction(instruction, is_done=not why_not, reason=why_not)
    return True


def show_floor(floor: Floor) -> bool:
    """Let pages show it."""
    return actions.show_floor(floor)


def store_message(
    call: str, *, file: Path, seconds: float, spoken: float, at: datetime, **caller: str
) -> None:
    """Into the ticket; the file is removed when it is there."""
    actions.store_voicemail(
        call, content=file.read_bytes(), seconds=seconds, spoken=spoken, at=at, **caller
    )
    file.unlink(missing_ok=True)


def collect_left_behind(folder: Path) -> int:
    """Messages that callers left while nobody routed, into tickets; how many there were.

    Asterisk names them `fallback_TIME_NUMBER_ID.wav`, or `message_CALL_ID.wav` when the process
    died during the message; one that still grows is left for later, one without words removed.
    """
    count = 0
    for file in sorted((*folder.glob("fallback_*.wav"), *folder.glob("message_*.wav"))):
        with suppress(FileNotFoundError):  # it is in its ticket by now
            changed = file.stat().st_mtime
            if time.time() - changed < STILL_GROWS:
                continue
            seconds = max(0.0, (file.stat().st_size - WAVE_HEAD) / BYTES_A_SECOND)
            if seconds < LEAST_SECONDS:
                file.unlink()
                continue
            _store_left_behind(file, seconds=seconds, at=datetime.fromtimestamp(changed, tz=UTC))
            count += 1
    return count


def _store_left_behind(file: Path, *, seconds: float, at: datetime) -> None:
    kind, first, second, last = (*file.stem.split("_"), "", "", "", "")[:4]
    if kind == "message":
        store_message(first, file=file, seconds=seconds, spoken=seconds, at=at)
        return
    number = normalise(second) or ""
    store_message(
        f"f-{first}-{last}", file=file, seconds=seconds, spoken=seconds, at=at, number=number
    )


def make_sounds(
    store: SoundStore, *, menu: PhoneMenu, goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Whatever the menu says of its own, and what the catalogue lacks, as long as `goes_on`."""
    try:
        # In processes of their own: the loop that routes calls keeps this one's time.
        wanted = [*own_phrases(menu.own_texts()), *catalogue()]
        store.make(wanted, workers=2, goes_on=goes_on)
        if goes_on():
            store.make_fallback()
    except CannotSpeak as reason:
        log.error("Not everything can be said: %s", reason)
