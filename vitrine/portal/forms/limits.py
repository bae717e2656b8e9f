"""How often one may write: enough for a busy office, too little for a machine."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest

from vitrine.kernel.rate_limits import count_hits

PER_ADDRESS = 10
PER_NETWORK_ADDRESS = 60  # a whole administration may stand behind one
WINDOW = timedelta(hours=1)


def may_send(request: HttpRequest, *, email: str) -> bool:
    """Count this request; False when the address or the network address is over its hour."""
    limits = {
        _scrambled("mail", email.strip().lower()): PER_ADDRESS,
        _scrambled("net", network_address(request)): PER_NETWORK_ADDRESS,
    }
    hits = count_hits(list(limits), within=WINDOW)
    return all(hits[key] <= limit for key, limit in limits.items())


def network_address(request: HttpRequest) -> str:
    """Where the browser is; behind our proxy that is the last hop that the proxy saw."""
    if settings.PRODUCTION and (hops := request.headers.get("X-Forwarded-For")):
        return hops.split(",")[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _scrambled(kind: str, value: str) -> str:
    key = settings.SECRET_KEY.encode()[:64]
    return f"web form {kind} {hashlib.blake2b(value.encode(), key=key).hexdigest()[:32]}"
