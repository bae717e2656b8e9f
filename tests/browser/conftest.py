"""A real browser against the real application: real static files, real policy, one Chromium."""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as live_settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings

from tests.browser.product import ARGUMENTS, CHROMIUM
from tests.cast import World, build_world
from vitrine.accounts.models import Account

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright runs a loop in this thread

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PAINTED = "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
PASSWORD = "une vitrine bien claire"
"""Bruno's and Sofie's, who sign in by hand."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the system, started once."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The static files as in production: hashed names, compressed."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield root


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """A test that asks for `site` needs the test database, also when it does not touch it.

    It runs in a transaction that nobody else sees, and the cast outlives it: what the site shall
    see is written `apart`. A test that wanted to commit would empty the tables under the site.
    """
    for item in items:
        if "site" in getattr(item, "fixturenames", ()):
            asked = item.get_closest_marker("django_db")
            if asked and asked.kwargs.get("transaction"):
                raise pytest.UsageError(f"{item.nodeid}: the site is there, write `apart`")
            item.add_marker(pytest.mark.django_db)


def apart(act: Callable[[], Any]) -> Any:
    """`act` on a connection of its own, committed: what the running site sees."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def give_passwords(world: World) -> None:
    """Bruno signs in by password alone; Sofie needs a second step."""
    for account in (world.bruno, world.sofie):
        account.set_password(PASSWORD)
        account.save()
    RecoveryCodes.activate(world.sofie)
    TOTP.activate(world.sofie, generate_totp_secret())


def new_session(account: Account, *, halfway: bool) -> str:
    """The key of a fresh session; run apart from the test, whose transaction nobody else sees.

    Who has a password signs in with it, so that the pages about security open;
    `halfway`: the password was right, the second step is still to come.
    """
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    if account.has_usable_password():
        cache.clear()  # many tests sign in within a minute: the rate limit is not their subject
        client.post("/account/login/", {"login": account.email, "password": PASSWORD})
        if not halfway and (
            codes := Authenticator.objects.filter(user=account, type="recovery_codes").first()
        ):
            client.post("/account/2fa/authenticate/", {"code": unused_code(codes)})
        if not halfway:
            client.post("/account/reauthenticate/", {"password": PASSWORD})
    else:
        client.force_login(account)
    return client.cookies[live_settings.SESSION_COOKIE_NAME].value


def unused_code(codes: Authenticator) -> str:
    """A recovery code; new ones are made when a module's tests have used all up."""
    unused = codes.wrap().get_unused_codes()
    if not unused:
        codes.delete()
        unused = RecoveryCodes.activate(codes.user).get_unused_codes()
    return str(unused[0])


@dataclass
class Site:
    """The application on a port of its own, with the cast in its database."""

    address: str
    world: World
    files: Path

    def signed_in(self, name: str, *, halfway: bool = False) -> dict[str, Any]:
        """The session cookie of somebody of the cast, for a browser context."""
        account = getattr(self.world, name)
        value = apart(lambda: new_session(account, halfway=halfway))
        return {"name": live_settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}


@dataclass
class Tab:
    """A page of the browser that remembers what it complained about."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Collect refused scripts and styles, missing files and errors of our scripts."""
        self.page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def axe(self, *, only: tuple[str, ...] = ()) -> list[str]:
        """The violations that axe finds on the page, or only those of some rules."""
        self.page.evaluate(PAINTED)
        if not self.page.evaluate("() => 'axe' in window"):
            assert AXE.exists(), "axe-core is missing: run `make set-up`"
            self.page.evaluate(AXE.read_text())
        rules: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            rules["runOnly"] = {"type": "rule", "values": list(only)}
        found = self.page.evaluate("(rules) => axe.run(document, rules)", rules)
        return [
            f"{one['id']}: {node['html'][:160]} {json.dumps(node['any'][:1])[:300]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@pytest.fixture(scope="module")
def site(
    static_root: Path,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The application, serving; what a module's tests write is gone after the module."""
    files = tmp_path_factory.mktemp("files")
    storages = live_settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": files},
        }
    }
    with override_settings(STATIC_ROOT=static_root, STORAGES=storages), django_db_blocker.unblock():
        server = LiveServerThread("127.0.0.1", lambda application: application)
        try:
            world = build_world()
            give_passwords(world)
            server.start()
            server.is_ready.wait(20)
            if server.error:
                raise server.error
            yield Site(f"http://localhost:{server.port}", world, files)
            server.terminate()
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Tab]:
    """A fresh page in a fresh context: no cookie, no choice yet."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = Tab(context.new_page())
    opened.listen()
    yield opened
    context.close()
