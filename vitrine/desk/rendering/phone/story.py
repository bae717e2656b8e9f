"""What happened to one call, told from its journal in sentences."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from vitrine.desk.rendering.phone.words import (
    REASONS,
    language_words,
    length_words,
    skipped_words,
)
from vitrine.kernel.clock import BRUSSELS
from vitrine.telephony.choices import CallOutcome, MenuExit
from vitrine.telephony.rules.entries import Entry

Names = Mapping[str, str]
"""Public name of an agent, or code of a service -> its name for people."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    time: str
    after: str
    """Since the call arrived."""
    words: str
    icon: str
    also: list[str] = field(default_factory=list)
    """Who was free and was not asked, each with the reason."""


def story_lines(entries: Iterable[Entry], *, names: Names) -> list[Line]:
    """The lines of the story; what only machines care about is left out."""
    found = list(entries)
    lines = []
    for entry in found:
        told = TOLD.get(entry.kind)
        words = told[0](entry, names) if told else ""
        if told and words:
            lines.append(_line(entry, words=words, icon=told[1], began=found[0].at, names=names))
    return lines


def _line(entry: Entry, *, words: str, icon: str, began: datetime, names: Names) -> Line:
    return Line(
        time=entry.at.astimezone(BRUSSELS).strftime("%H:%M:%S"),
        after=length_words((entry.at - began).total_seconds()),
        words=words,
        icon=icon,
        also=_skipped(entry, names=names),
    )


def _skipped(entry: Entry, *, names: Names) -> list[str]:
    choice = entry.facts.get("choice")
    skipped = choice.get("skipped") if isinstance(choice, dict) else None
    told = []
    for one in skipped if isinstance(skipped, list) else []:
        if isinstance(one, dict):
            why = skipped_words(str(one.get("why", "")), language=str(one.get("language", "")))
            agent = str(one.get("agent", ""))
            told.append(f"{names.get(agent, agent)} {why}")
    return told


def _who(entry: Entry, names: Names) -> str:
    return names.get(entry.agent, entry.agent)


def _text(entry: Entry, name: str) -> str:
    value = entry.facts.get(name)
    return value if isinstance(value, str) else ""


def _reason(entry: Entry) -> str:
    choice = entry.facts.get("choice")
    why = choice.get("why") if isinstance(choice, dict) else ""
    return str(REASONS.get(str(why), why or ""))


def _arrived(entry: Entry) -> str:
    diverted = _text(entry, "diverted_from")
    if diverted:
        return _("The call arrives, diverted from %(number)s") % {"number": diverted}
    dialled = _text(entry, "dialled")
    return _("The call arrives at %(number)s") % {"number": dialled} if dialled else _("It arrives")


def _key(entry: Entry) -> str:
    return _("The caller presses %(key)s") % {"key": _text(entry, "key")}


def _offered(entry: Entry, names: Names) -> str:
    words = _("Begins to wait for somebody: %(language)s") % {
        "language": language_words(_text(entry, "language"))
    }
    service, colleague = _text(entry, "service"), _text(entry, "for_colleague")
    if service:
        words = f"{words}, {names.get(service, service)}"
    if colleague:
        words += " " + _("(for %(name)s)") % {"name": names.get(colleague, colleague)}
    return words


def _rings(entry: Entry, names: Names) -> str:
    return _("Rings at %(name)s: %(reason)s") % {
        "name": _who(entry, names),
        "reason": _reason(entry),
    }


def _dials_back(entry: Entry, names: Names) -> str:
    return _("Is called back; reserved for it: %(name)s, %(reason)s") % {
        "name": _who(entry, names),
        "reason": _reason(entry),
    }


def _failed(entry: Entry, names: Names) -> str:
    sentences = {
        "no-answer": _("%(name)s does not answer"),
        "declined": _("%(name)s declines"),
        "busy": _("%(name)s: busy"),
        "unreachable": _("%(name)s: telephone not reachable"),
        "not-dialled": _("Not dialled: not allowed, or no more today"),
    }
    pattern = sentences.get(_text(entry, "failure"), sentences["no-answer"])
    return pattern % {"name": _who(entry, names)}


