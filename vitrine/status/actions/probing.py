"""Probes: kept by administrators, run by the clock, and free only to propose (S-03: off)."""

import random
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication.bulletin import Position, SubReason
from vitrine.status.actions.watching import propose, withdraw_proposals
from vitrine.status.choices import ProposalSource
from vitrine.status.models import Component, Probe, ProbeResult
from vitrine.status.queries.looking import Look, look
from vitrine.status.rules.probing import is_trouble, next_look, read_networks, read_target

KEPT = timedelta(days=2)
AT_ONCE = 8


@transaction.atomic
def keep_probe(probe: Probe | None, *, by: Account, component: Component, **what: object) -> Probe:
    """A new probe, or another form of `probe`; it looks again at once.

    what  fields of `Probe`
    Raises InvalidTarget.
    """
    kind = str(what.get("kind", probe.kind if probe else ""))
    read_target(kind, text=str(what.get("target", probe.target if probe else "")))
    if probe is not None:
        probe = Probe.objects.select_for_update().get(pk=probe.pk)
    probe = probe or Probe()
    probe.component, probe.due_at = component, None
    for name, value in what.items():
        setattr(probe, name, value)
    probe.save()
    record("status.probe_kept", subject=probe, by=by, target=probe.target, is_on=probe.is_on)
    return probe


@transaction.atomic
def remove_probe(probe: Probe, *, by: Account) -> None:
    """Ask no more, and forget what was seen."""
    probe = Probe.objects.select_for_update().get(pk=probe.pk)
    record("status.probe_removed", subject=probe, by=by, target=probe.target)
    probe.delete()


def run_due_probes() -> int:
    """Look wherever it is due; how often. Nothing is asked where no network is allowed.

    A look is never inside a transaction. Each probe is claimed first, so that two workers do not
    look at the same.
    """
    networks = read_networks(settings.PROBE_NETWORKS)
    if not networks:
        return 0
    due = claimed(now())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        looks = list(pool.map(looked, due))
    for probe, seen in zip(due, looks, strict=True):
        keep_look(probe, seen=seen)
    forget_old_looks()
    withdraw_what_is_over()
    return len(due)


@transaction.atomic
def claimed(at: datetime) -> list[Probe]:
    """The probes that are due, from now on due again later."""
    due = Probe.objects.select_for_update(skip_locked=True).filter(is_on=True)
    found = [probe for probe in due if probe.due_at is None or probe.due_at <= at]
    for probe in found:
        every = timedelta(minutes=probe.every_minutes)
        probe.due_at = next_look(at, every=every, chance=random.random())  # noqa: S311 - a spread
        probe.save(update_fields=["due_at"])
    return found


def looked(probe: Probe) -> Look:
    """One look."""
    return look(
        probe.kind,
        target=read_target(probe.kind, text=probe.target),
        timeout_s=probe.timeout_seconds,
        networks=read_networks(settings.PROBE_NETWORKS),
        expected_text=probe.expected_text,
        days_left=probe.days_left,
    )


@transaction.atomic
def keep_look(probe: Probe, *, seen: Look) -> ProbeResult:
    """Keep what was seen; propose when it has failed often enough from this place."""
    place = settings.PROBE_PLACE or socket.gethostname()[:80]
    result = ProbeResult.objects.create(
        probe=probe,
        at=now(),
        place=place,
        milliseconds=seen.milliseconds,
        fault=seen.fault,
        detail=seen.detail,
    )
    if is_trouble(last_faults(probe, place=place), in_a_row=probe.failures_in_a_row):
        position = Position(probe.position)
        propose(
            ProposalSource.PROBE,
            subject=probe.name,
            components=[probe.component.code],
            position=position,
            sub_reason=SubReason.PARTIAL if position is Position.SLOWED else SubReason.NONE,
            fault=seen.fault,
            detail=seen.detail,
            place=place,
            times=probe.failures_in_a_row,
        )
    return result


def last_faults(probe: Probe, *, place: str) -> Sequence[str]:
    """What the last looks from one place saw, the newest first."""
    found = ProbeResult.objects.filter(probe=probe, place=place).order_by("-at", "-pk")
    return list(found.values_list("fault", flat=True)[: probe.failures_in_a_row])


def withdraw_what_is_over() -> None:
    """Take back what no probe has seen for some time: it answers again, or looks no more."""
    slowest = max(
        Probe.objects.filter(is_on=True).values_list("every_minutes", flat=True), default=1
    )
    patience = timedelta(minutes=2 * slowest + 2)
    withdraw_proposals(ProposalSource.PROBE, seen_before=now() - patience)


def forget_old_looks() -> None:
    """Results are for two days."""
    ProbeResult.objects.filter(at__lt=now() - KEPT).delete()
