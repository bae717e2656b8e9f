"""Components, names and official sentences: what changes seldom. Also the first bulletin of all.

    components  {"components": [{"code", "names", "order"}, ...]: the whole list as it shall be,
                 "register_names": {language: text}, "desk": {"phone", "mail", "url"}}
    sentences   {"texts": {key: {language: text}}}: all five, in all four languages

The first event is a `components` with both: `components`, `register_names`, `desk`, `sentences`
(the `texts` of the other kind).
"""

import re
from dataclasses import replace
from datetime import datetime

from vitrine.publication.bulletin import Bulletin, Component, Sentences, Texts
from vitrine.publication.events import Json
from vitrine.publication.meaning.asked import LANGUAGES, mapping, names, only, plain, texts
from vitrine.publication.meaning.history import begun
from vitrine.publication.refusals import Refused

CODE = re.compile(r"[a-z0-9-]{1,40}")
SENTENCE_KEYS = ("works", "slowed.slow", "slowed.partial", "interrupted", "overrun")
SENTENCE_CHARACTERS = 400
DESK_KEYS = ("phone", "mail", "url")
DESK_CHARACTERS = 200
MOST_ORDER = 100_000


def first_bulletin(kind: str, body: Json, *, at: datetime) -> Bulletin:
    """The bulletin before which there was none, with every component working. Raises Refused."""
    wanted = {"components", "register_names", "sentences"}
    if kind != "components" or not wanted <= set(body):
        raise Refused("first-change")
    only(body, *wanted, "desk")
    return Bulletin(
        version=1,
        published_at=at,
        hash="",
        register_names=names(body["register_names"]),
        components=tuple(begun(each) for each in listed(body["components"], known={}, at=at)),
        sentences=Sentences(revision=1, texts=sentences(body["sentences"])),
        desk=desk(body.get("desk", {})),
    )


def components_changed(
    bulletin: Bulletin, body: Json, *, at: datetime, **_when: object
) -> Bulletin:
    """The list of components as it shall be, the names of the register, how to reach the desk.

    A component that is new works; one that leaves must work. Raises Refused.
    """
    only(body, "components", "register_names", "desk")
    made = bulletin
    if "components" in body:
        known = {component.code: component for component in bulletin.components}
        components = listed(body["components"], known=known, at=at)
        staying = {component.code for component in components}
        for code, component in known.items():
            if code not in staying and component.position.severity:
                raise Refused("component-not-working", about=code)
        made = replace(made, components=components)
    if "register_names" in body:
        made = replace(made, register_names=names(body["register_names"]))
    if "desk" in body:
        made = replace(made, desk=desk(body["desk"]))
    if made == bulletin:
        raise Refused("nothing-changes")
    return made


def sentences_changed(bulletin: Bulletin, body: Json, **_when: object) -> Bulletin:
    """New official sentences; their revision grows. Raises Refused."""
    only(body, "texts")
    found = sentences(body.get("texts"))
    if found == bulletin.sentences.texts:
        raise Refused("nothing-changes")
    revision = bulletin.sentences.revision + 1
    return replace(bulletin, sentences=Sentences(revision=revision, texts=found))


def listed(value: object, *, known: dict[str, Component], at: datetime) -> tuple[Component, ...]:
    """The components that `value` lists, the known ones as they are. Raises Refused."""
    if not isinstance(value, list):
        raise Refused("malformed", about="components")
    if not value:
        raise Refused("last-component")
    found: dict[str, Component] = {}
    for each in value:
        component = described(mapping(each, name="components"), known=known, at=at)
        if component.code in found:
            raise Refused("component-twice", about=component.code)
        found[component.code] = component
    return tuple(sorted(found.values(), key=lambda component: (component.order, component.code)))


def described(item: Json, *, known: dict[str, Component], at: datetime) -> Component:
    """The component that `item` describes: the known one renamed, or a new one."""
    only(item, "code", "names", "order")
    code, order = item.get("code"), item.get("order", 0)
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise Refused("component-code", about=str(code)[:40])
    if type(order) is not int or not 0 <= order <= MOST_ORDER:
        raise Refused("malformed", about="order")
    called = names(item.get("names"))
    if code in known:
        return replace(known[code], names=called, order=order)
    return Component(code=code, names=called, order=order, since=at)


def sentences(value: object) -> dict[str, Texts]:
    """All five sentences in all four languages. Raises Refused when one is missing."""
    found = {}
    for key, each in mapping(value, name="sentences").items():
        if key not in SENTENCE_KEYS:
            raise Refused("malformed", about=key[:40])
        found[key] = texts(each, at_most=SENTENCE_CHARACTERS, name=key)
    for key in SENTENCE_KEYS:
        if any(language not in found.get(key, {}) for language in LANGUAGES):
            raise Refused("sentence-missing", about=key)
    return found


def desk(value: object) -> dict[str, str]:
    """How to reach the desk; what is empty is left out. Raises Refused."""
    given = mapping(value, name="desk")
    only(given, *DESK_KEYS)
    found = {key: plain(each, name=key) for key, each in given.items()}
    if any(len(each) > DESK_CHARACTERS for each in found.values()):
        raise Refused("text-too-long", about="desk")
    return {key: each for key, each in found.items() if each}
