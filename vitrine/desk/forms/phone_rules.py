"""How calls are given, how long what they leave behind is kept, and where the house calls."""

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.accounts.choices import Level
from vitrine.desk.rendering.phone.words import STRATEGIES
from vitrine.telephony.models import PolicyVersion
from vitrine.telephony.rules.dialling import is_prefix
from vitrine.telephony.rules.policies import BOUNDS, HOUSE_RULES
from vitrine.telephony.rules.routing import Policy, Strategy


def seconds(label: Any, *, name: str, help_text: Any = "") -> forms.IntegerField:
    """A length of time with the bounds of the rules."""
    least, most = BOUNDS[name]
    return forms.IntegerField(
        label=label, min_value=int(least), max_value=int(most), help_text=help_text
    )


class RulesForm(forms.Form):
    """How calls are given, and how long what they leave behind is kept."""

    strategy = forms.ChoiceField(label=gettext_lazy("Who is asked first"))
    first_level = forms.TypedChoiceField(
        label=gettext_lazy("Level of the language at once"), coerce=int, choices=Level.choices
    )
    then_after = forms.IntegerField(
        label=gettext_lazy("After so many seconds"), min_value=1, max_value=3600, required=False
    )
    then_level = forms.TypedChoiceField(
        label=gettext_lazy("this level will do"), coerce=int, choices=Level.choices
    )
    reserve_for = seconds(
        gettext_lazy("Keep the last speaker of a rare language free, in seconds"),
        name="reserve_for",
        help_text=gettext_lazy("0: never"),
    )
    scarce_percent = forms.IntegerField(
        label=gettext_lazy("Rare: spoken by at most, in % of the people"),
        min_value=0,
        max_value=100,
    )
    prefer_known_for = seconds(
        gettext_lazy("Wait for who knows the caller, in seconds"), name="prefer_known_for"
    )
    rings_at_once = seconds(
        gettext_lazy("Telephones that ring at once"),
        name="rings_at_once",
        help_text=gettext_lazy("Only where several ring at once."),
    )
    ring_for = seconds(gettext_lazy("A telephone rings for, in seconds"), name="ring_for")
    most_missed = seconds(gettext_lazy("Calls missed until a break"), name="most_missed")
    wrap_up = seconds(gettext_lazy("Time to finish after a call, in seconds"), name="wrap_up")
    most_wait = seconds(
        gettext_lazy("Offer a call-back or a message after, in seconds"), name="most_wait"
    )
    call_back_tries = seconds(gettext_lazy("Tries to call back"), name="call_back_tries")
    call_back_pause = seconds(gettext_lazy("Between two tries, in seconds"), name="call_back_pause")
    within_seconds = forms.IntegerField(
        label=gettext_lazy("Service level: answered within, in seconds"), min_value=1, max_value=600
    )
    short_abandon_seconds = forms.IntegerField(
        label=gettext_lazy("Hanging up earlier does not count, in seconds"),
        min_value=0,
        max_value=60,
    )
    keep_numbers_days = forms.IntegerField(
        label=gettext_lazy("Erase numbers of callers after, in days"), min_value=1, max_value=3650
    )
    keep_messages_days = forms.IntegerField(
        label=gettext_lazy("Erase spoken messages after, in days"), min_value=1, max_value=3650
    )
    records_calls = forms.BooleanField(
        label=gettext_lazy("Record conversations"),
        required=False,
        help_text=gettext_lazy(
            "Off unless there is a legal basis. Callers are told, with the purpose, before anybody "
            "answers; recordings are erased by themselves."
        ),
    )
    recording_purpose = forms.CharField(
        label=gettext_lazy("Purpose of the recordings"), required=False, max_length=200
    )
    keep_recordings_days = forms.IntegerField(
        label=gettext_lazy("Erase recordings after, in days"), min_value=1, max_value=30
    )
    most_calls_out = forms.IntegerField(
        label=gettext_lazy("Numbers dialled on one day, at most"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("Against toll fraud; agents and call-backs together. 0: none."),
    )
    dial_prefixes = forms.CharField(
        label=gettext_lazy("Only numbers that begin with"),
        required=False,
        max_length=400,
        help_text=gettext_lazy(
            "For example: +32 +352. Blank: Europe. Numbers that cost extra are never dialled."
        ),
    )
    note = forms.CharField(label=gettext_lazy("Why this change"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["strategy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(STRATEGIES.items())

    def clean(self) -> dict[str, Any]:
        """The purpose stands beside a recording; widening asks for less later."""
        data = super().clean() or {}
        if data.get("records_calls") and not data.get("recording_purpose", "").strip():
            self.add_error("recording_purpose", _("Recordings need a purpose."))
        if data.get("then_after") and data.get("then_level", 1) >= data.get("first_level", 3):
            self.add_error("then_level", _("Later a lower level will do, not a higher one."))
        return data

    def clean_dial_prefixes(self) -> list[str]:
        """Each with its plus, once; spaces, commas or lines between them."""
        written = re.split(r"[\s,;]+", str(self.cleaned_data["dial_prefixes"]).strip())
        prefixes = list(dict.fromkeys(one for one in written if one))
        for one in prefixes:
            if not is_prefix(one):
                raise forms.ValidationError(
                    _("“%(written)s” is no beginning of a number: write it as +32.")
                    % {"written": one}
                )
        return prefixes

    def policy(self, *, before: Policy) -> Policy:
        """The rules that were written; what the form does not show stays as it was."""
        data = self.cleaned_data
        steps: tuple[tuple[float, int], ...] = ((0.0, data["first_level"]),)
        if data["then_after"]:
            steps = (*steps, (float(data["then_after"]), data["then_level"]))
        plain = {name: data[name] for name in BOUNDS if name in data}
        return replace(
            before,
            strategy=Strategy(data["strategy"]),
            widening=steps,
            scarce_share=data["scarce_percent"] / 100,
            **plain,
        )


def rules_initial(policy: Policy, *, house: PolicyVersion) -> dict[str, Any]:
    """What the form shows of the rules in force."""
    last = policy.widening[-1]
    return {
        **{name: round(getattr(policy, name)) for name in BOUNDS},
        **{name: getattr(house, name) for name in HOUSE_RULES},
        "dial_prefixes": " ".join(house.dial_prefixes),
        "strategy": policy.strategy.value,
        "first_level": policy.widening[0][1],
        "then_after": int(last[0]) or None,
        "then_level": last[1],
        "scarce_percent": round(policy.scarce_share * 100),
    }
