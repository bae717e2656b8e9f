"""Days of the telephone for the demonstration: fictitious callers, the very core that routes calls.

A day is played in virtual time and written as the journal of calls has it. Whoever reads the rows
made of it cannot tell them from those of a real day; the numbers are the fictitious ones of the
register, and unused ones beside them.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vitrine.telephony.rules.entries import Entry, entry_of
from vitrine.telephony.rules.routing import Policy, Seconds
from vitrine.voice.call_flow import Call, CallFlow, Command, Event
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.talking import CallArrived, LeftMenu, WaitAnnounced
from vitrine.voice.rehearsal import Rehearsal

CURVE = (0.5, 1.0, 1.5, 1.6, 1.3, 1.0, 0.6, 0.5, 0.9, 1.2, 1.4, 1.3, 1.1, 0.9, 0.7, 0.5)
"""How busy each half-hour is beside the others, from 8:30."""
HALF_HOUR = 1800.0
LANGUAGES = {"fr": 48, "nl": 40, "en": 7, "de": 5}
PATIENCE = 150.0
"""Seconds, the mean."""
TALK = 260.0
IN_MENU = 14.0
ANNOUNCED_AFTER = 25.0
SHARE_LEAVING_MENU = 0.08
SHARE_ASKING_CALL_BACK = 0.3
"""Of those who have waited a minute."""


@dataclass(frozen=True, kw_only=True)
class Callers:
    """Who may call, by language, and who answers."""

    numbers: Mapping[str, Sequence[str]]
    agents: Mapping[str, Mapping[str, int]]
    """Public name -> language -> level."""
    dialled: str
    away: str = ""
    """The public name of a colleague who is away, whose telephone diverts to the desk."""


class _Written(CallFlow):
    """The core, which writes down what goes in and comes out."""

    def __init__(self, policy: Policy, *, epoch: str, began: datetime) -> None:
        super().__init__(policy)
        self.epoch, self.began = epoch, began
        self.entries: list[Entry] = []

    def handle(self, event: Event, *, at: Seconds) -> Sequence[Command]:
        """As the core does, written down."""
        self.write(event, at=at)
        commands = list(super().handle(event, at=at))
        for command in commands:
            self.write(command, at=at)
        return commands

    def write(self, thing: object, *, at: Seconds) -> None:
        """Add one entry."""
        self.entries.append(
            entry_of(
                thing,
                epoch=self.epoch,
                sequence=len(self.entries) + 1,
                at=self.began + timedelta(seconds=at),
                seconds=at,
            )
        )


@dataclass(order=True)
class _Heard:
    """Something of the conversation, to be written between the events."""

    at: Seconds
    thing: object = field(compare=False)


class CallDay(Rehearsal):
    """One day of calls."""

    def __init__(
        self, callers: Callers, *, began: datetime, seconds: Seconds, calls: int, seed: int
    ) -> None:
        super().__init__(Policy(), answer_after=6.0)
        epoch = f"{int(began.timestamp() * 1000):011x}-demonstration"  # sorts like a real one
        self.core = self.written = _Written(Policy(), epoch=epoch, began=began)
        self.callers, self.seconds, self.calls = callers, seconds, calls
        self.chance = random.Random(seed)  # noqa: S311 - a demonstration, no secret
        self._heard: list[_Heard] = []

    def play(self) -> list[Entry]:
        """The journal of the day; who still waits at its end is served or called back."""
        for name, languages in self.callers.agents.items():
            sits_down = self.chance.uniform(0, 240)
            self.later(sits_down, has.AgentSignedIn(agent=name, languages=languages))
            self.later(sits_down + 5, has.AgentReady(agent=name))
            self._take_breaks(name)
        for number in range(self.calls):
            self._expect_call(number)
        self.later(self.seconds, has.DeskClosed())
        self._heard.sort()
        while self._due:
            at, event = self.next_due()
            if at > self.seconds and isinstance(event, has.CallOffered):
                continue  # the desk is closed: not offered
            self._write_until(at)
            if event is not None and not self._is_over(event):
                self.feed(event, at=at)
        for name in self.callers.agents:
            self.feed(has.AgentSignedOut(agent=name), at=max(at, self.seconds))
        return self.written.entries

    def talk_time(self) -> Seconds:
        """Most are short, some are long."""
        return max(20.0, self.chance.lognormvariate(5.1, 0.6) * TALK / 195)

    def has_ended(self, call: Call, *, at: Seconds) -> None:
        """Nothing is counted here: the journal tells."""

    def _carry_out(self, command: Command, *, at: Seconds) -> list[Event]:
        """Who is called back answers after a while."""
        if isinstance(command, do.DialBack):
            self.later(at + 9.0, has.LegAnswered(call=command.call, agent=command.agent))
        return super()._carry_out(command, at=at)

    def _take_breaks(self, name: str) -> None:
        for reason, share, length in (
            ("break", 0.25, 900),
            ("lunch", 0.5, 2400),
            ("break", 0.8, 900),
        ):
            begins = self.seconds * share + self.chance.uniform(-1200, 1200)
            self.later(begins, has.AgentPaused(agent=name, reason=reason))
            self.later(begins + length, has.AgentReady(agent=name))

    def _expect_call(self, number: int) -> None:
        half = self.chance.choices(range(len(CURVE)), weights=CURVE)[0]
        at = half * HALF_HOUR + self.chance.uniform(0, HALF_HOUR)
        if at > self.seconds - 60:
            return
        language = self.chance.choices(list(LANGUAGES), weights=list(LANGUAGES.values()))[0]
        name = f"{self.written.epoch}-{number:03d}"
        caller = self._number(language)
        arrived = CallArrived(call=name, number=caller, dialled=self.callers.dialled)
        self._heard.append(_Heard(at, arrived))
        if self.chance.random() < SHARE_LEAVING_MENU:
            reason = self.chance.choice(["gone", "informed"])
            self._heard.append(_Heard(at + 20, LeftMenu(call=name, reason=reason)))
            return
        waits_from = at + IN_MENU
        away = self.callers.away if number % 23 == 7 else ""
        self.later(
            waits_from,
            has.CallOffered(call=name, number=caller, language=language, for_colleague=away),
        )
        self._lose_patience(name, since=waits_from, number=caller)

    def _lose_patience(self, name: str, *, since: Seconds, number: str) -> None:
        patience = self.chance.expovariate(1 / PATIENCE) + 4
        if patience > 60 and number and self.chance.random() < SHARE_ASKING_CALL_BACK:
            self.later(since + 60, has.CallBackAccepted(call=name))
        self.later(since + patience, has.CallerGone(call=name))
        if patience > ANNOUNCED_AFTER:
            announced = WaitAnnounced(call=name, ahead=1, seconds=120.0)
            self.later(since + ANNOUNCED_AFTER, None)
            self._heard.append(_Heard(since + ANNOUNCED_AFTER, announced))

    def _number(self, language: str) -> str:
        known = self.callers.numbers.get(language, ())
        drawn = self.chance.random()
        if drawn < 0.06:
            return ""
        if known and drawn < 0.75:
            return self.chance.choice(known)
        return f"+3225550{self.chance.randrange(700, 760):03d}"

    def _is_over(self, event: Event) -> bool:
        """Whether a caller's patience ends in a call that is past waiting."""
        if not isinstance(event, has.CallerGone | has.CallBackAccepted):
            return False
        call = self.written.calls.get(event.call)
        return call is None or call.phase not in ("waiting", "ringing")

    def _write_until(self, at: Seconds) -> None:
        """What the conversation heard and said up to `at`; a wait is announced to who waits."""
        while self._heard and self._heard[0].at <= at:
            heard = self._heard.pop(0)
            waits = self.written.calls.get(getattr(heard.thing, "call", ""))
            if isinstance(heard.thing, WaitAnnounced) and (
                waits is None or waits.phase != "waiting"
            ):
                continue
            self.written.write(heard.thing, at=heard.at)
