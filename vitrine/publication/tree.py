"""All files of one version: path -> bytes."""

from datetime import datetime

from vitrine.publication.addresses import interruption_page, maintenance_calendar
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.encoding import bulletin_bytes, event_bytes
from vitrine.publication.events import Event
from vitrine.publication.feeds import small, statuspage
from vitrine.publication.feeds.calendar import calendar
from vitrine.publication.feeds.syndication import atom, rss
from vitrine.publication.not_found import missing_page
from vitrine.publication.pages.assets import COMPONENT_JS
from vitrine.publication.pages.brief import fragment, frame
from vitrine.publication.pages.chooser import chooser
from vitrine.publication.pages.frame import Telling
from vitrine.publication.pages.history import history_page
from vitrine.publication.pages.incident import incident_page
from vitrine.publication.pages.present import present_page
from vitrine.publication.site import Site
from vitrine.publication.status_json import status_json
from vitrine.publication.words import LANGUAGES


def files_of(
    bulletin: Bulletin, *, event: Event | None, at: datetime, edition: int, site: Site
) -> dict[str, bytes]:
    """The whole tree. `at`: when it is told, which decides what is overrun, present or past."""
    files = {
        "bulletin.json": bulletin_bytes(bulletin),
        "status.json": status_json(bulletin, at=at, edition=edition),
        "health": small.health(bulletin),
        "404.html": missing_page(),
        "index.html": chooser(bulletin, site=site),
        "icon.svg": small.site_icon(bulletin.position),
        "system-status.js": COMPONENT_JS.encode(),
    }
    if event:
        files["event.json"] = event_bytes(event)
    for language in LANGUAGES:
        telling = Telling(bulletin=bulletin, at=at, edition=edition, language=language, site=site)
        own = language_files(telling)
        files |= {f"{language}/{path}": content for path, content in own.items()}
        if language == site.language:
            files |= statuspage.files(telling)
            files["shields.json"] = own["shields.json"]
    return files


def language_files(telling: Telling) -> dict[str, bytes]:
    """What stands below one language."""
    bulletin = telling.bulletin
    files = {
        "index.html": present_page(telling),
        "history.html": history_page(telling),
        "fragment.html": fragment(telling),
        "embed.html": frame(telling),
        "feed.atom": atom(telling),
        "feed.rss": rss(telling),
        "maintenance.ics": calendar(telling, maintenances=bulletin.maintenances),
        "badge.svg": small.badge(telling),
        "shields.json": small.shields(telling),
    }
    files |= statuspage.files(telling)
    for interruption in bulletin.interruptions:
        files[interruption_page(interruption.code)] = incident_page(interruption, telling)
    for maintenance in bulletin.maintenances:
        path = maintenance_calendar(maintenance.uid)
        files[path] = calendar(telling, maintenances=(maintenance,))
    return files
