"""A journal of calls for the tests: played through the very core that routes calls."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from vitrine.telephony.rules.entries import Entry, entry_of
from vitrine.telephony.rules.routing import Policy
from vitrine.voice import call_flow as core
from vitrine.voice.call_flow import CallFlow
from vitrine.voice.call_flow.talking import CallArrived

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, in opening hours."""


class Journal:
    """Feeds the core and writes down what went in and came out, as the daemon does."""

    def __init__(
        self,
        *,
        epoch: str = "20261123T090000-a",
        began: datetime = MORNING,
        policy: Policy | None = None,
    ) -> None:
        self.epoch, self.began = epoch, began
        self.flow = CallFlow(policy)
        self.entries: list[Entry] = []
        self.seconds = 0.0

    def write(self, thing: object, *, seconds: float | None = None) -> Entry:
        """Only write down, without the core: what the conversation hears and orders."""
        self.seconds = max(self.seconds, self.seconds if seconds is None else seconds)
        entry = entry_of(
            thing,
            epoch=self.epoch,
            sequence=len(self.entries) + 1,
            at=self.began + timedelta(seconds=self.seconds),
            seconds=self.seconds,
        )
        self.entries.append(entry)
        return entry

    def happens(self, event: Any, *, at: float) -> list[Any]:
        """Let the core hear `event` at so many seconds; its commands."""
        self.write(event, seconds=at)
        commands = list(self.flow.handle(event, at=at))
        for command in commands:
            self.write(command)
        return commands

    def drain(self) -> list[Entry]:
        """What was written since the last time."""
        start = getattr(self, "_drained", 0)
        self._drained = len(self.entries)
        return self.entries[start:]


def shuffled(entries: Iterable[Entry], *, by: Any) -> list[Entry]:
    """The same entries in another order."""
    mixed = list(entries)
    by.shuffle(mixed)
    return mixed


def random_day(journal: Journal, *, chance: Any, events: int = 400, numbers: int = 30) -> None:
    """Something of everything, in the order of chance; each event is one that a line may hear."""
    names = [f"agent-{number}" for number in range(900_001, 900_007)]
    at, calls = 0.0, 0
    timers: list[tuple[float, tuple[str, ...]]] = []
    for name in names:
        spoken = chance.sample(["fr", "nl", "de", "en"], k=chance.randint(1, 3))
        told = core.AgentSignedIn(agent=name, languages=dict.fromkeys(spoken, 2))
        timers += _timers(journal.happens(told, at=at))
        timers += _timers(journal.happens(core.AgentReady(agent=name), at=at))
    for _number in range(events):
        at += chance.expovariate(0.2)
        due = sorted(one for one in timers if one[0] <= at)
        timers = [one for one in timers if one[0] > at]
        for instant, key in due:
            timers += _timers(
                journal.happens(core.TimerFired(key=key), at=max(instant, journal.seconds))
            )
        event: Any
        if chance.random() < 0.35:
            calls += 1
            number = f"+32255{chance.randrange(numbers):05d}" if chance.random() < 0.9 else ""
            event = core.CallOffered(
                call=f"{journal.epoch}-{calls}",
                number=number,
                language=chance.choice(["fr", "nl", "de", "en", ""]),
                priority=chance.choice([0, 0, 0, 1]),
            )
            journal.write(CallArrived(call=event.call, number=number), seconds=at)
        else:
            event = _something(journal, chance=chance, names=names)
        if event is not None:
            timers += _timers(journal.happens(event, at=at))


def _timers(commands: Iterable[Any]) -> list[tuple[float, tuple[str, ...]]]:
    return [(one.at, one.key) for one in commands if isinstance(one, core.StartTimer)]


def _something(journal: Journal, *, chance: Any, names: list[str]) -> Any:
    """What may happen to one of the calls or agents that are there; None: nothing."""
    desk = journal.flow.roster.get(chance.choice(names))
    if desk is None:
        return None
    name, call = desk.agent.name, journal.flow.calls.get(desk.call)
    if desk.state == core.AgentState.RINGING and call is not None:
        failed = core.LegFailed(call=call.name, agent=name, failure=core.Failure.NO_ANSWER)
        return chance.choice([core.LegAnswered(call=call.name, agent=name)] * 4 + [failed])
    if desk.state == core.AgentState.TALKING and call is not None:
        return chance.choice(
            [
                core.CallerHeld(call=call.name),
                core.CallerResumed(call=call.name),
                core.AgentHungUp(agent=name),
                core.CallerGone(call=call.name),
                core.Transferred(call=call.name, language=chance.choice(["fr", "nl"])),
            ]
        )
    waiting = [one.call for one in journal.flow.callers_waiting()]
    if waiting and chance.random() < 0.5:
        gone = chance.choice(waiting)
        return chance.choice(
            [
                core.CallerGone(call=gone),
                core.CallBackAccepted(call=gone),
                core.MessageLeft(call=gone),
            ]
        )
    return chance.choice(
        [
            core.AgentPaused(agent=name, reason="lunch"),
            core.AgentReady(agent=name),
            core.AgentReady(agent=name),
            core.WrapUpExtended(agent=name, seconds=30.0),
            core.WrapUpEnded(agent=name),
        ]
    )
