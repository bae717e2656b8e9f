"""The whole product, started as `make run` starts it, for the journeys."""

import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

PASSWORD = "demonstration-2006"
START_SECONDS = 120
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
"""The browser of the system; None: there is none."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VITRINE = str(Path(sys.executable).with_name("vitrine"))


def free_ports(number: int) -> list[int]:
    """Ports that nobody uses now, all different."""
    doors = [socket.socket() for _ in range(number)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [int(door.getsockname()[1]) for door in doors]
    finally:
        for door in doors:
            door.close()


@dataclass
class Product:
    """The running product."""

    address: str
    smtp_port: int
    state: Path
    process: subprocess.Popen[str]
    environment: dict[str, str]

    def send(self, message: EmailMessage) -> None:
        """Give a mail to the door, as a mail server would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as door:
            door.send_message(message)

    def command(self, *words: str) -> str:
        """What a `vitrine` command prints."""
        return subprocess.run(
            [VITRINE, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout

    def sign_in(self, browser: Any, email: str) -> Any:
        """A page of somebody who signed in with his password."""
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{self.address}/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile("/desk/"))
        return page

    def mailbox(self, browser: Any, address: str) -> list[str]:
        """The messages that the sink took for an address, oldest first, as text with headers."""
        page = browser.new_context().new_page()
        page.goto(f"{self.address}/development/mail/?mailbox={address}")
        links = page.locator("a[data-message]")
        hrefs = [link.get_attribute("href") for link in links.all()]
        found = []
        for href in reversed(hrefs):
            page.goto(self.address + href)
            found.append(page.locator("[data-source]").inner_text())
        page.context.close()
        return found


@contextmanager
def running_product(state: Path) -> Iterator[Product]:
    """`vitrine run` on free ports with its own data; everything ends with it."""
    web, live, smtp, lmtp = free_ports(4)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VITRINE_", "DATABASE_", "DJANGO_", "PYTEST_"))
    } | {"VITRINE_STATE": str(state), "PYTHONUNBUFFERED": "1"}
    log = state.parent / "run.log"
    with log.open("w") as lines:
        process = subprocess.Popen(
            [
                VITRINE,
                "run",
                "--without-calls",
                "--port",
                str(web),
                "--live-port",
                str(live),
                "--smtp-port",
                str(smtp),
                "--lmtp-port",
                str(lmtp),
            ],
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while "first page after" not in log.read_text():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"vitrine run did not start:\n{log.read_text()[-4000:]}")
                time.sleep(0.2)
            yield Product(f"http://127.0.0.1:{web}", smtp, state, process, environment)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
