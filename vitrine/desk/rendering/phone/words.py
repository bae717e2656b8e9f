"""The telephone in words: states, phases, reasons of decisions, lengths of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vitrine.kernel.languages import Language
from vitrine.telephony.rules.routing import Strategy, Why

Words = str | LazyText

STATES: Mapping[str, tuple[Words, str]] = {
    "ready": (pgettext_lazy("agent", "ready"), "circle-tick"),
    "ringing": (pgettext_lazy("agent", "it rings"), "bell"),
    "talking": (pgettext_lazy("agent", "in a call"), "phone"),
    "wrap-up": (pgettext_lazy("agent", "finishing"), "pencil"),
    "paused": (pgettext_lazy("agent", "break"), "pause"),
    "unreachable": (pgettext_lazy("agent", "telephone not reachable"), "circle-cross"),
    "offline": (pgettext_lazy("agent", "not at the telephone"), "minus"),
}
"""What an agent is doing, and its shape."""

PHASES: Mapping[str, Words] = {
    "menu": pgettext_lazy("call", "in the menu"),
    "waiting": pgettext_lazy("call", "waits"),
    "ringing": pgettext_lazy("call", "rings at"),
    "talking": pgettext_lazy("call", "talks to"),
    "held": pgettext_lazy("call", "on hold with"),
    "leaving-message": pgettext_lazy("call", "leaves a message"),
    "to-call-back": pgettext_lazy("call", "is called back"),
    "dialling-back": pgettext_lazy("call", "is called back by"),
}

REASONS: Mapping[str, Words] = {
    Why.ONLY_ONE: gettext_lazy("the only one free who can take it"),
    Why.KNOWN: gettext_lazy("knows this caller from the last call"),
    Why.FEWEST_LANGUAGES: gettext_lazy("speaks fewest languages, so the others stay free"),
    Why.BEST_LEVEL: gettext_lazy("speaks the language best"),
    Why.LONGEST_IDLE: gettext_lazy("has been free longest"),
    Why.FEWEST_CALLS: gettext_lazy("has taken fewest calls"),
    Why.LEAST_TALK_TIME: gettext_lazy("has talked least"),
    Why.RANK: gettext_lazy("comes first in the order of the supervisor"),
    Why.MISSED_LEAST_RECENTLY: gettext_lazy("others have just missed this call"),
}
"""Why this agent was asked."""

OBSTACLES: Mapping[str, Words] = {
    Why.RESERVED: gettext_lazy("is kept free: the last one who speaks %(language)s"),
    Why.LEVEL_TOO_LOW: gettext_lazy("does not speak the language well enough yet for this wait"),
    Why.OTHER_LANGUAGE: gettext_lazy("does not speak the language"),
    Why.OTHER_SERVICE: gettext_lazy("does not take calls for this service"),
    Why.WAITS_FOR_KNOWN: gettext_lazy("waits for the colleague who knows the caller"),
}
"""Why an agent who was free was not asked."""

STRATEGIES: Mapping[str, Words] = {
    Strategy.DEFAULT: gettext_lazy("fewest languages, then best level, then longest free"),
    Strategy.LONGEST_IDLE: gettext_lazy("longest free"),
    Strategy.FEWEST_CALLS: gettext_lazy("fewest calls"),
    Strategy.LEAST_TALK_TIME: gettext_lazy("least time in calls"),
    Strategy.RANK: gettext_lazy("in the order of the supervisor"),
    Strategy.RING_ALL: gettext_lazy("several at once, the first who answers has the call"),
}

PAUSES: Mapping[str, Words] = {
    "break": pgettext_lazy("pause", "break"),
    "lunch": pgettext_lazy("pause", "lunch"),
    "mail": pgettext_lazy("pause", "mail and tickets"),
    "meeting": pgettext_lazy("pause", "meeting"),
    "training": pgettext_lazy("pause", "training"),
    "other": pgettext_lazy("pause", "something else"),
}
"""Reasons that somebody may choose."""
FORCED_PAUSES: Mapping[str, Words] = {
    "missed-calls": gettext_lazy("calls were not answered"),
    "unreachable": gettext_lazy("telephone not reachable"),
}
"""Reasons that the machine gives."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A length of time that goes on by itself on the page."""

    since: str
    """ISO 8601."""
    text: str
    """As it is now: `0:42`, `1:02:03`."""


def clock(since: datetime | None, *, at: datetime) -> Clock | None:
    """The time since `since`; None for None."""
    if since is None:
        return None
    return Clock(since.isoformat(), length_words((at - since).total_seconds()))


def length_words(seconds: float) -> str:
    """`0:42`, `12:05`, `1:02:03`; never negative."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def language_words(code: str) -> str:
    """The name of a language; `any language` for none."""
    return str(Language(code).label) if code in Language.values else _("any language")


def pause_words(reason: str) -> str:
    """Why somebody takes no calls; blank when he gave no reason."""
    return str(PAUSES.get(reason) or FORCED_PAUSES.get(reason) or reason)


def skipped_words(why: str, *, language: str) -> str:
    """Why somebody who was free was not asked."""
    pattern = OBSTACLES.get(why)
    return str(pattern) % {"language": language_words(language)} if pattern else why


def share_words(share: float | None) -> str:
    """`84 %`, with a narrow no-break space; a dash for nothing to divide by."""
    return "–" if share is None else f"{share * 100:.0f}\u202f%"
