"""The keys of the editors: allowed, added, revoked; and every attempt to use one."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_page, state_table
from vitrine.desk.rendering.state.preview import kind_name
from vitrine.desk.rendering.state.words import moment_words
from vitrine.desk.views.state.doors import (
    answer_in,
    asks_for_challenge,
    network_address,
    not_to_sign,
    origins_for,
)
from vitrine.publication.proof import ALGORITHMS, VIRTUAL_MODEL, encode_bytes
from vitrine.status.access import (
    attempts_for,
    editors_for,
    enrolments_for,
    enrols_keys,
    is_editor,
    keys_for,
    sees_attempts,
)
from vitrine.status.actions import (
    begin_enrolment,
    challenge_enrolment,
    confirm_enrolment,
    enrol_key,
    revoke_key,
    withdraw_enrolment,
)
from vitrine.status.actions.changing import ENOUGH_KEYS
from vitrine.status.errors import Refused, StatusError, sentence_of
from vitrine.status.models import Attempt, KeyEnrolment, SecurityKey
from vitrine.status.rules.key_models import model_name

LAST_ATTEMPTS = 200
KEY_SEES = (Role.STATUS_EDITOR, Role.ADMINISTRATOR, Role.AUDITOR)


@open_to(*KEY_SEES)
@require_http_methods(["GET", "POST"])
def keys(request: StaffRequest) -> HttpResponseBase:
    """One's own keys; for administrators and auditors those of every editor.

    A POST of an administrator with `account` begins an enrolment, with `enrolment` confirms or
    withdraws one; a POST of an editor adds the key that was touched.
    """
    if request.method == "POST" and not (is_editor(request.user) or enrols_keys(request.user)):
        raise Http404
    if asks_for_challenge(request):
        return _challenge(request)
    refused = ""
    if request.method == "POST":
        try:
            return _acted(request)
        except StatusError as refusal:
            refused = refusal.sentence
    return _keys_page(request, refused=refused)


def _acted(request: StaffRequest) -> HttpResponseBase:
    """Raises StatusError."""
    account = request.user
    asked = request.POST
    if "attestation" in asked or "problem" in asked:
        enrol_key(
            name=asked.get("name", ""),
            answer=answer_in(request),
            origins=origins_for(request),
            address=network_address(request),
            by=account,
        )
    elif not {"account", "enrolment"} & set(asked):
        return _keys_page(request, refused=_("Nothing was asked for."))
    elif not enrols_keys(account):
        raise Http404
    elif "account" in asked:
        editor = get_object_or_404(editors_for(account), pk=_number(asked["account"]))
        begin_enrolment(editor, by=account)
    else:
        number = _number(asked.get("enrolment", ""))
        enrolment = get_object_or_404(enrolments_for(account), pk=number)
        settle = withdraw_enrolment if "withdraw" in asked else confirm_enrolment
        settle(enrolment, by=account)
    return redirect("desk:state-keys")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _challenge(request: StaffRequest) -> HttpResponse:
    """What the browser asks the new key: a roaming one, with PIN, none of those enrolled."""
    try:
        enrolment = challenge_enrolment(by=request.user)
    except Refused as refusal:
        return not_to_sign(refusal.sentence)
    mine = keys_for(request.user).filter(account=request.user)
    excluded = [
        {"type": "public-key", "id": encode_bytes(bytes(each.credential_id))} for each in mine
    ]
    account = request.user
    public_key = {
        "rp": {"id": settings.STATUS_RP_ID, "name": "Vitrine"},
        "user": {
            "id": encode_bytes(f"status-{account.pk}".encode()),
            "name": account.email,
            "displayName": account.name,
        },
        "challenge": encode_bytes(bytes(enrolment.challenge or b"")),
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in ALGORITHMS],
        "excludeCredentials": excluded,
        "authenticatorSelection": {
            "authenticatorAttachment": "cross-platform",
            "residentKey": "discouraged",
            "userVerification": "required",
        },
        "attestation": "direct",
        "timeout": 60_000,
    }
    return JsonResponse({"publicKey": public_key})


def _keys_page(request: StaffRequest, *, refused: str) -> HttpResponse:
    account = request.user
    mine = keys_for(account).filter(account=account)
    opened = enrolments_for(account).filter(used_at__isnull=True, withdrawn_at__isnull=True)
    ready = opened.filter(account=account, confirmed_at__isnull=False).first()
    context: dict[str, Any] = {
        "mine": [_key(each) for each in mine] if is_editor(account) else None,
        "missing": max(0, ENOUGH_KEYS - sum(key.revoked_at is None for key in mine)),
        "ready": ready,
        "editors": [_editor(each) for each in editors_for(account)],
        "enrolments": [_enrolment(each, by=account) for each in opened]
        if sees_attempts(account)
        else [],
        "enrols": enrols_keys(account),
        "refused": refused,
    }
    return state_page(
        request, "keys.html", context, current="state-keys", status=422 if refused else 200
    )


def _key(key: SecurityKey) -> dict[str, Any]:
    return {
        "pk": key.pk,
        "name": key.name,
        "model": _model(key),
        "enrolled": moment_words(key.enrolled_at),
        "used": moment_words(key.last_used_at) or _("never"),
        "revoked": moment_words(key.revoked_at),
    }


def _model(key: SecurityKey) -> str:
    if str(key.aaguid) == VIRTUAL_MODEL:
        return _("virtual key of a browser, for tests only")
    return model_name(key.aaguid)


def _editor(account: Account) -> dict[str, Any]:
    own = [_key(key) for key in account.status_keys.all()]
    valid = sum(not key["revoked"] for key in own)
    return {
        "pk": account.pk,
        "name": account.name,
        "keys": own,
        "may": valid >= ENOUGH_KEYS,
        "valid": valid,
    }


def _enrolment(enrolment: KeyEnrolment, *, by: Account) -> dict[str, Any]:
    return {
        "pk": enrolment.pk,
        "name": enrolment.account.name,
        "begun": _("%(name)s, %(moment)s")
        % {"name": enrolment.begun_by.name, "moment": moment_words(enrolment.begun_at)},
        "confirmed": enrolment.confirmed_by.name if enrolment.confirmed_by else "",
        "may_confirm": enrolment.confirmed_by_id is None
        and by.pk not in (enrolment.begun_by_id, enrolment.account_id),
        "until": moment_words(enrolment.expires_at),
    }


@open_to(Role.STATUS_EDITOR, Role.ADMINISTRATOR)
@require_POST
def revocation(request: StaffRequest, pk: int) -> HttpResponse:
    """Never accept a key again: one's own, or as administrator anybody's."""
    key = get_object_or_404(keys_for(request.user), pk=pk)
    revoke_key(key, by=request.user)
    return redirect("desk:state-keys")


@open_to(Role.ADMINISTRATOR, Role.AUDITOR)
@require_safe
def attempts(request: StaffRequest) -> HttpResponse:
    """Who tried what, when, from where, and why it was refused."""
    rows = attempts_for(request.user)[:LAST_ATTEMPTS]
    page = SettingsPage(
        current="attempts",
        title=_("Attempts"),
        explanation=_("Every use of a key for the state of the register, refused ones too."),
        headings=[_("When"), _("What became of it"), _("Who"), _("What"), _("From"), _("Key")],
        lines=[_attempt(each) for each in rows],
        empty=_("Nobody has used a key yet."),
    )
    return state_table(request, page)


def _attempt(attempt: Attempt) -> Line:
    what = [str(attempt.get_purpose_display()), attempt.kind and kind_name(attempt.kind)]
    became = _("accepted") if not attempt.refusal else sentence_of(attempt.refusal)
    if attempt.version:
        became = _("version %(version)s") % {"version": attempt.version}
    return Line(
        cells=[
            moment_words(attempt.at),
            became,
            attempt.account.name if attempt.account else "",
            ": ".join(filter(None, what)),
            attempt.address or "",
            attempt.key.name if attempt.key else "",
        ],
        is_faint=not attempt.refusal,
    )
