"""Every address of the product, by surface."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

to_my_account = require_safe(
    login_required(RedirectView.as_view(pattern_name="portal:account", permanent=False))
)

# What allauth offers and this house does otherwise: an address of an account is changed by an
# administrator, and there are no codes by mail instead of a password.
not_here = [
    "email/",
    "confirm-email/",
    "login/code/confirm/",
]

urlpatterns = [
    *[path(f"account/{route}", to_my_account) for route in not_here],
    path("account/", include("allauth.urls")),
    path("desk/", include("vitrine.desk.urls")),
    path("", include("vitrine.portal.urls")),
]
