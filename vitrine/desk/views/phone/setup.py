"""Setting the telephone up: how calls are given, who has which telephone, numbers, menu."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.accounts.models import Account
from vitrine.accounts.queries import accounts_with_role
from vitrine.desk.forms.phone_rules import RulesForm, rules_initial
from vitrine.desk.forms.phone_setup import MenuForm, NumberForm, TelephoneForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.moments import dated_words
from vitrine.desk.rendering.phone.pages import setup_page
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.directory.access import services_for
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.access import (
    dialled_numbers_for,
    endpoints_for,
    menu_versions_for,
    policy_versions_for,
)
from vitrine.telephony.actions import (
    change_menu,
    change_policy,
    give_up_number,
    set_endpoint,
    set_up_number,
)
from vitrine.telephony.errors import PhoneError
from vitrine.telephony.models import Endpoint
from vitrine.telephony.queries import current_menu, current_policy, house_rules
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.policies import HOUSE_RULES

SETTERS = (Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR, Role.ADMINISTRATOR)
VERSIONS = 10


@open_to(*SETTERS)
@require_http_methods(["GET", "POST"])
def rules(request: StaffRequest) -> HttpResponseBase:
    """How calls are given; each change is a version."""
    before = current_policy()
    if request.method == "POST":
        form = RulesForm(request.POST)
        if form.is_valid():
            house = {name: form.cleaned_data[name] for name in HOUSE_RULES}
            try:
                note = form.cleaned_data["note"]
                change_policy(form.policy(before=before), note=note, by=request.user, **house)
            except PhoneError as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                return redirect("desk:phone-rules")
    else:
        form = RulesForm(initial=rules_initial(before, house=house_rules()))
    page = SettingsPage(
        current="phone-rules",
        title=_("How calls are given"),
        headings=[_("Changed"), _("By"), _("Why")],
        lines=[_version_line(row) for row in policy_versions_for(request.user)[:VERSIONS]],
        form=form,
        form_title=_("In force"),
        button=_("Give calls like this from now on"),
    )
    return setup_page(request, page)


def _version_line(row: Any) -> Line:
    return Line(cells=[dated_words(row.at), row.by.name if row.by else "–", row.note or "–"])


@open_to(*SETTERS)
@require_http_methods(["GET"])
def telephones(request: StaffRequest) -> HttpResponse:
    """Who takes calls at which telephone."""
    known = {one.account_id: one for one in endpoints_for(request.user)}
    page = SettingsPage(
        current="telephones",
        title=_("Telephones"),
        explanation=_("Languages and levels stand with the accounts."),
        headings=[_("Name"), _("Languages"), _("Telephone"), _("Services"), _("Place")],
        lines=[_telephone_line(one, endpoint=known.get(one.pk)) for one in _callable()],
        empty=_("Nobody may take calls yet: give somebody a role of the desk."),
    )
    return setup_page(request, page)


def _callable() -> list[Account]:
    return list(
        accounts_with_role(*(Role(one) for one in DESK_ROLES)).prefetch_related("spoken_languages")
    )


def _telephone_line(account: Account, *, endpoint: Endpoint | None) -> Line:
    spoken = " ".join(
        f"{one.language.upper()} {one.level}" for one in account.spoken_languages.all()
    )
    kind = str(endpoint.get_kind_display()) if endpoint else _("in the browser")
    is_off = endpoint is not None and not endpoint.is_active
    place = f"{kind}, {endpoint.address}" if endpoint and endpoint.address else kind
    return Line(
        cells=[
            account.name,
            spoken or "–",
            _("takes no calls") if is_off else place,
            ", ".join(endpoint.services) if endpoint and endpoint.services else _("all"),
            str(endpoint.rank) if endpoint else "0",
        ],
        href=reverse("desk:telephone", args=[account.pk]),
        is_faint=is_off,
    )


@open_to(*SETTERS)
@require_http_methods(["GET", "POST"])
def telephone(request: StaffRequest, pk: int) -> HttpResponseBase:
    """At which telephone somebody takes calls, and which calls."""
    people = accounts_with_role(*(Role(one) for one in DESK_ROLES))
    account = get_object_or_404(people, pk=pk)
    endpoint = endpoints_for(request.user).filter(account=account).first()
    services = _services(request)
    if request.method == "POST":
        form = TelephoneForm(request.POST, services=services)
        if form.is_valid():
            try:
                set_endpoint(account, **form.cleaned_data, by=request.user)
            except PhoneError as refusal:
                form.add_error("address", str(refusal.sentence))
            else:
                return redirect("desk:telephones")
    else:
        form = TelephoneForm(initial=_telephone_initial(endpoint), services=services)
    page = SettingsPage(
        current="telephones",
        title=account.name,
        headings=[],
        lines=[],
        form=form,
        form_title=_("Telephone"),
        button=_("Keep"),
        cancel=reverse("desk:telephones"),
    )
    return setup_page(request, page)


def _telephone_initial(endpoint: Endpoint | None) -> dict[str, Any]:
    if endpoint is None:
        return {"is_active": True, "rank": 0}
    names = ("kind", "address", "must_accept", "rank", "services", "is_active")
    return {name: getattr(endpoint, name) for name in names}


def _services(request: StaffRequest) -> list[tuple[str, str]]:
    language = request.LANGUAGE_CODE
    rows = services_for(request.user).filter(is_active=True)
    return [(one.code, one.name_in(language)) for one in rows]


@open_to(*SETTERS)
@require_http_methods(["GET", "POST"])
def numbers(request: StaffRequest) -> HttpResponseBase:
    """Our numbers: which are the desk's, which belong to a colleague."""
    colleagues = _callable()
    form = NumberForm(request.POST or None, colleagues=colleagues)
    if form.is_valid():
        data = form.cleaned_data
        colleague = next((one for one in colleagues if one.pk == data["colleague"]), None)
        try:
            set_up_number(
                data["number"], purpose=data["purpose"], colleague=colleague, by=request.user
            )
        except PhoneError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("desk:phone-numbers")
    page = SettingsPage(
        current="phone-numbers",
        title=_("Our numbers"),
        explanation=_("Calls to the direct number of a colleague who is away come to the desk."),
        headings=[_("Number"), _("For"), _("Colleague")],
        lines=[
            Line(
                cells=[
                    display(row.number, language=request.LANGUAGE_CODE),
                    str(row.get_purpose_display()),
                    row.colleague.name if row.colleague else "–",
                ],
                remove=reverse("desk:phone-number-removal", args=[row.pk]),
            )
            for row in dialled_numbers_for(request.user)
        ],
        empty=_("No number yet: every number that is called is the desk’s."),
        form=form,
        form_title=_("Add a number"),
        button=_("Add the number"),
    )
    return setup_page(request, page)


