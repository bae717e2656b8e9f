"""Writing down that somebody tried to use his key, whatever became of it."""

from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.status.choices import AttemptPurpose
from vitrine.status.models import Attempt, SecurityKey


def note_attempt(
    purpose: AttemptPurpose,
    *,
    by: Account | None,
    address: str,
    refusal: str = "",
    key: SecurityKey | None = None,
    version: int | None = None,
    kind: str = "",
    **facts: object,
) -> Attempt:
    """Keep one attempt. It commits with the caller: call it where nothing is rolled back.

    address  of the browser; blank: unknown
    refusal  a code; blank: accepted
    facts    what was wanted; never a password
    """
    return Attempt.objects.create(
        at=now(),
        purpose=purpose,
        account=by,
        address=address or None,
        key=key,
        refusal=refusal,
        version=version,
        kind=kind,
        facts=facts,
    )
