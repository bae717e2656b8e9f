"""The queue as the caller hears it: place, honest wait, what he could do instead, and music."""

from datetime import timedelta

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import Phrases, spoken_place, spoken_wait
from vitrine.telephony.rules.routing import Seconds
from vitrine.telephony.rules.waiting import announced_wait
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow import talking
from vitrine.voice.call_flow.conversation.leaving import Leaving
from vitrine.voice.call_flow.conversation.pace import Pace, ahead_and_agents
from vitrine.voice.call_flow.conversation.talk import Stage, Talk, Then
from vitrine.voice.call_flow.engine import CallFlow
from vitrine.voice.call_flow.state import Phase

OFFER_EACH = 2
"""With every how many-th announcement the other ways are said again."""
MARGIN = 1.2
"""On the expected wait: a desk with too few people keeps 88 promises of 100, instead of 80."""
TALKS = frozenset({Phase.TALKING, Phase.HELD})


class Waiting(Leaving):
    """From the moment in which somebody enters the queue."""

    def __init__(self, menu: PhoneMenu, *, core: CallFlow) -> None:
        super().__init__(menu)
        self.core = core
        self.pace = Pace(usual_call=menu.usual_call, usual_patience=menu.usual_patience)

    def _enter_queue(
        self, talk: Talk, *, at: Seconds, service: str = "", priority: int = 0
    ) -> None:
        """Offer the call; what is said runs while somebody is already rung."""
        if talk.for_colleague:
            priority = max(priority, talk.menu.colleague_priority)
        talk.stage, talk.waiting_since = Stage.WAITING, at
        self._out.append(
            talking.Remember(
                call=talk.call,
                language=talk.language,
                service=service,
                priority=priority,
                for_colleague=talk.for_colleague,
                waiting_since=at,
            )
        )
        notice = ("recording-notice",) if talk.menu.tells_recording else ()
        self._speak(talk, notice, ("one-moment",), then=Then.MUSIC)
        self._offer(talk, service=service, priority=priority)
        self._announce_in(talk, seconds=talk.menu.announce_after, at=at)

    def _announce_in(self, talk: Talk, *, seconds: Seconds, at: Seconds) -> None:
        """This timer lives through everything that is said: it has no turn."""
        key = ("menu", talk.call, "announce", str(talk.announcements))
        self._out.append(do.StartTimer(key=key, at=at + seconds))

    def _announcement_due(self, talk: Talk, *, at: Seconds) -> None:
        """Tell him where he stands, unless he is busy or already being served."""
        talk.announcements += 1
        if talk.is_gone or talk.stage in (Stage.LEAVING, Stage.MESSAGE):
            return
        call = self.core.calls.get(talk.call)
        if talk.stage == Stage.WAITING and not talk.saying and call and call.phase == Phase.WAITING:
            ahead, agents = ahead_and_agents(self.core, call.caller)
            wait = announced_wait(
                ahead=ahead,
                agents=agents,
                mean_call=timedelta(seconds=self.pace.mean_call),
                patience=timedelta(seconds=self.pace.mean_patience),
                margin=MARGIN,
            )
            seconds = wait.total_seconds() if wait else None
            self._out.append(talking.WaitAnnounced(call=talk.call, ahead=ahead, seconds=seconds))
            self._speak(talk, *self._announcement(talk, ahead=ahead, wait=wait), then=Then.MUSIC)
            self._go_on(talk, at=at)
        if talk.stage != Stage.TALKING:
            self._announce_in(talk, seconds=talk.menu.announce_every, at=at)

    def _announcement(
        self, talk: Talk, *, ahead: int, wait: timedelta | None
    ) -> tuple[Phrases, ...]:
        offers = self._offers(talk) if talk.announcements % OFFER_EACH == 1 else ()
        if wait is None:
            return (spoken_wait(None), self._offers(talk), ("or-wait",))
        first: Phrases = ("all-busy",) if talk.announcements == 1 else ()
        last: Phrases = ("or-wait",) if offers else ("please-wait",)
        return (first, spoken_place(ahead), spoken_wait(wait), offers, last)

    def _alternatives(self, command: do.OfferAlternatives, at: Seconds) -> None:
        """He has waited too long, or the desk closes: other ways, and he may stay."""
        talk = self.talks.get(command.call)
        if talk is None or talk.stage != Stage.WAITING:
            return
        first = ("closing",) if command.closes else ("long-wait",)
        self._speak(talk, first, self._offers(talk), ("or-wait",), then=Then.MUSIC)
        self._go_on(talk, at=at)

    def _bridged(self, command: do.Bridge, at: Seconds) -> None:
        """A person takes over, whatever he was hearing or keying."""
        if talk := self.talks.get(command.call):
            self._be_silent(talk)
            talk.stage = Stage.TALKING

    def _take_message(self, command: do.TakeMessage, at: Seconds) -> None:
        talk = self.talks.get(command.call)
        if talk is not None and talk.stage != Stage.MESSAGE:
            talk.tries = 0
            self._invite_message(talk)
            self._go_on(talk, at=at)

    def _transferred(self, event: has.Transferred, at: Seconds) -> None:
        """An agent hands him back to the queue: music again, and his place by his first wait."""
        call = self.core.calls.get(event.call)
        if call is None or call.phase not in TALKS:
            return
        talk = self.talks.get(event.call)
        if talk is None:  # he was called back
            talk = Talk(call=event.call, menu=self.menu, number=call.number, is_offered=True)
            self.talks[event.call] = talk
        if event.language in talk.menu.languages:
            talk.language = event.language
        talk.stage = Stage.WAITING
        self._speak(talk, ("transferred",), then=Then.MUSIC)
        self._go_on(talk, at=at)
        talk.announcements += 1
        self._announce_in(talk, seconds=talk.menu.announce_every, at=at)
