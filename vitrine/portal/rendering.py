"""One page of the portal, with what every page of it says about the desk."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The template with the address and the telephone number of the desk."""
    contact = {
        "address": settings.DESK_ADDRESS,
        "phone": settings.DESK_PHONE,
        "phone_link": settings.DESK_PHONE.replace(" ", ""),
    }
    return render(request, template, {**contact, **(context or {})}, status=status)
