"""A comment to be chosen at once, in four languages, with its slots."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.state.changes import TALL, by_language
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Texts
from vitrine.publication.meaning.asked import COMMENT_CHARACTERS, LEGAL
from vitrine.status.choices import POSITIONS
from vitrine.status.errors import InvalidComment
from vitrine.status.models import CommentTemplate
from vitrine.status.rules.comments import faults_of


class TemplateForm(forms.Form):
    """The text per language, for which positions it is offered, and whether it still is."""

    positions = forms.MultipleChoiceField(
        label=_("Offered for"),
        help_text=_("None ticked: for every position."),
        choices=list(POSITIONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_offered = forms.BooleanField(label=_("is offered"), required=False)

    def __init__(self, data: QueryDict | None = None, *, template: CommentTemplate | None) -> None:
        initial: dict[str, Any] = {
            "positions": template.positions if template else [],
            "is_offered": True,
        }
        if template:
            initial["is_offered"] = template.retired_at is None
        super().__init__(data, initial=initial)
        known = template.texts if template else {}
        for code, name in Language.choices:
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Comment in %(language)s") % {"language": name},
                required=code in LEGAL,
                max_length=COMMENT_CHARACTERS,
                initial=known.get(code, ""),
                widget=forms.Textarea(attrs={**TALL, "lang": code}),
            )
        self.order_fields([*(f"text_{code}" for code in Language.values), "positions"])

    def clean(self) -> dict[str, Any]:
        """What is wrong stands beside its text."""
        cleaned = super().clean() or {}
        for language, fault in faults_of(self.texts()):
            if f"text_{language}" not in self.errors:
                refusal = InvalidComment(fault, language=language)
                self.add_error(f"text_{language}", refusal.sentence)
        return cleaned

    def texts(self) -> Texts:
        """Language -> text, the empty ones left out."""
        return by_language("text", self.cleaned_data)
