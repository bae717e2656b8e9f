"""From "this will be public" to public: prepared, confirmed by password and key, made true.

What was shown is kept (`PreparedChange`); the key signs its hash, so that nothing else can be
published with that signature. A prepared change is used once, whatever becomes of it; the page
asks for a new one before each touch.
"""

from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta
from secrets import token_hex

from django.contrib.auth.hashers import check_password
from django.db import connection, transaction

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication.encoding import bulletin_from
from vitrine.publication.events import Change, Json, instant
from vitrine.publication.refusals import Refused as NotPossible
from vitrine.publication.replay import apply, next_event
from vitrine.status.actions.attempts import note_attempt
from vitrine.status.actions.chain import append_event
from vitrine.status.actions.console import take_over_if_possible
from vitrine.status.actions.proving import Answer, actor_of, proven_by
from vitrine.status.choices import AttemptPurpose
from vitrine.status.errors import Refused
from vitrine.status.models import Attempt, Event, PreparedChange, SecurityKey, Standing

ENOUGH_KEYS = 2
STALE = "stale-version"
FAILURES_OF_ACCOUNT = 5
FAILURES_OF_ADDRESS = 15
FAILURES_WITHIN = timedelta(minutes=5)


def prepare_change(
    kind: str, *, body: Json, from_version: int | None = None, address: str = "", by: Account
) -> PreparedChange:
    """Keep what is shown to `by` for review; he may sign it within two minutes.

    from_version  what he looked at when he began; None: what is public now
    address       of the browser
    Raises Refused: not listed, too few keys, stale (these are written down), or a change that
    may not be.
    """
    try:
        check_editor(by)
    except Refused as refusal:
        note_attempt(AttemptPurpose.CHANGE, by=by, address=address, refusal=refusal.code, kind=kind)
        raise
    take_over_if_possible()
    standing = Standing.objects.first()
    version = standing.version if standing else 0
    change = Change(
        from_version=version if from_version is None else from_version,
        kind=kind,
        actor=actor_of(by),
        nonce=token_hex(16),
        issued_at=instant(now()),
        body=body,
    )
    before = bulletin_from(standing.bulletin) if standing else None
    try:
        apply(before, next_event(before, change, at=now()))
    except NotPossible as refusal:
        if refusal.code == STALE:
            note_attempt(
                AttemptPurpose.CHANGE, by=by, address=address, refusal=STALE, kind=kind, wanted=body
            )
        raise Refused(refusal.code, about=refusal.about) from refusal
    return PreparedChange.objects.create(
        account=by,
        nonce=change.nonce,
        purpose=AttemptPurpose.CHANGE,
        kind=kind,
        change=asdict(change),
        prepared_at=now(),
    )


def check_editor(by: Account) -> None:
    """Check that `by` is listed and has keys enough. Raises Refused."""
    if not (by.is_active and by.has_role(Role.STATUS_EDITOR)):
        raise Refused("not-listed")
    keys = SecurityKey.objects.filter(account=by, revoked_at__isnull=True).count()
    if keys < ENOUGH_KEYS:
        raise Refused("too-few-keys")


def confirm_change(
    nonce: str,
    *,
    password: str,
    answer: Json,
    origins: Collection[str],
    address: str,
    shown: PreparedChange | None = None,
    by: Account,
) -> Event:
    """Publish what was prepared, if password and key both say so. Raises Refused.

    answer   of the key: `credential_id`, `client_data`, `authenticator_data`, `signature`
    origins  at which the key may have been used
    address  of the browser
    shown    what `by` read before he confirmed; None: what was prepared itself

    Every attempt is written down with its reason. Attempts of one person wait for each other,
    so that the limit cannot be overtaken by many at once.
    """
    refusal: Refused | None = None
    event: Event | None = None
    with transaction.atomic():
        one_at_a_time(by)
        prepared = taken(nonce, purpose=AttemptPurpose.CHANGE, by=by)
        asked = Answer(password=password, answer=answer, origins=origins, address=address)
        key = SecurityKey.objects.filter(credential_id=asked.credential_id).first()
        try:
            with transaction.atomic():
                event = _confirmed(prepared, shown=shown, key=key, asked=asked, by=by)
        except Refused as error:
            refusal = error
        note_attempt(
            AttemptPurpose.CHANGE,
            by=by,
            address=address,
            refusal=refusal.code if refusal else "",
            key=key,
            version=event.version if event else None,
            kind=prepared.kind if prepared else "",
            wanted=prepared.change["body"] if prepared else {},
            browser=str(answer.get("problem", ""))[:60],
        )
    if refusal:
        raise refusal
    assert event is not None
    return event


def _confirmed(
    prepared: PreparedChange | None,
    *,
    shown: PreparedChange | None,
    key: SecurityKey | None,
    asked: Answer,
    by: Account,
) -> Event:
    """The event, once everything is checked; the password first and always."""
    account = Account.objects.select_for_update().get(pk=by.pk)
    check_pace(account, address=asked.address)
    is_right = check_password(asked.password, account.password)
    if not is_right:
        raise Refused("wrong-password")
    check_editor(account)
    if prepared is None:
        raise Refused("used-before")
    if shown and (shown.kind, shown.change["body"]) != (prepared.kind, prepared.change["body"]):
        raise Refused("other-change")
    proven = proven_by(prepared.change, key=key, asked=asked)
    change = Change(**prepared.change)
    event = append_event(change, proof=proven.proof, by=account)
    assert key is not None
    record("status.key_used", subject=key, by=account, version=event.version)
    return event


def one_at_a_time(account: Account) -> None:
    """Let the attempts of one person wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"status {account.pk}"]
        )


def taken(nonce: str, *, purpose: AttemptPurpose, by: Account) -> PreparedChange | None:
    """The prepared change, used from now on; None: unknown, somebody else's, or used before."""
    prepared = (
        PreparedChange.objects.select_for_update()
        .filter(nonce=nonce, purpose=purpose, account=by, used_at__isnull=True)
        .first()
    )
    if prepared is not None:
        prepared.used_at = now()
        prepared.save(update_fields=["used_at"])
    return prepared


def check_pace(account: Account, *, address: str) -> None:
    """Check that neither person nor address failed too often lately. Raises Refused."""
    failed = Attempt.objects.filter(at__gt=now() - FAILURES_WITHIN).exclude(refusal="")
    failed = failed.exclude(refusal__in=("too-often", STALE))
    if failed.filter(account=account).count() >= FAILURES_OF_ACCOUNT:
        raise Refused("too-often")
    if address and failed.filter(address=address).count() >= FAILURES_OF_ADDRESS:
        raise Refused("too-often")
