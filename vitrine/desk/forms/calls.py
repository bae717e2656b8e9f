"""A call: who, what, and one of three outcomes on the same screen."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.desk.forms.acts import ServiceField, availability
from vitrine.desk.forms.callers import CallerFields
from vitrine.directory.access import services_for
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.tickets.access import question_types_for
from vitrine.tickets.choices import Impact, Urgency
from vitrine.tickets.models import QuestionType

ANSWERED, KEPT, DELEGATED = "1", "2", "3"


def type_labels(account: Account) -> dict[str, QuestionType]:
    """Question types by the words that one types: `Access · unblock`."""
    language = account.ui_language
    labels = {}
    for kind in question_types_for(account):
        name = kind.name_in(language)
        labels[f"{kind.parent.name_in(language)} · {name}" if kind.parent else name] = kind
    return labels


class CallForm(CallerFields):
    """Everything of one call. What belongs to another outcome may stay blank."""

    channel = forms.ChoiceField(
        required=False, choices=[("phone", _("telephone")), ("counter", _("at the counter"))]
    )
    language = forms.ChoiceField(label=_("Language spoken"), choices=Language.choices)
    text = forms.CharField(label=_("What is asked"), widget=forms.Textarea)
    subject = forms.CharField(required=False, max_length=300)
    question_type = forms.CharField(label=_("Question type"), required=False, max_length=400)
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Urgency.choices, coerce=int)
    impact = forms.TypedChoiceField(label=_("Impact"), choices=Impact.choices, coerce=int)
    began_at = forms.DateTimeField(required=False)
    joins = forms.BooleanField(
        label=_("Belongs to the present interruption of the register"), required=False
    )
    tells_colleague = forms.BooleanField(
        label=_("Tell the colleague what the caller wants"), required=False
    )
    outcome = forms.ChoiceField(choices=[(one, one) for one in (ANSWERED, KEPT, DELEGATED)])
    answer = forms.CharField(label=_("Your answer"), required=False, widget=forms.Textarea)
    in_writing = forms.BooleanField(label=_("Also send it by e-mail"), required=False)
    next_action = forms.CharField(label=_("Next action"), required=False, max_length=300)
    promised_for = forms.DateField(
        label=_("Date told to the requester"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    tell = forms.BooleanField(label=_("Tell the date by e-mail too"), required=False)
    service = ServiceField(
        queryset=None, label=_("Service"), required=False, empty_label=_("Choose the service")
    )
    motive = forms.CharField(
        label=_("What the second line should find out"), required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, ServiceField)
        field.queryset = services_for(account).filter(is_active=True)
        field.available = availability(account.ui_language)
        self.types = type_labels(account)

    def clean_question_type(self) -> QuestionType | None:
        """The type whose words were typed, or of which they are the only beginning or part."""
        typed = str(self.cleaned_data["question_type"]).strip().casefold()
        if not typed:
            return None
        known = {label.casefold(): kind for label, kind in self.types.items()}
        if typed in known:
            return known[typed]
        fitting = [kind for label, kind in known.items() if typed in label]
        if len(fitting) == 1:
            return fitting[0]
        raise forms.ValidationError(_("Choose one of the question types of the list."))

    def clean_began_at(self) -> datetime:
        """When the call began; now when the browser did not say, and never later."""
        began = self.cleaned_data.get("began_at")
        return min(began, now()) if isinstance(began, datetime) else now()

    def clean(self) -> dict[str, Any]:
        """Each outcome has what it needs."""
        data = super().clean() or {}
        if data.get("outcome") == DELEGATED and not data.get("service"):
            self.add_error("service", _("Choose the service that gets the ticket."))
        return data
