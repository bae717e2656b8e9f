"""Who comes in, from where, and with which key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from vitrine.desk.rendering import StaffRequest
from vitrine.publication.events import challenge_of
from vitrine.publication.proof import encode_bytes
from vitrine.status.access import is_editor
from vitrine.status.actions import note_attempt
from vitrine.status.choices import AttemptPurpose
from vitrine.status.errors import sentence_of
from vitrine.status.models import PreparedChange, SecurityKey

ANSWER = ("credential_id", "client_data", "authenticator_data", "signature", "attestation")
TOUCH_WITHIN = 60_000
"""Milliseconds that the browser waits for the key."""


def open_to_editors(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only listed editors come in; what others post is written down, and they see nothing."""

    @login_required
    @wraps(view)
    def door(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_editor(request.user):
            if request.method == "POST":
                note_attempt(
                    AttemptPurpose.CHANGE,
                    by=request.user,
                    address=network_address(request),
                    refusal="not-listed",
                )
            if asks_for_challenge(request):  # the page is open still: it says why
                return not_to_sign(sentence_of("not-listed"), status=404)
            raise Http404
        return view(request, *args, **kwargs)

    return door


def network_address(request: HttpRequest) -> str:
    """Where the browser is; behind our proxy that is the last hop that the proxy saw."""
    if settings.PRODUCTION and (hops := request.headers.get("X-Forwarded-For")):
        return hops.split(",")[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def origins_for(request: HttpRequest) -> list[str]:
    """The origins at which a key may have been used for this request."""
    if settings.STATUS_ORIGINS:
        return list(settings.STATUS_ORIGINS)
    if settings.PRODUCTION:
        return [f"https://{settings.STATUS_RP_ID}"]
    return [f"{request.scheme}://{request.get_host()}"]


def answer_in(request: HttpRequest) -> dict[str, str]:
    """What the key answered, as the page posted it; without a key what the browser said."""
    given = {name: request.POST.get(name, "") for name in (*ANSWER, "problem")}
    return {name: value for name, value in given.items() if value}


def asks_for_challenge(request: HttpRequest) -> bool:
    """Whether the page wants something to sign, before the form itself is posted."""
    return request.method == "POST" and "challenge" in request.POST


def to_sign(prepared: PreparedChange, *, keys: list[SecurityKey]) -> JsonResponse:
    """What the browser asks the key: exactly this change, PIN required, only these keys."""
    allowed = [{"type": "public-key", "id": encode_bytes(bytes(key.credential_id))} for key in keys]
    return JsonResponse(
        {
            "nonce": prepared.nonce,
            "publicKey": {
                "challenge": encode_bytes(challenge_of(prepared.change)),
                "rpId": settings.STATUS_RP_ID,
                "allowCredentials": allowed,
                "userVerification": "required",
                "timeout": TOUCH_WITHIN,
            },
        }
    )


def not_to_sign(sentence: str, *, status: int = 409) -> HttpResponse:
    """Why there is nothing to sign."""
    return JsonResponse({"sentence": sentence}, status=status)
