"""Keys of status editors: allowed by two administrators, added by a touch, revoked in one act."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes

from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings
from django.db import transaction

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication.events import Json
from vitrine.publication.refusals import Refused as NotAllowed
from vitrine.status.actions.attempts import note_attempt
from vitrine.status.actions.console import export_for_console
from vitrine.status.actions.proving import refused_by_browser
from vitrine.status.choices import AttemptPurpose
from vitrine.status.errors import AlreadyDecided, NotAnEditor, Refused, SecondPersonNeeded
from vitrine.status.models import KeyEnrolment, SecurityKey
from vitrine.status.rules import NewKey, new_key

VALID_FOR = timedelta(days=2)
"""Time for the second administrator and for the person to come to his desk."""
CHALLENGE_FOR = timedelta(minutes=5)


@transaction.atomic
def begin_enrolment(account: Account, *, by: Account) -> KeyEnrolment:
    """The first of two administrators allows `account` one more key.

    One that is open stays as it is; one that has expired is followed by a new one.
    Raises NotAnEditor, or SecondPersonNeeded for one's own key.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not (account.is_active and account.has_role(Role.STATUS_EDITOR)):
        raise NotAnEditor
    if by.pk == account.pk:
        raise SecondPersonNeeded
    at = now()
    opened = KeyEnrolment.objects.filter(
        account=account, used_at__isnull=True, withdrawn_at__isnull=True
    ).first()
    if opened is not None and opened.expires_at > at:
        return opened
    if opened is not None:
        opened.withdrawn_at = at
        opened.save(update_fields=["withdrawn_at"])
    enrolment = KeyEnrolment.objects.create(
        account=account, begun_by=by, begun_at=at, expires_at=at + VALID_FOR
    )
    record("status.enrolment_begun", subject=enrolment, by=by, account=account.email)
    return enrolment


@transaction.atomic
def confirm_enrolment(enrolment: KeyEnrolment, *, by: Account) -> KeyEnrolment:
    """The second administrator agrees. Raises SecondPersonNeeded or AlreadyDecided."""
    enrolment = KeyEnrolment.objects.select_for_update().get(pk=enrolment.pk)
    if by.pk in (enrolment.begun_by_id, enrolment.account_id):
        raise SecondPersonNeeded
    if enrolment.confirmed_at or enrolment.withdrawn_at or enrolment.expires_at <= now():
        raise AlreadyDecided
    enrolment.confirmed_by, enrolment.confirmed_at = by, now()
    enrolment.save(update_fields=["confirmed_by", "confirmed_at"])
    record("status.enrolment_confirmed", subject=enrolment, by=by)
    return enrolment


@transaction.atomic
def withdraw_enrolment(enrolment: KeyEnrolment, *, by: Account) -> KeyEnrolment:
    """Take the permission back; nothing happens when it is used or withdrawn already."""
    enrolment = KeyEnrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.used_at is None and enrolment.withdrawn_at is None:
        enrolment.withdrawn_at = now()
        enrolment.save(update_fields=["withdrawn_at"])
        record("status.enrolment_withdrawn", subject=enrolment, by=by)
    return enrolment


@transaction.atomic
def challenge_enrolment(*, by: Account) -> KeyEnrolment:
    """Make what the new key of `by` shall sign. Raises Refused without a confirmed enrolment."""
    enrolment = _usable(by)
    enrolment.challenge, enrolment.challenged_at = token_bytes(32), now()
    enrolment.save(update_fields=["challenge", "challenged_at"])
    return enrolment


def enrol_key(
    *, name: str, answer: Json, origins: Collection[str], address: str, by: Account
) -> SecurityKey:
    """Add the key that `by` has just touched. Raises Refused; the attempt is written down.

    answer  of the key: `client_data` and `attestation`, base64url
    """
    refusal: Refused | None = None
    key: SecurityKey | None = None
    with transaction.atomic():
        try:
            with transaction.atomic():
                key = _enrolled(name, answer=answer, origins=origins, by=by)
        except Refused as error:
            refusal = error
        note_attempt(
            AttemptPurpose.ENROLMENT,
            by=by,
            address=address,
            refusal=refusal.code if refusal else "",
            key=key,
        )
    if refusal:
        raise refusal
    assert key is not None
    return key


def _enrolled(name: str, *, answer: Json, origins: Collection[str], by: Account) -> SecurityKey:
    enrolment = _usable(by)
    if not answer.get("attestation"):
        raise Refused(refused_by_browser(answer))
    if enrolment.challenge is None or enrolment.challenged_at is None:
        raise Refused("no-enrolment")
    if now() - enrolment.challenged_at > CHALLENGE_FOR:
        raise Refused("too-old")
    made = _checked(answer, challenge=bytes(enrolment.challenge), origins=origins)
    if SecurityKey.objects.filter(credential_id=made.credential_id).exists():
        raise Refused("known-key")
    key = SecurityKey.objects.create(
        account=by,
        name=name.strip()[:60] or str(made.aaguid),
        credential_id=made.credential_id,
        public_key=made.public_key,
        aaguid=made.aaguid,
        sign_count=made.counter,
        is_backup_eligible=False,
        attestation=made.attestation,
        enrolment=enrolment,
        enrolled_at=now(),
    )
    enrolment.used_at, enrolment.challenge = now(), None
    enrolment.save(update_fields=["used_at", "challenge"])
    record(
        "status.key_enrolled",
        subject=key,
        by=by,
        model=made.aaguid,
        allowed_by=[enrolment.begun_by_id, enrolment.confirmed_by_id],
    )
    transaction.on_commit(export_for_console, robust=True)
    return key


def _checked(answer: Json, *, challenge: bytes, origins: Collection[str]) -> NewKey:
    """The key in `answer`. Raises Refused."""
    roots = [
        load_pem_x509_certificate(file.read_bytes())
        for file in sorted(Path(settings.STATUS_KEY_ROOTS).glob("*.pem"))
        if settings.STATUS_KEY_ROOTS
    ]
    try:
        return new_key(
            answer,
            challenge=challenge,
            rp_id=settings.STATUS_RP_ID,
            origins=origins,
            models=settings.STATUS_KEY_MODELS,
            roots=roots,
            at=now(),
        )
    except NotAllowed as refusal:
        raise Refused(refusal.code) from refusal


@transaction.atomic
def revoke_key(key: SecurityKey, *, by: Account) -> SecurityKey:
    """Never accept this key again: lost, stolen, or its person has left. In one act."""
    key = SecurityKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by = now(), by
        key.save(update_fields=["revoked_at", "revoked_by"])
        record("status.key_revoked", subject=key, by=by, account=key.account_id)
        transaction.on_commit(export_for_console, robust=True)
    return key


def _usable(by: Account) -> KeyEnrolment:
    """The confirmed enrolment of `by`, locked. Raises Refused when there is none."""
    if not (by.is_active and by.has_role(Role.STATUS_EDITOR)):
        raise Refused("not-listed")
    enrolment = (
        KeyEnrolment.objects.select_for_update()
        .filter(
            account=by,
            confirmed_at__isnull=False,
            used_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=now(),
        )
        .first()
    )
    if enrolment is None:
        raise Refused("no-enrolment")
    return enrolment
