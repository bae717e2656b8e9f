"""Saying one thing after the other, waiting for a key, and never getting stuck in either."""

from collections import deque
from collections.abc import Iterable, Sequence

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import text
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow import talking
from vitrine.voice.call_flow.conversation.talk import Stage, Talk, Then, Utterance

TIMER = "menu"
"""First word of the key of every timer of the conversation."""
SECONDS_PER_LETTER = 0.15
"""Twice as slow as anybody speaks: an utterance that lasts longer has lost its `SaidAll`."""
SECONDS_PER_PHRASE = 1.0
LEAST_PATIENCE: Seconds = 10.0
LONGEST_OWN_PHRASE = 500
"""Letters."""
AFTER_RECORDING: Seconds = 30.0
"""How long its end may be late."""

Effect = talking.Order | do.StartTimer | has.Event


class Speaking:
    """The mouth and the ear: each effect in `_out`, in order."""

    def __init__(self, menu: PhoneMenu) -> None:
        self.menu = menu
        self.talks: dict[str, Talk] = {}
        """By call; a caller who talks with a person stays here, silent."""
        self._out: list[Effect] = []

    def _speak(self, talk: Talk, *parts: Sequence[str], then: Then) -> None:
        """Say the parts in each language of the caller; whatever was being said is cut."""
        phrases = tuple(phrase for part in parts for phrase in part)
        self._speak_each(talk, ((language, phrases) for language in talk.languages), then=then)

    def _speak_each(self, talk: Talk, utterances: Iterable[Utterance], *, then: Then) -> None:
        self._be_silent(talk)
        talk.script = deque(one for one in utterances if one[1])
        talk.then = then

    def _be_silent(self, talk: Talk) -> None:
        """Cut what is being said and forget what was to be said."""
        if talk.saying:
            self._out.append(talking.StopSaying(call=talk.call, say=talk.saying))
        talk.saying = ""
        talk.script.clear()
        talk.turn += 1

    def _go_on(self, talk: Talk, *, at: Seconds) -> None:
        """Say the next utterance, or do what follows the last one."""
        if talk.saying:
            return
        if talk.script:
            language, phrases = talk.script.popleft()
            talk.turn += 1
            talk.saying = f"{talk.call}-{talk.turn}"
            self._out.append(
                talking.Say(call=talk.call, say=talk.saying, language=language, phrases=phrases)
            )
            self._start(talk, kind="said", at=at + longest(phrases, language=language))
            return
        match talk.then:
            case Then.LISTEN:
                self._start(talk, kind="key", at=at + talk.menu.answer_within)
            case Then.MUSIC:
                self._out.append(talking.PlayMusic(call=talk.call))
            case Then.RECORD:
                self._record(talk, at=at)
            case Then.PROMISE:
                self._promise(talk)
                self._start(talk, kind="hang-up", at=at + LEAST_PATIENCE)
            case Then.HANG_UP:
                self._out.append(talking.HangUp(call=talk.call))
                self._start(talk, kind="hang-up", at=at + LEAST_PATIENCE)

    def _start(self, talk: Talk, *, kind: str, at: Seconds) -> None:
        """A timer that is void when the turn has changed."""
        key = (TIMER, talk.call, kind, str(talk.turn))
        self._out.append(do.StartTimer(key=key, at=at))

    def _record(self, talk: Talk, *, at: Seconds) -> None:
        talk.is_recording = True
        most = talk.menu.most_message
        self._out.append(talking.Record(call=talk.call, most=most))
        self._start(talk, kind="recorded", at=at + most + AFTER_RECORDING)

    def _promise(self, talk: Talk) -> None:
        """He is called back; who was not in the queue joins it."""
        if not talk.is_offered:
            self._offer(talk)
        talk.stage = Stage.LEAVING
        self._out.append(has.CallBackAccepted(call=talk.call, number=talk.call_back_number))

    def _offer(self, talk: Talk, *, service: str = "", priority: int = 0) -> None:
        talk.is_offered = True
        self._out.append(
            has.CallOffered(
                call=talk.call,
                number=talk.number,
                language=talk.language,
                service=service,
                priority=priority,
                known_agent=talk.known_agent,
                for_colleague=talk.for_colleague,
            )
        )

    def _forget(self, talk: Talk, *, exit_reason: str = "") -> None:
        """He is gone; of one who was never in the queue it is written down how he left."""
        if self.talks.pop(talk.call, None) is not None and not talk.is_offered:
            self._out.append(talking.LeftMenu(call=talk.call, reason=exit_reason or talk.exit))


def longest(phrases: Sequence[str], *, language: str) -> Seconds:
    """How long phrases can last at most, recorded by the slowest speaker."""
    letters = 0
    for phrase in phrases:
        try:
            letters += len(text(phrase, language=language))
        except KeyError:  # of the desk's own; only the line knows it
            letters += LONGEST_OWN_PHRASE
    return LEAST_PATIENCE + letters * SECONDS_PER_LETTER + len(phrases) * SECONDS_PER_PHRASE
