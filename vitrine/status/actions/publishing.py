"""After the commit: what stands becomes what the public reads, and is read back as proof.

Never inside a transaction: the change is true whether or not a disk is full. What is not public
yet stays red and is tried again each minute.
"""

import logging
from time import monotonic

from django.db import transaction

from vitrine.kernel.clock import now
from vitrine.publication.chain import last_version
from vitrine.publication.encoding import bulletin_from, event_from
from vitrine.publication.errors import PublicationError
from vitrine.publication.events import Event as PublicEvent
from vitrine.publication.publishing import Published, current, publish
from vitrine.publication.site import site_from
from vitrine.publication.versions import CURRENT
from vitrine.status.actions.console import export_for_console
from vitrine.status.models import Event, PublishedTarget, Standing

log = logging.getLogger(__name__)

HERE = "here"
"""The name of the first target: the directory that this machine serves."""


def publish_standing() -> list[PublishedTarget]:
    """Make what stands public everywhere; the state of each target afterwards.

    Nothing is raised: a target that fails says why and is tried again.
    """
    standing = Standing.objects.first()
    if standing is None:
        return []
    bulletin = bulletin_from(standing.bulletin)
    event = event_from(Event.objects.get(version=standing.version).content)
    # First: if we die before the next line, the emergency console knows what was decided.
    export_for_console()
    began = monotonic()
    try:
        published = publish(bulletin, at=now(), event=event, earlier=_untold(before=event.version))
    except (PublicationError, OSError) as error:
        log.warning("Version %s is not public: %s", bulletin.version, error)
        return [_failed(HERE, error=str(error))]
    return [_told(published, milliseconds=(monotonic() - began) * 1000)]


def _untold(*, before: int) -> list[PublicEvent]:
    """The events that the published chain does not tell yet, those of failed publications."""
    told = last_version(site_from().directory / CURRENT)
    missed = Event.objects.filter(version__gt=told, version__lt=before).order_by("version")
    return [event_from(each.content) for each in missed]


def publish_when_behind() -> None:
    """At the start: the page is there before anybody asks; nothing when it is up to date."""
    standing = Standing.objects.defer("bulletin").first()
    try:
        public = current()
    except (PublicationError, OSError):
        public = None
    if standing and (public is None or public.version < standing.version):
        publish_standing()


def _told(published: Published, *, milliseconds: float) -> PublishedTarget:
    if not published.seen.is_seen:
        return _failed(HERE, error=published.seen.problem)
    return _keep(HERE, version=published.version, milliseconds=milliseconds, error="")


def _failed(name: str, *, error: str) -> PublishedTarget:
    return _keep(name, version=None, milliseconds=None, error=error or "unknown")


@transaction.atomic
def _keep(
    name: str, *, version: int | None, milliseconds: float | None, error: str
) -> PublishedTarget:
    target, _made = PublishedTarget.objects.select_for_update().get_or_create(name=name)
    target.error = error
    if error:
        target.failing_since = target.failing_since or now()
    else:
        target.failing_since = None
        if version != target.version:  # told anew is no new publication
            target.milliseconds, target.published_at = milliseconds, now()
        target.version = version or 0
    target.save()
    return target
