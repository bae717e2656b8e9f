"""What if: a day's calls, their length, and the people there are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.kernel.languages import Language
from vitrine.telephony.queries import usual_demand
from vitrine.telephony.rules.routing import Strategy
from vitrine.telephony.rules.what_if import MOST_PEOPLE, Demand, Profile, WhatIf

ROWS = 6
"""Groups of people that the form has room for."""
LANGUAGES = tuple(str(language) for language in Language)
HISTORY, ASSUMED = "history", "assumed"
CURVES: Mapping[str, tuple[float, ...]] = {
    "even": (1.0,),
    "morning": (
        0.6,
        1.0,
        1.35,
        1.5,
        1.5,
        1.35,
        1.1,
        0.7,
        0.7,
        1.0,
        1.25,
        1.25,
        1.05,
        0.85,
        0.65,
        0.4,
    ),
    "monday": (1.2, 1.8, 1.9, 1.7, 1.4, 1.1, 0.9, 0.6, 0.6, 0.8, 0.9, 0.85, 0.75, 0.6, 0.5, 0.3),
}
"""The weight of each part of the day; stretched over the opening hours."""
WORDS_OF_FAULTS = {
    "demand": _("There are too many calls for one day, or none at all."),
    "languages": _("Say in which languages people call."),
    "team": _("Say which languages the people speak, and how many they are."),
    "unspoken": _("Nobody speaks one of the languages of the calls: add a group for it."),
}


class WhatIfForm(forms.Form):
    """One question. Every number has bounds; the rest is judged by the rules."""

    title = forms.CharField(label=_("Name of this question"), required=False, max_length=120)
    source = forms.ChoiceField(
        label=_("Which calls"),
        choices=[(HISTORY, _("our own, of the last weeks")), (ASSUMED, _("assumed"))],
        widget=forms.RadioSelect,
    )
    weekday = forms.ChoiceField(
        label=_("Of which day"),
        required=False,
        choices=[
            (0, _("Monday to Friday together")),
            (1, _("Monday")),
            (2, _("Tuesday")),
            (3, _("Wednesday")),
            (4, _("Thursday")),
            (5, _("Friday")),
        ],
    )
    weeks = forms.IntegerField(
        label=_("Weeks looked at"), min_value=1, max_value=104, initial=8, required=False
    )
    more = forms.IntegerField(
        label=_("More calls than then, in %"),
        min_value=-90,
        max_value=900,
        initial=0,
        required=False,
    )
    calls = forms.IntegerField(
        label=_("Calls a day"), min_value=1, max_value=20_000, initial=300, required=False
    )
    curve = forms.ChoiceField(
        label=_("Over the day"),
        required=False,
        choices=[
            ("morning", _("most in the morning")),
            ("monday", _("most at the beginning, as on a Monday")),
            ("even", _("evenly")),
        ],
    )
    begins = forms.TimeField(label=_("From"), initial="08:30", required=False)
    ends = forms.TimeField(label=_("Until"), initial="16:30", required=False)
    talk = forms.IntegerField(
        label=_("A conversation lasts, in seconds"), min_value=5, max_value=7200
    )
    wrap_up = forms.IntegerField(
        label=_("Finishing afterwards, in seconds"), min_value=0, max_value=1800
    )
    patience = forms.IntegerField(
        label=_("Callers give up after, in seconds"),
        help_text=_("The mean; leave it blank when nobody gives up."),
        min_value=5,
        max_value=7200,
        required=False,
    )
    within = forms.IntegerField(label=_("Answered within, in seconds"), min_value=1, max_value=600)
    level = forms.IntegerField(label=_("for so many of a hundred"), min_value=10, max_value=99)
    each_language = forms.BooleanField(
        label=_("Reach it in every language, not only for all together"), required=False
    )
    strategy = forms.ChoiceField(label=_("Calls are given in this order"), required=False)

    def __init__(self, *args: Any, strategies: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["strategy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(strategies.items())
        for language in LANGUAGES:
            self.fields[f"share_{language}"] = forms.IntegerField(
                label=Language(language).label, min_value=0, max_value=100, required=False
            )
        for row in range(ROWS):
            self.fields[f"people_{row}"] = forms.IntegerField(
                min_value=0, max_value=MOST_PEOPLE, required=False
            )
            self.fields[f"spoken_{row}"] = forms.MultipleChoiceField(
                choices=[(one, one.upper()) for one in LANGUAGES], required=False
            )

    def clean(self) -> dict[str, Any]:
        """One question that can be played, as `question`; else what is wrong, in a sentence."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            data["question"] = self._question(data)
        except ValueError as fault:
            words = WORDS_OF_FAULTS.get(str(fault), _("This cannot be played: %(what)s"))
            self.add_error(None, forms.ValidationError(words, params={"what": str(fault)}))
        return data

    def _question(self, data: Mapping[str, Any]) -> WhatIf:
        return WhatIf(
            demand=self._demand(data),
            team=self._team(data),
            talk=data["talk"],
            wrap_up=data["wrap_up"],
            patience=data["patience"],
            within=data["within"],
            level=data["level"] / 100,
            each_language=data["each_language"],
            strategy=Strategy(data["strategy"] or Strategy.DEFAULT),
        )

    def _demand(self, data: Mapping[str, Any]) -> tuple[Demand, ...]:
        if data["source"] == HISTORY:
            found = usual_demand(weekday=int(data["weekday"] or 0), weeks=data["weeks"] or 8)
            if not found:
                raise ValueError("demand")
            return more_of(found, percent=data["more"] or 0)
        shares = {one: data[f"share_{one}"] or 0 for one in LANGUAGES}
        if not any(shares.values()):
            raise ValueError("languages")
        return assumed_demand(
            calls=data["calls"] or 0,
            shares=shares,
            curve=CURVES[data["curve"] or "morning"],
            slots=half_hours(data["begins"], until=data["ends"]),
        )

    def _team(self, data: Mapping[str, Any]) -> tuple[tuple[Profile, int], ...]:
        groups: dict[Profile, int] = {}
        for row in range(ROWS):
            spoken = tuple(data[f"spoken_{row}"])
            if spoken:
                groups[spoken] = groups.get(spoken, 0) + (data[f"people_{row}"] or 0)
            elif data[f"people_{row}"]:
                raise ValueError("team")
        if not groups:
            raise ValueError("team")
        return tuple(groups.items())

    @property
    def team_rows(self) -> list[tuple[Any, Any]]:
        """The fields of each group: who speaks what, how many."""
        return [(self[f"spoken_{row}"], self[f"people_{row}"]) for row in range(ROWS)]

    @property
    def share_fields(self) -> list[Any]:
        """The field of each language."""
        return [self[f"share_{language}"] for language in LANGUAGES]


