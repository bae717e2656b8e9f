"""The chain of public changes: one event after the other, and what follows from each.

An event is written under one lock, together with the standing that its replay gives and with
the rows that mirror it (interruptions, maintenances, names, sentences). What it means is
`publication.replay`'s to say, for the desk and for the console alike.
"""

from dataclasses import asdict
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import BRUSSELS, now
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.encoding import bulletin_from, encoded, event_from
from vitrine.publication.events import Change, Event, Json, canonical, instant, read_instant
from vitrine.publication.refusals import Refused as NotPossible
from vitrine.publication.replay import apply, next_event
from vitrine.publication.site import site_from
from vitrine.publication.versions import current_name
from vitrine.status import models
from vitrine.status.actions.mirroring import mirror
from vitrine.status.errors import Refused

LOCK = 7361421
"""The same as in the trigger: one event at a time."""
REGISTER_NAMES = {
    Language.FR: "Registre national",
    Language.NL: "Rijksregister",
    Language.DE: "Nationalregister",
    Language.EN: "National Register",
}


@transaction.atomic
def append_event(
    change: Change,
    *,
    proof: Json | None = None,
    place: str = "desk",
    by: Account | None,
) -> models.Event:
    """Make `change` the next event. Raises Refused with the code of what is wrong.

    proof  None: nobody signed; only for the machine
    """
    standing = locked_standing()
    before = bulletin_from(standing.bulletin) if standing else None
    if before and is_overtaken(before.version):
        raise Refused("console-ahead")
    try:
        event = next_event(before, change, at=now(), proof=proof, place=place)
        after = apply(before, event)
    except NotPossible as refusal:
        raise Refused(refusal.code, about=refusal.about) from refusal
    return keep_event(event, before=before, after=after, by=by)


def is_overtaken(version: int) -> bool:
    """Whether the public reads something later than `version`, which is ours.

    Then the emergency console has worked, or we were restored: what is public is taken over
    first, see `console.take_over_public`.
    """
    public = current_name(site_from().directory)
    return public is not None and public.version > version


def machine_change(kind: str, *, body: Json, version: int) -> Change:
    """A change that nobody signs."""
    return Change(
        from_version=version,
        kind=kind,
        actor="machine",
        nonce=token_hex(16),
        issued_at=instant(now()),
        body=body,
    )


@transaction.atomic
def begin_chain(*, by: Account | None = None) -> models.Event | None:
    """The first event of all: every component works. None when the chain has begun already."""
    if locked_standing():
        return None
    revision = models.SentenceRevision.objects.latest("number")
    body = {
        "components": [
            {"code": each.code, "names": each.names, "order": each.order}
            for each in models.Component.objects.filter(retired_at__isnull=True)
        ],
        "register_names": {str(language): name for language, name in REGISTER_NAMES.items()},
        "sentences": revision.texts,
        "desk": {"phone": settings.DESK_PHONE, "mail": settings.DESK_ADDRESS},
    }
    change = machine_change("components", body=body, version=0)
    return append_event(change, place="machine", by=by)


def draw_new_day() -> models.Event | None:
    """After midnight, when nobody changed a thing, the history gets its new day.

    None when today is drawn already, or when nothing was ever published.
    """
    with transaction.atomic():
        standing = locked_standing()
        if standing is None or is_overtaken(standing.version):
            return None
        told = bulletin_from(standing.bulletin).published_at
        if told.astimezone(BRUSSELS).date() >= now().astimezone(BRUSSELS).date():
            return None
        change = machine_change("day", body={}, version=standing.version)
        return append_event(change, place="machine", by=None)


def editor_called(actor: str) -> Account | None:
    """Whom an event names as `editor-7`; None: the machine, or nobody whom we know."""
    number = actor.removeprefix("editor-")
    return Account.objects.filter(pk=int(number)).first() if number.isdecimal() else None


@transaction.atomic
def check_chain() -> int:
    """Replay every event and compare with what stands; how many there are.

    What is wrong is kept with the standing, so that the pages say so. Raises BrokenHistory.
    """
    standing = locked_standing()
    if standing is None:
        return 0
    fault = _fault(standing)
    standing.checked_version, standing.checked_at = standing.version, now()
    standing.fault = fault
    standing.save(update_fields=["checked_version", "checked_at", "fault"])
    return standing.version


def _fault(standing: models.Standing) -> str:
    """What is wrong with the chain, in English for the technical centre; blank: nothing."""
    before: Bulletin | None = None
    for row in models.Event.objects.order_by("version").iterator():
        try:
            before = apply(before, event_from(row.content))
        except NotPossible as refusal:
            return f"Version {row.version}: {refusal}"
    if before is None or before != bulletin_from(standing.bulletin):
        return "What stands is not what the replay gives."
    return ""


def locked_standing() -> models.Standing | None:
    """What stands, until the end of the transaction for nobody else to change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return models.Standing.objects.first()


def keep_event(
    event: Event, *, before: Bulletin | None, after: Bulletin, by: Account | None
) -> models.Event:
    """Store the event, the standing that it makes, and the rows that mirror it."""
    content = asdict(event)
    body = canonical({name: value for name, value in content.items() if name != "hash"})
    at: datetime = read_instant(event.at)
    kept = models.Event.objects.create(
        version=event.version,
        at=at,
        kind=event.change["kind"],
        actor=by,
        place=event.place,
        body=body.decode(),
        prev_hash=event.prev_hash,
        hash=event.hash,
        stored_at=now(),
    )
    values: dict[str, Any] = {
        "version": after.version,
        "hash": after.hash,
        "bulletin": encoded(after),
    }
    models.Standing.objects.update_or_create(id=1, defaults=values)
    mirror(after, before=before, by=by)
    record(
        "status.changed",
        subject=kept,
        by=by,
        kind=kept.kind,
        position=after.position,
        place=event.place,
        hash=event.hash,
    )
    return kept
