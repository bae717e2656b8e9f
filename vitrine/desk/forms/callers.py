"""Who asks: found in the directory or made on the spot."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.directory.access import organisations_for, persons_for
from vitrine.directory.actions import create_person
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import Caller, find_callers
from vitrine.kernel.languages import Language

NEW = "new"
PERSON, ORGANISATION = "p", "o"
FOUND = 8


@dataclass(frozen=True)
class Choice:
    """A caller as something to choose: its value, and two lines of words."""

    value: str
    name: str
    about: str


def value_of(caller: Caller) -> str:
    """`p12` for a person, `o5` for an organisation of which somebody unknown calls."""
    if caller.person is not None:
        return f"{PERSON}{caller.person.pk}"
    return f"{ORGANISATION}{caller.organisation.pk}" if caller.organisation else NEW


def choices_for(words: str, *, language: str) -> list[Choice]:
    """Those who fit what was typed, best first; none for nothing."""
    if len(words.strip()) < 2:
        return []
    choices = []
    for caller in find_callers(words, limit=FOUND):
        organisation = caller.organisation.name_in(language) if caller.organisation else ""
        if caller.person:
            about = " · ".join(part for part in (organisation, caller.person.function) if part)
            choices.append(Choice(value_of(caller), caller.person.name, about))
        else:
            words_about = _("somebody of this organisation")
            choices.append(Choice(value_of(caller), organisation, str(words_about)))
    return choices


class CallerFields(forms.Form):
    """The fields that say who asks; mixed into the forms that need it."""

    caller = forms.CharField(required=False, max_length=20)
    q = forms.CharField(required=False, max_length=200, label=_("Caller"))
    new_name = forms.CharField(required=False, max_length=200, label=_("Name"))
    new_phone = forms.CharField(required=False, max_length=40, label=_("Telephone"))
    new_address = forms.EmailField(required=False, label=_("E-mail"))

    account: Account

    def chosen(self) -> tuple[Person | None, Organisation | None]:
        """The person and the organisation that were chosen; None for what is not known."""
        return chosen_caller(str(self["caller"].value() or ""), account=self.account)

    def clean_caller(self) -> str:
        """A value that was offered; anything else is nobody."""
        value = str(self.cleaned_data["caller"])
        if value not in ("", NEW) and chosen_caller(value, account=self.account) == (None, None):
            raise forms.ValidationError(_("This caller is no longer in the directory."))
        return value


def chosen_caller(value: str, *, account: Account) -> tuple[Person | None, Organisation | None]:
    """The person and organisation behind `p12` or `o5`; None twice for anything else."""
    kind, serial = value[:1], value[1:]
    if not serial.isdigit():
        return None, None
    if kind == PERSON:
        people = persons_for(account).select_related("organisation__category")
        person = people.filter(pk=int(serial)).first()
        return person, person.organisation if person else None
    if kind == ORGANISATION:
        known = organisations_for(account).select_related("category")
        return None, known.filter(pk=int(serial)).first()
    return None, None


def settled_caller(
    data: dict[str, Any], *, language: str, by: Account
) -> tuple[Person | None, Organisation | None]:
    """The chosen person, else a new one of the chosen organisation when a name was given.

    Raises what `create_person` raises.
    """
    person, organisation = chosen_caller(data["caller"], account=by)
    if person is None and data["new_name"].strip():
        person = create_person(
            data["new_name"],
            organisation=organisation,
            language=Language(language) if language else None,
            addresses=[data["new_address"]] if data["new_address"] else [],
            numbers=[data["new_phone"]] if data["new_phone"] else [],
            by=by,
        )
    return person, organisation
