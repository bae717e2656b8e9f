"""Every page in four languages, light and dark: axe finds nothing and the policy refuses nothing.

One row per page. `VITRINE_PICTURES=directory` also keeps a picture of each, to look at.
"""

import os
from pathlib import Path
from typing import NamedTuple

import pytest

LANGUAGES = ("fr", "nl", "de", "en")
PICTURES = os.environ.get("VITRINE_PICTURES", "")


class Row(NamedTuple):
    """A page: where it is, and as whom of the cast one looks at it."""

    path: str
    who: str = ""
    status: int = 200
    halfway: bool = False
    """The password was right, the second step is still to come."""


PAGES = {
    "home": Row("/"),
    "request": Row("/request/"),
    "accessibility": Row("/accessibility/"),
    "privacy": Row("/privacy/"),
    "missing": Row("/nowhere/", status=404),
    "login": Row("/account/login/"),
    "signup": Row("/account/signup/"),
    "password-reset": Row("/account/password/reset/"),
    "password-reset-done": Row("/account/password/reset/done/"),
    "password-reset-used": Row("/account/password/reset/key/1-used/"),
    "password-reset-key-done": Row("/account/password/reset/key/done/"),
    "inactive": Row("/account/inactive/"),
    "account": Row("/account/", "bruno"),
    "password-change": Row("/account/password/change/", "bruno"),
    "two-steps": Row("/account/2fa/", "bruno"),
    "sessions": Row("/account/sessions/", "bruno"),
    "logout": Row("/account/logout/", "bruno"),
    "reauthenticate": Row("/account/reauthenticate/", "bruno"),
    "app": Row("/account/2fa/totp/activate/", "bruno"),
    "key": Row("/account/2fa/webauthn/add/", "bruno"),
    "keys": Row("/account/2fa/webauthn/", "bruno"),
    "second-step": Row("/account/2fa/authenticate/", "sofie", halfway=True),
    "two-steps-on": Row("/account/2fa/", "sofie"),
    "app-off": Row("/account/2fa/totp/deactivate/", "sofie"),
    "codes": Row("/account/2fa/recovery-codes/", "sofie"),
    "codes-new": Row("/account/2fa/recovery-codes/generate/", "sofie"),
    "code-again": Row("/account/2fa/reauthenticate/", "sofie"),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_in_four_languages_light_and_dark(name, tab, site):
    row = PAGES[name]
    if row.who:
        tab.page.context.add_cookies([site.signed_in(row.who, halfway=row.halfway)])
    found = []
    for language in LANGUAGES:
        tab.page.emulate_media(color_scheme="light")
        answer = tab.page.goto(f"{site.address}{row.path}?language={language}")
        assert answer.status == row.status, f"{row.path}: {answer.status}"
        assert tab.page.evaluate("document.documentElement.lang") == language
        found += [f"{language} light {line}" for line in tab.axe()]
        tab.page.emulate_media(color_scheme="dark")
        found += [f"{language} dark {line}" for line in tab.axe(only=("color-contrast",))]
        if PICTURES and language == "de":
            keep_pictures(tab, name=name)

    assert found == []
    refused = [line for line in tab.complaints if f"{row.status}" not in line]
    assert refused == []


def keep_pictures(tab, *, name):
    """At the desk and on the telephone, light and dark."""
    for device, width, height in (("desk", 1440, 900), ("phone", 390, 844)):
        tab.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            path = Path(PICTURES) / f"{name}-{device}-{scheme}.png"
            tab.page.screenshot(path=path, full_page=device == "phone")
    tab.page.set_viewport_size({"width": 1440, "height": 900})
