"""What machines propose, and the persons to be called."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication.bulletin import MaintenanceState, Position
from vitrine.publication.encoding import bulletin_from
from vitrine.status.choices import ProposalSource
from vitrine.status.errors import AlreadyDecided, Overlap, ReasonMissing
from vitrine.status.models import Duty, Maintenance, Proposal, Standing, SurgeThreshold
from vitrine.status.queries.standing import REMINDER

QUIET_AFTER_DISMISSAL = timedelta(minutes=30)
"""What was dismissed is not proposed again at once."""


@transaction.atomic
def propose(
    source: ProposalSource,
    *,
    subject: str,
    components: Sequence[str] = (),
    position: Position = Position.SLOWED,
    sub_reason: str = "",
    **facts: object,
) -> Proposal | None:
    """Propose a position to the editors; what is open about `subject` is brought up to date.

    facts  what was seen: numbers and names
    None when the same was dismissed a moment ago.
    """
    at = now()
    known = Proposal.objects.select_for_update().filter(source=source, subject=subject)
    opened = known.filter(**_OPEN).first()
    if opened:
        opened.seen_at, opened.facts = at, facts
        opened.save(update_fields=["seen_at", "facts"])
        return opened
    if known.filter(dismissed_at__gt=at - QUIET_AFTER_DISMISSAL).exists():
        return None
    proposal = Proposal.objects.create(
        source=source,
        subject=subject,
        components=list(components),
        position=position,
        sub_reason=sub_reason,
        facts=facts,
        proposed_at=at,
        seen_at=at,
    )
    record("status.proposed", subject=proposal, by=None, source=source, about=subject, **facts)
    return proposal


_OPEN = {"accepted_at": None, "dismissed_at": None, "withdrawn_at": None}


@transaction.atomic
def accept_proposal(proposal: Proposal, *, by: Account) -> Proposal:
    """Note that `by` made it public. Raises AlreadyDecided."""
    proposal = _undecided(proposal)
    proposal.accepted_at, proposal.decided_by = now(), by
    proposal.save(update_fields=["accepted_at", "decided_by"])
    record("status.proposal_accepted", subject=proposal, by=by)
    return proposal


@transaction.atomic
def dismiss_proposal(proposal: Proposal, *, reason: str, by: Account) -> Proposal:
    """Note that nothing has to be told, and why. Raises AlreadyDecided or ReasonMissing."""
    proposal = _undecided(proposal)
    if not reason.strip():
        raise ReasonMissing
    proposal.dismissed_at, proposal.decided_by = now(), by
    proposal.reason = reason.strip()[:300]
    proposal.save(update_fields=["dismissed_at", "decided_by", "reason"])
    record("status.proposal_dismissed", subject=proposal, by=by, reason=proposal.reason)
    return proposal


@transaction.atomic
def withdraw_proposals(source: ProposalSource, *, seen_before: datetime) -> int:
    """Take back what was not seen again since `seen_before`; how many."""
    gone = Proposal.objects.select_for_update().filter(
        source=source, seen_at__lt=seen_before, **_OPEN
    )
    over = list(gone)
    for proposal in over:
        proposal.withdrawn_at = now()
        proposal.save(update_fields=["withdrawn_at"])
        record("status.proposal_withdrawn", subject=proposal, by=None)
    return len(over)


def propose_by_the_clock() -> None:
    """Windows that begin or end now, and expected ends that have passed: a person decides."""
    at = now()
    begins = Maintenance.objects.filter(state=MaintenanceState.ANNOUNCED)
    for window in begins.filter(starts_at__lte=at, ends_at__gt=at):
        propose(
            ProposalSource.MAINTENANCE,
            subject=f"{window.uid} begin",
            components=window.components,
            position=Position(window.content["effect"]),
            sub_reason="partial" if window.content["effect"] == Position.SLOWED else "",
            uid=window.uid,
            step="begin",
            window=window.pk,
        )
    for window in Maintenance.objects.filter(state=MaintenanceState.BEGUN, ends_at__lte=at):
        propose(
            ProposalSource.MAINTENANCE,
            subject=f"{window.uid} end",
            components=window.components,
            position=Position.WORKS,
            uid=window.uid,
            step="end",
            window=window.pk,
        )
    _propose_overrun(at)
    withdraw_proposals(ProposalSource.MAINTENANCE, seen_before=at)
    withdraw_proposals(ProposalSource.OVERRUN, seen_before=at)
    _remind(at)


def _propose_overrun(at: datetime) -> None:
    standing = Standing.objects.first()
    if standing is None:
        return
    for each in bulletin_from(standing.bulletin).interruptions:
        if each.ended_at is None and each.expected_end and each.expected_end < at:
            propose(
                ProposalSource.OVERRUN,
                subject=each.code,
                components=each.components,
                position=each.updates[-1].position if each.updates else each.worst,
                expected_end=each.expected_end.isoformat(),
            )


def _remind(at: datetime) -> None:
    """Note which windows are due to be reminded of: what is told hangs on this entry."""
    due = Maintenance.objects.filter(
        state=MaintenanceState.ANNOUNCED,
        reminded_at__isnull=True,
        starts_at__gt=at,
        starts_at__lte=at + REMINDER,
    )
    for window in due.filter(announced_at__lt=at - REMINDER / 2):
        with transaction.atomic():
            locked = Maintenance.objects.select_for_update().get(pk=window.pk)
            if locked.reminded_at is None:
                locked.reminded_at = at
                locked.save(update_fields=["reminded_at"])
                record("status.reminder_due", subject=locked, by=None, uid=locked.uid)


@transaction.atomic
def add_duty(
    *,
    name: str,
    phone: str,
    begins_at: datetime,
    ends_at: datetime,
    order: int = 1,
    account: Account | None = None,
    by: Account,
) -> Duty:
    """Somebody to be called about the state, from when to when. Raises Overlap."""
    if ends_at <= begins_at:
        raise Overlap
    duty = Duty.objects.create(
        account=account, name=name, phone=phone, begins_at=begins_at, ends_at=ends_at, order=order
    )
    record("status.duty_added", subject=duty, by=by, name=name, until=ends_at)
    return duty


@transaction.atomic
def end_duty(duty: Duty, *, by: Account) -> None:
    """Nobody calls this person any more; what is over or gone already stays as it was."""
    locked = Duty.objects.select_for_update().filter(pk=duty.pk).first()
    if locked is None:
        return
    duty, at = locked, now()
    if duty.begins_at >= at:
        record("status.duty_removed", subject=duty, by=by, name=duty.name)
        duty.delete()
    elif duty.ends_at > at:
        duty.ends_at = at
        duty.save(update_fields=["ends_at"])
        record("status.duty_ended", subject=duty, by=by)


@transaction.atomic
def set_surge_threshold(
    *, tickets: int, organisations: int, minutes: int, by: Account
) -> SurgeThreshold:
    """From when on similar tickets are a surge."""
    threshold = SurgeThreshold.objects.select_for_update().first() or SurgeThreshold()
    before = str(threshold)
    threshold.tickets, threshold.organisations = tickets, organisations
    threshold.minutes = minutes
    threshold.save()
    record("status.threshold_set", subject=threshold, by=by, before=before, after=str(threshold))
    return threshold


def _undecided(proposal: Proposal) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.accepted_at or proposal.dismissed_at or proposal.withdrawn_at:
        raise AlreadyDecided
    return proposal
