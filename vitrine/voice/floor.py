"""The live picture, from the brain as it is now."""

from collections.abc import Callable
from datetime import datetime, timedelta

from vitrine.telephony.rules.floor import DIALLED, Floor, FloorAgent, FloorCall
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.brain import Brain
from vitrine.voice.call_flow import AgentState, Call, Desk
from vitrine.voice.instructions import OUTSIDE

MENU = "menu"


class Painter:
    """Remembers since when a call is in its phase, which neither core nor conversation keeps."""

    def __init__(self, brain: Brain, *, line: str, is_simulated: bool) -> None:
        self.brain, self.line, self.is_simulated = brain, line, is_simulated
        self.dialled: Callable[[], int] = lambda: 0
        """How many numbers outside were dialled today."""
        self._phases: dict[str, tuple[str, datetime, datetime]] = {}
        """Call -> phase, since, arrived."""

    def picture(self, *, now: Seconds, wall: datetime, is_up: bool) -> Floor:
        """Everything at this instant; `now` is `wall` on the clock of the brain."""
        core = self.brain.core
        self.brain.forget_choices()
        calls = tuple(self._calls(now=now, wall=wall))
        for name in set(self._phases) - {one.call for one in calls}:
            del self._phases[name]
        return Floor(
            at=wall,
            epoch=self.brain.epoch,
            line=self.line,
            is_up=is_up,
            is_open=self.brain.conversation.is_open,
            is_simulated=self.is_simulated,
            strategy=str(core.policy.strategy),
            agents=tuple(
                _agent(desk, now=now, wall=wall)
                for desk in core.roster.desks.values()
                if desk.state != AgentState.OFFLINE
            ),
            calls=calls,
            today={**self.brain.today, DIALLED: self.dialled()},
        )

    def _calls(self, *, now: Seconds, wall: datetime) -> "list[FloorCall]":
        core, talks = self.brain.core, self.brain.conversation.talks
        found = [self._call(call, now=now, wall=wall) for call in core.calls.values()]
        for name, talk in talks.items():
            if name not in core.calls and not talk.is_offered and not talk.is_gone:
                since, arrived = self._since(name, MENU, wall=wall)
                found.append(
                    FloorCall(
                        call=name,
                        phase=MENU,
                        since=since,
                        arrived=arrived,
                        number=talk.number,
                        language=talk.language,
                        for_colleague=talk.for_colleague,
                    )
                )
        return found

    def _call(self, call: Call, *, now: Seconds, wall: datetime) -> FloorCall:
        caller = call.caller
        began = wall - timedelta(seconds=now - caller.waiting_since)
        since, arrived = self._since(call.name, str(call.phase), wall=wall)
        choice = self.brain.choices.get(call.name)
        return FloorCall(
            call=call.name,
            phase=str(call.phase),
            since=since,
            waiting_since=began,
            arrived=min(arrived, began),
            number=call.number,
            language=caller.language,
            service=caller.service,
            priority=caller.priority,
            agents=(*call.agents, *((call.colleague,) if call.colleague else ())),
            why=str(choice.why) if choice else "",
            skipped=tuple((one.agent, str(one.why), one.language) for one in choice.skipped)
            if choice
            else (),
            for_colleague=call.for_colleague,
            is_call_back=call.is_call_back,
            colleague=call.colleague.removeprefix(OUTSIDE),
            colleague_is_there=call.colleague_is_there,
        )

    def _since(self, name: str, phase: str, *, wall: datetime) -> tuple[datetime, datetime]:
        before = self._phases.get(name)
        if before is None:
            self._phases[name] = (phase, wall, wall)
        elif before[0] != phase:
            self._phases[name] = (phase, wall, before[2])
        _phase, since, arrived = self._phases[name]
        return since, arrived


def _agent(desk: Desk, *, now: Seconds, wall: datetime) -> FloorAgent:
    return FloorAgent(
        name=desk.agent.name,
        state=str(desk.state),
        since=wall - timedelta(seconds=max(0.0, now - desk.since)),
        call=desk.call,
        reason=desk.reason if desk.state in (AgentState.PAUSED, AgentState.UNREACHABLE) else "",
        until=None if desk.until is None else wall + timedelta(seconds=desk.until - now),
        languages=dict(desk.agent.languages),
        services=tuple(desk.agent.services),
        calls_taken=desk.agent.calls_taken,
        missed=desk.missed_in_all,
    )


def differs(before: Floor | None, after: Floor) -> bool:
    """Whether something is to be seen that was not, the clock apart."""
    if before is None:
        return True
    return _seen(before) != _seen(after)


def _seen(floor: Floor) -> tuple[object, ...]:
    """Durations are counted by the pages: their beginnings are compared to the second."""
    return (
        [_facts(one) for one in floor.agents],
        [_facts(one) for one in floor.calls],
        [value for name, value in vars(floor).items() if name not in ("at", "agents", "calls")],
    )


def _facts(one: FloorAgent | FloorCall) -> list[object]:
    return [
        round(value.timestamp()) if isinstance(value, datetime) else value
        for value in vars(one).values()
    ]
