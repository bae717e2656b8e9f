"""The phone menu as data: which language, which service, and what a caller hears while he waits.

Two levels at most after the language. Editors write topics ("une clé d’accès"); the sentence around
them and the key come from the catalogue. A menu is kept as JSON; unknown keys of a newer version
are passed over, missing ones have their usual value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from vitrine.telephony.rules.phrases import (
    LANGUAGES,
    Texts,
    choice_text,
    missing_languages,
    own_key,
)
from vitrine.telephony.rules.routing import ANY_SERVICE, Seconds

MOST_LEVELS = 2
MOST_CHOICES = 6
"""In one breath; nobody keeps more in mind."""
LONGEST_TOPIC = 120
LONGEST_SENTENCE = 500
KEYS = "123456789"
BACK_KEY = "*"
"""To the choice of the language."""
AGAIN_KEY = "#"
CALL_BACK_KEY = "9"
MESSAGE_KEY = "7"
"""While one waits."""
BOUNDS: Mapping[str, tuple[float, float]] = {
    "repeats": (0, 5),
    "answer_within": (2, 30),
    "announce_after": (5, 300),
    "announce_every": (20, 600),
    "most_message": (10, 600),
    "colleague_priority": (0, 9),
    "usual_call": (10, 3600),
    "usual_patience": (10, 3600),
}


class Does(StrEnum):
    """What a choice leads to."""

    QUEUE = "queue"
    MENU = "menu"
    """Further choices."""
    STATE = "state"
    """The state of the register is said; then the choices again."""
    MESSAGE = "message"
    """A message is recorded."""


@dataclass(frozen=True, kw_only=True)
class MenuChoice:
    """What one key does."""

    key: str
    topics: Texts
    """Language -> what stands after "For" in the sentence that is said."""
    does: Does = Does.QUEUE
    service: str = ANY_SERVICE
    """Code of the service, with `QUEUE` and `MESSAGE`."""
    priority: int = 0
    """Higher goes first, with `QUEUE`."""
    choices: tuple["MenuChoice", ...] = ()
    """With `MENU`."""

    @property
    def texts(self) -> Texts:
        """The whole sentence in each language that has a topic."""
        return {
            language: choice_text(topic=topic, key=self.key, language=language)
            for language, topic in self.topics.items()
            if language in LANGUAGES and topic.strip() and self.key in KEYS
        }

    @property
    def phrase(self) -> str:
        """The key of that sentence."""
        return own_key(self.texts)


USUAL_CHOICES = (
    MenuChoice(
        key="1",
        topics={
            "fr": "une clé d’accès ou un problème de connexion",
            "nl": "een toegangssleutel of een verbindingsprobleem",
            "de": "einen Zugangsschlüssel oder ein Problem mit der Verbindung",
            "en": "an access key or a problem with the connection",
        },
        service="applications",
    ),
    MenuChoice(
        key="2",
        topics={
            "fr": "une donnée du registre",
            "nl": "een gegeven in het register",
            "de": "eine Angabe im Register",
            "en": "an entry in the register",
        },
        service="quality",
    ),
    MenuChoice(
        key="3",
        topics={
            "fr": "toute autre question",
            "nl": "elke andere vraag",
            "de": "jede andere Frage",
            "en": "any other question",
        },
    ),
)


@dataclass(frozen=True, kw_only=True)
class PhoneMenu:
    """What callers hear and key."""

    languages: tuple[str, ...] = LANGUAGES
    """In the order in which they are said; the first has key 1."""
    welcome: Texts = field(default_factory=dict)
    """Instead of the usual greeting, where there is a text."""
    announcement: Texts = field(default_factory=dict)
    """Said after the greeting until it is taken away again."""
    choices: tuple[MenuChoice, ...] = USUAL_CHOICES
    """Empty: every caller waits for the same people."""
    repeats: int = 2
    """How often choices are said again to one who does not choose."""
    answer_within: Seconds = 5.0
    announce_after: Seconds = 15.0
    """From the beginning of the wait to the first word about it."""
    announce_every: Seconds = 60.0
    offers_call_back: bool = True
    takes_messages: bool = True
    most_message: Seconds = 180.0
    loss_number: str = ""
    """E.164, for loss and theft at any hour; blank: not said."""
    tells_online_form: bool = True
    tells_recording: bool = False
    """Only when conversations are recorded."""
    colleague_priority: int = 1
    """Of callers of an absent colleague."""
    usual_call: Seconds = 240.0
    """Handling time and patience from which the announced wait starts, until they are measured."""
    usual_patience: Seconds = 180.0

    def as_json(self) -> dict[str, Any]:
        """As `from_json` takes it."""
        return asdict(self) | {
            "languages": list(self.languages),
            "choices": [_choice_as_json(choice) for choice in self.choices],
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any] | None) -> "PhoneMenu":
        """What `as_json` gave; None: the usual one. Raises ValueError when it cannot be used."""
        names = {one.name for one in fields(cls)}
        known = {name: value for name, value in (facts or {}).items() if name in names}
        try:
            if "languages" in known:
                known["languages"] = tuple(known["languages"])
            if "choices" in known:
                known["choices"] = tuple(_choice_from_json(one) for one in known["choices"])
            menu = cls(**known)
            faults = list(faults_of(menu))
        except (TypeError, KeyError, AttributeError) as fault:
            raise ValueError(f"no menu: {fault}") from fault
        for fault_found in faults:
            raise ValueError(fault_found)
        return menu

    def choices_after(self, path: str) -> tuple[MenuChoice, ...]:
        """The choices that one hears who has pressed these keys; empty: none (any more)."""
        choices = self.choices
        for key in path:
            choices = next((one.choices for one in choices if one.key == key), ())
        return choices

    def own_texts(self) -> dict[str, Texts]:
        """Every phrase that is not in the catalogue, by its key: it needs a sound of its own."""
        own = [texts for texts in (self.welcome, self.announcement) if texts]
        own += [choice.texts for choice, _level in _walk(self.choices)]
        return {own_key(texts): texts for texts in own}


def faults_of(menu: PhoneMenu) -> Iterator[str]:
    """What makes a menu unusable: a code, with the place after a colon; none: it can be used."""
    known = [language for language in LANGUAGES if language in menu.languages]
    if not known or len(known) != len(menu.languages):
        yield "languages"
    for name, (least, most) in BOUNDS.items():
        if not _is_within(getattr(menu, name), least=least, most=most):
            yield f"bounds:{name}"
    for name in ("welcome", "announcement"):
        yield from _faults_of_sentence(getattr(menu, name), name=name, menu=menu)
    yield from _faults_of_choices(menu)


def _is_within(value: object, *, least: float, most: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and least <= value <= most


def _faults_of_sentence(texts: Texts, *, name: str, menu: PhoneMenu) -> Iterator[str]:
    if texts and missing_languages(texts, wanted=menu.languages):
        yield f"language-missing:{name}"
    if any(len(words) > LONGEST_SENTENCE for words in texts.values()):
        yield f"too-long:{name}"


def _faults_of_choices(menu: PhoneMenu) -> Iterator[str]:
    for path, choices, level in _screens(menu.choices):
        keys = [choice.key for choice in choices]
        if len(set(keys)) < len(keys):
            yield f"key-twice:{path}"
        if len(choices) > MOST_CHOICES:
            yield f"too-many:{path}"
        if level > MOST_LEVELS:
            yield f"too-deep:{path}"
        for choice in choices:
            yield from _faults_of_choice(choice, path=path + choice.key, menu=menu)


def _faults_of_choice(choice: MenuChoice, *, path: str, menu: PhoneMenu) -> Iterator[str]:
    if len(choice.key) != 1 or choice.key not in KEYS:
        yield f"no-key:{path}"
    if missing_languages(choice.topics, wanted=menu.languages):
        yield f"language-missing:{path}"
    if any(len(topic) > LONGEST_TOPIC for topic in choice.topics.values()):
        yield f"too-long:{path}"
    if (choice.does == Does.MENU) != bool(choice.choices):
        yield f"leads-nowhere:{path}"
    if choice.does == Does.MESSAGE and not menu.takes_messages:
        yield f"no-messages:{path}"


def _screens(
    choices: tuple[MenuChoice, ...], *, path: str = "", level: int = 1
) -> Iterator[tuple[str, tuple[MenuChoice, ...], int]]:
    yield path, choices, level
    for choice in choices:
        if choice.choices:
            yield from _screens(choice.choices, path=path + choice.key, level=level + 1)


def _walk(choices: tuple[MenuChoice, ...]) -> Iterator[tuple[MenuChoice, int]]:
    for _path, screen, level in _screens(choices):
        for choice in screen:
            yield choice, level


def _choice_as_json(choice: MenuChoice) -> dict[str, Any]:
    return {
        "key": choice.key,
        "topics": dict(choice.topics),
        "does": choice.does.value,
        "service": choice.service,
        "priority": choice.priority,
        "choices": [_choice_as_json(one) for one in choice.choices],
    }


def _choice_from_json(facts: Mapping[str, Any]) -> MenuChoice:
    return MenuChoice(
        key=str(facts["key"]),
        topics={str(name): str(words) for name, words in facts["topics"].items()},
        does=Does(facts.get("does", Does.QUEUE)),
        service=str(facts.get("service", ANY_SERVICE)),
        priority=int(facts.get("priority", 0)),
        choices=tuple(_choice_from_json(one) for one in facts.get("choices", ())),
    )
