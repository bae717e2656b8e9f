"""What a page needs to telephone: where the line is, and with what it registers."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitrine.desk.forms.phone import HandOverForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.rendering.phone.words import STATES
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.access import instructions_of
from vitrine.telephony.actions import check_may_dial, instruct_phone, issue_credential
from vitrine.telephony.errors import NoMoreCallsOut, NoPhoneRight, NumberNotDialled
from vitrine.telephony.queries import floor, names_at_phone
from vitrine.telephony.rules.floor import FloorCall
from vitrine.telephony.rules.names import agent_name

HELD = "held"
TALKS = ("talking", HELD)
"""The phases of a call in which one talks with the caller, or lets him hear music."""


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


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
@never_cache
def handing_over(request: StaffRequest) -> HttpResponse:
    """To whom one may hand a caller over, as options; a POST does it: the `id` of the order."""
    if request.method == "GET":
        return render(request, "desk/hand_over.html", _whom(agent_name(request.user.pk)))
    form = HandOverForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"reason": "nobody"}, status=422)
    if number := form.facts().get("number"):
        try:
            check_may_dial(number)
        except (NumberNotDialled, NoMoreCallsOut) as refusal:
            return JsonResponse({"reason": refusal.code}, status=409)
    order = instruct_phone(
        form.cleaned_data["kind"],
        agent=agent_name(request.user.pk),
        by=request.user,
        **form.facts(),
    )
    return JsonResponse({"id": order.pk})


def _whom(mine: str) -> dict[str, object]:
    """Colleagues at the telephone, free ones first, and the queues."""
    drawn = floor()
    shown = names_at_phone(language=get_language() or "fr")
    there = [one for one in (drawn.agents if drawn else ()) if one.name != mine]
    there.sort(key=lambda one: (one.state != "ready", shown.get(one.name, one.name)))
    return {
        "colleagues": [
            (one.name, shown.get(one.name, one.name), STATES[one.state][0])
            for one in there
            if one.state in STATES
        ],
        "queues": [(f"queue-{code}", words) for code, words in Language.choices],
    }


@open_to(*DESK)
@require_safe
@never_cache
def told(request: StaffRequest, pk: int) -> JsonResponse:
    """What became of one's order, and how one's call stands with the colleague who was asked.

    `result` is blank as long as nobody has said; `pk` 0 asks only how it stands.
    """
    standing = asked_colleague(agent_name(request.user.pk))
    if not pk:
        return JsonResponse({"result": "", "reason": "", **standing})
    order = get_object_or_404(instructions_of(request.user), pk=pk)
    return JsonResponse({"result": order.result, "reason": order.reason, **standing})


def asked_colleague(mine: str) -> dict[str, str | bool]:
    """How the call of an agent stands, by the newest picture.

    `asked` is `ringing`, `there` (he has picked up, the caller hears music), `joined` (all three
    talk) or blank; `whom` is asked; `is_held` says whether the caller hears music.
    """
    drawn = floor()
    calls = drawn.calls if drawn else ()
    call = next((one for one in calls if mine in one.agents and one.phase in TALKS), None)
    if call is None:
        return {"asked": "", "whom": "", "is_held": False}
    shown = names_at_phone(language=get_language() or "fr")
    outside = (
        display(call.colleague, language=get_language() or "fr")
        if call.colleague.startswith("+")
        else ""
    )
    is_held = call.phase == HELD
    return {
        "asked": _asked(call, is_held=is_held),
        "whom": outside or shown.get(call.colleague, ""),
        "is_held": is_held,
    }


def _asked(call: FloorCall, *, is_held: bool) -> str:
    if not call.colleague:
        return ""
    if not call.colleague_is_there:
        return "ringing"
    return "there" if is_held else "joined"
