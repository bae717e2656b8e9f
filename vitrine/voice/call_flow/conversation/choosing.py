"""The menu: which language, what about, and what there is when the desk is closed."""

from datetime import datetime

from vitrine.telephony.rules.menus import AGAIN_KEY, BACK_KEY, Does, MenuChoice
from vitrine.telephony.rules.phrases import (
    Phrases,
    own_key,
    spoken_digits,
    spoken_opening,
    spoken_telephone,
)
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import talking
from vitrine.voice.call_flow.conversation.talk import Stage, Talk, Then, Utterance
from vitrine.voice.call_flow.conversation.waiting import Waiting


class Choosing(Waiting):
    """Before the queue."""

    is_open = True
    opening: Phrases = ()
    """Says when the desk opens again; empty: unknown."""
    state: Phrases = ()
    """What is said of the register; empty: it works, and nothing is said."""

    def _begin(self, talk: Talk, *, at: Seconds) -> None:
        """The first words: in the language of the caller when it is known, else in all of them."""
        if len(talk.menu.languages) == 1:
            talk.language = talk.menu.languages[0]
        if talk.language:
            self._speak_on(talk, at=at)
        else:
            self._ask_language(talk)

    def _ask_language(self, talk: Talk, *, because: str = "") -> None:
        """Each language asks for itself, the greeting included: none is a guest in another."""
        talk.stage = Stage.LANGUAGE
        asked: list[Utterance] = []
        for place, language in enumerate(talk.menu.languages, start=1):
            first = (because,) if because else self._greeting(talk, language=language)
            asked.append((language, (*first, "choose-language", *spoken_digits(str(place)))))
        talk.is_welcomed = True
        self._speak_each(talk, asked, then=Then.LISTEN)

    def _greeting(self, talk: Talk, *, language: str) -> Phrases:
        """Once; somebody who calls a colleague hears first that he is away."""
        if talk.is_welcomed:
            return ()
        welcome = own_key(talk.menu.welcome) if talk.menu.welcome.get(language) else "welcome"
        return (welcome, "absent-colleague") if talk.for_colleague else (welcome,)

    def _language_key(self, talk: Talk, *, key: str, at: Seconds) -> None:
        languages = talk.menu.languages
        if key.isdecimal() and 1 <= int(key) <= len(languages):
            talk.language, talk.tries = languages[int(key) - 1], 0
            self._out.append(talking.Remember(call=talk.call, language=talk.language))
            self._learn(talk)
            self._speak_on(talk, at=at)
        else:
            self._no_language(talk, at=at, because="" if key == AGAIN_KEY else "wrong-choice")

    def _no_language(self, talk: Talk, *, at: Seconds, because: str = "no-choice") -> None:
        """Ask again; after that he waits for anybody, whatever his language."""
        talk.tries += 1
        if talk.tries > talk.menu.repeats:
            talk.tries = 0
            self._speak_on(talk, at=at)
        else:
            self._ask_language(talk, because=because)

    def _learn(self, talk: Talk) -> None:
        """Remember the language of a number; overridden where numbers are known."""

    def _speak_on(self, talk: Talk, *, at: Seconds) -> None:
        """The language is settled, if only as unknown."""
        if not talk.came_open:
            self._tell_closed(talk)
        elif talk.for_colleague or not talk.menu.choices or not talk.language:
            self._greet_and_wait(talk, at=at)
        else:
            self._ask_service(talk)

    def _greet_and_wait(self, talk: Talk, *, at: Seconds) -> None:
        greeting = self._opening_words(talk)
        self._enter_queue(talk, at=at)
        talk.script.extendleft(reversed(greeting))

    def _opening_words(self, talk: Talk) -> list[Utterance]:
        """Greeting, the desk's own announcement, and what is the matter with the register."""
        said = [
            (language, self._greeting(talk, language=language) + self._news(talk, language))
            for language in talk.languages
        ]
        talk.is_informed = talk.is_informed or bool(self.state)
        talk.is_welcomed = talk.has_heard_news = True
        return [utterance for utterance in said if utterance[1]]

    def _news(self, talk: Talk, language: str) -> Phrases:
        if talk.has_heard_news:
            return ()
        own = talk.menu.announcement.get(language)
        return ((own_key(talk.menu.announcement),) if own else ()) + self.state

    def _ask_service(self, talk: Talk, *, because: str = "") -> None:
        """What it is about; a caller whose language we knew hears how to change it."""
        talk.stage = Stage.SERVICE
        language = talk.language
        others = () if talk.is_welcomed else talk.menu.languages
        said = self._opening_words(talk)
        said += [(one, ("change-language",)) for one in others if one != language]
        choices = tuple(choice.phrase for choice in talk.menu.choices_after(talk.path))
        said.append((language, ((because,) if because else ()) + choices))
        self._speak_each(talk, said, then=Then.LISTEN)

    def _service_key(self, talk: Talk, *, key: str, at: Seconds) -> None:
        if key == BACK_KEY and len(talk.menu.languages) > 1:
            talk.tries, talk.path = 0, ""
            self._ask_language(talk)
            return
        found = [one for one in talk.menu.choices_after(talk.path) if one.key == key]
        if found:
            talk.tries = 0
            self._choose(talk, found[0], at=at)
        else:
            self._no_service(talk, at=at, because="" if key == AGAIN_KEY else "wrong-choice")

    def _choose(self, talk: Talk, choice: MenuChoice, *, at: Seconds) -> None:
        match choice.does:
            case Does.QUEUE:
                self._enter_queue(talk, at=at, service=choice.service, priority=choice.priority)
            case Does.MENU:
                talk.path += choice.key
                self._ask_service(talk)
            case Does.STATE:
                talk.is_informed = True
                self._ask_service(talk)
                said = (*(self.state or ("state-works",)), "state-hang-up")
                talk.script.appendleft((talk.language, said))
            case Does.MESSAGE:
                self._out.append(
                    talking.Remember(call=talk.call, language=talk.language, service=choice.service)
                )
                self._invite_message(talk)

    def _no_service(self, talk: Talk, *, at: Seconds, because: str = "no-choice") -> None:
        """Say the choices again; after that he waits for anybody who speaks his language."""
        talk.tries += 1
        if talk.tries > talk.menu.repeats:
            talk.tries = 0
            self._enter_queue(talk, at=at)
        else:
            self._ask_service(talk, because=because)

    def _tell_closed(self, talk: Talk, *, because: str = "") -> None:
        """When we open, the state, where to call now, and how to leave word."""
        talk.stage = Stage.CLOSED
        told = self._opening_words(talk)
        for language in talk.languages:
            first = (because,) if because else ()
            told.append(
                (language, (*first, "closed", *self.opening, *self._ways_when_closed(talk)))
            )
        self._speak_each(talk, told, then=Then.LISTEN)

    def _ways_when_closed(self, talk: Talk) -> Phrases:
        said: Phrases = ()
        if talk.menu.loss_number:
            said += ("loss-and-theft", *spoken_telephone(talk.menu.loss_number))
        said += self._offers(talk)
        return (*said, "online-form") if talk.menu.tells_online_form else said

    def _closed_key(self, talk: Talk, *, key: str) -> None:
        if self._takes_another_way(talk, key=key):
            return
        if key == BACK_KEY and len(talk.menu.languages) > 1:
            talk.tries = 0
            self._ask_language(talk)
        else:
            self._silence_when_closed(talk, because="" if key == AGAIN_KEY else "wrong-choice")

    def _silence_when_closed(self, talk: Talk, *, because: str = "no-choice") -> None:
        """Everything once more, then goodbye."""
        talk.tries += 1
        if talk.tries > min(talk.menu.repeats, 1):
            self._say_goodbye(talk)
        else:
            self._tell_closed(talk, because=because)


def opening_phrases(next_opening: str) -> Phrases:
    """`2027-01-04T08:30` as it is said; empty when it is not known."""
    if not next_opening:
        return ()
    moment = datetime.fromisoformat(next_opening)
    return spoken_opening(moment.date(), moment.time())
