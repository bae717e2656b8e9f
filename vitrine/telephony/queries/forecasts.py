"""What a what-if starts from: the usual calls, how long they last, the team there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from vitrine.kernel.clock import BRUSSELS, now, today
from vitrine.telephony.models import Forecast
from vitrine.telephony.queries.setup import agents
from vitrine.telephony.queries.statistics import arrivals_by_half_hour, counts
from vitrine.telephony.rules.figures import Formula, figure
from vitrine.telephony.rules.what_if import Demand, Profile, WhatIf


@dataclass(frozen=True, kw_only=True)
class UsualTimes:
    """Means of the last weeks in seconds; None: nobody was answered then."""

    talk: float | None
    wrap_up: float | None
    calls_a_day: float


def forecast_question(forecast_id: int) -> WhatIf | None:
    """What was asked; None: it is gone or answered. Raises ValueError when it cannot be played."""
    row = Forecast.objects.filter(pk=forecast_id, answered_at__isnull=True).first()
    return WhatIf.from_json(row.question) if row else None


def usual_demand(*, weekday: int, weeks: int) -> tuple[Demand, ...]:
    """The mean calls of each half-hour on a weekday; without calls in all these weeks: none.

    weekday  1 Monday to 7 Sunday, in Brussels; 0: Monday to Friday together
    weeks    how many before today are looked at
    Days without a single call count as closed. Who chose no language is counted with the others.
    """
    until = datetime.combine(today(), time.min, tzinfo=BRUSSELS)
    rows = arrivals_by_half_hour(since=until - timedelta(weeks=weeks), until=until)
    sums: dict[str, dict[str, int]] = {}
    days = set()
    for begins, language, calls in rows:
        local = begins.astimezone(BRUSSELS)
        if local.isoweekday() == weekday or (weekday == 0 and local.isoweekday() <= 5):
            days.add(local.date())
            slot = sums.setdefault(local.strftime("%H:%M"), {})
            slot[language] = slot.get(language, 0) + calls
    return tuple(
        Demand(begins=begins, calls=_shared(sums[begins], days=len(days)))
        for begins in sorted(sums)
    )


def _shared(calls: Mapping[str, int], *, days: int) -> dict[str, float]:
    """Means per day; those without a language are spread over the others, else over French."""
    spoken = {language: count for language, count in calls.items() if language}
    unknown, known = calls.get("", 0), sum(spoken.values())
    if not spoken:
        return {"fr": unknown / days}
    return {
        language: round((count + unknown * count / known) / days, 3)
        for language, count in spoken.items()
    }


def usual_times(*, weeks: int = 4) -> UsualTimes:
    """How long calls last and how many come on a working day."""
    at = now()
    counted = counts(since=at - timedelta(weeks=weeks), until=at)
    return UsualTimes(
        talk=_sum(figure(Formula.TALK_TIME, counted), figure(Formula.HOLD_TIME, counted)),
        wrap_up=figure(Formula.WRAP_UP_TIME, counted),
        calls_a_day=counted.offered / (weeks * 5),
    )


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None else one + (other or 0.0)


def team_profiles() -> list[tuple[Profile, int]]:
    """The languages of those who may take calls, and how many speak just these."""
    found: dict[Profile, int] = {}
    for agent in agents():
        if agent.languages:
            profile = tuple(sorted(agent.languages))
            found[profile] = found.get(profile, 0) + 1
    return sorted(found.items(), key=lambda one: (len(one[0]), one[0]))
