"""The figures of a day at the telephone, each with its formula beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.desk.rendering.phone.words import length_words, share_words
from vitrine.telephony.choices import CallOutcome
from vitrine.telephony.queries import statistics
from vitrine.telephony.rules.figures import Counts, Formula, figure

Words = str | LazyText

SHARES: Mapping[Formula, tuple[Words, Words]] = {
    Formula.SERVICE_LEVEL: (gettext_lazy("Service level"), "A≤T / (O − S)"),
    Formula.SERVICE_LEVEL_OF_ALL: (gettext_lazy("of all calls"), "A≤T / O"),
    Formula.SERVICE_LEVEL_OF_ANSWERED: (
        gettext_lazy("of the answered ones (hides who hung up)"),
        "A≤T / A",
    ),
    Formula.SERVICE_LEVEL_WITH_QUICK_ABANDONS: (
        gettext_lazy("hanging up early counted as good"),
        "(A≤T + B≤T) / (A + B)",
    ),
    Formula.ABANDONMENT: (gettext_lazy("Hung up while waiting"), "(B − S) / (O − S)"),
    Formula.HONEST_WAITS: (
        gettext_lazy("Waiting times kept as announced"),
        gettext_lazy("waits ≤ announced / announced"),
    ),
}
TIMES: Mapping[Formula, tuple[Words, Words]] = {
    Formula.MEAN_WAIT_OF_ANSWERED: (
        gettext_lazy("Mean wait of the answered"),
        gettext_lazy("Σ wait of A / A"),
    ),
    Formula.MEAN_WAIT_OF_ALL: (gettext_lazy("Mean wait of all"), gettext_lazy("Σ wait / O")),
    Formula.HANDLE_TIME: (
        gettext_lazy("Mean handling time"),
        gettext_lazy("(talk + hold + wrap-up) / A"),
    ),
}
COUNTED = {
    "answered": CallOutcome.ANSWERED,
    "abandoned": CallOutcome.ABANDONED,
    "message": CallOutcome.MESSAGE,
    "call_back": CallOutcome.CALL_BACK,
    "closed": CallOutcome.CLOSED_WHILE_WAITING,
    "lost": CallOutcome.LOST,
}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure with its name and its formula."""

    label: str
    value: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a day looks like so far."""

    headline: str
    """The service level by our formula."""
    offered: int
    outcomes: list[FigureLine]
    shares: list[FigureLine]
    times: list[FigureLine]


def day_figures(*, since: datetime, until: datetime) -> DayFigures:
    """The calls offered from `since` to before `until`."""
    counted = statistics.counts(since=since, until=until)
    waits = statistics.waits(since=since, until=until)
    spread = " / ".join(
        length_words(one) if one is not None else "–"
        for one in (waits.median, waits.ninth_decile, waits.longest)
    )
    return DayFigures(
        headline=share_words(figure(Formula.SERVICE_LEVEL, counted)),
        offered=counted.offered,
        outcomes=_outcomes(counted),
        shares=[
            FigureLine(str(label), share_words(figure(formula, counted)), str(words))
            for formula, (label, words) in SHARES.items()
        ],
        times=[
            *(
                FigureLine(str(label), _time(figure(formula, counted)), str(words))
                for formula, (label, words) in TIMES.items()
            ),
            FigureLine(_("Half waited at most / nine of ten / longest"), spread),
        ],
    )


def service_level(*, since: datetime, until: datetime) -> str:
    """The headline alone, in one statement; blank when nobody has called."""
    groups = statistics.counts_by(statistics.By.DAY, since=since, until=until)
    level = figure(Formula.SERVICE_LEVEL, sum(groups.values(), start=Counts()))
    return "" if level is None else share_words(level)


def _outcomes(counted: Counts) -> list[FigureLine]:
    lines = [
        FigureLine(str(outcome.label), str(getattr(counted, name)))
        for name, outcome in COUNTED.items()
    ]
    return [*lines, FigureLine(_("present now"), str(counted.present))]


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else length_words(seconds)
