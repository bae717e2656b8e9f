"""How the telephone is set up: telephones, numbers, menu. Its rules: `phone_rules`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.accounts.models import Account
from vitrine.kernel.languages import Language
from vitrine.telephony.choices import EndpointKind, NumberPurpose
from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu
from vitrine.telephony.rules.menus import faults_of as faults_of_menu

LANGUAGES = tuple(str(language) for language in Language)
CHOICES = 6
"""Rows of the menu that the form has room for."""


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
