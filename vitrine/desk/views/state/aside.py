"""What was decided and never became public, because another change stands in its place."""

import json
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.state.pages import state_page
from vitrine.desk.rendering.state.preview import kind_words, spoken
from vitrine.desk.rendering.state.words import moment_words
from vitrine.desk.views.state.changing import WHOLE, to_review
from vitrine.desk.views.state.doors import open_to_editors
from vitrine.publication.events import Json
from vitrine.status.access import events_for, set_aside_for
from vitrine.status.errors import Refused
from vitrine.status.models import Event, SetAside
from vitrine.status.queries import names_of_actors

SEES = (Role.STATUS_EDITOR, Role.ADMINISTRATOR, Role.AUDITOR)
MOST = 200
MACHINES = frozenset({"day"})
"""Kinds that nobody makes anew: the machine does, by itself."""


@open_to(*SEES)
@require_safe
def set_aside(request: StaffRequest) -> HttpResponse:
    """Each of them word for word, and what is public in its place."""
    return _page(request)


@open_to_editors
@require_POST
def anew(request: StaffRequest, pk: int) -> HttpResponseBase:
    """It is still right: the same words, upon what is public now, to the review."""
    row = get_object_or_404(set_aside_for(request.user).exclude(kind__in=MACHINES), pk=pk)
    change = _change(row)
    if change["kind"] in WHOLE:
        return redirect(WHOLE[change["kind"]])
    try:
        return to_review(request, change["kind"], body=change["body"])
    except Refused as refusal:
        return _page(request, refused=refusal.sentence)


def _page(request: StaffRequest, *, refused: str = "") -> HttpResponse:
    rows = list(set_aside_for(request.user)[:MOST])
    public = {
        each.hash: each
        for each in events_for(request.user).filter(hash__in=[row.public_hash for row in rows])
    }
    names = names_of_actors(_change(row)["actor"] for row in rows)
    context = {
        "rows": [_row(each, public=public.get(each.public_hash), names=names) for each in rows],
        "refused": refused,
    }
    status = 422 if refused else 200
    return state_page(request, "aside.html", context, current="changes", status=status)


def _change(row: SetAside) -> Json:
    change: Json = json.loads(row.body)["change"]
    return change


def _row(row: SetAside, *, public: Event | None, names: dict[str, str]) -> dict[str, Any]:
    change = _change(row)
    return {
        "pk": row.pk,
        "version": row.version,
        "what": kind_words(change),
        "who": names.get(change["actor"], _("the machine")),
        "when": moment_words(row.at),
        "set_aside": moment_words(row.set_aside_at),
        "texts": spoken(change["body"]),
        "hash": row.hash,
        "public": kind_words(public.content["change"]) if public else "",
        "public_version": public.version if public else None,
        "public_when": moment_words(public.at) if public else "",
        "may_be_made_anew": row.kind not in MACHINES,
    }
