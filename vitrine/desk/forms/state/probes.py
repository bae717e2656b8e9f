"""A probe. Field names are those of the model."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vitrine.publication.bulletin import Position
from vitrine.status.choices import POSITIONS, ProbeKind
from vitrine.status.models import Component, Probe
from vitrine.status.rules.probing import InvalidTarget, read_target

PROPOSED = (Position.INTERRUPTED, Position.SLOWED)


class ProbeForm(forms.ModelForm):
    """What is asked, how often, and what is proposed when it fails."""

    position = forms.ChoiceField(
        label=gettext_lazy("what is proposed"),
        choices=[(str(each), POSITIONS[each]) for each in PROPOSED],
    )

    class Meta:
        model = Probe
        fields = (
            "name",
            "component",
            "kind",
            "target",
            "expected_text",
            "every_minutes",
            "timeout_seconds",
            "failures_in_a_row",
            "days_left",
            "position",
            "is_on",
        )

    def __init__(self, *args: Any, components: QuerySet[Component], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["component"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = components
        language = get_language() or ""
        field.choices = [
            ("", field.empty_label or ""),
            *((row.pk, row.name_in(language)) for row in components),
        ]

    def clean(self) -> dict[str, Any]:
        """The address must be one of the kind that is asked."""
        cleaned = super().clean() or {}
        kind, target = cleaned.get("kind"), cleaned.get("target")
        if kind and target:
            try:
                read_target(kind, text=target)
            except InvalidTarget:
                words = (
                    _("An address such as https://register.example/health.")
                    if kind == ProbeKind.HTTP
                    else _("A host and a port, such as register.example:443.")
                )
                self.add_error("target", words)
        return cleaned
