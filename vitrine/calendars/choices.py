"""The words of the calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClosingKind(models.TextChoices):
    """Why the desk is closed on a day."""

    LEGAL = "legal", _("public holiday")
    REGULATORY = "regulatory", _("federal closing day")
    BRIDGE = "bridge", _("bridge day")
    OTHER = "other", _("other closing day")


class Weekday(models.IntegerChoices):
    """Days of the week as in `date.weekday()`: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
