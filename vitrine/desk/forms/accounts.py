"""An account: who it is, what it may do, which languages it answers in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.choices import Level, Role
from vitrine.accounts.models import Account
from vitrine.kernel.languages import Language

LEVELS = [("", _("not spoken")), *Level.choices]


class AccountForm(forms.Form):
    """Fields of an account; a password only for a new one."""

    email = forms.EmailField(label=_("e-mail address"))
    name = forms.CharField(label=_("name"), max_length=120)
    function = forms.CharField(label=_("function"), max_length=120, required=False)
    phone = forms.CharField(label=_("telephone"), max_length=32, required=False)
    ui_language = forms.ChoiceField(label=_("interface language"), choices=Language.choices)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"speaks_{code}"] = forms.ChoiceField(
                label=_("Speaks %(language)s") % {"language": name},
                choices=LEVELS,
                required=False,
            )
        if account is None:
            self.fields["password"] = forms.CharField(
                label=_("First password"),
                required=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
                help_text=_("At least 12 characters. Blank: nobody signs in until one is set."),
            )
        else:
            self.fields["is_active"] = forms.BooleanField(label=_("may sign in"), required=False)

    def spoken(self) -> dict[str, int]:
        """Languages with their level, as the actions want them."""
        levels = ((code, self.cleaned_data.get(f"speaks_{code}")) for code in Language.values)
        return {code: int(level) for code, level in levels if level}


def initial_of(account: Account) -> dict[str, Any]:
    """What the form of `account` starts with."""
    names = ("email", "name", "function", "phone", "ui_language", "roles", "is_active")
    spoken = {f"speaks_{one.language}": one.level for one in account.spoken_languages.all()}
    return {name: getattr(account, name) for name in names} | spoken
