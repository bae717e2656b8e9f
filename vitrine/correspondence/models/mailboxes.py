"""Mailboxes of others that we fetch from: how to get in, and how it goes."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from vitrine.correspondence.choices import (
    AfterFetching,
    MailboxFailure,
    MailboxSecurity,
    MailboxSignIn,
    MailboxStart,
)
from vitrine.kernel.languages import Language


class Mailbox(models.Model):
    """A folder on an IMAP server that the process `fetch` watches."""

    name = models.CharField(max_length=80)
    """What the desk calls it."""
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(
        max_length=8, choices=MailboxSecurity.choices, default=MailboxSecurity.TLS
    )
    authority = models.TextField(blank=True)
    """Certificates (PEM) that are trusted for this server alone; blank: those of the system."""
    user = models.CharField(max_length=320)
    sign_in = models.CharField(
        max_length=8, choices=MailboxSignIn.choices, default=MailboxSignIn.PASSWORD
    )
    token_url = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=300, blank=True)
    scope = models.CharField(max_length=500, blank=True)
    secrets = models.BinaryField(default=bytes)
    """A JSON object, sealed: password, client_secret, refresh_token; empty: none was given."""
    folder = models.CharField(max_length=250, default="INBOX")
    start = models.CharField(
        max_length=8, choices=MailboxStart.choices, default=MailboxStart.UNREAD
    )
    """What is taken of that which is there already when we look for the first time."""
    after = models.CharField(
        max_length=8, choices=AfterFetching.choices, default=AfterFetching.SEEN
    )
    move_to = models.CharField(max_length=250, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    """Assumed of a message that is too short to tell; blank: no assumption."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    """The process `fetch` begins anew with a mailbox whose row has changed."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("name"), name="one_mailbox_per_name"),
            models.UniqueConstraint(
                Lower("host"), "port", "user", "folder", name="each_folder_is_fetched_once"
            ),
            models.CheckConstraint(
                condition=~Q(security="none") | Q(host__in=["localhost", "127.0.0.1", "::1"]),
                name="without_tls_only_on_this_machine",
            ),
            models.CheckConstraint(
                condition=~Q(after="move") | ~Q(move_to=""), name="moving_needs_a_folder"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MailboxState(models.Model):
    """How far we are in a mailbox, and how it goes. Written by the process `fetch`."""

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, primary_key=True, related_name="state")
    uid_validity = models.BigIntegerField(null=True)
    """None: nobody has looked yet."""
    last_uid = models.BigIntegerField(default=0)
    """Every message up to here is stored, or is none that we want."""
    unread_until = models.BigIntegerField(default=0)
    """Up to here only unread messages are wanted: they were there before us."""
    known_until = models.BigIntegerField(default=0)
    """Up to here we may have taken a message under another UID: its content tells."""
    to_mark = ArrayField(models.BigIntegerField(), default=list)
    """UIDs of messages that are stored, but not marked, moved or deleted yet."""
    backlog = models.PositiveIntegerField(default=0)
    """Messages seen on the server and not stored yet."""
    backlog_since = models.DateTimeField(null=True)
    """Since when the backlog has not been empty."""
    looked_at = models.DateTimeField(null=True)
    """When the server last answered us, also while we only wait."""
    fetched_at = models.DateTimeField(null=True)
    """When the last message was stored."""
    fetched = models.PositiveBigIntegerField(default=0)
    """Messages stored, ever."""
    waits_by_idle = models.BooleanField(default=False)
    """The server tells us at once; else we ask every minute."""
    is_read_only = models.BooleanField(default=False)
    marking_refused = models.CharField(max_length=500, blank=True)
    """What the server said when we wanted to mark, move or delete."""
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=12, choices=MailboxFailure.choices, blank=True)
    failure_words = models.CharField(max_length=500, blank=True)
    """What the other side said, in its own words."""
    retry_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, failure="")
                | (Q(failing_since__isnull=False) & ~Q(failure="")),
                name="a_failing_mailbox_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}: {self.last_uid}"
