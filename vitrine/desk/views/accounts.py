"""Accounts with their roles and spoken languages."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.accounts import actions
from vitrine.accounts.access import OVERSEERS, accounts_for, administers_accounts
from vitrine.accounts.choices import Role
from vitrine.accounts.errors import AccountError
from vitrine.accounts.models import Account
from vitrine.desk.forms.accounts import AccountForm, initial_of
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage, settings_page


@open_to(*OVERSEERS)
@require_http_methods(["GET", "POST"])
def accounts(request: StaffRequest) -> HttpResponse:
    """All accounts; administrators add one."""
    form = None
    if request.method == "POST" and not administers_accounts(request.user):
        raise Http404
    if administers_accounts(request.user):
        form = AccountForm(request.POST or None, initial={"ui_language": "fr"})
        if form.is_valid():
            try:
                _create(form, by=request.user)
            except AccountError as refusal:
                form.add_error(None, refusal.sentence)
            else:
                return redirect("desk:accounts")
    page = _page(request, form)
    page.form_title, page.button = _("A new account"), _("Add the account")
    return settings_page(request, page)


@open_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def edit_account(request: StaffRequest, pk: int) -> HttpResponse:
    """One account: who, roles, languages, whether it may sign in."""
    account = get_object_or_404(accounts_for(request.user), pk=pk)
    form = AccountForm(request.POST or None, account=account, initial=initial_of(account))
    if form.is_valid():
        try:
            _change(account, form=form, by=request.user)
        except AccountError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("desk:accounts")
    page = _page(request, form)
    page.form_title = _("Change %(name)s") % {"name": account.name}
    page.button, page.cancel = _("Keep the change"), reverse("desk:accounts")
    return settings_page(request, page)


def _create(form: AccountForm, *, by: Account) -> None:
    data = form.cleaned_data
    actions.create_account(
        data["email"],
        name=data["name"],
        password=data["password"] or None,
        roles=data["roles"],
        spoken=form.spoken(),
        ui_language=data["ui_language"],
        function=data["function"],
        phone=data["phone"],
        by=by,
    )


def _change(account: Account, *, form: AccountForm, by: Account) -> None:
    data = form.cleaned_data
    names = ("email", "name", "ui_language", "function", "phone")
    actions.revise_account(
        account,
        roles=data["roles"],
        spoken=form.spoken(),
        is_active=data["is_active"],
        by=by,
        **{name: data[name] for name in names},
    )


def _page(request: StaffRequest, form: AccountForm | None) -> SettingsPage:
    may_change = administers_accounts(request.user)
    rows = accounts_for(request.user).prefetch_related("spoken_languages").order_by("name")
    return SettingsPage(
        current="accounts",
        title=_("Accounts"),
        explanation="" if may_change else _("Administrators change accounts."),
        headings=[_("Name"), _("E-mail"), _("Roles"), _("Speaks"), _("Signs in")],
        lines=[_line(one, may_change=may_change) for one in rows],
        form=form,
    )


def _line(account: Account, *, may_change: bool) -> Line:
    return Line(
        cells=[
            account.name,
            account.email,
            ", ".join(str(Role(role).label) for role in account.roles),
            " ".join(one.language.upper() for one in account.spoken_languages.all()),
            _("yes") if account.is_active else _("no"),
        ],
        href=reverse("desk:account-edit", args=[account.pk]) if may_change else "",
        is_faint=not account.is_active,
    )
