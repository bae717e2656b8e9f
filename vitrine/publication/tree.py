"""All files of one version: path -> bytes."""

from datetime import datetime

from vitrine.publication.bulletin import Bulletin
from vitrine.publication.encoding import bulletin_bytes, event_bytes
from vitrine.publication.events import Event
from vitrine.publication.site import Site
from vitrine.publication.status_json import status_json


def files_of(
    bulletin: Bulletin, *, event: Event | None, at: datetime, edition: int, site: Site
) -> dict[str, bytes]:
    """The whole tree. `at`: when it is told, which decides what is overrun, present or past."""
    files = {"bulletin.json": bulletin_bytes(bulletin)}
    if event:
        files["event.json"] = event_bytes(event)
    del site  # until feeds need it
    files["status.json"] = status_json(bulletin, at=at, edition=edition)
    return files
