"""The emergency console: what it must know, and taking over what it made public.

What is public wins. An event that was decided here and never became public, because another one
is public in its place, is set aside: kept word for word, shown, and no part of the chain.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.console.export import Editor, Template, write_export
from vitrine.console.options import Options, options_from
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication import current_event
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.chain import told_events
from vitrine.publication.encoding import bulletin_from, encoded, event_from
from vitrine.publication.errors import Unreadable
from vitrine.publication.events import Event as PublicEvent
from vitrine.publication.events import canonical, read_instant
from vitrine.publication.proof import check_proof, decode_bytes
from vitrine.publication.refusals import Refused as NotPossible
from vitrine.publication.replay import apply
from vitrine.publication.versions import CURRENT
from vitrine.status.actions.chain import is_overtaken, keep_event, locked_standing
from vitrine.status.actions.proving import actor_of, enrolled
from vitrine.status.errors import BrokenHistory
from vitrine.status.models import CommentTemplate, Event, SecurityKey, SetAside, Standing

log = logging.getLogger(__name__)

LAST_EVENTS = 20
UNSIGNED = frozenset({"day", "components", "sentences"})
"""What the machine may publish without a person."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an import did."""

    taken: tuple[int, ...] = ()
    """Versions that are new here."""
    known: int = 0
    set_aside: tuple[str, ...] = ()
    """Hashes of what is kept beside the chain."""


# ------------------------------------------------------------------ what the console must know


def export_for_console() -> bool:
    """Write what the console knows; False when the disk does not take it (the log says why)."""
    options = options_from()
    standing = Standing.objects.first()
    last = Event.objects.order_by("-version")[:LAST_EVENTS]
    try:
        write_export(
            options.export,
            editors=exported_editors(),
            templates=exported_templates(),
            bulletin=bulletin_from(standing.bulletin) if standing else None,
            events=[event_from(each.content) for each in reversed(last)],
            at=now(),
            key=options.signing_key,
        )
    except OSError as error:
        log.warning("The emergency console works with an older export: %s", error)
        return False
    return True


def exported_editors() -> list[Editor]:
    """Who may change the state, with password and keys; the revoked ones too, as such."""
    keys: dict[int, list[SecurityKey]] = {}
    for key in SecurityKey.objects.select_related("account"):
        keys.setdefault(key.account_id, []).append(key)
    listed = Account.objects.filter(is_active=True, pk__in=keys)
    return [
        Editor(
            actor=actor_of(account),
            email=account.email,
            name=account.name,
            language=account.ui_language,
            password=account.password,
            keys=tuple(enrolled(key) for key in keys[account.pk]),
        )
        for account in listed.order_by("pk")
        if account.has_role(Role.STATUS_EDITOR)
    ]


def exported_templates() -> list[Template]:
    """The comments that are offered."""
    offered = CommentTemplate.objects.filter(retired_at__isnull=True)
    return [
        Template(code=each.code, texts=each.texts, positions=tuple(each.positions))
        for each in offered
    ]


# ------------------------------------------------------------------ taking over


def take_over_public() -> Taken:
    """Take over what is public and not known here: after the console worked, or a restore.

    Raises BrokenHistory. Costs the reading of a small file when there is nothing new.
    """
    options = options_from()
    standing = Standing.objects.only("version", "hash").first()
    if standing is None or not is_other(standing, options=options):
        return Taken()
    return import_console_events(public_events(options), options=options, by=None)


def is_other(standing: Standing, *, options: Options) -> bool:
    """Whether the public reads a later version than ours, or another one of the same number."""
    if is_overtaken(standing.version):
        return True
    try:
        public = current_event(options.site.directory)
    except (Unreadable, OSError):
        return False
    return (
        public is not None and public.version == standing.version and public.hash != standing.hash
    )


def take_over_if_possible() -> None:
    """Take over what is public; what cannot be taken over is said in the log, and stays red."""
    try:
        take_over_public()
    except BrokenHistory as broken:
        log.error("What is public cannot be taken over: %s (%s)", broken, broken.reason)


def public_events(options: Options) -> list[PublicEvent]:
    """Every event that the public can read here; none where it cannot be read."""
    try:
        return told_events(options.site.directory / CURRENT)
    except (Unreadable, OSError, ValueError):
        return []


