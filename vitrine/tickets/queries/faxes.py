"""Faxes: the same one again, and those whose pages are still to be made."""

from datetime import datetime

from django.db.models import QuerySet

from vitrine.tickets.models import Fax


def same_fax(digest: str, *, number: str, since: datetime) -> Fax | None:
    """A fax with the same pages from the same number that came since then."""
    return (
        Fax.objects.filter(digest=digest, number=number, message__at__gte=since)
        .select_related("message__ticket")
        .order_by("id")
        .first()
    )


def faxes_left_behind(*, before: datetime) -> QuerySet[Fax]:
    """Faxes that came before `before` and whose pages nobody has made, oldest first."""
    return Fax.objects.filter(ready_at=None, message__at__lt=before).order_by("id")


def has_faxes() -> bool:
    """Whether a fax has ever come."""
    return Fax.objects.exists()
