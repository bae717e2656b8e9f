"""What a page needs to telephone: where the line is, and with what it registers."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.kernel.clock import now
from vitrine.telephony.actions import issue_credential
from vitrine.telephony.errors import NoPhoneRight


@open_to(*DESK)
@require_POST
@never_cache
def credential(request: StaffRequest) -> JsonResponse:
    """A credential for some hours; the one before is void.

    `expires` in seconds since 1970; `ice` as RTCPeerConnection takes it. 404 where there is no
    telephone server, 403 to an account that takes no calls.
    """
    if not settings.PHONE_SOCKET:
        return JsonResponse({"reason": "no-telephone"}, status=404)
    try:
        issued = issue_credential(request.user, session_key=request.session.session_key or "")
    except NoPhoneRight:
        return JsonResponse({"reason": "takes-no-calls"}, status=403)
    expires = int(issued.expires_at.timestamp())
    return JsonResponse(
        {
            "socket": settings.PHONE_SOCKET,
            "user": issued.user,
            "domain": issued.realm,
            "secret": issued.secret,
            "expires": expires,
            "ice": ice_servers(issued.user, expires=expires),
        }
    )


def ice_servers(user: str, *, expires: int) -> list[dict[str, str | list[str]]]:
    """STUN and TURN servers; empty in a network without address translation.

    The secret shared with the TURN server never leaves us: name and password are made of it and
    good until `expires` (coturn's `use-auth-secret`, draft-uberti-behave-turn-rest).
    """
    servers: list[dict[str, str | list[str]]] = []
    if stun := [url for url in settings.PHONE_ICE if url.startswith("stun")]:
        servers.append({"urls": stun})
    if turn := [url for url in settings.PHONE_ICE if url.startswith("turn")]:
        name = f"{max(expires, int(now().timestamp()))}:{user}"
        digest = hmac.new(settings.PHONE_TURN_SECRET.encode(), name.encode(), hashlib.sha1)
        password = base64.b64encode(digest.digest()).decode()
        servers.append({"urls": turn, "username": name, "credential": password})
    return servers
