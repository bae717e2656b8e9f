"""The forms of the settings. Field names are the arguments of the actions."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.calendars.choices import ClosingKind, Weekday
from vitrine.calendars.rules import Frame
from vitrine.directory.access import second_line_candidates_for, services_for
from vitrine.directory.models import Service
from vitrine.tickets.access import editable_question_types_for
from vitrine.tickets.models import QuestionType


class NamesForm(forms.Form):
    """A name in each language; French and Dutch are needed."""

    name_fr = forms.CharField(label=_("name in French"), max_length=200)
    name_nl = forms.CharField(label=_("name in Dutch"), max_length=200)
    name_de = forms.CharField(label=_("name in German"), max_length=200, required=False)
    name_en = forms.CharField(label=_("name in English"), max_length=200, required=False)


class NamedField(forms.ModelChoiceField):
    """Things with a name in each language."""

    language = "fr"

    def label_from_instance(self, obj: Any) -> str:
        """The words of one choice."""
        return str(obj.name_in(self.language))


class QuestionTypeForm(NamesForm):
    """A question type; code and level only when it is new."""

    is_key_request = forms.BooleanField(
        label=_("key request"), required=False, help_text=_("Left out of charts by default.")
    )
    default_service = NamedField(queryset=None, label=_("Usual second line"), required=False)

    def __init__(
        self, *args: Any, account: Account, kind: QuestionType | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        service = self.fields["default_service"]
        assert isinstance(service, NamedField)
        service.language = account.ui_language
        service.queryset = services_for(account).filter(is_active=True)
        if kind is not None:
            self.fields["is_active"] = forms.BooleanField(label=_("offered"), required=False)
            return
        top = editable_question_types_for(account).filter(parent__isnull=True)
        parent = NamedField(queryset=top, label=_("Under"), required=False)
        parent.language = account.ui_language
        self.fields["code"] = forms.CharField(label=_("code"), max_length=20)
        self.fields["parent"] = parent
        self.order_fields(["code", "parent"])


class PersonField(forms.ModelChoiceField):
    """Accounts by their name."""

    def label_from_instance(self, obj: Account) -> str:
        """The words of one choice."""
        return obj.name


class ServiceForm(forms.Form):
    """Who answers for a service, and within how many working hours."""

    designated = PersonField(queryset=None, label=_("designated person"), required=False)
    deputy = PersonField(queryset=None, label=_("deputy"), required=False)
    hours = forms.IntegerField(label=_("Answer within (working hours)"), min_value=1, initial=24)

    def __init__(
        self, *args: Any, account: Account, service: Service | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        candidates = second_line_candidates_for(account)
        for name in ("designated", "deputy"):
            field = self.fields[name]
            assert isinstance(field, PersonField)
            field.queryset = candidates
        if service is not None:
            self.fields["is_active"] = forms.BooleanField(label=_("takes tickets"), required=False)
            return
        self.fields["code"] = forms.CharField(label=_("code"), max_length=20)
        self.fields.update(NamesForm().fields)
        self.order_fields(["code", "name_fr", "name_nl", "name_de", "name_en"])

    def clean(self) -> dict[str, Any]:
        """Hours become the duration that the action wants."""
        data = super().clean() or {}
        if hours := data.pop("hours", None):
            data["answer_within"] = timedelta(hours=hours)
        return data


class ClosingDayForm(NamesForm):
    """A day on which the desk is closed."""

    day = forms.DateField(
        label=_("day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=_("kind"), choices=ClosingKind.choices, initial="other")
    field_order = ("day", "kind", "name_fr", "name_nl", "name_de", "name_en")


class OpeningHoursForm(forms.Form):
    """One frame per weekday; both blank: closed on that day."""

    def __init__(self, *args: Any, frames: list[Frame], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {frame.weekday: frame for frame in frames}
        for day, name in Weekday.choices:
            frame = known.get(day)
            for edge, words in (("opens", _("opens")), ("closes", _("closes"))):
                self.fields[f"{edge}_{day}"] = forms.TimeField(
                    label=f"{name}: {words}",
                    required=False,
                    initial=getattr(frame, edge, None),
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )

    def frames(self) -> list[Frame]:
        """The frames that were typed."""
        data = self.cleaned_data
        return [
            Frame(day, data[f"opens_{day}"], data[f"closes_{day}"])
            for day in Weekday.values
            if data.get(f"opens_{day}") and data.get(f"closes_{day}")
        ]
