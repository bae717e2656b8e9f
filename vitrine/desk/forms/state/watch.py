"""Who is on call, and when similar tickets are a surge. Field names are those of the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.state.moments import BrusselsField
from vitrine.status.models import SurgeThreshold


class DutyForm(forms.Form):
    """Somebody to be called, from when to when."""

    name = forms.CharField(label=_("name"), max_length=120)
    phone = forms.CharField(label=_("telephone"), max_length=32)
    begins_at = BrusselsField(label=_("from"))
    ends_at = BrusselsField(label=_("until"), is_end=True)
    order = forms.IntegerField(label=_("called as number"), min_value=1, max_value=20, initial=1)


class ThresholdForm(forms.Form):
    """n similar tickets from m organisations within t minutes."""

    tickets = forms.IntegerField(label=_("similar tickets"), min_value=2, max_value=1000)
    organisations = forms.IntegerField(
        label=_("from different organisations"), min_value=1, max_value=1000
    )
    minutes = forms.IntegerField(label=_("within minutes"), min_value=1, max_value=1440)

    def __init__(self, *args: Any, threshold: SurgeThreshold, **kwargs: Any) -> None:
        names = ("tickets", "organisations", "minutes")
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(threshold, name) for name in names}
