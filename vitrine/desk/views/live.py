"""The key to the live stream."""

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from vitrine.accounts.choices import Role
from vitrine.desk.live import mint_token
from vitrine.desk.rendering import READERS, StaffRequest, open_to


@open_to(*READERS, Role.STATUS_EDITOR, Role.ADMINISTRATOR)
@require_GET
@never_cache
def live_token(request: StaffRequest) -> JsonResponse:
    """Where the stream is and a token for it, good for a minute."""
    token = mint_token(request.user.pk, is_desk=request.user.works_at_desk)
    return JsonResponse({"port": settings.LIVE_PORT, "path": f"/live/?token={token}"})
