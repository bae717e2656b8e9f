"""My account: who I am here, my language, my security."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from vitrine.portal.rendering import render_page


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What the house knows of the account, and the ways to change it."""
    return render_page(request, "portal/account.html")
