"""Changing the state: the form, the review, and the confirmation by password and key."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.desk.forms.state import ChangeForm
from vitrine.desk.rendering import StaffRequest
from vitrine.desk.rendering.state.pages import state_page
from vitrine.desk.rendering.state.preview import kind_words, preview
from vitrine.desk.rendering.state.proposals import proposal_words
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.desk.views.state.doors import (
    answer_in,
    asks_for_challenge,
    network_address,
    not_to_sign,
    open_to_editors,
    origins_for,
    to_sign,
)
from vitrine.publication.addresses import interruption_page
from vitrine.publication.bulletin import Bulletin, Position
from vitrine.publication.events import Json
from vitrine.status.access import events_for, keys_for, prepared_for, proposals_for
from vitrine.status.actions import (
    accept_proposal,
    confirm_change,
    prepare_change,
    publish_standing,
)
from vitrine.status.errors import AlreadyDecided, Refused
from vitrine.status.models import Event, PreparedChange
from vitrine.status.queries import after_change, standing_bulletin

STALE = "stale-version"
WHOLE = {"components": "desk:state-components", "sentences": "desk:state-sentences"}
"""Kinds that say everything anew: the same words again would undo what a colleague changed."""


@open_to_editors
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest) -> HttpResponseBase:
    """Position, comment and expected end in one form; a POST leads to the review."""
    bulletin = standing_bulletin()
    if bulletin is None:
        return state_page(request, "nothing.html", {}, current="state")
    form = ChangeForm(
        request.POST or None,
        account=request.user,
        bulletin=bulletin,
        initial=_beginning(request, bulletin),
    )
    problem: Refused | None = None
    if form.is_valid():
        try:
            data = form.cleaned_data
            return to_review(
                request,
                "position",
                body=form.body(),
                from_version=data["from_version"],
                proposal=data["proposal"],
            )
        except Refused as refusal:
            problem = refusal
            form.add_error(None, refusal.sentence)
    context = {
        "form": form,
        "bulletin": bulletin,
        "positions": [(each, words_of(each)) for each in Position],
        "has_end": bulletin.expected_end is not None,
        "colleague": _since(request, form["from_version"].value(), problem=problem),
        "latest": bulletin.version,
    }
    status = 409 if problem and problem.code == STALE else 422 if form.errors else 200
    return state_page(request, "change.html", context, current="state", status=status)


def to_review(
    request: StaffRequest,
    kind: str,
    *,
    body: Json,
    from_version: int | None = None,
    proposal: int | None = None,
) -> HttpResponse:
    """Prepare the change and show it for review. Raises Refused."""
    prepared = prepare_change(
        kind,
        body=body,
        from_version=from_version,
        address=network_address(request),
        by=request.user,
    )
    address = reverse("desk:state-review", args=[prepared.nonce])
    return redirect(f"{address}?proposal={proposal}" if proposal else address)


@open_to_editors
@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, nonce: str) -> HttpResponseBase:
    """This will be public: read it, then password and key. A POST confirms."""
    shown = get_object_or_404(prepared_for(request.user), nonce=nonce)
    if asks_for_challenge(request):
        return _challenge(request, shown)
    if request.method == "POST":
        return _confirmed(request, shown)
    return _review_page(request, shown)


@open_to_editors
@require_POST
def review_again(request: StaffRequest, nonce: str) -> HttpResponse:
    """A colleague was quicker: the same words, upon what is public now."""
    shown = get_object_or_404(prepared_for(request.user), nonce=nonce)
    if shown.kind in WHOLE:
        kept = f"?words={shown.nonce}" if shown.kind == "sentences" else ""
        return redirect(reverse(WHOLE[shown.kind]) + kept)
    try:
        return to_review(request, shown.kind, body=shown.change["body"])
    except Refused as refusal:
        return _review_page(request, shown, problem=refusal)


def _challenge(request: StaffRequest, shown: PreparedChange) -> HttpResponse:
    """A fresh change with the same content, to be signed within two minutes."""
    try:
        fresh = prepare_change(
            shown.kind,
            body=shown.change["body"],
            from_version=shown.change["from_version"],
            address=network_address(request),
            by=request.user,
        )
    except Refused as refusal:
        return not_to_sign(refusal.sentence)
    keys = keys_for(request.user).filter(account=request.user, revoked_at__isnull=True)
    return to_sign(fresh, keys=list(keys))


def _confirmed(request: StaffRequest, shown: PreparedChange) -> HttpResponse:
    try:
        event = confirm_change(
            request.POST.get("nonce") or shown.nonce,
            password=request.POST.get("password", ""),
            answer=answer_in(request),
            origins=origins_for(request),
            address=network_address(request),
            shown=shown,
            by=request.user,
        )
    except Refused as refusal:
        return _review_page(request, shown, problem=refusal)
    _accept(request)
    _tell(request, event)
    return redirect("desk:state")


def _accept(request: StaffRequest) -> None:
    number = request.POST.get("proposal", "")
    proposal = proposals_for(request.user).filter(pk=number).first() if number.isdigit() else None
    if proposal:
        try:
            accept_proposal(proposal, by=request.user)
        except AlreadyDecided:
            return  # what counts is public


def _tell(request: StaffRequest, event: Event) -> None:
    """Publish, and say how long it took until it was read back."""
    for target in publish_standing():
        if target.error or target.version < event.version:
            sentence = _("Version %(version)s is stored, but not public yet: %(error)s") % {
                "version": event.version,
                "error": target.error,
            }
            messages.error(request, sentence)
        else:
            sentence = _("Version %(version)s is public, read back in %(ms)d ms.") % {
                "version": event.version,
                "ms": target.milliseconds or 0,
            }
            messages.success(request, sentence)


def _review_page(
    request: StaffRequest, shown: PreparedChange, *, problem: Refused | None = None
) -> HttpResponse:
    try:
        shows = preview(shown.change, after=after_change(shown.change))
    except Refused as refusal:
        shows, problem = [], problem or refusal
    stale = problem is not None and problem.code == STALE
    context: dict[str, Any] = {
        "shown": shown,
        "title": kind_words(shown.change),
        "preview": shows,
        "problem": problem,
        "is_stale": stale,
        "public_page": _public_page(shown.change, language=request.LANGUAGE_CODE),
        "colleague": _since(request, shown.change["from_version"], problem=problem),
        "proposal": request.GET.get("proposal") or request.POST.get("proposal", ""),
    }
    status = 409 if stale else 422 if problem else 200
    return state_page(request, "review.html", context, current="state", status=status)


def _public_page(change: Json, *, language: str) -> str:
    """The published page, below the address of the review, that the change is about."""
    about = change["body"].get("interruption", "") if change["kind"] == "review" else ""
    return f"{language}/{interruption_page(about) if about else 'index.html'}"


def _since(request: StaffRequest, version: Any, *, problem: Refused | None) -> list[dict[str, str]]:
    """What colleagues changed since `version`, when that is why it was refused."""
    if problem is None or problem.code != STALE or not str(version).isdigit():
        return []
    newer = events_for(request.user).filter(version__gt=int(version)).select_related("actor")
    return [
        {
            "what": kind_words(event.content["change"]),
            "who": event.actor.name if event.actor else _("the machine"),
            "when": moment_words(event.at),
        }
        for event in newer[:10]
    ]


def _beginning(request: StaffRequest, bulletin: Bulletin) -> dict[str, Any]:
    """What the form starts with: what is public, or what a machine proposes."""
    wrong = [each for each in bulletin.components if each.position.severity]
    opened = [each.code for each in bulletin.interruptions if each.ended_at is None]
    named = request.GET.get("interruption", "")
    initial: dict[str, Any] = {
        "from_version": bulletin.version,
        "components": [each.code for each in wrong or bulletin.components],
        "position": request.GET.get("position") or (bulletin.position if wrong else None),
        "sub_reason": wrong[0].sub_reason if wrong and wrong[0].sub_reason else "partial",
        "comment": "keep" if bulletin.comments else "none",
        "end": "keep" if bulletin.expected_end else "none",
        "interruption": named if named in opened else "",
    }
    for code, text in bulletin.comments.items():
        initial[f"comment_{code}"] = text
    number = request.GET.get("proposal", "")
    proposal = proposals_for(request.user).filter(pk=number).first() if number.isdigit() else None
    if proposal:
        words = proposal_words(proposal)
        initial |= {
            "proposal": words.pk,
            "position": proposal.position,
            "sub_reason": proposal.sub_reason or "partial",
            "components": proposal.components or initial["components"],
        }
    return initial
