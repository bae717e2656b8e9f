"""The form of a sorting rule: some conditions, and what follows from them.

A condition is one line: what is looked at, how it is compared, and the values, separated by
semicolons. What can be chosen (a language, a channel) may be typed by its code or by its name.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.desk.forms.acts import AccountField
from vitrine.desk.forms.settings import NamedField
from vitrine.directory.access import categories_for, organisations_for, services_for
from vitrine.kernel.languages import Language
from vitrine.tickets.access import editable_question_types_for, rule_owners_for
from vitrine.tickets.actions import EFFECTS
from vitrine.tickets.choices import Impact, SortingField, SortingOperator, Urgency
from vitrine.tickets.models import SortingRule
from vitrine.tickets.queries import current_rulebook, key_of
from vitrine.tickets.queries.faxes import has_faxes
from vitrine.tickets.rules import LONGEST_VALUE, MOST_CONDITIONS, MOST_VALUES, NO, OPERATORS, YES

SEPARATOR = ";"
CHANNELS = (Channel.MAIL, Channel.WEB, Channel.FAX)
SPARE_LINES = 2
NOT_DECIDED = ("", _("leave it open"))


def choices_of(what: str, *, account: Account) -> list[tuple[str, str]]:
    """The values that can be chosen for a field, with their names; empty: it is free text."""
    if what == SortingField.LANGUAGE:
        return [(str(code), str(name)) for code, name in Language.choices]
    if what == SortingField.CHANNEL:
        takes_faxes = bool(current_rulebook().fax_gateways) or has_faxes()
        channels = [one for one in CHANNELS if one != Channel.FAX or takes_faxes]
        return [(str(one), str(one.label)) for one in channels]
    if what == SortingField.FILES:
        return [(YES, gettext("yes")), (NO, gettext("no"))]
    if what == SortingField.CATEGORY:
        rows = categories_for(account)
        return [(row.code, row.name_in(account.ui_language)) for row in rows]
    return []


class ConditionForm(forms.Form):
    """One line of a rule; without values it is left out."""

    what = forms.ChoiceField(label=_("What"), choices=SortingField.choices)
    operator = forms.ChoiceField(label=_("How"), choices=SortingOperator.choices)
    values = forms.CharField(
        label=_("Values"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        what = self["what"].value() or SortingField.SUBJECT
        if choices_of(what, account=account):
            self.fields["values"].widget.attrs["list"] = f"values-{what}"

    def clean(self) -> dict[str, Any]:
        """The values as they are stored; each that means nothing is an error of its own."""
        data = super().clean() or {}
        what, operator = data.get("what"), data.get("operator")
        typed = [part.strip() for part in (data.get("values") or "").split(SEPARATOR)]
        typed = [part for part in typed if part]
        data["values"] = []
        if what is None or operator is None or not typed:
            return data
        if operator not in OPERATORS[SortingField(what)]:
            allowed = ", ".join(str(one.label) for one in OPERATORS[SortingField(what)])
            self.add_error("operator", gettext("Here you can use: %(how)s.") % {"how": allowed})
        if len(typed) > MOST_VALUES or any(len(part) > LONGEST_VALUE for part in typed):
            self.add_error("values", gettext("Too many or too long values."))
            return data
        data["values"] = [self._meant(what, part) for part in typed]
        return data

    def _meant(self, what: str, typed: str) -> str:
        """What is stored for a value that somebody typed."""
        if what == SortingField.ORGANISATION:
            return self._organisation(typed)
        choices = choices_of(what, account=self.account)
        if not choices:
            return typed
        for code in _codes_called(typed, what=what, account=self.account):
            return code
        names = ", ".join(name for _code, name in choices)
        self.add_error(
            "values",
            gettext("“%(value)s” is not known. Choose of: %(names)s.")
            % {"value": typed, "names": names},
        )
        return typed

    def _organisation(self, typed: str) -> str:
        category, _slash, code = typed.partition("/")
        named = Q(name_fr__iexact=typed) | Q(name_nl__iexact=typed) | Q(name_de__iexact=typed)
        coded = Q(code__iexact=typed) | Q(category__code__iexact=category, code__iexact=code)
        rows = organisations_for(self.account).filter(named | coded | Q(name_en__iexact=typed))
        found = list(rows.select_related("category").order_by("valid_to")[:10])
        living = [row for row in found if row.valid_to is None] or found
        if len(living) == 1:
            return key_of(living[0])
        sentence = (
            gettext("Several organisations are called “%(value)s”. Write one of: %(codes)s.")
            if living
            else gettext("No organisation is called “%(value)s”.")
        )
        codes = ", ".join(key_of(row) for row in living)
        self.add_error("values", sentence % {"value": typed, "codes": codes})
        return typed


def _codes_called(typed: str, *, what: str, account: Account) -> Iterable[str]:
    """The codes whose code or name, in any language, is `typed`."""
    wanted = typed.casefold()
    for language, _name in settings.LANGUAGES:
        with override(language):
            for code, name in choices_of(what, account=account):
                if wanted in (code.casefold(), name.casefold()):
                    yield code
    if what == SortingField.CATEGORY:
        for row in categories_for(account):
            if wanted in {row.name_in(one).casefold() for one in Language.values}:
                yield row.code


class SortingRuleForm(forms.Form):
    """A rule without its conditions, which are forms of their own."""

    name = forms.CharField(
        label=_("name"), max_length=100, help_text=_("Shown on every ticket that it sorts.")
    )
    any_suffices = forms.TypedChoiceField(
        label=_("A message meets the rule when"),
        choices=[("0", _("all conditions are met")), ("1", _("one condition is met"))],
        coerce=lambda value: value == "1",
        initial="0",
    )
    question_type = NamedField(queryset=None, label=_("Question type"), required=False)
    service = NamedField(
        queryset=None,
        label=_("Suggest this second line"),
        required=False,
        help_text=_("Offered first when somebody hands the ticket over."),
    )
    owner = AccountField(queryset=None, label=_("Give it to"), required=False)
    impact = forms.TypedChoiceField(
        label=_("Impact"),
        choices=[NOT_DECIDED, *Impact.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"),
        choices=[NOT_DECIDED, *Urgency.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of the request"),
        choices=[NOT_DECIDED, *Language.choices],
        required=False,
    )
    next_action = forms.CharField(label=_("Next action"), max_length=300, required=False)
    no_acknowledgement = forms.BooleanField(label=_("Send no acknowledgement"), required=False)
    is_spam = forms.BooleanField(
        label=_("It is spam"),
        required=False,
        help_text=_("It goes to the spam list and becomes no ticket until somebody says so."),
    )
    stops = forms.BooleanField(
        label=_("No further rule after this one"),
        required=False,
        help_text=_("Else the rules below fill in what this one leaves open."),
    )
    is_on = forms.BooleanField(label=_("switched on"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    MAIN = ("name", "any_suffices")
    EFFECTS = EFFECTS
    ENDS = ("stops", "is_on")

    def __init__(
        self, *args: Any, account: Account, rule: SortingRule | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.account = account
        for name, rows in (
            ("question_type", editable_question_types_for(account).filter(is_active=True)),
            ("service", services_for(account).filter(is_active=True)),
        ):
            field = self.fields[name]
            assert isinstance(field, NamedField)
            field.language, field.queryset = account.ui_language, rows
        self._fill_owners()
        for name in ("question_type", "service", "owner"):
            self.fields[name].empty_label = NOT_DECIDED[1]  # type: ignore[attr-defined]
        self.conditions = self._condition_forms(rule)

    def _fill_owners(self) -> None:
        owner = self.fields["owner"]
        assert isinstance(owner, AccountField)
        owner.queryset = rule_owners_for(self.account)

    def _condition_forms(self, rule: SortingRule | None) -> list[ConditionForm]:
        written = rule.conditions if rule is not None else []
        if self.is_bound:
            count = min(_number(self.data.get("count")), MOST_CONDITIONS)
            lines = [
                ConditionForm(self.data, prefix=f"condition-{line}", account=self.account)
                for line in range(count)
            ]
        else:
            lines = [
                ConditionForm(
                    prefix=f"condition-{line}",
                    account=self.account,
                    initial={
                        "what": what,
                        "operator": operator,
                        "values": shown_values(what, values, account=self.account),
                    },
                )
                for line, (what, operator, values) in enumerate(written)
            ]
        spare = 0 if self.is_bound else max(SPARE_LINES - len(lines), 1)
        if self.is_bound and "more" in self.data:
            spare = 1
        return lines + [
            ConditionForm(
                prefix=f"condition-{len(lines) + line}",
                account=self.account,
                initial={"what": SortingField.SUBJECT, "operator": SortingOperator.CONTAINS},
            )
            for line in range(min(spare, MOST_CONDITIONS - len(lines)))
        ]

    def clean(self) -> dict[str, Any]:
        """The conditions join what is typed above and below them."""
        data = super().clean() or {}
        lines = [one for one in self.conditions if one.is_bound]
        valid = [one for one in lines if one.is_valid()]
        if len(valid) < len(lines):
            self.add_error(None, gettext("Look at the conditions."))
        written = [one.cleaned_data for one in valid]
        data["conditions"] = [
            (one["what"], one["operator"], one["values"]) for one in written if one["values"]
        ]
        if not data["conditions"] and not self.errors:
            self.add_error(None, gettext("Add a condition: a rule without one is never met."))
        if not any(data.get(name) for name in EFFECTS):
            self.add_error(None, gettext("Say what the rule does with the message."))
        data["version"] = data.get("version") or 0
        return data

    @property
    def digest(self) -> str:
        """What was typed, as one word: a rule is saved as it was tried."""
        words = {
            name: getattr(value, "pk", value)
            for name, value in self.cleaned_data.items()
            if name != "version"
        }
        return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:32]

    def bound(self, names: Iterable[str]) -> list[forms.BoundField]:
        """The fields of one part of the page."""
        return [self[name] for name in names]


def shown_values(what: str, values: Iterable[str], *, account: Account) -> str:
    """Stored values as they are typed: by their names where they have some."""
    names = dict(choices_of(what, account=account))
    return f"{SEPARATOR} ".join(names.get(value, value) for value in values)


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
