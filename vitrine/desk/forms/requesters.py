"""The requester of a ticket, found by a few letters or made from three fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.acts import ActForm
from vitrine.desk.forms.callers import CallerFields, choices_for


class RequesterForm(ActForm, CallerFields):
    """First the search words, then one of those found; or the name of somebody new."""

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        words = str(self["q"].value() or "")
        found = choices_for(words, language=self.account.ui_language)
        choices = [
            (one.value, f"{one.name} · {one.about}" if one.about else one.name) for one in found
        ]
        self.fields["q"].label = _("Name, number, municipality, NIS code")
        if choices:
            self.fields["caller"] = forms.ChoiceField(
                label=_("Found"),
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
            )
        else:
            self.fields["caller"].widget = forms.HiddenInput()
        self.order_fields(["q", "caller", "new_name", "new_phone", "new_address"])
        self.fields["new_name"].label = _("Somebody new: name")

    def clean(self) -> dict[str, Any]:
        """Somebody must be chosen or named; until then the form shows who was found."""
        data = super().clean() or {}
        if not data.get("caller") and not data.get("new_name"):
            self.add_error("q", _("Choose one of those found, or name somebody new."))
        return data
