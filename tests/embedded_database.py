"""A PostgreSQL for the tests when `DATABASE_URL` names none: one for all workers."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from vitrine.ops.embedded_postgres import EmbeddedServer

STATE = "VITRINE_STATE"
URL = "DATABASE_URL"


class Database:
    """The server of this run; the processes of pytest-xdist inherit its address."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="vitrine-tests-"))
        self.directory.chmod(0o755)
        os.environ.setdefault(STATE, str(self.directory))
        self.server = None
        if not os.environ.get(URL):
            self.server = EmbeddedServer(self.directory, durable=False)
            self.server.start()
            os.environ[URL] = self.server.url

    def end(self):
        if self.server:
            self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Before Django reads its settings."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        database = Database()
        early_config.add_cleanup(database.end)
