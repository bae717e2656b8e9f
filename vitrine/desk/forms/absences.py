"""The form of an absence. Field names are the arguments of the action."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.desk.forms.settings import PersonField
from vitrine.directory.access import second_line_candidates_for


def day_field(label: Any) -> forms.DateField:
    """A day, chosen from the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


class AbsenceForm(forms.Form):
    """Who is away from which day to which, both included."""

    account = PersonField(queryset=None, label=_("person"))
    first_day = day_field(_("first day"))
    last_day = day_field(_("last day"))

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["account"]
        assert isinstance(who, PersonField)
        who.queryset = second_line_candidates_for(account)
