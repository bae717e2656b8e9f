"""What one says to the telephone."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.desk.rendering.phone.call_backs import DIAL, PUT_BACK, TAKE, TRIED
from vitrine.desk.rendering.phone.words import PAUSES
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import normalise
from vitrine.telephony.choices import CallBackEnd, CallOutcome, InstructionKind, MenuExit
from vitrine.telephony.rules.names import agent_name

MINE = (
    InstructionKind.READY,
    InstructionKind.PAUSE,
    InstructionKind.SIGN_OUT,
    InstructionKind.EXTEND_WRAP_UP,
    InstructionKind.END_WRAP_UP,
)
"""What everybody says about his own place."""
OVERSIGHT = (
    InstructionKind.LISTEN,
    InstructionKind.WHISPER,
    InstructionKind.STOP_LISTENING,
    InstructionKind.END_CALL,
)
"""What supervisors do with the call of somebody else."""


class BackForm(forms.Form):
    """Where to go afterwards, without scripts; never outside the desk."""

    back = forms.CharField(required=False)

    def clean_back(self) -> str:
        """A page of ours; the home of the desk for anything else."""
        back = str(self.cleaned_data["back"])
        is_ours = back.startswith("/desk/") and "//" not in back and "\\" not in back
        return back if is_ours else "/desk/"


class MyPlaceForm(BackForm):
    """A button of the bar: `kind`, or `pause` with its reason."""

    kind = forms.ChoiceField(choices=[(one, one) for one in MINE], required=False)
    pause = forms.ChoiceField(choices=[(one, one) for one in PAUSES], required=False)

    def clean(self) -> dict[str, Any]:
        """A reason is a pause; one of the two is said."""
        data = super().clean() or {}
        if data.get("pause"):
            data["kind"] = InstructionKind.PAUSE
        if not data.get("kind") or (data["kind"] == InstructionKind.PAUSE and not data["pause"]):
            raise forms.ValidationError("kind")
        return data


class OversightForm(forms.Form):
    """A button beside an agent."""

    kind = forms.ChoiceField(choices=[(one, one) for one in OVERSIGHT])
    agent = forms.CharField(max_length=64)
    call = forms.CharField(max_length=64)


EVERY = ""
MINE_ONLY, NOT_ANSWERED = "mine", "not-answered"


class CallFilterForm(forms.Form):
    """Which calls the list shows."""

    show = forms.ChoiceField(label=_("Show"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[(EVERY, _("every language")), *Language.choices],
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)
        choices = [
            (EVERY, _("every call")),
            (MINE_ONLY, _("that I answered")),
            (NOT_ANSWERED, _("not answered")),
            *CallOutcome.choices,
            *((f"menu-{code}", words) for code, words in MenuExit.choices),
        ]
        field = self.fields["show"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def condition(self) -> Q:
        """What the calls must fulfil."""
        data = self.cleaned_data
        wanted = self._shown(str(data["show"]))
        if data["language"]:
            wanted &= Q(language=data["language"])
        if data["before"]:
            wanted &= Q(pk__lt=data["before"])
        return wanted

    def _shown(self, show: str) -> Q:
        if show == MINE_ONLY:
            return Q(answered_by=agent_name(self.account.pk))
        if show == NOT_ANSWERED:
            return Q(offered_at__isnull=False) & ~Q(outcome__in=["", CallOutcome.ANSWERED])
        if show.startswith("menu-"):
            return Q(menu_exit=show.removeprefix("menu-"))
        return Q(outcome=show) if show else Q()

    def query(self, *, before: int) -> str:
        """The same filter further back, as the query of an address."""
        kept = {name: self.data.get(name, "") for name in ("show", "language")}
        return urlencode(
            {name: value for name, value in kept.items() if value} | {"before": before}
        )


class CallBackForm(BackForm):
    """A button beside a call-back."""

    act = forms.ChoiceField(
        choices=[
            (one, one)
            for one in (
                TAKE,
                PUT_BACK,
                TRIED,
                DIAL,
                CallBackEnd.REACHED,
                CallBackEnd.NOT_REACHED,
                CallBackEnd.NOT_NEEDED,
            )
        ]
    )


HANDING_OVER = (
    InstructionKind.TRANSFER,
    InstructionKind.CONSULT,
    InstructionKind.COMPLETE_TRANSFER,
    InstructionKind.CANCEL_TRANSFER,
    InstructionKind.CONFERENCE,
    InstructionKind.RESUME,
    InstructionKind.HANG_UP,
)
"""What one does with one's own call beside talking."""


class HandOverForm(forms.Form):
    """To whom the caller goes: `agent-4`, `queue-de`, or a number outside."""

    kind = forms.ChoiceField(choices=[(one, one) for one in HANDING_OVER])
    whom = forms.CharField(max_length=64, required=False)
    number = forms.CharField(max_length=32, required=False)

    def clean_number(self) -> str:
        """E.164."""
        typed = str(self.cleaned_data["number"]).strip()
        number = normalise(typed) or ""
        if typed and not number:
            raise forms.ValidationError("number")
        return number

    def facts(self) -> dict[str, str]:
        """As `instruct_phone` takes them; empty when nobody was named."""
        if number := self.cleaned_data["number"]:
            return {"number": number}
        whom = self.cleaned_data["whom"]
        if whom.startswith("queue-"):
            return {"language": whom.removeprefix("queue-")}
        return {"to": whom} if whom else {}

    def clean(self) -> dict[str, Any]:
        """Who hands over says to whom; a queue cannot be asked first."""
        data = super().clean() or {}
        names_somebody = data.get("whom") or data.get("number")
        is_queue = str(data.get("whom", "")).startswith("queue-") and not data.get("number")
        asks = data.get("kind") == InstructionKind.CONSULT
        if asks and is_queue:
            raise forms.ValidationError("whom")
        if (asks or data.get("kind") == InstructionKind.TRANSFER) and not names_somebody:
            raise forms.ValidationError("whom")
        return data
