"""Which days the figures of the telephone are asked for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.absences import day_field

LONGEST = 366
"""Days at once."""
EARLIEST = date(2000, 1, 1)


class PeriodForm(forms.Form):
    """From a day to a day, both counted; nothing said is today."""

    first = day_field(_("From"))
    last = day_field(_("until"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        if self.is_bound:  # shown as needed, read as today when left out
            for field in self.fields.values():
                field.required = False

    def clean(self) -> dict[str, Any]:
        """One day alone is that day; the future has no figures."""
        data = super().clean() or {}
        if self.errors:
            return data
        first = data["first"] or data["last"] or self.today
        last = data["last"] or first
        if first > self.today:
            self.add_error("first", _("Choose a day that has begun: the future has no figures."))
        elif first < EARLIEST:
            self.add_error("first", _("There are no figures from before the year 2000."))
        elif last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif (last - first).days >= LONGEST:
            self.add_error("last", _("Choose a year at most."))
        return {"first": first, "last": min(last, self.today)}


def usual_periods(today: date) -> list[tuple[str | LazyText, date, date]]:
    """Name, first and last day of what is asked for most; nothing after `today`."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    week = timedelta(days=7)
    return [
        (_("today"), today, today),
        (_("yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (_("this week"), monday, today),
        (_("last week"), monday - week, monday - timedelta(days=1)),
        (_("this month"), month, today),
        (_("last month"), before.replace(day=1), before),
    ]
