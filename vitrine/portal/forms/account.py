"""What somebody changes about his own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.kernel.languages import Language
from vitrine.portal.forms.requests import NATIVE_NAMES


class InterfaceLanguageForm(forms.Form):
    """The language in which the desk speaks to me."""

    ui_language = forms.ChoiceField(
        label=_("Language of the pages"),
        help_text=_("Each language stands in its own words. It does not change your answers."),
        choices=[(code, NATIVE_NAMES[code]) for code in Language.values],
        widget=forms.RadioSelect,
    )
