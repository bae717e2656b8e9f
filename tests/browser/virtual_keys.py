"""Chromium's virtual security keys on the pages of the state, for the tests of what they open."""

import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PASSWORD, Site, apart
from tests.feature.status_scene import second_administrator, usual_texts
from tests.software_key import SoftwareKey
from vitrine.kernel.clock import now, stopped_at
from vitrine.status.actions import begin_chain
from vitrine.status.models import SecurityKey

KEY = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PATIENCE = 1_000
"""Milliseconds that the browser of a test waits for a key; on the page it is a minute."""
Json = dict[str, Any]


class Ring:
    """The virtual keys that are plugged into one page."""

    def __init__(self, page: Page) -> None:
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        self.plugged: list[str] = []

    def plug(self, **options: Any) -> str:
        """An empty key."""
        answer = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | options})
        self.plugged.append(answer["authenticatorId"])
        return self.plugged[-1]

    def plug_with(self, key: SoftwareKey, *, count: int | None = None, **credential: Any) -> str:
        """A key that holds what `key` holds, and has counted as far as the site knows, or `count`.

        credential  more of what the protocol of the developer tools says of it
        """
        if count is None:
            known = SecurityKey.objects.filter(credential_id=key.credential_id)
            count = apart(lambda: known.values_list("sign_count", flat=True).first()) or 0
        secret = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        plugged = self.plug()
        held = {
            "credentialId": b64encode(key.credential_id).decode(),
            "isResidentCredential": False,
            "rpId": key.rp_id,
            "privateKey": b64encode(secret).decode(),
            "signCount": count,
        }
        self.devtools.send(
            "WebAuthn.addCredential",
            {"authenticatorId": plugged, "credential": held | credential},
        )
        return plugged

    def unplug(self, key: str) -> None:
        """Take one key out."""
        self.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
        self.plugged.remove(key)

    def unplug_all(self) -> None:
        """Take every key out."""
        for key in list(self.plugged):
            self.unplug(key)

    def set(self, what: str, **values: Any) -> None:
        """Let every plugged key behave otherwise."""
        for key in self.plugged:
            self.devtools.send(f"WebAuthn.set{what}", {"authenticatorId": key, **values})


def asks_to_sign(route: Route) -> bool:
    """Whether the page asks the site what the key shall sign."""
    return "challenge" in (route.request.post_data or "") and not is_signed(route)


def is_signed(route: Route) -> bool:
    """Whether the page sends what the key answered, or why it did not."""
    sent = route.request.post_data or ""
    return "credential_id=" in sent or "problem=" in sent or "attestation=" in sent


class Way:
    """What happens between page and site while somebody confirms: impatience, and mischief.

    asked    changes what the site wants signed before the page sees it
    between  runs after the site has said what to sign, before the key is asked
    sent     changes the fields of the form on its way to the site
    """

    def __init__(
        self,
        *,
        asked: Callable[[Json], Any] | None = None,
        between: Callable[[], Any] | None = None,
        sent: Callable[[Json], Any] | None = None,
    ) -> None:
        self.asked, self.between, self.sent = asked, between, sent

    def __call__(self, route: Route) -> None:
        """Let a request pass."""
        if asks_to_sign(route):
            self._let_ask(route)
        elif self.sent and is_signed(route):
            fields = dict(parse_qsl(route.request.post_data or "", keep_blank_values=True))
            self.sent(fields)
            route.continue_(post_data=urlencode(fields))
        else:
            route.continue_()

    def _let_ask(self, route: Route) -> None:
        answer = route.fetch()
        if not answer.headers.get("content-type", "").startswith("application/json"):
            route.fulfill(response=answer)
            return
        said = answer.json()
        if "publicKey" in said:
            said["publicKey"]["timeout"] = PATIENCE
            if self.asked:
                self.asked(said["publicKey"])
            if self.between:
                self.between()
        route.fulfill(response=answer, body=json.dumps(said))


class Clock:
    """The clock of the site, in tests that need a later hour."""

    def __init__(self) -> None:
        self._stopped = ExitStack()

    def forward(self, **by: float) -> None:
        """Stop it at an instant further on: `minutes=6`."""
        later = now() + timedelta(**by)
        self._stopped.close()
        self._stopped.enter_context(stopped_at(later))

    def run_on(self) -> None:
        """Show the true time again."""
        self._stopped.close()


@contextmanager
def first_version(site: Site, *, directory: Path) -> Iterator[Site]:
    """The first version is public, there are two administrators, Stan has a password."""
    known = os.environ.get("VITRINE_STATUS_DIRECTORY")
    os.environ["VITRINE_STATUS_DIRECTORY"] = str(directory)
    usual_texts()
    begin_chain()
    site.world.ada = second_administrator()
    site.world.stan.set_password(PASSWORD)
    site.world.stan.save()
    try:
        yield site
    finally:
        del os.environ["VITRINE_STATUS_DIRECTORY"]
        if known:
            os.environ["VITRINE_STATUS_DIRECTORY"] = known


def confirm(page: Page, *, password: str = PASSWORD) -> None:
    """The third action: password and key."""
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Publish with password and key").click()


def becomes_public(page: Page) -> None:
    """The page says that it was read back."""
    expect(page.get_by_text("is public, read back in")).to_be_visible()
