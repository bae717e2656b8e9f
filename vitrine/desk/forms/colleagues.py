"""The form of a message for a colleague."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.desk.forms.acts import ActForm
from vitrine.telephony.access import colleagues_for
from vitrine.telephony.queries import called_colleague


class ColleagueMessageForm(ActForm):
    """What a caller wants to tell somebody who is away."""

    colleague: "forms.ModelChoiceField[Account]" = forms.ModelChoiceField(
        queryset=None, label=_("For"), empty_label=_("Choose the colleague")
    )
    text = forms.CharField(
        label=_("What the caller wants to say"), widget=forms.Textarea(attrs={"rows": 4})
    )

    def prepare(self) -> None:
        """Whoever was called stands there already."""
        field = self.fields["colleague"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = colleagues_for(self.account)
        self.initial.setdefault("colleague", called_colleague(self.ticket))
