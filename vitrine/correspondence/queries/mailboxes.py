"""Mailboxes: what is fetched from where, with which secrets, and how it goes."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from vitrine.correspondence.choices import MailboxFailure
from vitrine.correspondence.models import Mailbox, MailboxState
from vitrine.kernel.sealing import unseal

SECRETS = ("password", "client_secret", "refresh_token")
STOPPED_AFTER = timedelta(minutes=3)
"""The process `fetch` notes at least every minute that it lives."""
LONG_BACKLOG = timedelta(minutes=10)
LARGE_BACKLOG = 50
"""Messages; more than so many at once is told at once."""


@dataclass(frozen=True, slots=True)
class Health:
    """How it goes with one mailbox, at an instant."""

    mailbox: Mailbox
    state: MailboxState
    at: datetime

    @property
    def is_stopped(self) -> bool:
        """Whether nobody fetches although somebody should."""
        if not self.mailbox.is_active:
            return False
        signs = (self.state.looked_at, self.state.retry_at, self.mailbox.changed_at)
        return self.at - max(sign for sign in signs if sign) > STOPPED_AFTER

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed."""
        return self.mailbox.is_active and self.state.failing_since is not None

    @property
    def is_behind(self) -> bool:
        """Whether messages pile up on the server: many, or for long."""
        since = self.state.backlog_since
        return self.mailbox.is_active and (
            self.state.backlog >= LARGE_BACKLOG
            or (since is not None and self.at - since > LONG_BACKLOG)
        )

    @property
    def needs_somebody(self) -> bool:
        """Whether a person should look at it."""
        return self.is_failing or self.is_stopped or self.is_behind

    @property
    def failure(self) -> MailboxFailure | None:
        """Why it fails; None when it does not."""
        return MailboxFailure(self.state.failure) if self.is_failing else None


def secrets_of(mailbox: Mailbox) -> dict[str, str]:
    """The secrets of `mailbox` in clear; none given: empty. Raises SealBroken."""
    if not mailbox.secrets:
        return {}
    opened: dict[str, str] = json.loads(
        unseal(bytes(mailbox.secrets), purpose=f"mailbox.{mailbox.pk}")
    )
    return opened


def mailboxes_to_fetch() -> QuerySet[Mailbox]:
    """Those that the process `fetch` watches."""
    return Mailbox.objects.filter(is_active=True).order_by("pk")


def mailbox_healths(*, at: datetime) -> list[Health]:
    """Every mailbox with how it goes, those in use first; one statement."""
    rows = Mailbox.objects.select_related("state").order_by("-is_active", "name")
    return [Health(mailbox, mailbox.state, at) for mailbox in rows]
