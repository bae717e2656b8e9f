"""What the process of the telephone shows, and what it needs of the pages."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session

from vitrine.kernel.clock import now
from vitrine.telephony.models import FloorPicture, SipCredential
from vitrine.telephony.rules.floor import Floor


@dataclass(frozen=True, kw_only=True)
class ValidCredential:
    """With what a softphone may register now."""

    user: str
    realm: str
    ha1: str
    expires_at: datetime


def floor() -> Floor | None:
    """The newest picture of the telephone; None: its process has never run here.

    Compare `at` with the clock: an old picture means that the process is gone.
    """
    row = FloorPicture.objects.first()
    return Floor.from_json(row.floor) if row else None


def valid_credentials() -> list[ValidCredential]:
    """Those not expired, not revoked, of accounts that are active and sign-ins that still stand."""
    at = now()
    standing = Session.objects.filter(expire_date__gt=at).values("session_key")
    rows = SipCredential.objects.filter(
        revoked_at__isnull=True,
        expires_at__gt=at,
        account__is_active=True,
        session_key__in=standing,
    )
    return [
        ValidCredential(user=row.user, realm=row.realm, ha1=row.ha1, expires_at=row.expires_at)
        for row in rows.order_by("user")
    ]
