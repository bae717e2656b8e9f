"""Rows that say what the bulletin says, to be linked to and searched: written with each event."""

from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.encoding import encoded
from vitrine.status.models import Component, Interruption, Maintenance, SentenceRevision


def mirror(after: Bulletin, *, before: Bulletin | None, by: Account | None) -> None:
    """Bring the rows to what `after` says; only what it changes is written."""
    known = {each.code: each for each in before.interruptions} if before else {}
    for interruption in after.interruptions:
        if known.get(interruption.code) != interruption:
            Interruption.objects.update_or_create(
                code=interruption.code,
                defaults={
                    "components": list(interruption.components),
                    "worst": interruption.worst,
                    "began_at": interruption.began_at,
                    "ended_at": interruption.ended_at,
                    "content": encoded(interruption),
                },
            )
    planned = {each.uid: each for each in before.maintenances} if before else {}
    for maintenance in after.maintenances:
        if planned.get(maintenance.uid) != maintenance:
            Maintenance.objects.update_or_create(
                uid=maintenance.uid,
                defaults={
                    "sequence": maintenance.sequence,
                    "components": list(maintenance.components),
                    "state": maintenance.state,
                    "starts_at": maintenance.starts_at,
                    "ends_at": maintenance.ends_at,
                    "announced_at": maintenance.announced_at,
                    "began_at": maintenance.began_at,
                    "ended_at": maintenance.ended_at,
                    "content": encoded(maintenance),
                },
            )
    _mirror_components(after)
    _mirror_sentences(after, by=by)


def _mirror_components(after: Bulletin) -> None:
    rows = {row.code: row for row in Component.objects.all()}
    present = {component.code for component in after.components}
    for component in after.components:
        row = rows.get(component.code, Component(code=component.code))
        names = {f"name_{code}": component.names.get(code, "") for code in ("fr", "nl", "de", "en")}
        wanted = {**names, "order": component.order, "retired_at": None}
        if component.code not in rows or any(
            getattr(row, name) != value for name, value in wanted.items()
        ):
            for name, value in wanted.items():
                setattr(row, name, value)
            row.save()
    for code, row in rows.items():
        if code not in present and row.retired_at is None:
            row.retired_at = now()
            row.save(update_fields=["retired_at"])


def _mirror_sentences(after: Bulletin, *, by: Account | None) -> None:
    number = after.sentences.revision
    if not SentenceRevision.objects.filter(number=number).exists():
        SentenceRevision.objects.create(
            number=number, texts=after.sentences.texts, made_at=now(), made_by=by
        )
