"""The keys with which changes are confirmed, as an outsider finds them in the chain."""

from dataclasses import dataclass
from hashlib import sha256

from vitrine.desk.rendering.state.words import moment_words
from vitrine.status.actions.proving import actor_of
from vitrine.status.models import SecurityKey
from vitrine.status.rules.key_models import model_name


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """One key: no name of a person, only the number under which the chain knows him."""

    owner: str
    model: str
    """As people call it; its number when nobody knows it."""
    aaguid: str
    """The number that the maker gives the model, as it stands in the chain."""
    enrolled: str
    revoked: str
    fingerprint: str
    """SHA-256 of the public key in hexadecimal, in groups of eight."""


def public_key(key: SecurityKey) -> PublicKey:
    """What is shown of `key`."""
    digest = sha256(bytes(key.public_key)).hexdigest()
    return PublicKey(
        owner=actor_of(key.account),
        model=model_name(key.aaguid),
        aaguid=str(key.aaguid),
        enrolled=moment_words(key.enrolled_at),
        revoked=moment_words(key.revoked_at),
        fingerprint=" ".join(digest[at : at + 8] for at in range(0, len(digest), 8)),
    )