def half_hours(begins: Any, *, until: Any) -> list[str]:
    """The beginnings of the half-hours between two times of day. Raises ValueError for none."""
    if begins is None or until is None:
        raise ValueError("demand")
    day = datetime(2000, 1, 3)  # noqa: DTZ001 - a wall clock of no particular day
    at, end = datetime.combine(day, begins), datetime.combine(day, until)
    found = []
    while at < end:
        found.append(at.strftime("%H:%M"))
        at += timedelta(minutes=30)
    return found


def assumed_demand(
    *, calls: float, shares: Mapping[str, float], curve: tuple[float, ...], slots: list[str]
) -> tuple[Demand, ...]:
    """`calls` of a day spread over `slots` by the weights of `curve`, and over the languages."""
    weights = [curve[index * len(curve) // len(slots)] for index in range(len(slots))]
    whole, total = sum(weights), sum(shares.values())
    return tuple(
        Demand(
            begins=begins,
            calls={
                language: round(calls * weight / whole * share / total, 3)
                for language, share in shares.items()
                if share
            },
        )
        for begins, weight in zip(slots, weights, strict=True)
    )


def more_of(demand: tuple[Demand, ...], *, percent: float) -> tuple[Demand, ...]:
    """The same day with so many percent more calls."""
    factor = 1 + percent / 100
    return tuple(
        Demand(
            begins=each.begins,
            calls={language: round(calls * factor, 3) for language, calls in each.calls.items()},
        )
        for each in demand
    )
