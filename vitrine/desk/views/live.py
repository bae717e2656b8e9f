"""The token with which a signed-in browser opens the live stream."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from vitrine.desk.live import mint_token


@require_GET
@never_cache
@login_required
def token(request: HttpRequest) -> JsonResponse:
    """Where to listen: a port (blank: the same origin) and a path with the token."""
    account = request.user
    assert account.pk is not None
    is_desk = bool(getattr(account, "works_at_desk", False))
    minted = mint_token(account.pk, is_desk=is_desk)
    return JsonResponse({"port": settings.LIVE_PORT, "path": f"/live/?token={minted}"})
