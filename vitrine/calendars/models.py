"""Opening hours and closing days of the desk, as rows that people edit."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.calendars.choices import ClosingKind, Weekday
from vitrine.kernel.languages import NamedInLanguages


class OpeningHours(models.Model):
    """One frame of a weekday, wall time in Brussels; a day may have several frames."""

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering: ClassVar[list[str]] = ["weekday", "opens"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="a_day_closes_after_it_opens"
            ),
            models.UniqueConstraint(fields=["weekday", "opens"], name="one_frame_per_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ClosingDay(NamedInLanguages):
    """A working day on which the desk is closed."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ClosingKind.choices)

    class Meta:
        ordering: ClassVar[list[str]] = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name_fr}"


class PrefilledYear(models.Model):
    """A year whose computed closing days were filled in; done once, so that edits stay."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    """None is the machine."""

    def __str__(self) -> str:
        return str(self.year)
