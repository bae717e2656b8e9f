"""Real servers for the tests of this directory; a machine without them skips with a reason."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.servers.dovecot import running_dovecot
from tests.servers.postfix import running_postfix


@pytest.fixture
def own_place():
    """A short path that other system users may enter (a socket's path has 100 letters)."""
    place = Path(tempfile.mkdtemp(prefix="vitrine-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def dovecot(own_place):
    """A Dovecot with the mailboxes of `helpdesk`, `second` and `third`, all empty."""
    place = own_place / "dovecot"
    place.mkdir()
    with running_dovecot(place) as server:
        yield server


@pytest.fixture
def postfix_at(own_place):
    """Starts a Postfix: `postfix_at(transports={domain: way}, relay_host=...)`."""
    opened = []

    def start(**options):
        place = own_place / f"postfix-{len(opened)}"
        place.mkdir()
        turn = running_postfix(place, **options)
        server = turn.__enter__()
        opened.append(turn)
        return server

    yield start
    for turn in reversed(opened):
        turn.__exit__(None, None, None)
