"""A status editor signs in with his key too: the key signs a change that changes nothing."""

from collections.abc import Collection
from dataclasses import asdict
from secrets import token_hex

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication.events import Change, Json, instant
from vitrine.status.actions.attempts import note_attempt
from vitrine.status.actions.changing import check_pace, one_at_a_time, taken
from vitrine.status.actions.proving import Answer, actor_of, proven_by
from vitrine.status.choices import AttemptPurpose
from vitrine.status.errors import Refused
from vitrine.status.models import PreparedChange, SecurityKey

KIND = "sign-in"
"""No kind of a public change: what is signed here can never be published."""


def prepare_sign_in(by: Account) -> PreparedChange:
    """What the key of `by` is asked to sign; good for two minutes and once."""
    change = Change(
        from_version=0, kind=KIND, actor=actor_of(by), nonce=token_hex(16), issued_at=instant(now())
    )
    return PreparedChange.objects.create(
        account=by,
        nonce=change.nonce,
        purpose=AttemptPurpose.SIGN_IN,
        kind=KIND,
        change=asdict(change),
        prepared_at=now(),
    )


def confirm_sign_in(
    nonce: str, *, answer: Json, origins: Collection[str], address: str, by: Account
) -> SecurityKey:
    """The key with which `by` signs in; his password was right already. Raises Refused."""
    refusal: Refused | None = None
    with transaction.atomic():
        one_at_a_time(by)
        prepared = taken(nonce, purpose=AttemptPurpose.SIGN_IN, by=by)
        asked = Answer(password="", answer=answer, origins=origins, address=address)
        key = SecurityKey.objects.filter(credential_id=asked.credential_id).first()
        try:
            with transaction.atomic():
                check_pace(by, address=address)
                if prepared is None:
                    raise Refused("used-before")
                proven_by(prepared.change, key=key, asked=asked)
        except Refused as error:
            refusal = error
        note_attempt(
            AttemptPurpose.SIGN_IN,
            by=by,
            address=address,
            refusal=refusal.code if refusal else "",
            key=key,
        )
        if not refusal:
            record("status.signed_in", subject=by, by=by)
    if refusal:
        raise refusal
    assert key is not None
    return key
