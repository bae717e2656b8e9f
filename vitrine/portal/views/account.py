"""My account: who I am here, my languages, my sessions."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.portal.rendering import render_page


class AccountRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account


@login_required
def account(request: AccountRequest) -> HttpResponse:
    """What the house knows of the account, and what its owner may change."""
    roles = [Role(role).label for role in request.user.roles]
    return render_page(request, "portal/account.html", {"account": request.user, "roles": roles})