@open_to(*SETTERS)
@require_POST
def number_removal(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A number that is not ours any more."""
    row = get_object_or_404(dialled_numbers_for(request.user), pk=pk)
    give_up_number(row, by=request.user)
    return redirect("desk:phone-numbers")


@open_to(*SETTERS)
@require_http_methods(["GET", "POST"])
def menu(request: StaffRequest) -> HttpResponseBase:
    """What callers hear and key; each change is a version."""
    services = _services(request)
    form = MenuForm(request.POST or None, menu=menu_in_force(), services=services)
    if form.is_valid():
        written: PhoneMenu = form.cleaned_data["menu"]
        try:
            change_menu(written.as_json(), note=form.cleaned_data["note"], by=request.user)
        except PhoneError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("desk:phone-menu")
    page = SettingsPage(
        current="phone-menu",
        title=_("What callers hear"),
        headings=[_("Changed"), _("By"), _("Why")],
        lines=[_version_line(row) for row in menu_versions_for(request.user)[:VERSIONS]],
        form=form,
        form_title=_("In force"),
        button=_("Let callers hear this from now on"),
    )
    return setup_page(request, page, template="menu.html")


def menu_in_force() -> PhoneMenu:
    """The newest menu; the usual one when there is none, or it cannot be used."""
    try:
        return PhoneMenu.from_json(current_menu())
    except ValueError:
        return PhoneMenu()
