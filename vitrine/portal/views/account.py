"""My account: who I am here, my language, my sessions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.accounts.access import sessions_for
from vitrine.accounts.actions import change_account, end_session
from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.kernel.phone_numbers import display
from vitrine.portal.forms.account import InterfaceLanguageForm
from vitrine.portal.rendering import render_page
from vitrine.ui.middleware import choose_language


class AccountRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: AccountRequest) -> HttpResponse:
    """What the house knows of the account, and the language that its owner may change."""
    one = request.user
    if request.method != "POST":
        return account_page(
            request, form=InterfaceLanguageForm(initial={"ui_language": one.ui_language})
        )
    form = InterfaceLanguageForm(request.POST)
    if not form.is_valid():
        return account_page(request, form=form, status=422)
    language = form.cleaned_data["ui_language"]
    change_account(
        one,
        email=one.email,
        name=one.name,
        function=one.function,
        phone=one.phone,
        ui_language=language,
        by=one,
    )
    choose_language(request, language=language)
    messages.success(request, _("Your language is saved."))
    return redirect("portal:account")


@login_required
@require_POST
def session_end(request: AccountRequest, pk: int) -> HttpResponse:
    """Sign one browser out."""
    end_session(get_object_or_404(sessions_for(request.user), pk=pk), by=request.user)
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")


def account_page(
    request: AccountRequest, *, form: InterfaceLanguageForm, status: int = 200
) -> HttpResponse:
    """The page of the account with the form of its language."""
    context = {
        "account": request.user,
        "telephone": display(request.user.phone, language=request.LANGUAGE_CODE),
        "roles": [Role(role).label for role in request.user.roles],
        "spoken_languages": request.user.spoken_languages.all(),
        "form": form,
    }
    return render_page(request, "portal/account.html", context, status=status)
