"""Whether a key of ours has signed what was prepared; the check itself is `publication.proof`."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.publication.events import Json
from vitrine.publication.proof import EnrolledKey, Proven, check_proof, decode_bytes, encode_bytes
from vitrine.publication.refusals import Refused as NotProven
from vitrine.status.errors import Refused
from vitrine.status.models import SecurityKey

BY_BROWSER = {"SecurityError": "wrong-host", "InvalidStateError": "known-key"}
"""Name of the error of WebAuthn -> refusal. Nobody is told by the browser what NotAllowedError was:
no key, no touch, no PIN."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a browser sent to confirm something."""

    password: str
    answer: Json
    origins: Collection[str]
    address: str

    @property
    def credential_id(self) -> bytes:
        """Which key answered; empty when none did, or unreadably."""
        try:
            return decode_bytes(self.answer.get("credential_id", ""))
        except ValueError:
            return b""


def proven_by(change: dict[str, Any], *, key: SecurityKey | None, asked: Answer) -> Proven:
    """What is kept as proof; the counter of the key moves on. Raises Refused."""
    if not asked.answer.get("credential_id"):
        raise Refused(refused_by_browser(asked.answer))
    if key is not None:  # read again under lock: its counter counts
        key = SecurityKey.objects.select_for_update().select_related("account").get(pk=key.pk)
    try:
        proven = check_proof(
            change,
            asked.answer,
            key=enrolled(key) if key else None,
            rp_id=settings.STATUS_RP_ID,
            origins=asked.origins,
            at=now(),
            models=settings.STATUS_KEY_MODELS,
        )
    except NotProven as refusal:
        raise Refused(refusal.code, about=refusal.about) from refusal
    assert key is not None
    key.sign_count, key.last_used_at = proven.counter, now()
    key.save(update_fields=["sign_count", "last_used_at"])
    return proven


def refused_by_browser(answer: Json) -> str:
    """Why no key has answered, by what the browser said of it."""
    return BY_BROWSER.get(str(answer.get("problem", "")), "no-key")


def actor_of(account: Account) -> str:
    """How public events name `account`: the same for ever, and nobody's name."""
    return f"editor-{account.pk}"


def enrolled(key: SecurityKey) -> EnrolledKey:
    """The key as the check, and the export of the emergency console, want it."""
    return EnrolledKey(
        credential_id=encode_bytes(bytes(key.credential_id)),
        public_key=encode_bytes(bytes(key.public_key)),
        owner=actor_of(key.account),
        counter=key.sign_count,
        aaguid=str(key.aaguid),
        revoked=key.revoked_at is not None,
    )
