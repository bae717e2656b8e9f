"""What is proposed, who is on call, and how far publication is."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from vitrine.kernel.clock import now
from vitrine.status.models import (
    Duty,
    Probe,
    ProbeResult,
    Proposal,
    PublishedTarget,
    SurgeThreshold,
)


def open_proposals() -> QuerySet[Proposal]:
    """What nobody has decided yet, the oldest first."""
    return Proposal.objects.filter(
        accepted_at__isnull=True, dismissed_at__isnull=True, withdrawn_at__isnull=True
    ).order_by("pk")


def on_call(*, at: datetime | None = None) -> QuerySet[Duty]:
    """Whom to call at `at` (default now), in order."""
    at = at or now()
    return Duty.objects.filter(begins_at__lte=at, ends_at__gt=at).order_by("order", "begins_at")


def surge_threshold() -> SurgeThreshold:
    """From when on similar tickets are a surge."""
    return SurgeThreshold.objects.first() or SurgeThreshold()


def targets() -> QuerySet[PublishedTarget]:
    """How far each place of publication is."""
    return PublishedTarget.objects.all()


def last_looks(probes: Iterable[Probe]) -> dict[int, ProbeResult]:
    """What each probe saw last, by its row; a probe that has not looked yet is absent."""
    last = ProbeResult.objects.filter(probe=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    asked = Probe.objects.filter(pk__in=[probe.pk for probe in probes])
    found = ProbeResult.objects.filter(pk__in=asked.annotate(last=Subquery(last)).values("last"))
    return {each.probe_id: each for each in found}
