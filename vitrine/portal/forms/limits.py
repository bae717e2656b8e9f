"""How often one may write: enough for a busy office, too little for a machine."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

PER_ADDRESS = 10
PER_NETWORK_ADDRESS = 60  # a whole administration may stand behind one
WINDOW = 3600  # seconds


def may_send(request: HttpRequest, *, email: str) -> bool:
    """Count this request; False when the address or the network address is over its hour."""
    within = [
        _count("mail", email.strip().lower()) <= PER_ADDRESS,
        _count("net", network_address(request)) <= PER_NETWORK_ADDRESS,
    ]
    return all(within)


def network_address(request: HttpRequest) -> str:
    """Where the browser is; behind our proxy that is the last hop that the proxy saw."""
    if settings.PRODUCTION and (hops := request.headers.get("X-Forwarded-For")):
        return hops.split(",")[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _count(kind: str, value: str) -> int:
    scrambled = hashlib.blake2b(value.encode(), key=settings.SECRET_KEY.encode()[:64]).hexdigest()
    key = f"web form {kind} {scrambled[:32]}".replace(" ", "-")
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key)
    except ValueError:  # expired between the two lines
        return 1
