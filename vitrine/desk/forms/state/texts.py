"""Texts of the public page: the official sentences, and the review of an interruption."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.state.changes import TALL, by_language
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Bulletin, Texts
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

    from_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, bulletin: Bulletin) -> None:
        super().__init__(data, initial={"from_version": bulletin.version})
        self.typed, self.bulletin = data, bulletin
        known = bulletin.sentences.texts
        for key in SENTENCE_KEYS:
            for code, name in Language.choices:
                self.fields[self.name_of(key, code)] = forms.CharField(
                    label=f"{NAMES[key]}, {name}",
                    max_length=SENTENCE_CHARACTERS,
                    initial=known.get(key, {}).get(code, ""),
                    widget=forms.Textarea(attrs={**TALL, "lang": code}),
                )

    def look_again(self) -> None:
        """Keep what was typed, upon what is public now; the sentences that differ say so."""
        if self.typed is not None:
            self.data = self.typed.copy()
            self.data["from_version"] = str(self.bulletin.version)
            self._compare(self.data)

    def type_again(self, texts: dict[str, Texts]) -> None:
        """Begin with these sentences instead of those that are public."""
        typed = {
            self.name_of(key, code): text
            for key, each in texts.items()
            for code, text in each.items()
        }
        self.initial = {**self.initial, **typed}
        self._compare(typed)

    def _compare(self, typed: Mapping[str, Any]) -> None:
        """Say beside each sentence that differs what is public now."""
        for key, texts in self.bulletin.sentences.texts.items():
            for code, text in texts.items():
                name = self.name_of(key, code)
                if name in self.fields and str(typed.get(name, "")).strip() != text:
                    self[name].help_text = _("Public now: %(text)s") % {"text": text}

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
