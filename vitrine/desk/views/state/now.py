"""The state as it is now: positions, interruptions, proposals, publication, whom to call."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.rendering import StaffRequest, open_to, render_page
from vitrine.desk.rendering.rail import Rail
from vitrine.desk.rendering.state.keys import public_key
from vitrine.desk.rendering.state.pages import state_page, window_words
from vitrine.desk.rendering.state.places import place_of_copy, place_of_target
from vitrine.desk.rendering.state.preview import kind_words
from vitrine.desk.rendering.state.proposals import proposal_words
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.kernel.clock import now
from vitrine.publication import copies
from vitrine.publication.bulletin import Bulletin, Interruption
from vitrine.publication.site import site_from
from vitrine.status.access import (
    decides_proposals,
    duties_for,
    events_for,
    proposals_for,
    public_keys_for,
    set_aside_for,
)
from vitrine.status.actions import dismiss_proposal
from vitrine.status.errors import StatusError
from vitrine.status.queries import (
    banner,
    chain_state,
    coming,
    on_call,
    open_proposals,
    sentence,
    standing_bulletin,
    targets,
)

STAFF = tuple(Role)
LAST_CHANGES = 100
ASIDE_FOR = timedelta(days=7)
"""How long the first page names what was set aside."""


@open_to(*STAFF)
@require_safe
def state(request: StaffRequest) -> HttpResponse:
    """What is public now, and what is to be done about it."""
    bulletin = standing_bulletin()
    if bulletin is None:
        return state_page(request, "nothing.html", {}, current="state")
    language = request.LANGUAGE_CODE
    site = site_from()
    context: dict[str, Any] = {
        "bulletin": bulletin,
        "position": words_of(bulletin.position),
        "sentence": sentence(bulletin, language=language),
        "told": banner(language),
        "expected_end": moment_words(bulletin.expected_end),
        "components": [
            {
                "name": each.names.get(language) or each.names["fr"],
                "words": words_of(each.position, sub_reason=each.sub_reason),
                "since": moment_words(each.since),
            }
            for each in bulletin.components
        ],
        "opened": [_opened(each) for each in open_interruptions(bulletin)],
        "windows": [window_words(each, language=language) for each in coming(bulletin)],
        "places": [
            *(place_of_target(each) for each in targets()),
            *map(place_of_copy, copies.states(site.directory, setting=site.targets)),
        ],
        "chain": chain_state(),
        "aside": set_aside_for(request.user).filter(set_aside_at__gt=now() - ASIDE_FOR).count(),
        "public_address": site.url,
        **proposals_context(request),
    }
    return state_page(request, "now.html", context, current="state", parts=("proposals",))


@open_to(*STAFF)
@require_safe
def banner_part(request: StaffRequest) -> HttpResponse:
    """What everybody at the desk is told just now; asked for again when something changed."""
    return render_page(request, "desk/banner.html#banner", {"rail": Rail(request.user)}, parts=())


def open_interruptions(bulletin: Bulletin) -> list[Interruption]:
    """Those that have not ended."""
    return [each for each in bulletin.interruptions if each.ended_at is None]


def _opened(interruption: Interruption) -> dict[str, Any]:
    return {
        "code": interruption.code,
        "words": words_of(interruption.worst),
        "since": moment_words(interruption.began_at),
        "updates": len(interruption.updates),
    }


def proposals_context(request: StaffRequest) -> dict[str, Any]:
    """What machines propose, for those whom it concerns; whom to call about it."""
    seen = proposals_for(request.user).filter(pk__in=open_proposals().values("pk"))
    duties = on_call().filter(pk__in=duties_for(request.user).values("pk"))
    return {
        "proposals": [proposal_words(each) for each in seen],
        "may_decide": decides_proposals(request.user),
        "on_call": duties,
    }


@open_to(Role.STATUS_EDITOR, Role.SUPERVISOR)
@require_POST
def dismissal(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Nothing has to be told, and why."""
    proposal = get_object_or_404(proposals_for(request.user), pk=pk)
    context: dict[str, Any] = {}
    status = 200
    try:
        dismiss_proposal(proposal, reason=request.POST.get("reason", ""), by=request.user)
    except StatusError as refusal:
        context, status = {"refused": refusal.sentence, "refused_pk": pk}, 422
    if status == 200:
        return redirect(_back(request))
    return state_page(
        request,
        "proposals.html",
        {**proposals_context(request), **context},
        current="state",
        status=status,
    )


def _back(request: StaffRequest) -> str:
    """The page of the desk from which somebody decided."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/desk/") and "//" not in back and "\\" not in back
    return back if is_ours else "desk:state"


@open_to(*STAFF)
@require_safe
def changes(request: StaffRequest) -> HttpResponse:
    """Every public change: what, who, when, with which proof."""
    found = events_for(request.user).select_related("actor").order_by("-version")
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(version__lt=int(before))
    rows = list(found[: LAST_CHANGES + 1])
    shown = rows[:LAST_CHANGES]
    context = {
        "rows": [
            {
                "version": each.version,
                "when": moment_words(each.at),
                "what": kind_words(each.content["change"]),
                "who": each.actor.name if each.actor else _("the machine"),
                "place": each.place,
                "is_signed": bool(each.content["proof"]),
                "hash": each.hash,
            }
            for each in shown
        ],
        "older": shown[-1].version if len(rows) > LAST_CHANGES else None,
        "chain": chain_state(),
        "checked_at": moment_words(chain_state().checked_at),
        "keys": [public_key(each) for each in public_keys_for(request.user)],
        "has_aside": set_aside_for(request.user).exists(),
        "public_address": site_from().url,
        "rp_id": settings.STATUS_RP_ID,
    }
    return state_page(request, "changes.html", context, current="changes")
