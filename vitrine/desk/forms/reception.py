"""The forms for blocked senders and for how the house looks at what comes in."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vitrine.kernel.clock import BRUSSELS, today

LINES = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})


class BlockForm(forms.Form):
    """A sender that nobody wants to read."""

    sender = forms.CharField(
        label=_("address or domain"),
        max_length=254,
        help_text=_("A domain such as example.org blocks its sub-domains too."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(label=_("reason"), max_length=300)
    until = forms.DateField(
        label=_("until, this day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody lifts it."),
    )

    def ask_to_confirm(self) -> None:
        """Offer to block it although others are hit too."""
        self.fields["is_confirmed"] = forms.BooleanField(
            label=_("Block it all the same"), required=False
        )

    def clean_until(self) -> datetime | None:
        """The end of the day; a day that is over is refused."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < today():
            raise ValidationError(gettext("The date lies in the past."))
        return datetime.combine(day, time(23, 59, 59), tzinfo=BRUSSELS)

    def clean(self) -> dict[str, Any]:
        """The names that the action wants."""
        data = super().clean() or {}
        if "until" in data:
            data["expires_at"] = data.pop("until")
        data["is_confirmed"] = self.data.get("is_confirmed") in ("on", "1")
        return data


class ReceptionForm(forms.Form):
    """How spam is recognised and kept, and whether faxes are taken."""

    trusted_hops = forms.CharField(
        label=_("our own mail servers, one per line"),
        required=False,
        widget=LINES,
        help_text=_(
            "The opinion of a spam filter counts only in messages that came to us through one "
            "of these hosts. Empty: no message is judged by its headers."
        ),
    )
    spam_points = forms.FloatField(
        label=_("spam from how many points"),
        required=False,
        min_value=-100,
        max_value=1000,
        help_text=_("Empty: when the filter itself says so."),
    )
    keep_spam_days = forms.IntegerField(
        label=_("days until spam is erased"), min_value=1, max_value=365
    )
    takes_fax = forms.BooleanField(
        label=_("Take faxes"),
        required=False,
        help_text=_("Off: what a fax gateway sends is a mail like any other."),
    )
    fax_gateways = forms.CharField(
        label=_("addresses of the fax gateway, one per line"),
        required=False,
        widget=LINES,
        help_text=_(
            "The address it sends from, or a mailbox of ours that receives nothing but faxes. "
            "Empty: no faxes are taken."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_trusted_hops(self) -> list[str]:
        """One host name per line."""
        return str(self.cleaned_data["trusted_hops"]).split()

    def clean_fax_gateways(self) -> list[str]:
        """One address per line; what is none is refused."""
        addresses = self.cleaned_data["fax_gateways"].split()
        for address in addresses:
            validate_email(address)
        return [address.lower() for address in addresses]
