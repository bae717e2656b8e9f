"""Texts of the public page: the official sentences, and the review of an interruption."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.state.changes import TALL, by_language
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Texts
from vitrine.publication.meaning.components import SENTENCE_CHARACTERS, SENTENCE_KEYS

NAMES = {
    "works": _("works"),
    "slowed.slow": _("slow"),
    "slowed.partial": _("some functions are disturbed"),
    "interrupted": _("interrupted"),
    "overrun": _("expected end has passed"),
}


class ReviewTextForm(forms.Form):
    """What had happened and what was done about it, in each language."""

    def __init__(self, *args: Any, known: Texts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"review_{code}"] = forms.CharField(
                label=_("Review in %(language)s") % {"language": name},
                required=False,
                max_length=10_000,
                initial=known.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 5, "lang": code}),
            )

    def texts(self) -> Texts:
        """Language -> text."""
        return by_language("review", self.cleaned_data)


class SentencesForm(forms.Form):
    """All official sentences in all four languages."""

    def __init__(self, *args: Any, known: dict[str, Texts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in SENTENCE_KEYS:
            for code, name in Language.choices:
                self.fields[self.name_of(key, code)] = forms.CharField(
                    label=f"{NAMES[key]}, {name}",
                    max_length=SENTENCE_CHARACTERS,
                    initial=known.get(key, {}).get(code, ""),
                    widget=forms.Textarea(attrs={**TALL, "lang": code}),
                )

    @staticmethod
    def name_of(key: str, code: str, /) -> str:
        """The name of the field of one sentence."""
        return f"{key.replace('.', '_')}_{code}"

    def texts(self) -> dict[str, Texts]:
        """As `publication.bulletin.Sentences` has them."""
        data = self.cleaned_data
        return {
            key: {code: data[self.name_of(key, code)].strip() for code in Language.values}
            for key in SENTENCE_KEYS
        }
