"""Mailboxes: who may fetch from where, and with which secrets."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task
from vitrine.correspondence.errors import FolderTaken, NameTaken
from vitrine.correspondence.models import Mailbox, MailboxState
from vitrine.correspondence.queries.mailboxes import SECRETS, secrets_of
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.sealing import SealBroken, seal

MAILBOXES_CHANGED = "vitrine.channels.mailboxes_changed"
"""The name of the task that tells this machine whether anything is to be fetched."""
FIELDS = (
    *("name", "host", "port", "security", "authority", "user", "sign_in", "token_url"),
    *("client_id", "scope", "folder", "start", "after", "move_to", "language", "is_active"),
)
"""What a manager sets, beside the secrets."""
_BEGINS_ANEW = ("host", "port", "user", "folder")
"""Another place: what we know of the old one tells nothing about it."""


@transaction.atomic
def create_mailbox(
    name: str, *, by: Account | None, secrets: Mapping[str, str] | None = None, **settings: Any
) -> Mailbox:
    """Fetch from one more mailbox. `settings` are FIELDS, `secrets` are SECRETS.

    Raises NameTaken or FolderTaken.
    """
    at = now()
    mailbox = Mailbox(name=name, created_at=at, changed_at=at, **settings)
    _save(mailbox)
    if secrets:
        _seal_into(mailbox, secrets=secrets)
    MailboxState.objects.create(mailbox=mailbox)
    record("mailbox.created", subject=mailbox, by=by, **_facts(mailbox))
    defer_task(MAILBOXES_CHANGED)
    return mailbox


@transaction.atomic
def change_mailbox(
    mailbox: Mailbox,
    *,
    by: Account | None,
    secrets: Mapping[str, str] | None = None,
    **settings: Any,
) -> Mailbox:
    """Change how we fetch; a secret that is not given, or blank, stays as it is.

    The journal says that a secret was changed, never which. Another server, user or folder
    is looked at as if for the first time. Raises NameTaken or FolderTaken.
    """
    row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    before = _facts(row)
    for name in FIELDS:
        setattr(row, name, settings.get(name, getattr(row, name)))
    after = _facts(row)
    given = {name: text for name, text in (secrets or {}).items() if text}
    if before == after and not given:
        return row
    row.changed_at = now()
    _save(row)
    if given:
        _seal_into(row, secrets=given)
    state = MailboxState.objects.select_for_update().get(mailbox=row)
    if any(before[name] != after[name] for name in _BEGINS_ANEW):
        state.uid_validity, state.to_mark, state.backlog, state.backlog_since = None, [], 0, None
        state.last_uid = state.unread_until = state.known_until = 0
    state.failing_since, state.failure, state.failure_words = None, "", ""
    state.marking_refused, state.failures, state.retry_at = "", 0, None
    state.save()
    record(
        "mailbox.changed",
        subject=row,
        by=by,
        before={name: before[name] for name in FIELDS if before[name] != after[name]},
        after={name: after[name] for name in FIELDS if before[name] != after[name]},
        secrets=sorted(given),
    )
    defer_task(MAILBOXES_CHANGED)
    return row


@transaction.atomic
def keep_refresh_token(mailbox: Mailbox, *, token: str) -> None:
    """The token server has given a new refresh token: the old one may stop working."""
    row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    _seal_into(row, secrets={"refresh_token": token})
    record("mailbox.token_renewed", subject=row, by=None)


def _save(mailbox: Mailbox) -> None:
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as error:
        if "one_mailbox_per_name" in str(error):
            raise NameTaken(name=mailbox.name) from error
        if "each_folder_is_fetched_once" in str(error):
            raise FolderTaken(folder=mailbox.folder, user=mailbox.user) from error
        raise


def _seal_into(mailbox: Mailbox, *, secrets: Mapping[str, str]) -> None:
    """Add `secrets` to those that are there; unreadable ones are replaced."""
    try:
        kept = secrets_of(mailbox)
    except SealBroken:
        kept = {}
    kept |= {name: secrets[name] for name in SECRETS if secrets.get(name)}
    mailbox.secrets = seal(json.dumps(kept), purpose=f"mailbox.{mailbox.pk}")
    mailbox.save(update_fields=["secrets"])


def _facts(mailbox: Mailbox) -> dict[str, Any]:
    return {name: getattr(mailbox, name) for name in FIELDS}
