"""What we owe in writing, what was sent, and what the local sink took."""

from datetime import datetime

from django.db.models import QuerySet

from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise, SinkMessage


def promises_due(*, at: datetime) -> QuerySet[Promise]:
    """Promises without an end whose time has come, the longest due first."""
    return Promise.objects.filter(sent_at=None, failed_at=None, due_at__lte=at).order_by("due_at")


def promise_with_message_id(message_ids: list[str]) -> Promise | None:
    """The newest of our messages that has one of these Message-IDs."""
    return Promise.objects.filter(message_id__in=message_ids).order_by("-id").first()


def acknowledgements_since(since: datetime, *, address: str) -> int:
    """How many acknowledgements were promised to `address` (whatever its case) since then."""
    return Promise.objects.filter(
        kind=PromiseKind.ACKNOWLEDGEMENT, to_address__iexact=address, promised_at__gte=since
    ).count()


def sink_has(message_id: str) -> bool:
    """Whether the local sink took the message already."""
    return SinkMessage.objects.filter(message_id=message_id).exists()


def sink_messages(*, mailbox: str = "") -> QuerySet[SinkMessage]:
    """What the local sink took, newest first; of one mailbox when it is given."""
    rows = SinkMessage.objects.order_by("-id")
    return rows.filter(to_address__iexact=mailbox) if mailbox else rows
