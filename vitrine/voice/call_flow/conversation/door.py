"""The only door of the conversation: what happened in, orders for the line and events out."""

from collections.abc import Callable, Sequence
from typing import Any

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow import talking
from vitrine.voice.call_flow.conversation.choosing import Choosing, opening_phrases
from vitrine.voice.call_flow.conversation.speaking import TIMER, Effect
from vitrine.voice.call_flow.conversation.talk import Stage, Talk, Then
from vitrine.voice.call_flow.engine import CallFlow

Handler = Callable[[Any, Seconds], None]
BOUNCE: Seconds = 0.05
"""The same key again within this time is the same press, told twice."""
MOST_NUMBERS = 10_000
"""Whose language is kept in mind."""
ASKING = frozenset({Stage.LANGUAGE, Stage.SERVICE, Stage.CLOSED, Stage.CALL_BACK, Stage.NUMBER})
LISTENS_WHILE_SPEAKING = ASKING | {Stage.WAITING}
"""Where a key cuts what is being said: nobody has to hear a menu to its end."""


class Conversation(Choosing):
    """Hears everything first: the line, the desk, the core's commands; `handle` is the only door.

    What it gives back, in order: orders for the line, timers, and events for the core; each event
    that is not its own business comes back unchanged. Pure and deterministic like the core, which
    it only reads.

    Invariants, after every event: a caller who is not with a person hears something, or has a timer
    that will say something; one thing is said at a time; who waits is never hung up on; a call that
    arrived is either offered to the core once, or has left the menu once.
    """

    def __init__(self, *, core: CallFlow, menu: PhoneMenu | None = None) -> None:
        super().__init__(menu or PhoneMenu(), core=core)
        self._spoken_by: dict[str, str] = {}
        self._handlers: dict[type, Handler] = {
            talking.CallArrived: self._arrived,
            talking.CallFound: self._found,
            talking.KeyPressed: self._pressed,
            talking.SaidAll: self._said_all,
            talking.Recorded: self._recorded,
            talking.StateSpoken: self._state_changed,
            talking.MenuChanged: self._menu_changed,
            has.TimerFired: self._fired,
            has.CallerGone: self._gone,
            has.Transferred: self._transferred,
            has.DeskClosed: self._closed,
            has.DeskOpened: self._opened,
            has.EngineLost: self._lost,
            do.Bridge: self._bridged,
            do.OfferAlternatives: self._alternatives,
            do.TakeMessage: self._take_message,
            do.Release: self._released,
            do.CallEnded: self._released,
        }

    def handle(
        self, event: talking.Heard | has.Event | do.Command, *, at: Seconds
    ) -> Sequence[Effect]:
        """What follows from `event`, which happened at `at`."""
        self._out = []
        if handler := self._handlers.get(type(event)):
            handler(event, at)
        if isinstance(event, do.Command):
            self.pace.hears(event, at=at)
        elif isinstance(event, has.Event) and not self._is_mine(event):
            self._out.append(event)
        for effect in self._out:
            if isinstance(effect, has.CallOffered):
                self.pace.begins_to_wait(effect.call, at=at)
        return self._out

    def _is_mine(self, event: has.Event) -> bool:
        if isinstance(event, has.TimerFired):
            return event.key[0] == TIMER
        return False

    def _arrived(self, event: talking.CallArrived, at: Seconds) -> None:
        if event.call in self.talks or event.call in self.core.calls:
            return
        known = event.language or self._spoken_by.get(event.number, "")
        talk = Talk(
            call=event.call,
            menu=self.menu,
            number=event.number,
            language=known if known in self.menu.languages else "",
            for_colleague=event.for_colleague,
            known_agent=event.known_agent,
            came_open=self.is_open,
        )
        self.talks[event.call] = talk
        self._out.append(talking.Answer(call=event.call))
        self._begin(talk, at=at)
        self._go_on(talk, at=at)

    def _found(self, event: talking.CallFound, at: Seconds) -> None:
        """After a restart: who waited keeps his place, who was in the menu begins again."""
        if event.call in self.talks:
            return
        talk = Talk(
            call=event.call,
            menu=self.menu,
            number=event.number,
            language=event.language if event.language in self.menu.languages else "",
            for_colleague=event.for_colleague,
            came_open=self.is_open,
            is_welcomed=True,
        )
        self.talks[event.call] = talk
        if event.agent:
            talk.stage, talk.is_offered = Stage.TALKING, True
            self._out.append(_found_talking(event))
        elif event.waiting_since is None:
            self._begin(talk, at=at)
            talk.script.extendleft((one, ("sorry-again",)) for one in reversed(talk.languages))
            self._go_on(talk, at=at)
        else:
            self._queue_again(talk, event=event, at=at)

    def _queue_again(self, talk: Talk, *, event: talking.CallFound, at: Seconds) -> None:
        talk.stage, talk.is_offered, talk.came_open = Stage.WAITING, True, True
        talk.waiting_since = at if event.waiting_since is None else event.waiting_since
        if event.call not in self.core.calls:
            self._out.append(
                has.CallOffered(
                    call=event.call,
                    number=event.number,
                    language=event.language,
                    service=event.service,
                    priority=event.priority,
                    for_colleague=event.for_colleague,
                    waiting_since=event.waiting_since,
                )
            )
        self._speak(talk, ("sorry-again",), ("please-wait",), then=Then.MUSIC)
        self._go_on(talk, at=at)
        self._announce_in(talk, seconds=talk.menu.announce_after, at=at)

    def _pressed(self, event: talking.KeyPressed, at: Seconds) -> None:
        talk = self.talks.get(event.call)
        if talk is None or talk.is_gone or talk.stage not in LISTENS_WHILE_SPEAKING:
            return
        if talk.last_key == event.key and at - talk.last_key_at < BOUNCE:
            return
        talk.last_key, talk.last_key_at = event.key, at
        self._key(talk, key=event.key, at=at)
        if talk.call in self.talks:
            self._go_on_if_silent(talk, at=at)

    def _key(self, talk: Talk, *, key: str, at: Seconds) -> None:
        match talk.stage:
            case Stage.LANGUAGE:
                self._language_key(talk, key=key, at=at)
            case Stage.SERVICE:
                self._service_key(talk, key=key, at=at)
            case Stage.CLOSED:
                self._closed_key(talk, key=key)
            case Stage.WAITING:
                self._takes_another_way(talk, key=key)
            case Stage.CALL_BACK:
                self._key_about_number(talk, key=key)
            case Stage.NUMBER:
                self._key_of_number(talk, key=key, at=at)

    def _go_on_if_silent(self, talk: Talk, *, at: Seconds) -> None:
        """A digit of a number, or a key that means nothing, starts nothing."""
        if talk.script:
            self._go_on(talk, at=at)

    def _said_all(self, event: talking.SaidAll, at: Seconds) -> None:
        talk = self.talks.get(event.call)
        if talk is not None and talk.saying == event.say:
            talk.saying = ""
            self._go_on(talk, at=at)

    def _fired(self, event: has.TimerFired, at: Seconds) -> None:
        if event.key[0] != TIMER:
            return
        _menu, call, kind, number = event.key
        talk = self.talks.get(call)
        if talk is None:
            return
        if kind == "announce":
            if number == str(talk.announcements):
                self._announcement_due(talk, at=at)
        elif number == str(talk.turn):
            self._turn_is_over(talk, kind=kind, at=at)

    def _turn_is_over(self, talk: Talk, *, kind: str, at: Seconds) -> None:
        match kind:
            case "said":  # its end was never told
                self._out.append(talking.StopSaying(call=talk.call, say=talk.saying))
                self._said_all(talking.SaidAll(call=talk.call, say=talk.saying), at)
            case "key":
                self._silence(talk, at=at)
                self._go_on(talk, at=at)
            case "recorded":
                self._recorded(talking.Recorded(call=talk.call, file=""), at)
            case "hang-up":
                self._out.append(talking.HangUp(call=talk.call))
                self._forget(talk)

    def _silence(self, talk: Talk, *, at: Seconds) -> None:
        match talk.stage:
            case Stage.LANGUAGE:
                self._no_language(talk, at=at)
            case Stage.SERVICE:
                self._no_service(talk, at=at)
            case Stage.CLOSED:
                self._silence_when_closed(talk)
            case Stage.CALL_BACK | Stage.NUMBER:
                self._silence_about_number(talk)

    def _gone(self, event: has.CallerGone, at: Seconds) -> None:
        """He has hung up. Promises count, and a message is awaited that was being recorded."""
        talk = self.talks.get(event.call)
        if talk is None:
            return
        if talk.stage == Stage.PROMISED:
            self._promise(talk)
        if talk.is_recording and not talk.is_offered:
            talk.is_gone = True
            talk.turn += 1
            self._start(talk, kind="recorded", at=at + BOUNCE * 100)
        else:
            self._forget(talk)

    def _released(self, command: do.Release | do.CallEnded, at: Seconds) -> None:
        """The core has done with him; a message that is being left ends by itself."""
        talk = self.talks.get(command.call)
        if talk is not None and talk.stage != Stage.MESSAGE:
            self._forget(talk)

    def _opened(self, event: has.DeskOpened, at: Seconds) -> None:
        self.is_open, self.opening = True, ()

    def _closed(self, event: has.DeskClosed, at: Seconds) -> None:
        self.is_open, self.opening = False, opening_phrases(event.next_opening)

    def _state_changed(self, event: talking.StateSpoken, at: Seconds) -> None:
        self.state = event.phrases

    def _menu_changed(self, event: talking.MenuChanged, at: Seconds) -> None:
        self.menu = event.menu

    def _lost(self, event: has.EngineLost, at: Seconds) -> None:
        for talk in list(self.talks.values()):
            self._forget(talk, exit_reason="lost")

    def _learn(self, talk: Talk) -> None:
        if talk.number:
            self._spoken_by.pop(talk.number, None)
            self._spoken_by[talk.number] = talk.language
            if len(self._spoken_by) > MOST_NUMBERS:
                del self._spoken_by[next(iter(self._spoken_by))]


def _found_talking(found: talking.CallFound) -> has.TalkFound:
    return has.TalkFound(
        call=found.call,
        agent=found.agent,
        number=found.number,
        language=found.language,
        service=found.service,
        priority=found.priority,
        for_colleague=found.for_colleague,
        waiting_since=found.waiting_since,
        is_held=found.is_held,
    )
