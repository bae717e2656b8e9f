"""The right key is not enough: for another change, another hour, another site or person.

Driven through Chromium's virtual key on the page of the review, like the keys that are refused.
"""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test.utils import override_settings

from tests.browser.conftest import PASSWORD
from tests.browser.reviewing import COMMENT, Desk
from tests.browser.virtual_keys import apart, confirm
from tests.feature.status_scene import INTERRUPTED
from tests.software_key import encoded
from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.status.actions import prepare_change, revoke_key
from vitrine.status.actions.chain import append_event, machine_change
from vitrine.status.models import PreparedChange, SecurityKey, Standing

OTHER = INTERRUPTED | {"comments": {"fr": "Tout autre chose.", "nl": "Heel iets anders."}}


def a_colleague_publishes():
    """While somebody reads his review."""
    version = Standing.objects.get().version
    body = {
        "comments": {"fr": f"Après {version}.", "nl": f"Na {version}.", "de": f"Nach {version}."}
    }
    append_event(machine_change("comment", body=body, version=version), place="machine", by=None)


def test_an_answer_is_not_taken_twice(desk):
    sent = []
    desk.on_the_way(sent=sent.append)
    desk.publish(INTERRUPTED)
    before = desk.standing()
    desk.clock.forward(seconds=1)
    desk.on_the_way(sent=lambda fields: (fields.clear(), fields.update(sent[0])))
    desk.review()
    confirm(desk.page)
    desk.refused("used-before", "This confirmation was used before. Confirm again.", before=before)


def test_an_answer_for_another_change_is_not_taken(desk):
    """Somebody exchanged what the key is asked to sign."""
    desk.on_the_way(asked=lambda asked: asked.update(challenge=encoded(b"\0" * 32)))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("other-change", "The key has signed something else.", before=before)


def test_the_form_is_exchanged_between_review_and_touch(desk):
    """It names another change of the same person, which he did not read here."""
    other = apart(lambda: prepare_change("position", body=OTHER, by=desk.stan))
    desk.on_the_way(sent=lambda fields: fields.update(nonce=other.nonce))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("other-change", "The key has signed something else.", before=before)


def test_what_was_prepared_is_altered_between_review_and_touch(desk):
    """In the database, everywhere: what the key has signed is what was shown."""

    def alter():
        for prepared in PreparedChange.objects.filter(account=desk.stan, used_at=None):
            prepared.change["body"] = OTHER
            prepared.save()

    desk.on_the_way(between=lambda: apart(alter))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("other-change", "The key has signed something else.", before=before)


def test_a_colleague_was_quicker_than_the_touch(desk):
    desk.on_the_way(between=lambda: apart(a_colleague_publishes))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    sentence = "Somebody has changed the state in the meantime. Look at it again."
    desk.refused("stale-version", sentence, before=before, others=1)


def test_a_colleague_was_quicker_than_the_review(desk):
    desk.review()
    apart(a_colleague_publishes)
    before = desk.standing()
    confirm(desk.page)
    sentence = "Somebody has changed the state in the meantime. Look at it again."
    desk.refused("stale-version", sentence, before=before, by_script=True)


def test_the_touch_comes_after_two_minutes(desk):
    desk.on_the_way(between=lambda: desk.clock.forward(seconds=121))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    sentence = "More than two minutes have passed. Confirm again."
    desk.refused("too-old", sentence, before=before)


def test_the_page_is_at_another_address_than_allowed(desk):
    desk.review()
    before = desk.standing()
    with override_settings(STATUS_ORIGINS=["https://localhost"]):
        confirm(desk.page)
        desk.refused("wrong-origin", "The key was used on another site.", before=before)


def test_the_page_has_another_host_name_than_the_keys(desk, window):
    """The browser itself keeps the key from speaking for another host."""
    elsewhere = desk.site.address.replace("localhost", "127.0.0.1")
    [session] = [one for one in window.cookies() if one["name"].startswith("session")]
    window.add_cookies([{"name": session["name"], "value": session["value"], "url": elsewhere}])
    desk.review(at=elsewhere)
    before = desk.standing()
    confirm(desk.page)
    sentence = "The key works only at localhost; this page was opened at another address."
    last = desk.refused("wrong-host", sentence, before=before)
    assert last.facts["browser"] == "SecurityError"


def test_who_is_not_listed_any_more_is_told(desk):
    stan = apart(lambda: Account.objects.get(pk=desk.stan.pk))
    desk.review()
    before = desk.standing()
    apart(lambda: Account.objects.filter(pk=stan.pk).update(roles=[Role.CALL_TAKER]))
    try:
        confirm(desk.page)
        sentence = "Only a listed status editor changes the state."
        desk.refused("not-listed", sentence, before=before, by_script=True)
    finally:
        apart(lambda: Account.objects.filter(pk=stan.pk).update(roles=stan.roles))


def test_who_has_one_key_left_is_told(desk):
    desk.review()
    other = apart(lambda: SecurityKey.objects.get(credential_id=desk.keys[1].credential_id))
    apart(lambda: revoke_key(other, by=desk.site.world.otto))
    before = desk.standing()
    try:
        confirm(desk.page)
        sentence = "Two keys are needed: ask an administrator for another one."
        desk.refused("too-few-keys", sentence, before=before, by_script=True)
    finally:
        desk.keys[1] = desk.another_key()


def test_after_five_failures_the_right_key_waits_too(desk):
    for _again in range(5):
        desk.review()
        before = desk.standing()
        confirm(desk.page, password="guessed")
        desk.refused("wrong-password", "The password is wrong.", before=before)
    before = desk.standing()
    desk.review()
    confirm(desk.page)
    desk.refused("too-often", "Too many attempts. Wait a few minutes.", before=before)
    desk.clock.forward(minutes=6)
    desk.publish(COMMENT)


@override_settings(MFA_TOTP_TOLERANCE=1)  # half a minute may end while we type
@pytest.mark.parametrize("kind", ["recovery code", "authenticator app"])
def test_no_code_replaces_the_key(desk, chromium, kind):
    """A code opens the second step of everybody; an editor is asked for his key all the same."""
    apart(Authenticator.objects.filter(user=desk.stan).delete)
    code = apart(lambda: CODES[kind](desk.stan))
    desk.ring.unplug_all()
    context = chromium.new_context()
    page = context.new_page()
    elsewhere = Desk(desk.site, page=page, keys=desk.keys, clock=desk.clock)
    elsewhere.on_the_way()
    page.goto(f"{desk.site.address}/account/login/?language=en")
    page.get_by_label("Email").fill(desk.stan.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/state/sign-in/")
    before = desk.standing()
    page.get_by_role("button", name="Sign in with my key").click()
    elsewhere.refused("no-key", "No security key was used.", before=before)
    page.goto(f"{desk.site.address}/desk/state/")
    assert page.url.endswith("/desk/state/sign-in/")  # nothing else opens
    context.close()


def a_recovery_code(account):
    """One that nobody has used."""
    TOTP.activate(account, generate_totp_secret())
    return RecoveryCodes.activate(account).get_unused_codes()[0]


def a_code_of_the_app(account):
    """What it would show just now."""
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


CODES = {"recovery code": a_recovery_code, "authenticator app": a_code_of_the_app}
