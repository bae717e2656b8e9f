"""Senders whose messages nobody wants to read, and how the house looks at what comes in."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from vitrine.accounts.models import Account
from vitrine.directory.queries import organisation_of_domain
from vitrine.directory.rules import FREE_MAIL_DOMAINS
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.text import without_controls
from vitrine.tickets.actions.sorting_rules import touched_policy
from vitrine.tickets.errors import (
    AlreadyBlocked,
    BlocksOthersToo,
    CannotBlock,
    ChangedMeanwhile,
    MotiveMissing,
    NoSuchSender,
)
from vitrine.tickets.models import BlockedSender, IntakePolicy
from vitrine.tickets.rules import domain_with_parents

_DOMAIN = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-)){1,20}")


@transaction.atomic
def block_sender(
    sender: str,
    *,
    reason: str,
    expires_at: datetime | None = None,
    is_confirmed: bool = False,
    by: Account,
) -> BlockedSender:
    """Send the messages of an address, or of a domain with its sub-domains, to the spam.

    is_confirmed   the person knows that an organisation of ours, or everybody with an address
                   at a free mail service, is blocked too
    Raises NoSuchSender, CannotBlock, MotiveMissing, AlreadyBlocked or BlocksOthersToo.
    """
    pattern = pattern_of(sender)
    reason = without_controls(reason).strip()[:300]
    if not reason:
        raise MotiveMissing
    if settings.DESK_ADDRESS.lower() == pattern or pattern in domain_with_parents(
        settings.DESK_ADDRESS
    ):
        raise CannotBlock
    if not is_confirmed and (sentence := who_else(pattern)):
        raise BlocksOthersToo(sentence)
    touched_policy()
    at = now()
    _lift_expired(pattern, at=at)
    if BlockedSender.objects.filter(pattern=pattern, lifted_at=None).exists():
        raise AlreadyBlocked
    row = BlockedSender.objects.create(
        pattern=pattern, reason=reason, blocked_at=at, blocked_by=by, expires_at=expires_at
    )
    record("sender.blocked", subject=row, by=by, sender=pattern, reason=reason, until=expires_at)
    return row


def _lift_expired(pattern: str, *, at: datetime) -> None:
    BlockedSender.objects.filter(pattern=pattern, lifted_at=None, expires_at__lte=at).update(
        lifted_at=at
    )


@transaction.atomic
def unblock_sender(block: BlockedSender, *, by: Account) -> BlockedSender:
    """Read the sender's messages again; what went to the spam meanwhile stays there."""
    touched_policy()
    row = BlockedSender.objects.select_for_update().get(pk=block.pk)
    if row.lifted_at is not None:
        return row
    row.lifted_at, row.lifted_by = now(), by
    row.save(update_fields=["lifted_at", "lifted_by"])
    record("sender.unblocked", subject=row, by=by, sender=row.pattern)
    return row


def pattern_of(sender: str) -> str:
    """The address or domain as it is stored: `@example.org` is the domain. Raises NoSuchSender."""
    typed = without_controls(sender).strip().lower()
    typed = typed.removeprefix("mailto:").strip("<> ")
    domain = typed.removeprefix("*").removeprefix("@").strip(".")
    if "@" in domain:
        try:
            validate_email(typed)
        except ValidationError as wrong:
            raise NoSuchSender from wrong
        return typed[:254]
    if not _DOMAIN.fullmatch(domain) or len(domain) > 190:
        raise NoSuchSender
    return domain


def who_else(pattern: str) -> str:
    """Whom else a block would hit, as a sentence; blank when nobody that we know."""
    domain = pattern.rpartition("@")[2]
    if "@" not in pattern and domain in FREE_MAIL_DOMAINS:
        return _("Everybody with an address at %(domain)s would be blocked.") % {"domain": domain}
    organisation = organisation_of_domain(f"somebody@{domain}")
    if organisation is None:
        return ""
    return _("%(domain)s belongs to %(organisation)s, which we serve.") % {
        "domain": domain,
        "organisation": organisation.name_fr,
    }


@transaction.atomic
def change_intake_policy(*, version: int, by: Account, **settings: Any) -> IntakePolicy:
    """Change how messages are looked at.

    settings   trusted_hops, spam_points, keep_spam_days, takes_fax, fax_gateways
    Raises ChangedMeanwhile.
    """
    policy = touched_policy()
    if policy.version != version:
        raise ChangedMeanwhile
    changed = {}
    for name, value in settings.items():
        value = _clean(value) if isinstance(value, list | tuple) else value
        before = getattr(policy, name)
        if before != value:
            changed[name] = [before, value]
            setattr(policy, name, value)
    if not changed:
        return policy
    policy.version += 1
    policy.save()
    record("intake_policy.changed", subject=policy, by=by, changed=changed)
    return policy


def _clean(lines: Iterable[str]) -> list[str]:
    kept = (without_controls(line).strip().strip(".").lower() for line in lines)
    return list(dict.fromkeys(line for line in kept if line))
