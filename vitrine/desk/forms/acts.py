"""The forms of what one does with a ticket. Field names are the arguments of the action."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.directory.access import services_for
from vitrine.directory.models import Service
from vitrine.directory.queries import services_with_second_line
from vitrine.kernel.clock import today
from vitrine.kernel.languages import Language
from vitrine.tickets.access import guardians_for, question_types_for, workable_tickets_for
from vitrine.tickets.choices import Impact, LinkKind, Urgency
from vitrine.tickets.models import QuestionType, Ticket
from vitrine.tickets.queries import participants_of

LINES = forms.Textarea(attrs={"rows": 3})


class AccountField(forms.ModelChoiceField):
    """Accounts by their name."""

    def label_from_instance(self, obj: Account) -> str:
        """The words of one choice."""
        return obj.name


class ActForm(forms.Form):
    """A form that knows who fills it in and about which ticket."""

    def __init__(self, *args: Any, ticket: Ticket, account: Account, **kwargs: Any) -> None:
        self.ticket = ticket
        self.account = account
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on the ticket or the account."""


class WordsForm(ActForm):
    """A reply or a note. Whether it may be blank is the action's rule, not the form's."""

    text = forms.CharField(widget=forms.Textarea, required=False)
    last_seen = forms.IntegerField(required=False, min_value=0)
    cc = forms.MultipleChoiceField(required=False)

    def prepare(self) -> None:
        """Copies go to participants of the ticket only."""
        field = self.fields["cc"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.address, str(one)) for one in participants_of(self.ticket)]


class OtherAddressForm(ActForm):
    """Where a message that did not arrive is sent instead."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)


class KeepOpenForm(ActForm):
    """Kept open: who does what until when, and does the requester know (S-15)."""

    next_action = forms.CharField(
        label=_("Next action"),
        max_length=300,
        widget=forms.TextInput(attrs={"data-wide": True}),
    )
    promised_for = forms.DateField(
        label=_("Date told to the requester"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    remind_at = forms.DateTimeField(
        label=_("Remind me"),
        required=False,
        help_text=_("Outside opening hours it moves to the next opening."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    owner = AccountField(queryset=None, label=_("Owner"), required=False)
    tell = forms.BooleanField(
        label=_("Tell the requester the date by e-mail"), required=False, initial=True
    )

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        field = self.fields["owner"]
        assert isinstance(field, AccountField)
        field.queryset = guardians_for(self.account)
        self.initial.setdefault("owner", self.ticket.owner_id or self.account.pk)
        self.initial.setdefault("next_action", self.ticket.next_action)
        self.initial.setdefault("promised_for", self.ticket.promised_for)


def availability(language: str) -> dict[int, str]:
    """For each active service its name, and who would get a ticket today."""
    words = {}
    for service, there in services_with_second_line(on=today()):
        if there is None:
            expert = gettext("nobody is there today")
        elif there.is_deputy:
            expert = gettext("%(name)s (deputy)") % {"name": there.account.name}
        else:
            expert = there.account.name
        words[service.pk] = f"{service.name_in(language)}: {expert}"
    return words


class ServiceField(forms.ModelChoiceField):
    """Services with the person who would get the ticket today."""

    available: Mapping[int, str] = {}

    def label_from_instance(self, obj: Service) -> str:
        """The words of one choice."""
        return self.available.get(obj.pk, obj.code)


class DelegationForm(ActForm):
    """To the second line of a service, with a motive (S-16)."""

    service = ServiceField(queryset=None, label=_("Service"), empty_label=_("Choose the service"))
    motive = forms.CharField(label=_("What the second line should find out"), widget=LINES)

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        field = self.fields["service"]
        assert isinstance(field, ServiceField)
        field.queryset = services_for(self.account).filter(is_active=True)
        field.available = availability(self.account.ui_language)
        if self.ticket.suggested_service_id:
            self.initial.setdefault("service", self.ticket.suggested_service_id)
        elif self.ticket.question_type:
            self.initial.setdefault("service", self.ticket.question_type.default_service_id)


class SecondLineAnswerForm(ActForm):
    """The answer of the second line, to the requester or to the desk."""

    answer = forms.CharField(label=_("Your answer"), widget=LINES)
    to_requester = forms.ChoiceField(
        label=_("Send it to"),
        choices=[
            ("", _("the help desk, which answers")),
            ("yes", _("the requester directly, and close")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_to_requester(self) -> bool:
        """Whether it goes to the requester."""
        return bool(self.cleaned_data["to_requester"])


class MotiveForm(ActForm):
    """Why something is done."""

    motive = forms.CharField(label=_("Motive"), widget=LINES)


class OwnerForm(ActForm):
    """Who is the desk's guardian of the ticket."""

    owner = AccountField(queryset=None, label=_("Owner"))

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        field = self.fields["owner"]
        assert isinstance(field, AccountField)
        field.queryset = guardians_for(self.account)
        self.initial.setdefault("owner", self.ticket.owner_id)


class SubjectForm(ActForm):
    """The subject, edited in place."""

    subject = forms.CharField(label=_("Subject"), max_length=300)


class QuestionTypeField(forms.ModelChoiceField):
    """Question types of the second level, under the name of the first."""

    language = "fr"

    def label_from_instance(self, obj: QuestionType) -> str:
        """The words of one choice."""
        name = obj.name_in(self.language)
        return f"{obj.parent.name_in(self.language)} · {name}" if obj.parent else name


class QuestionTypeForm(ActForm):
    """What the request is about."""

    question_type = QuestionTypeField(
        queryset=None, label=_("Question type"), empty_label=_("Choose the question type")
    )

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        field = self.fields["question_type"]
        assert isinstance(field, QuestionTypeField)
        field.language = self.account.ui_language
        field.queryset = question_types_for(self.account)
        self.initial.setdefault("question_type", self.ticket.question_type_id)


class PriorityForm(ActForm):
    """Impact and urgency; the priority follows."""

    impact = forms.TypedChoiceField(label=_("Impact"), choices=Impact.choices, coerce=int)
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Urgency.choices, coerce=int)

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        self.initial.setdefault("impact", self.ticket.impact)
        self.initial.setdefault("urgency", self.ticket.urgency)


class ReplyLanguageForm(ActForm):
    """Another language than the law's, with a motive."""

    language = forms.ChoiceField(label=_("Reply in"), choices=Language.choices)
    motive = forms.CharField(label=_("Motive"), widget=LINES)

    def prepare(self) -> None:
        """Fill in what the ticket says already."""
        self.initial.setdefault("language", self.ticket.reply_language)


class OtherTicketForm(ActForm):
    """Another ticket: one of the requester's, else by number."""

    number = forms.CharField(label=_("Ticket number"), max_length=20)

    def clean_number(self) -> str:
        """The number as it is stored; the ticket itself is then in `found`."""
        number = self.cleaned_data["number"].replace(" ", "").upper()
        found = workable_tickets_for(self.account).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket with this number."))
        self.found = found
        return str(number)


class LinkForm(OtherTicketForm):
    """Another ticket, and why the two belong together."""

    kind = forms.ChoiceField(label=_("Why"), choices=LinkKind.choices)


class SpamForm(ActForm):
    """Close it as spam; whom that blocks is asked only when it would hit others."""

    block = forms.BooleanField(label=_("Block the sender for a year"), required=False)
    is_confirmed = forms.BooleanField(label=_("Block also when it hits others"), required=False)
    asked = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """A button without the form closes and blocks."""
        data = super().clean() or {}
        if not data.pop("asked", False):
            data["block"] = True
        return data
