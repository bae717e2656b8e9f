"""A line without telephones: callers and colleagues who behave as people do, in real time.

For a demonstration, and for whoever looks at the product for the first time: calls arrive, people
key what they are asked for, wait, give up, talk. Core, conversation and journal are the real ones.
An agent whose place a person takes is left to that person, who picks up his calls in the page.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from vitrine.telephony.rules.phrases import text
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow import talking
from vitrine.voice.call_flow.state import Failure
from vitrine.voice.line import Ear
from vitrine.voice.simulated_murmur import write_murmur
from vitrine.voice.simulated_people import Colleague, Person, Population, Wish

log = logging.getLogger(__name__)

CHOICES = "123"
"""Keys among which a caller chooses who is asked what he calls for."""
HEARS_THE_END = 0.9
"""Share of an utterance after which he keys."""


@dataclass
class SimulatedCall:
    """One call that is up, with everything that is about to happen in it."""

    name: str
    person: Person
    say: str = ""
    ringing: dict[str, asyncio.TimerHandle | None] = field(default_factory=dict)
    """Agent -> when he picks up; None: a person decides."""
    talks: set[str] = field(default_factory=set)
    is_recording: bool = False
    coming: dict[str, asyncio.TimerHandle] = field(default_factory=dict)
    """What will happen by itself: `said`, `key`, `gives-up`, `ends`, `recorded`."""

    def cancel(self, *names: str) -> None:
        """These do not happen any more; none named: nothing happens."""
        for name in names or tuple(self.coming):
            if handle := self.coming.pop(name, None):
                handle.cancel()


class SimulatedLine:
    """Implements `vitrine.voice.line.Line`."""

    is_simulated = True

    def __init__(
        self,
        population: Population,
        *,
        epoch: str,
        colleagues: Sequence[Colleague] = (),
        recordings: Path | None = None,
        wall_clock: Callable[[], datetime] = datetime.now,
        clock: Callable[[], Seconds] = time.monotonic,
    ) -> None:
        """A line that is silent until `run`.

        epoch       part of the name of every call
        recordings  folder for messages that callers leave; None: they say nothing
        clock       the one by which the events are told
        """
        self.population, self.manners = population, population.manners
        self.epoch, self.recordings = epoch, recordings
        self.colleagues = {one.name: one for one in colleagues}
        self.persons: set[str] = set()
        """Agents whose place a person has taken."""
        self.calls: dict[str, SimulatedCall] = {}
        self._known: dict[str, Person] = {}
        self._serial = 0
        self._ear: Ear = lambda _event, _at: None
        self._wall_clock, self._clock = wall_clock, clock
        self._orders: dict[type, Callable[[Any], None]] = {
            talking.Say: self._say,
            talking.StopSaying: self._stop_saying,
            talking.Record: self._record,
            talking.HangUp: self._end,
            do.Release: self._end,
            do.Ring: self._ring,
            do.StopRinging: self._stop_ringing,
            do.Bridge: self._bridge,
            do.DialBack: self._dial_back,
            do.AskColleague: self._ask_colleague,
            do.LetGo: self._let_go,
        }

    async def run(self, ear: Ear) -> None:
        """Let people call until cancelled."""
        self._ear = ear
        self._tell(talking.LineBack())
        for colleague in self.colleagues.values():
            self._sign_in(colleague)
        try:
            while True:
                gap = self.population.next_gap(hour=self._wall_clock().hour)
                await asyncio.sleep(
                    gap if self._serial else min(gap, self.manners.first_call_within)
                )
                self.arrive(self.population.next_person())
        finally:
            for call in self.calls.values():
                call.cancel()

    async def carry_out(self, order: talking.Order | do.Command) -> None:
        """What a telephone would do; what is only written down is passed over."""
        if carry := self._orders.get(type(order)):
            carry(order)

    def arrive(self, person: Person) -> str:
        """Somebody calls; the name of his call."""
        self._serial += 1
        name = f"c-{self.epoch}-{self._serial}"
        call = self.calls[name] = SimulatedCall(name=name, person=person)
        self._known[name] = person
        self._tell(
            talking.CallArrived(call=name, number=person.number, diverted_from=person.diverted_from)
        )
        self._soon(call, "gives-up", after=person.patience + 30.0, then=self._gives_up)
        return name

    def leave_to_person(self, agent: str) -> None:
        """A person takes this place: nobody answers for him any more."""
        self.persons.add(agent)

    def pick_up(self, agent: str) -> bool:
        """The person answers what rings at his place; whether something did."""
        for call in self.calls.values():
            if agent in call.ringing:
                self._answers(call, agent)
                return True
        return False

    def decline(self, agent: str) -> bool:
        """The person refuses what rings at his place; whether something did."""
        for call in self.calls.values():
            if agent in call.ringing:
                self._fails(call, agent, failure=Failure.DECLINED)
                return True
        return False

    def listen(self, call: str, *, supervisor: str, whisper: bool = False) -> bool:
        """There is nothing to hear: False."""
        return False

    def stop_listening(self, call: str, *, supervisor: str) -> None:
        """Nobody listens."""

    # ------------------------------------------------------------------ what callers do
    def _say(self, order: talking.Say) -> None:
        call = self.calls.get(order.call)
        if call is None or call.talks:
            self._tell(talking.SaidAll(call=order.call, say=order.say))
            return
        call.say = order.say
        seconds = sum(self._seconds_of(key, language=order.language) for key in order.phrases)
        self._soon(call, "said", after=seconds, then=self._said)
        if key := self._wants_to_press(call, order):
            self._soon(
                call,
                "key",
                after=seconds * HEARS_THE_END + self.population.about(self.manners.key_after),
                then=lambda one: self._press(one, *key),
            )

    def _seconds_of(self, key: str, *, language: str) -> Seconds:
        try:
            words = text(key, language=language)
        except KeyError:  # the desk's own
            return self.manners.own_phrase
        return self.manners.each_phrase + len(words) / self.manners.letters_per_second

    def _wants_to_press(self, call: SimulatedCall, order: talking.Say) -> tuple[str, ...]:
        """What he keys once he has heard this; nothing: he listens on."""
        phrases, person = order.phrases, call.person
        if order.language != person.language:
            return ()
        if "choose-language" in phrases:
            return (phrases[phrases.index("choose-language") + 1].removeprefix("number-"),)
        if "call-back-confirm" in phrases:
            return ("1",)
        if "call-back-enter" in phrases:
            return (*"025550199", "#")
        wish = {Wish.CALL_BACK: "offer-call-back", Wish.MESSAGE: "offer-message"}.get(person.wish)
        for at, phrase in enumerate(phrases):
            if wish and phrase.startswith(wish):
                return (phrases[at + 1].removeprefix("number-"),)
        is_menu = phrases[-1].startswith("own-") and "closed" not in phrases
        return (self.population.one_of(CHOICES),) if is_menu else ()

    def _press(self, call: SimulatedCall, *keys: str) -> None:
        if call.talks:
            return
        first, *rest = keys
        self._tell(talking.KeyPressed(call=call.name, key=first))
        if rest:
            self._soon(call, "key", after=0.3, then=lambda one: self._press(one, *rest))

    def _said(self, call: SimulatedCall) -> None:
        said, call.say = call.say, ""
        if said:
            self._tell(talking.SaidAll(call=call.name, say=said))

    def _stop_saying(self, order: talking.StopSaying) -> None:
        call = self.calls.get(order.call)
        if call is not None and call.say == order.say:
            call.cancel("said")
            self._said(call)

    def _gives_up(self, call: SimulatedCall) -> None:
        if not call.talks and not call.is_recording:
            self._hang_up(call)

    def _record(self, order: talking.Record) -> None:
        if call := self.calls.get(order.call):
            call.is_recording = True
            seconds = min(self.population.about(self.manners.message), order.most)
            self._soon(call, "recorded", after=seconds, then=lambda one: self._left(one, seconds))

    def _left(self, call: SimulatedCall, seconds: Seconds) -> None:
        """The message is in its file; then he hangs up."""
        call.is_recording = False
        file = ""
        if self.recordings is not None:
            file = f"{call.name}.wav"
            write_murmur(self.recordings / file, seconds=seconds)
        self._tell(
            talking.Recorded(call=call.name, file=file, seconds=seconds, spoken=seconds * 0.8)
        )
        self._soon(call, "ends", after=self.population.about(4.0), then=self._hang_up)

    def _end(self, order: talking.HangUp | do.Release) -> None:
        if call := self.calls.get(order.call):
            self._hang_up(call)

    def _hang_up(self, call: SimulatedCall) -> None:
        if self.calls.pop(call.name, None) is None:
            return
        call.cancel()
        for handle in call.ringing.values():
            if handle:
                handle.cancel()
        self._tell(has.CallerGone(call=call.name))

    # ------------------------------------------------------------------ what agents do
    def _sign_in(self, colleague: Colleague) -> None:
        self._tell(
            has.AgentSignedIn(
                agent=colleague.name,
                languages=colleague.languages,
                services=colleague.services,
                rank=colleague.rank,
            )
        )
        self._ready(colleague.name)

    def _ready(self, agent: str) -> None:
        if agent in self.persons:
            return
        self._tell(has.AgentReady(agent=agent))
        after = self.population.some(self.manners.lasts)
        asyncio.get_running_loop().call_later(after, self._pause, agent)

    def _pause(self, agent: str) -> None:
        if agent in self.persons:
            return
        self._tell(has.AgentPaused(agent=agent, reason="break"))
        after = self.population.about(self.manners.pause)
        asyncio.get_running_loop().call_later(after, self._ready, agent)

    def _ring(self, order: do.Ring) -> None:
        call = self.calls.get(order.call)
        if call is None:
            self._tell(has.LegFailed(call=order.call, agent=order.agent, failure=Failure.NO_ANSWER))
        elif order.agent not in call.ringing:
            self._let_ring(call, order.agent)

    def _let_ring(self, call: SimulatedCall, agent: str) -> None:
        """Played colleagues pick up, overhear it, or decline; a person decides himself."""
        call.ringing[agent] = None
        if agent in self.persons or self.population.chance(self.manners.misses):
            return
        loop = asyncio.get_running_loop()
        after = self.population.about(self.manners.answer_after)
        if self.population.chance(self.manners.declines):
            call.ringing[agent] = loop.call_later(
                after, partial(self._fails, call, agent, failure=Failure.DECLINED)
            )
        else:
            call.ringing[agent] = loop.call_later(after, self._answers, call, agent)

    def _answers(self, call: SimulatedCall, agent: str) -> None:
        self._stops(call, agent)
        self._tell(has.LegAnswered(call=call.name, agent=agent))

    def _fails(self, call: SimulatedCall, agent: str, *, failure: Failure) -> None:
        self._stops(call, agent)
        self._tell(has.LegFailed(call=call.name, agent=agent, failure=failure))

    def _stops(self, call: SimulatedCall, agent: str) -> None:
        if handle := call.ringing.pop(agent, None):
            handle.cancel()

    def _stop_ringing(self, order: do.StopRinging) -> None:
        if call := self.calls.get(order.call):
            self._stops(call, order.agent)

    def _bridge(self, order: do.Bridge) -> None:
        call = self.calls.get(order.call)
        if call is None:
            return
        call.cancel("gives-up", "key", "said")
        call.say = ""
        call.talks.add(order.agent)
        seconds = self.population.some(self.manners.talk, least=self.manners.shortest_talk)
        self._soon(call, "ends", after=seconds, then=self._has_talked)

    def _has_talked(self, call: SimulatedCall) -> None:
        """Mostly the caller hangs up; a person at his place always lets him."""
        played = [agent for agent in call.talks if agent not in self.persons]
        if played and self.population.chance(0.4):
            self._tell(has.AgentHungUp(agent=played[0]))
        else:
            self._hang_up(call)

    def _dial_back(self, order: do.DialBack) -> None:
        """The agent is there at once; the person answers, or does not."""
        person = self._known.get(order.call) or Person(number=order.number, language="fr")
        call = SimulatedCall(name=order.call, person=person)
        self.calls[order.call] = call
        after = self.population.about(self.manners.answer_after)
        if self.population.chance(self.manners.reached):
            self._soon(call, "ends", after=after, then=lambda one: self._answers(one, order.agent))
        else:
            self._soon(call, "ends", after=after * 4, then=self._hang_up)

    def _ask_colleague(self, order: do.AskColleague) -> None:
        if call := self.calls.get(order.call):
            self._let_ring(call, order.colleague)

    def _let_go(self, order: do.LetGo) -> None:
        if call := self.calls.get(order.call):
            self._stops(call, order.colleague)
            call.talks.discard(order.colleague)

    # ------------------------------------------------------------------ the works
    def _tell(self, event: has.Event | talking.Heard) -> None:
        self._ear(event, self._clock())

    def _soon(
        self,
        call: SimulatedCall,
        name: str,
        *,
        after: Seconds,
        then: Callable[[SimulatedCall], None],
    ) -> None:
        """`then` happens after so many seconds, unless it is cancelled or the call ends."""
        call.cancel(name)
        call.coming[name] = asyncio.get_running_loop().call_later(
            after, partial(self._now, call, name, then=then)
        )

    def _now(
        self, call: SimulatedCall, name: str, *, then: Callable[[SimulatedCall], None]
    ) -> None:
        call.coming.pop(name, None)
        if self.calls.get(call.name) is call:
            then(call)
