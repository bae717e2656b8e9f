"""The tag `soft_phone`: the telephone in the page, for whom it is."""

from typing import Any

from django import template
from django.conf import settings
from django.middleware.csrf import get_token

register = template.Library()

KEYS = "123456789*0#"


@register.inclusion_tag("desk/soft_phone.html", takes_context=True)
def soft_phone(context: dict[str, Any]) -> dict[str, Any]:
    """The element `<soft-phone>`; nothing without a telephone server, and not for every role."""
    request = context["request"]
    account = request.user
    is_there = bool(settings.PHONE_SOCKET and account.is_authenticated and account.works_at_desk)
    return {
        "is_there": is_there,
        "account": account,
        "csrf_token": get_token(request) if is_there else "",
        "keys": KEYS,
    }
