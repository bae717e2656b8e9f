"""What one says to the telephone."""

from typing import Any

from django import forms

from vitrine.desk.rendering.phone.words import PAUSES
from vitrine.telephony.choices import InstructionKind

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
