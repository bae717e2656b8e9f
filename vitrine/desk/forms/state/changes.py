"""The change of the state: one page, usable on a phone at three in the morning."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.desk.forms.state.moments import BrusselsField
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Bulletin, Phase, Position, SubReason
from vitrine.publication.events import Json, instant
from vitrine.publication.meaning.asked import COMMENT_CHARACTERS
from vitrine.status.access import templates_for
from vitrine.status.choices import PHASES, POSITIONS, SUB_REASONS
from vitrine.status.queries import comment_choices, filled_comment

KEEP, NONE, OWN, AT = "keep", "none", "own", "at"
ENDS = [
    (KEEP, _("as it is")),
    (NONE, _("unknown")),
    ("15", _("in 15 minutes")),
    ("30", _("in 30 minutes")),
    ("60", _("in 1 hour")),
    ("120", _("in 2 hours")),
    ("240", _("in 4 hours")),
    (AT, _("at")),
]
TALL = {"rows": 2}


def by_language(prefix: str, data: dict[str, Any]) -> dict[str, str]:
    """Language -> text of the fields `prefix_fr` and so on, the empty ones left out."""
    typed = {str(code): str(data.get(f"{prefix}_{code}") or "").strip() for code in Language}
    return {code: text for code, text in typed.items() if text}


class ChangeForm(forms.Form):
    """Position, comment and expected end; everything but the position may stay as it is."""

    position = forms.ChoiceField(
        label=_("Position"), choices=list(POSITIONS.items()), widget=forms.RadioSelect
    )
    sub_reason = forms.ChoiceField(
        label=_("What is wrong"),
        choices=list(SUB_REASONS.items()),
        widget=forms.RadioSelect,
        required=False,
        initial=SubReason.PARTIAL,
    )
    components = forms.MultipleChoiceField(
        label=_("Components"), widget=forms.CheckboxSelectMultiple
    )
    comment = forms.ChoiceField(label=_("Comment"), widget=forms.RadioSelect, required=False)
    end = forms.ChoiceField(
        label=_("Expected end"), choices=ENDS, widget=forms.RadioSelect, required=False
    )
    end_at = BrusselsField(label=_("Day and time of the end"), required=False, is_end=True)
    phase = forms.ChoiceField(
        label=_("How far it is"),
        required=False,
        choices=[
            ("", _("as it is")),
            *((each, name) for each, name in PHASES.items() if each != Phase.RESOLVED),
        ],
    )
    interruption = forms.CharField(required=False, widget=forms.HiddenInput)
    from_version = forms.IntegerField(widget=forms.HiddenInput)
    proposal = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, bulletin: Bulletin, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.bulletin = account, bulletin
        language = account.ui_language
        components = self.fields["components"]
        assert isinstance(components, forms.MultipleChoiceField)
        components.choices = [
            (each.code, each.names.get(language) or each.names["fr"])
            for each in bulletin.components
        ]
        self.offered = comment_choices(account, language=language)
        comment = self.fields["comment"]
        assert isinstance(comment, forms.ChoiceField)
        comment.choices = [
            *([(KEEP, _("as it is"))] if bulletin.comments else []),
            *((code, words) for code, words, _positions in self.offered),
            (NONE, _("no comment")),
            (OWN, _("in my own words")),
        ]
        for code, name in Language.choices:
            self._add_texts(code, name=str(name))

    def _add_texts(self, code: str, *, name: str) -> None:
        for prefix, label, most in (
            ("comment", _("Comment in %(language)s"), COMMENT_CHARACTERS),
            ("meanwhile", _("What one can do meanwhile, in %(language)s"), 2000),
        ):
            self.fields[f"{prefix}_{code}"] = forms.CharField(
                label=label % {"language": name},
                required=False,
                max_length=most,
                widget=forms.Textarea(attrs={**TALL, "lang": code}),
            )

    @property
    def comment_fields(self) -> list[forms.BoundField]:
        """The comment in each language."""
        return [self[f"comment_{code}"] for code in Language.values]

    @property
    def meanwhile_fields(self) -> list[forms.BoundField]:
        """What one can do meanwhile, in each language."""
        return [self[f"meanwhile_{code}"] for code in Language.values]

    def clean(self) -> dict[str, Any]:
        """The expected end as an instant, the comment as texts."""
        data = super().clean() or {}
        data["ends_at"] = self._end(data)
        chosen = data.get("comment") or KEEP
        if chosen == OWN:
            data["texts"] = by_language("comment", data)
            if not data["texts"]:
                self.add_error("comment_fr", _("Write the comment in at least one language."))
        elif chosen == NONE:
            data["texts"] = {}
        elif chosen != KEEP:
            template = templates_for(self.account).get(code=chosen)
            data["texts"] = filled_comment(template, end=data["ends_at"] or self.known_end)
            if data["texts"] is None:
                self.add_error("end", _("This comment tells an expected end: choose one."))
        return data

    @property
    def known_end(self) -> Any:
        """The expected end that is public already."""
        return self.bulletin.expected_end

    def _end(self, data: dict[str, Any]) -> Any:
        chosen = data.get("end") or KEEP
        if chosen == AT:
            if not data.get("end_at") and "end_at" not in self.errors:
                self.add_error("end_at", _("Give a day and a time."))
            return data.get("end_at")
        if chosen.isdigit():
            at = now() + timedelta(minutes=int(chosen))
            return at.replace(second=0, microsecond=0)
        return None

    def body(self) -> Json:
        """What is signed: a `position` change."""
        data = self.cleaned_data
        position = data["position"]
        reason = (data["sub_reason"] or SubReason.PARTIAL) if position == Position.SLOWED else ""
        body: Json = {
            "components": {
                code: {"position": position, "sub_reason": reason} for code in data["components"]
            }
        }
        if "texts" in data:
            body["comments"] = data["texts"]
        if data["ends_at"] is not None:
            body["expected_end"] = instant(data["ends_at"])
        elif data.get("end") == NONE:
            body["expected_end"] = None
        if position == Position.WORKS:
            body.pop("expected_end", None)
        elif data.get("phase"):
            body["phase"] = data["phase"]
        if meanwhile := by_language("meanwhile", data):
            body["meanwhile"] = meanwhile
        if data.get("interruption"):
            body["interruption"] = data["interruption"]
        return body
