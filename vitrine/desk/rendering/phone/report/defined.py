"""What each figure counts: its name, its formula, a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vitrine.telephony.rules.figures import Formula

Words = str | LazyText


@dataclass(frozen=True, slots=True)
class Definition:
    """An entry of the list under the tables."""

    key: str
    """Of the address within the page: `#means-<key>`."""
    name: Words
    formula: Words
    meaning: Words


LETTERS = (
    Definition(
        "offered",
        pgettext_lazy("calls", "Offered"),
        "O",
        _(
            "Calls that began to wait for a person, after the menu. A call counts in the "
            "half-hour, the day and the language in which it was offered."
        ),
    ),
    Definition(
        "answered",
        pgettext_lazy("calls", "Answered"),
        "A",
        _("Calls that a person answered; by agent: the one who answered first."),
    ),
    Definition(
        "abandoned",
        pgettext_lazy("calls", "Hung up"),
        "B",
        _("Callers who hung up while they waited. S are those of them who did so at once."),
    ),
    Definition(
        "call-back",
        pgettext_lazy("calls", "Call-back"),
        "",
        _("Callers who chose to be called back. They have not hung up in vain."),
    ),
    Definition(
        "message",
        pgettext_lazy("calls", "Message"),
        "",
        _("Callers who left a spoken message instead of waiting on."),
    ),
    Definition(
        "others",
        pgettext_lazy("calls", "Others"),
        "",
        _(
            "Still waiting at closing time, lost by a breakdown, or present now. With these, every "
            "offered call is counted exactly once."
        ),
    ),
)
SHARES = (
    Definition(
        "level",
        _("Service level"),
        str(Formula.SERVICE_LEVEL),
        _("Answered within T, of all who did not hang up at once. This is the desk’s own figure."),
    ),
    Definition(
        "level-all",
        _("Service level, of all calls"),
        str(Formula.SERVICE_LEVEL_OF_ALL),
        _("The strictest: who hung up at once counts against the desk, too."),
    ),
    Definition(
        "level-answered",
        _("Service level, of the answered ones"),
        str(Formula.SERVICE_LEVEL_OF_ANSWERED),
        _("Hides everybody who hung up. Shown because other systems print it."),
    ),
    Definition(
        "level-quick",
        _("Service level, hanging up early counted as good"),
        str(Formula.SERVICE_LEVEL_WITH_QUICK_ABANDONS),
        _("Counts who hung up within T as served. Shown because other systems print it."),
    ),
    Definition(
        "abandonment",
        _("Hung up while waiting"),
        str(Formula.ABANDONMENT),
        _("The share of those who hung up, without those who did so at once."),
    ),
    Definition(
        "first-call",
        _("One call was enough"),
        "R / J",
        _(
            "From the tickets. J: answered calls at least 7 days old that have a ticket. R: those "
            "whose ticket was closed with “answered at once”, not reopened or merged, and about "
            "which the same person did not write or call again within 7 days: nothing further in "
            "the ticket, no other ticket of the same question type. Without a person in the "
            "ticket, the number counts."
        ),
    ),
)
TIMES = (
    Definition(
        "wait",
        _("Mean wait of the answered"),
        _("Σ wait of A / A"),
        _("From the moment a call was offered until somebody answered (ASA)."),
    ),
    Definition(
        "talk",
        _("Talk"),
        _("talk / A"),
        _("Mean time of talking, without hold."),
    ),
    Definition(
        "wrap-up",
        _("Finishing"),
        _("wrap-up / A"),
        _("Mean time after a call until the agent was ready again. It is the agent’s time."),
    ),
    Definition(
        "handle",
        _("Mean handling time"),
        _("(talk + hold + wrap-up) / A"),
        _("What a call costs, all together (AHT)."),
    ),
    Definition(
        "occupancy",
        _("Occupancy"),
        _("(ringing + talk + wrap-up) / (signed in − pauses)"),
        _("How much of the time at the telephone calls took. Above 85 % nobody can breathe."),
    ),
)
NAMES: Mapping[str, Words] = {one.key: one.name for one in (*LETTERS, *SHARES, *TIMES)}


def definitions() -> tuple[Definition, ...]:
    """All of them, in the order of the page."""
    return (*LETTERS, *SHARES, *TIMES)