def _gone(entry: Entry, names: Names) -> str:
    supervisor = _text(entry, "ended_by")
    if not supervisor:
        return _("The caller hangs up")
    return _("%(name)s ends the call as supervisor") % {"name": names.get(supervisor, supervisor)}


def _stops(entry: Entry, names: Names) -> str:
    if entry.facts.get("elsewhere") is True:
        return ""
    return _("No longer rings at %(name)s") % {"name": _who(entry, names)}


def _named(pattern: Callable[[], str]) -> Callable[[Entry, Names], str]:
    """A sentence that names the agent, or nobody."""

    def told(entry: Entry, names: Names) -> str:
        return pattern() % {"name": _who(entry, names)}

    return told


def _plain(told: Callable[[Entry], str]) -> Callable[[Entry, Names], str]:
    """A sentence that names nobody."""
    return lambda entry, _names: told(entry)


def _held(entry: Entry) -> str:
    held = entry.facts.get("is_held") is True
    return _("Is put on hold") if held else _("Is taken back from hold")


def _handed_on(entry: Entry) -> str:
    return _("Is handed on: %(language)s") % {"language": language_words(_text(entry, "language"))}


def _told_wait(entry: Entry) -> str:
    seconds = entry.facts.get("seconds")
    if not isinstance(seconds, int | float):
        return ""
    return _("Is told to wait: %(length)s") % {"length": length_words(seconds)}


def _counted(entry: Entry) -> str:
    outcome = _text(entry, "outcome")
    words = str(CallOutcome(outcome).label) if outcome in CallOutcome.values else outcome
    return _("Counted as: %(outcome)s") % {"outcome": words}


def _left(entry: Entry) -> str:
    reason = _text(entry, "reason")
    return str(MenuExit(reason).label) if reason in MenuExit.values else reason


def _recorded(entry: Entry) -> str:
    seconds: Any = entry.facts.get("seconds")
    if not _text(entry, "file") or not isinstance(seconds, int | float):
        return _("Nothing was recorded")
    return _("A message was recorded: %(length)s") % {"length": length_words(seconds)}


TOLD: dict[str, tuple[Callable[[Entry, Names], str], str]] = {
    "call-arrived": (_plain(_arrived), "phone"),
    "call-found": (_named(lambda: _("Found again after a restart")), "phone"),
    "key-pressed": (_plain(_key), "dot"),
    "call-offered": (_offered, "clock"),
    "wait-announced": (_plain(_told_wait), "clock"),
    "ring": (_rings, "bell"),
    "leg-failed": (_failed, "cross"),
    "stop-ringing": (_stops, "minus"),
    "leg-answered": (_named(lambda: _("%(name)s answers")), "tick"),
    "bridge": (_named(lambda: _("The caller and %(name)s hear each other")), "users"),
    "hold": (_plain(_held), "pause"),
    "transferred": (_plain(_handed_on), "hand-over"),
    "offer-alternatives": (
        _named(lambda: _("Is offered a call-back or to leave a message")),
        "question",
    ),
    "call-back-accepted": (_named(lambda: _("Chooses to be called back")), "reply"),
    "dial-back": (_dials_back, "reply"),
    "give-up-call-back": (_named(lambda: _("Is no longer called back by itself")), "cross"),
    "message-left": (_named(lambda: _("Chooses to leave a message")), "note"),
    "recorded": (_plain(_recorded), "note"),
    "caller-gone": (_gone, "cross"),
    "agent-hung-up": (_named(lambda: _("%(name)s hangs up")), "cross"),
    "engine-lost": (_named(lambda: _("The telephone exchange breaks down")), "triangle"),
    "outcome-decided": (_plain(_counted), "chart"),
    "left-menu": (_plain(_left), "cross"),
    "call-ended": (_named(lambda: _("The call is over")), "dot"),
}
"""What is told of each kind of entry, and its shape; other kinds are not told."""
