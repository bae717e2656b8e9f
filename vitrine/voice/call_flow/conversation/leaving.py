"""Not waiting any longer: being called back, leaving a message, saying goodbye."""

from vitrine.telephony.rules.dialling import keyed_number, may_be_called
from vitrine.telephony.rules.menus import AGAIN_KEY, BACK_KEY, CALL_BACK_KEY, MESSAGE_KEY
from vitrine.telephony.rules.phrases import spoken_digits, spoken_telephone
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow import talking
from vitrine.voice.call_flow.conversation.speaking import Speaking
from vitrine.voice.call_flow.conversation.talk import Stage, Talk, Then

CONFIRM_KEY, OTHER_KEY = "1", "2"
LEAST_DIGITS = 8
"""From so many on, silence ends a number as `#` does."""
MOST_DIGITS = 16
LEAST_MESSAGE: Seconds = 1.0
"""Shorter is the click of somebody who hangs up."""


class Leaving(Speaking):
    """Ways to go without having spoken to anybody; the place in the queue is kept meanwhile."""

    def _offers(self, talk: Talk) -> tuple[str, ...]:
        """What can be keyed instead of waiting."""
        offer = "offer-call-back" if talk.came_open else "offer-call-back-later"
        said: tuple[str, ...] = ()
        if talk.menu.offers_call_back:
            said += (offer, *spoken_digits(CALL_BACK_KEY))
        if talk.menu.takes_messages:
            said += ("offer-message", *spoken_digits(MESSAGE_KEY))
        return said

    def _takes_another_way(self, talk: Talk, *, key: str) -> bool:
        """Whether `key` was one of those that are offered instead of waiting."""
        if key == CALL_BACK_KEY and talk.menu.offers_call_back:
            talk.call_back_number, talk.tries = talk.number, 0
            self._ask_about_number(talk)
            return True
        if key == MESSAGE_KEY and talk.menu.takes_messages:
            talk.tries = 0
            if talk.is_offered:
                self._out.append(has.MessageLeft(call=talk.call))
            else:
                self._invite_message(talk)
            return True
        return False

    def _ask_about_number(self, talk: Talk) -> None:
        """Read the number back; without one that we may call, ask for another."""
        if not may_be_called(talk.call_back_number):
            self._ask_for_number(talk, because=("call-back-wrong",) if talk.keyed else ())
            return
        talk.stage, talk.keyed = Stage.CALL_BACK, ""
        self._speak(
            talk,
            ("call-back-number", *spoken_telephone(talk.call_back_number)),
            ("call-back-confirm", *spoken_digits(CONFIRM_KEY)),
            ("call-back-other", *spoken_digits(OTHER_KEY)),
            ("or-wait",) if talk.is_offered else (),
            then=Then.LISTEN,
        )

    def _ask_for_number(self, talk: Talk, *, because: tuple[str, ...] = ()) -> None:
        talk.stage, talk.keyed = Stage.NUMBER, ""
        self._speak(talk, because, ("call-back-enter",), then=Then.LISTEN)

    def _key_about_number(self, talk: Talk, *, key: str) -> None:
        """In `CALL_BACK`: confirm, another one, or wait on."""
        if key == CONFIRM_KEY:
            talk.stage = Stage.PROMISED
            noted = "call-back-noted" if talk.came_open else "call-back-later"
            self._speak(talk, (noted,), then=Then.PROMISE)
        elif key == OTHER_KEY:
            talk.tries = 0
            self._ask_for_number(talk)
        elif key == BACK_KEY:
            self._wait_on(talk)

    def _key_of_number(self, talk: Talk, *, key: str, at: Seconds) -> None:
        """In `NUMBER`: one more digit, or the end of them; `*` waits on."""
        if key == BACK_KEY:
            self._wait_on(talk)
        elif key == AGAIN_KEY:
            self._number_keyed(talk)
        elif len(talk.keyed) < MOST_DIGITS:
            talk.keyed += key
            self._be_silent(talk)
            self._start(talk, kind="key", at=at + talk.menu.answer_within)

    def _number_keyed(self, talk: Talk) -> None:
        talk.call_back_number = keyed_number(talk.keyed)
        if may_be_called(talk.call_back_number):
            talk.tries = 0
            self._ask_about_number(talk)
            return
        talk.tries += 1
        if talk.tries > talk.menu.repeats:
            self._wait_on(talk, because=("call-back-wrong",))
        else:
            self._ask_for_number(talk, because=("call-back-wrong",) if talk.keyed else ())

    def _silence_about_number(self, talk: Talk) -> None:
        if talk.stage == Stage.NUMBER and len(talk.keyed) >= LEAST_DIGITS:
            self._number_keyed(talk)
            return
        talk.tries += 1
        if talk.tries > talk.menu.repeats:
            self._wait_on(talk)
        elif talk.stage == Stage.NUMBER:
            self._ask_for_number(talk)
        else:
            self._ask_about_number(talk)

    def _wait_on(self, talk: Talk, *, because: tuple[str, ...] = ()) -> None:
        """Back to the music; outside the opening hours there is nothing to wait for."""
        talk.keyed = ""
        if talk.is_offered:
            talk.stage = Stage.WAITING
            self._speak(talk, because, ("please-wait",), then=Then.MUSIC)
        else:
            self._say_goodbye(talk, because=because)

    def _say_goodbye(self, talk: Talk, *, because: tuple[str, ...] = ()) -> None:
        talk.stage = Stage.LEAVING
        self._speak(talk, because, ("goodbye",), then=Then.HANG_UP)

    def _invite_message(self, talk: Talk, *, because: tuple[str, ...] = ()) -> None:
        talk.stage = Stage.MESSAGE
        self._speak(talk, because, ("message-invitation",), then=Then.RECORD)

    def _recorded(self, event: talking.Recorded, at: Seconds) -> None:
        talk = self.talks.get(event.call)
        if talk is None or not talk.is_recording:
            return
        talk.is_recording = False
        heard = bool(event.file) and event.seconds >= LEAST_MESSAGE
        talk.has_left_message = talk.has_left_message or heard
        if talk.is_gone:
            self._forget(talk)
        elif heard:
            talk.stage = Stage.LEAVING
            self._speak(talk, ("message-thanks",), then=Then.HANG_UP)
        else:
            talk.tries += 1
            if talk.tries > talk.menu.repeats:
                self._say_goodbye(talk, because=("message-empty",))
            else:
                self._invite_message(talk, because=("message-empty",))
        if talk.call in self.talks:
            self._go_on(talk, at=at)
