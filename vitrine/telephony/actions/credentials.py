"""With what a softphone registers: made by us, for hours, bound to one sign-in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.actions.instructing import instruct_phone
from vitrine.telephony.choices import InstructionKind
from vitrine.telephony.errors import NoPhoneRight
from vitrine.telephony.models import SipCredential
from vitrine.telephony.queries.setup import agent_profile

REALM = "vitrine"
LASTS = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What the softphone gets; the secret is nowhere else."""

    user: str
    secret: str
    realm: str
    expires_at: datetime


@transaction.atomic
def issue_credential(account: Account, *, session_key: str, lasts: timedelta = LASTS) -> Issued:
    """A new secret for the softphone of `account`; an earlier one is void from now on.

    session_key  of the sign-in: when that ends, so does the credential
    lasts        <= 12 h
    Raises NoPhoneRight when the account takes no calls.
    """
    profile = agent_profile(account)
    if profile is None or not session_key:
        raise NoPhoneRight
    Account.objects.select_for_update().get(pk=account.pk)
    at = now()
    SipCredential.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=at)
    secret = secrets.token_urlsafe(24)
    row = SipCredential.objects.create(
        account=account,
        user=profile.name,
        realm=REALM,
        ha1=ha1(profile.name, realm=REALM, secret=secret),
        session_key=session_key,
        issued_at=at,
        expires_at=at + min(lasts, LASTS),
    )
    record("sip_credential.issued", subject=row, by=account)
    instruct_phone(InstructionKind.CONFIGURE, agent=profile.name, by=account)
    return Issued(user=row.user, secret=secret, realm=REALM, expires_at=row.expires_at)


@transaction.atomic
def revoke_credentials(account: Account, *, by: Account | None) -> int:
    """The softphones of `account` may register no more; how many credentials that ends."""
    rows = list(
        SipCredential.objects.select_for_update().filter(account=account, revoked_at__isnull=True)
    )
    for row in rows:
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        record("sip_credential.revoked", subject=row, by=by)
    if rows:
        instruct_phone(InstructionKind.CONFIGURE, agent=rows[0].user, by=by)
    return len(rows)


@transaction.atomic
def forget_credentials(*, keep_for: timedelta = timedelta(days=2)) -> int:
    """Remove those that have been void for `keep_for`; the journal keeps that they were issued."""
    count, _by_table = SipCredential.objects.filter(expires_at__lt=now() - keep_for).delete()
    return count


def ha1(user: str, *, realm: str, secret: str) -> str:
    """md5(user:realm:secret), which SIP digest authentication asks for (RFC 2617)."""
    return hashlib.md5(f"{user}:{realm}:{secret}".encode(), usedforsecurity=False).hexdigest()