@transaction.atomic
def import_console_events(
    told: Iterable[PublicEvent], *, options: Options | None = None, by: Account | None
) -> Taken:
    """Take over what the console published; what is known already is passed over.

    told  events in any order, of its journal or of the published chain
    Raises BrokenHistory when one does not follow from what is here, or is not signed by a key
    that is known here: then none is taken over.
    """
    options = options or options_from()
    public = {event.version: event.hash for event in public_events(options)}
    wanted = sorted(told, key=lambda event: (event.version, event.hash))
    standing = locked_standing()
    before = bulletin_from(standing.bulletin) if standing else None
    taken: list[int] = []
    aside: list[str] = []
    known = 0
    for event in wanted:
        if Event.objects.filter(version=event.version, hash=event.hash).exists():
            known += 1
        elif public.get(event.version, event.hash) != event.hash:
            signing_key_of(event)
            aside += set_aside([event], public_hash=public[event.version])
        else:
            if before and event.version <= before.version:
                if event.version not in public:
                    raise BrokenHistory(version=event.version, reason="another one stands here")
                before, gone = leave_from(event)
                aside += gone
            before = taken_over(event, before=before)
            taken.append(event.version)
    if taken or aside:
        note_import(taken, aside=aside, by=by)
    return Taken(taken=tuple(taken), known=known, set_aside=tuple(aside))


def note_import(taken: Sequence[int], *, aside: Sequence[str], by: Account | None) -> None:
    """One line in the journal for all that was taken over or set aside."""
    last = Event.objects.latest("version")
    record("status.imported", subject=last, by=by, versions=list(taken), set_aside=list(aside))


def taken_over(event: PublicEvent, *, before: Bulletin | None) -> Bulletin:
    """Store one event of the console. Raises BrokenHistory."""
    key = signing_key_of(event)
    try:
        after = apply(before, event)
    except NotPossible as refusal:
        raise BrokenHistory(version=event.version, reason=refusal.code) from refusal
    actor = key.account if key else None
    keep_event(event, before=before, after=after, by=actor)
    if key is not None:
        counter = int.from_bytes(decode_bytes((event.proof or {})["authenticator_data"])[33:37])
        key.sign_count = max(key.sign_count, counter)
        key.last_used_at = max(filter(None, (key.last_used_at, read_instant(event.at))))
        key.save(update_fields=["sign_count", "last_used_at"])
        if key.revoked_at and key.revoked_at < read_instant(event.at):
            # Its export was older than the revocation. It is public: it is told, not denied.
            record("status.revoked_key_used", subject=key, by=actor, version=event.version)
    return after


def signing_key_of(event: PublicEvent) -> SecurityKey | None:
    """The key that signed `event`; None for what the machine does. Raises BrokenHistory."""
    proof = event.proof
    if proof is None:
        if event.change["kind"] not in UNSIGNED or event.place != "machine":
            raise BrokenHistory(version=event.version, reason="nobody signed it")
        return None
    try:
        wanted = decode_bytes(proof.get("credential_id"))
        rows = SecurityKey.objects.select_for_update(of=("self",)).select_related("account")
        key = rows.filter(credential_id=wanted).first()
        check_proof(
            event.change,
            proof,
            # It has counted on since, and may have been revoked since.
            key=replace(enrolled(key), counter=0, revoked=False) if key else None,
            rp_id=options_from().rp_id,
            origins=[str(proof.get("origin", ""))],
            at=read_instant(event.at),
        )
    except (NotPossible, ValueError) as refusal:
        raise BrokenHistory(version=event.version, reason=str(refusal)) from refusal
    return key


def leave_from(event: PublicEvent) -> tuple[Bulletin | None, list[str]]:
    """Set aside our events from the version of `event` on: it is public, they never were.

    The bulletin before it, and the hashes of what was set aside.
    """
    ours = list(Event.objects.filter(version__gte=event.version).order_by("-version"))
    gone = set_aside([event_from(each.content) for each in ours], public_hash=event.hash)
    for each in ours:
        each.delete()
    before: Bulletin | None = None
    for row in Event.objects.order_by("version").iterator():
        before = apply(before, event_from(row.content))
    if before is not None:
        values = {"version": before.version, "hash": before.hash, "bulletin": encoded(before)}
        Standing.objects.update_or_create(id=1, defaults=values)
    return before, gone


def set_aside(events: Sequence[PublicEvent], *, public_hash: str) -> list[str]:
    """Keep events beside the chain; the hashes of those that were not kept there yet."""
    made = []
    for event in events:
        content = encoded(event)
        body = canonical({name: value for name, value in content.items() if name != "hash"})
        _row, is_new = SetAside.objects.get_or_create(
            hash=event.hash,
            defaults={
                "version": event.version,
                "at": read_instant(event.at),
                "kind": str(event.change.get("kind", ""))[:16],
                "place": event.place[:16],
                "body": body.decode(),
                "set_aside_at": now(),
                "public_hash": public_hash,
            },
        )
        if is_new:
            made.append(event.hash)
    return made
