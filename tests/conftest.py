"""What every test may ask for: the cast, and a network that leads nowhere."""

import socket
from typing import Any

import pytest

from tests.cast import World, build_world

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """The named cast; files that people send, and what is published, go to a place of its own."""
    monkeypatch.setenv("VITRINE_STATUS_DIRECTORY", str(tmp_path / "status"))
    monkeypatch.setenv("VITRINE_CONSOLE_DIRECTORY", str(tmp_path / "console"))
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
        # Without a manifest: the tests need no `collectstatic`.
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return build_world()


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anything but this machine (S-03)."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
