"""The answer to everybody whose ticket belongs to an interruption."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.state.changes import by_language
from vitrine.kernel.languages import OFFICIAL, Language
from vitrine.publication.bulletin import Texts


class AnswerForm(forms.Form):
    """A text per language; each requester gets the one of his reply language."""

    closes = forms.BooleanField(label=_("Close the tickets with it"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Answer in %(language)s") % {"language": name},
                required=code in OFFICIAL,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 6, "lang": code}),
            )
        self.order_fields([*(f"text_{code}" for code in Language.values), "closes"])

    def texts(self) -> Texts:
        """Language -> text."""
        return by_language("text", self.cleaned_data)
