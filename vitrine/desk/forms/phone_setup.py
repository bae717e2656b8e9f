"""How the telephone is set up: rules of distribution, telephones, numbers, menu."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.accounts.choices import Level
from vitrine.accounts.models import Account
from vitrine.desk.rendering.phone.words import STRATEGIES
from vitrine.kernel.languages import Language
from vitrine.telephony.choices import EndpointKind, NumberPurpose
from vitrine.telephony.models import PolicyVersion
from vitrine.telephony.rules.dialling import is_prefix
from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu
from vitrine.telephony.rules.menus import faults_of as faults_of_menu
from vitrine.telephony.rules.policies import BOUNDS
from vitrine.telephony.rules.routing import Policy, Strategy

LANGUAGES = tuple(str(language) for language in Language)
CHOICES = 6
"""Rows of the menu that the form has room for."""
HOUSE = (
    "within_seconds",
    "short_abandon_seconds",
    "keep_numbers_days",
    "keep_messages_days",
    "records_calls",
    "recording_purpose",
    "keep_recordings_days",
    "most_calls_out",
    "dial_prefixes",
)


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
        **{name: getattr(house, name) for name in HOUSE},
        "dial_prefixes": " ".join(house.dial_prefixes),
        "strategy": policy.strategy.value,
        "first_level": policy.widening[0][1],
        "then_after": int(last[0]) or None,
        "then_level": last[1],
        "scarce_percent": round(policy.scarce_share * 100),
    }


class TelephoneForm(forms.Form):
    """At which telephone somebody takes calls."""

    kind = forms.ChoiceField(label=gettext_lazy("Telephone"), choices=EndpointKind.choices)
    address = forms.CharField(
        label=gettext_lazy("Number"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Of a desk telephone or a mobile; blank in the browser."),
    )
    must_accept = forms.BooleanField(
        label=gettext_lazy("Press 1 to accept, so that no voicemail takes the call"), required=False
    )
    rank = forms.IntegerField(
        label=gettext_lazy("Place in the order of the supervisor"),
        min_value=0,
        max_value=1000,
        initial=0,
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Only calls for these services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all calls."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Takes calls"), required=False)

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["services"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = services


class NumberForm(forms.Form):
    """One of our numbers."""

    number = forms.CharField(label=gettext_lazy("Number or extension"), max_length=32)
    purpose = forms.ChoiceField(label=gettext_lazy("For"), choices=NumberPurpose.choices)
    colleague = forms.TypedChoiceField(
        label=gettext_lazy("Colleague"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Only for a direct number."),
    )

    def __init__(self, *args: Any, colleagues: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["colleague"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "–"), *((one.pk, one.name) for one in colleagues)]


DOES: Mapping[str, Any] = {
    Does.QUEUE: gettext_lazy("wait for somebody"),
    Does.STATE: gettext_lazy("hear the state of the register"),
    Does.MESSAGE: gettext_lazy("leave a message"),
    Does.MENU: gettext_lazy("further choices"),
}
FAULTS: Mapping[str, Any] = {
    "languages": gettext_lazy("Choose each language once."),
    "language-missing": gettext_lazy("A text is missing in one of the languages: %(place)s."),
    "too-long": gettext_lazy("A text is too long to be listened to: %(place)s."),
    "key-twice": gettext_lazy("A key is used twice."),
    "no-key": gettext_lazy("A choice has no key from 1 to 9."),
    "leads-nowhere": gettext_lazy("Further choices are not there: %(place)s."),
    "no-messages": gettext_lazy("Messages are not taken, but a choice leads to one."),
    "bounds": gettext_lazy("This value is out of bounds: %(place)s."),
}


class MenuForm(forms.Form):
    """What callers hear and key. Further choices below one are kept as they are."""

    order = forms.CharField(
        label=gettext_lazy("Order of the languages"),
        max_length=40,
        help_text=gettext_lazy("The first has key 1, for example: fr nl de en"),
    )
    tells_online_form = forms.BooleanField(
        label=gettext_lazy("Tell of the web form when the desk is closed"), required=False
    )
    offers_call_back = forms.BooleanField(
        label=gettext_lazy("Offer a call-back while one waits (key 9)"), required=False
    )
    takes_messages = forms.BooleanField(label=gettext_lazy("Take messages (key 7)"), required=False)
    loss_number = forms.CharField(
        label=gettext_lazy("Number for loss and theft at any hour"), required=False, max_length=32
    )
    repeats = forms.IntegerField(
        label=gettext_lazy("Choices are said again so many times"), min_value=0, max_value=5
    )
    announce_after = forms.IntegerField(
        label=gettext_lazy("First word about the wait after, in seconds"),
        min_value=5,
        max_value=300,
    )
    announce_every = forms.IntegerField(
        label=gettext_lazy("Then every so many seconds"), min_value=20, max_value=600
    )
    note = forms.CharField(label=gettext_lazy("Why this change"), required=False, max_length=200)

    def __init__(
        self, *args: Any, menu: PhoneMenu, services: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        self.menu = menu
        kwargs["initial"] = menu_initial(menu)
        super().__init__(*args, **kwargs)
        for name, label in (
            ("welcome", gettext_lazy("Greeting instead of the usual one")),
            ("announcement", gettext_lazy("Announcement after the greeting")),
        ):
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{label} ({language.upper()})", required=False, max_length=500
                )
        codes = {code for code, _name in services}
        kept = {one.service for one in menu.choices if one.service} - codes
        services = [*services, *((code, code) for code in sorted(kept))]
        for row in range(CHOICES):
            self.fields[f"key_{row}"] = forms.CharField(required=False, max_length=1)
            self.fields[f"does_{row}"] = forms.ChoiceField(
                required=False, choices=list(DOES.items())
            )
            self.fields[f"service_{row}"] = forms.ChoiceField(
                required=False, choices=[("", "–"), *services]
            )
            for language in LANGUAGES:
                self.fields[f"topic_{row}_{language}"] = forms.CharField(
                    required=False, max_length=120
                )

    def clean(self) -> dict[str, Any]:
        """A menu that can be followed, as `menu`; else what is wrong, in a sentence."""
        data = super().clean() or {}
        if self.errors:
            return data
        data["menu"] = self._written(data)
        for fault in faults_of_menu(data["menu"]):
            code, _colon, place = fault.partition(":")
            words = FAULTS.get(code, _("This phone menu cannot be followed."))
            self.add_error(None, forms.ValidationError(words, params={"place": place}))
        return data

    def _written(self, data: Mapping[str, Any]) -> PhoneMenu:
        plain = (
            "tells_online_form",
            "offers_call_back",
            "takes_messages",
            "repeats",
            "announce_after",
            "announce_every",
        )
        return replace(
            self.menu,
            languages=tuple(data["order"].lower().replace(",", " ").split()),
            loss_number=data["loss_number"].strip(),
            welcome=self._texts(data, name="welcome"),
            announcement=self._texts(data, name="announcement"),
            choices=tuple(
                self._choice(data, row=row) for row in range(CHOICES) if data[f"key_{row}"].strip()
            ),
            **{name: data[name] for name in plain},
        )

    def _texts(self, data: Mapping[str, Any], *, name: str) -> dict[str, str]:
        return {
            language: words
            for language in LANGUAGES
            if (words := data[f"{name}_{language}"].strip())
        }

    def _choice(self, data: Mapping[str, Any], *, row: int) -> MenuChoice:
        key = data[f"key_{row}"].strip()
        known = next((one for one in self.menu.choices if one.key == key), None)
        does = Does(data[f"does_{row}"] or Does.QUEUE)
        return MenuChoice(
            key=key,
            topics=self._texts(data, name=f"topic_{row}"),
            does=does,
            service=data[f"service_{row}"],
            priority=known.priority if known else 0,
            choices=known.choices if known and does == Does.MENU else (),
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each choice."""
        return [
            {
                "key": self[f"key_{row}"],
                "does": self[f"does_{row}"],
                "service": self[f"service_{row}"],
                "topics": [(language, self[f"topic_{row}_{language}"]) for language in LANGUAGES],
            }
            for row in range(CHOICES)
        ]

    @property
    def sentences(self) -> list[Any]:
        """The fields of greeting and announcement."""
        names = ("welcome", "announcement")
        return [self[f"{name}_{language}"] for name in names for language in LANGUAGES]

    @property
    def plain(self) -> list[Any]:
        """The fields that stand alone."""
        return [self[name] for name in self.base_fields]


def menu_initial(menu: PhoneMenu) -> dict[str, Any]:
    """What the form shows of a menu."""
    initial: dict[str, Any] = {
        "order": " ".join(menu.languages),
        "tells_online_form": menu.tells_online_form,
        "offers_call_back": menu.offers_call_back,
        "takes_messages": menu.takes_messages,
        "loss_number": menu.loss_number,
        "repeats": menu.repeats,
        "announce_after": int(menu.announce_after),
        "announce_every": int(menu.announce_every),
    }
    for name in ("welcome", "announcement"):
        initial |= {f"{name}_{one}": words for one, words in getattr(menu, name).items()}
    for row, choice in enumerate(menu.choices[:CHOICES]):
        initial |= {
            f"key_{row}": choice.key,
            f"does_{row}": choice.does.value,
            f"service_{row}": choice.service,
            **{f"topic_{row}_{one}": words for one, words in choice.topics.items()},
        }
    return initial
