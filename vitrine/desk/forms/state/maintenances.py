"""A planned window: when, what, with which effect, in four languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.desk.forms.state.changes import TALL, by_language
from vitrine.desk.forms.state.moments import BrusselsField
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Bulletin, Position
from vitrine.publication.events import Json, instant
from vitrine.status.choices import POSITIONS

EFFECTS = [
    (Position.WORKS, _("no effect")),
    (Position.SLOWED, POSITIONS[Position.SLOWED]),
    (Position.INTERRUPTED, POSITIONS[Position.INTERRUPTED]),
]
TITLES = {
    "fr": "Maintenance planifiée",
    "nl": "Gepland onderhoud",
    "de": "Geplante Wartung",
    "en": "Planned maintenance",
}
TEXTS = {
    Position.WORKS: {
        "fr": "Aucun effet n’est attendu pour les utilisateurs.",
        "nl": "Er wordt geen hinder voor de gebruikers verwacht.",
        "de": "Für die Benutzer wird keine Auswirkung erwartet.",
        "en": "No effect on users is expected.",
    },
    Position.SLOWED: {
        "fr": "Le service peut être ralenti ou partiellement perturbé pendant la maintenance.",
        "nl": "De dienst kan tijdens het onderhoud vertraagd of gedeeltelijk verstoord zijn.",
        "de": "Der Dienst kann während der Wartung verlangsamt oder teilweise gestört sein.",
        "en": "The service may be slow or partly disturbed during the maintenance.",
    },
    Position.INTERRUPTED: {
        "fr": "Le service ne sera pas disponible pendant la maintenance.",
        "nl": "De dienst is tijdens het onderhoud niet beschikbaar.",
        "de": "Der Dienst ist während der Wartung nicht verfügbar.",
        "en": "The service will not be available during the maintenance.",
    },
}
"""What is told when nobody writes anything else: a window is never announced without a text."""


class MaintenanceForm(forms.Form):
    """When it begins and ends in Brussels, what it concerns, what is to be expected."""

    starts_at = BrusselsField(label=_("begins"))
    ends_at = BrusselsField(label=_("ends"), is_end=True)
    effect = forms.ChoiceField(
        label=_("What is to be expected"),
        choices=EFFECTS,
        widget=forms.RadioSelect,
        initial=Position.INTERRUPTED,
    )
    components = forms.MultipleChoiceField(
        label=_("Components"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, account: Account, bulletin: Bulletin, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        components = self.fields["components"]
        assert isinstance(components, forms.MultipleChoiceField)
        components.choices = [
            (each.code, each.names.get(account.ui_language) or each.names["fr"])
            for each in bulletin.components
        ]
        if len(bulletin.components) == 1:
            components.initial = [bulletin.components[0].code]
        for code, name in Language.choices:
            title = forms.CharField(
                label=_("Title in %(language)s") % {"language": name},
                required=False,
                max_length=120,
                initial=TITLES[code],
                widget=forms.TextInput(attrs={"lang": code}),
            )
            text = forms.CharField(
                label=_("Text in %(language)s") % {"language": name},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={**TALL, "lang": code}),
                help_text=_("Blank: the usual sentence about the effect."),
            )
            self.fields[f"title_{code}"], self.fields[f"text_{code}"] = title, text

    @property
    def text_fields(self) -> list[forms.BoundField]:
        """Title and text in each language."""
        return [self[f"{name}_{code}"] for code in Language.values for name in ("title", "text")]

    def clean(self) -> dict[str, Any]:
        """The end lies after the beginning."""
        data = super().clean() or {}
        begins, ends = data.get("starts_at"), data.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("The end must be after the start."))
        return data

    def planned(self) -> Json:
        """The planned part of what is signed."""
        data = self.cleaned_data
        effect = Position(data["effect"])
        return {
            "components": data["components"],
            "titles": {**TITLES, **by_language("title", data)},
            "texts": {**TEXTS[effect], **by_language("text", data)},
            "effect": str(effect),
            "starts_at": instant(data["starts_at"]),
            "ends_at": instant(data["ends_at"]),
        }
