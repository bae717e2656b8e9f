"""Who publishes while it is soaked, and who serves it."""

import hashlib
import time
from datetime import UTC, datetime

from tests.keys import a_change
from tests.public_state import first_event
from tests.servers.status_hosts import NGINX, running_nginx, running_serve
from vitrine.publication import current, publish
from vitrine.publication.replay import apply, next_event
from vitrine.publication.versions import current_name, place_of
from vitrine.publication.words import LANGUAGES

PATHS = ("/fr/index.html", "/nl/index.html", "/status.json", "/de/index.html")
POSITIONS = ("interrupted", "works")
HOSTS = ("serve", "nginx") if NGINX else ("serve",)


class Publisher:
    """Publishes one version after the other, and keeps the digest of every file it made."""

    def __init__(self, directory):
        self.directory, self.digests, self.took = directory, {}, []
        self.state = current(directory)
        if self.state is None:
            event = first_event(at=datetime.now(UTC))
            self.state = apply(None, event)
            self.put(event)

    def next(self):
        at = datetime.now(UTC)
        number = self.state.version + 1
        comment = dict.fromkeys(LANGUAGES, f"Mitteilung {number:07d}")
        body = {
            "components": {"core": {"position": POSITIONS[number % 2], "sub_reason": ""}},
            "comments": comment,
        }
        change = a_change("position", body, after=self.state, at=at)
        event = next_event(self.state, change, at=at)
        self.state = apply(self.state, event)
        self.put(event)

    def alike(self):
        """A change after which every file has the length that it had before."""
        at = datetime.now(UTC)
        number = self.state.version + 1
        body = {"comments": dict.fromkeys(LANGUAGES, f"Mitteilung {number:07d}")}
        event = next_event(self.state, a_change("comment", body, after=self.state, at=at), at=at)
        self.state = apply(self.state, event)
        self.put(event)

    def put(self, event):
        began = time.monotonic()
        publish(self.state, at=datetime.now(UTC), event=event, directory=self.directory)
        self.took.append(time.monotonic() - began)
        place = place_of(current_name(self.directory), directory=self.directory)
        for path in PATHS:
            made = hashlib.blake2b((place / path[1:]).read_bytes(), digest_size=16).digest()
            self.digests[path, self.state.version] = made


def host_of(kind, directory, place):
    """A running server of the kind."""
    if kind == "serve":
        return running_serve(directory)
    place.chmod(0o755)
    return running_nginx(directory, place, workers=2)
