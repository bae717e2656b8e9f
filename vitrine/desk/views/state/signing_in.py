"""The second step of an editor who signs in: his key, after his password."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from vitrine.accounts.models import Account
from vitrine.desk.views.state.doors import (
    answer_in,
    asks_for_challenge,
    network_address,
    origins_for,
    to_sign,
)
from vitrine.status.access import keys_for
from vitrine.status.actions import confirm_sign_in, prepare_sign_in
from vitrine.status.adapters import KeyStage
from vitrine.status.errors import Refused


@login_stage_required(stage=KeyStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the key; nothing else opens this door."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]  # allauth keeps it there
    account: Account = stage.login.user
    if asks_for_challenge(request):
        valid = keys_for(account).filter(account=account, revoked_at__isnull=True)
        return to_sign(prepare_sign_in(account), keys=list(valid))
    refused = ""
    if request.method == "POST":
        try:
            confirm_sign_in(
                request.POST.get("nonce", ""),
                answer=answer_in(request),
                origins=origins_for(request),
                address=network_address(request),
                by=account,
            )
        except Refused as refusal:
            refused = refusal.sentence
        else:
            answer: HttpResponse = stage.exit()
            return answer
    context = {"refused": refused}
    return render(request, "desk/state/sign_in.html", context, status=422 if refused else 200)
