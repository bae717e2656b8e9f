"""What one may correct about a message."""

from django import forms

from vitrine.kernel.languages import Language


class MessageLanguageForm(forms.Form):
    """The language in which it is written."""

    language = forms.ChoiceField(choices=Language.choices)
