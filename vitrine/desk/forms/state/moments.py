"""An instant as it stands on the wall in Brussels, also in the nights of the clock change."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.kernel.clock import BRUSSELS

WRITTEN = "%Y-%m-%dT%H:%M"


class BrusselsField(forms.CharField):
    """Day and time of Brussels; the value is an aware instant in UTC, or None.

    is_end  in the hour that comes twice, an end means the second one and a start the first
    """

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        self.is_end = is_end
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WRITTEN)
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """The instant, or None when nothing was typed."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            wall = datetime.fromisoformat(typed)
        except ValueError:
            raise forms.ValidationError(_("Give a day and a time.")) from None
        if wall.tzinfo is not None or not 2000 <= wall.year < 2200:
            raise forms.ValidationError(_("Give a day and a time."))
        at = wall.replace(tzinfo=BRUSSELS, fold=int(self.is_end)).astimezone(UTC)
        if at.astimezone(BRUSSELS).replace(tzinfo=None) != wall:
            raise forms.ValidationError(
                _("This time does not exist: the clock is put forward in that night.")
            )
        return at

    def prepare_value(self, value: Any) -> Any:
        """What the browser shows."""
        if isinstance(value, datetime):
            return value.astimezone(BRUSSELS).strftime(WRITTEN)
        return value
