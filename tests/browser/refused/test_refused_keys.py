"""Whatever is not this person's password, key, PIN and touch is refused.

Each case is driven through Chromium's virtual key on the page of the review: the person reads
why, the attempt is written down with its reason, and nothing has become public.
"""

import pytest
from django.test.utils import override_settings

from tests.browser.virtual_keys import apart, confirm
from tests.feature.status_scene import INTERRUPTED, WORKS
from tests.software_key import VIRTUAL, SoftwareKey, encoded
from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.status.actions import revoke_key
from vitrine.status.models import Attempt, SecurityKey


def test_the_same_key_opens_when_all_is_right(desk):
    """Else the refusals below would prove nothing."""
    desk.publish(INTERRUPTED)
    last = apart(Attempt.objects.first)
    assert (last.refusal, last.account) == ("", desk.stan)


def test_no_key_is_plugged_in(desk):
    desk.ring.unplug_all()
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    last = desk.refused("no-key", "No security key was used.", before=before)
    assert last.facts["browser"] == "NotAllowedError"


def test_the_password_is_wrong(desk):
    desk.review()
    before = desk.standing()
    confirm(desk.page, password="guessed")
    desk.refused("wrong-password", "The password is wrong.", before=before)


def test_the_key_is_not_touched(desk):
    desk.ring.set("AutomaticPresenceSimulation", enabled=False)
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("no-key", "No security key was used.", before=before)


def test_the_pin_is_not_given(desk):
    desk.ring.set("UserVerified", isUserVerified=False)
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("no-key", "No security key was used.", before=before)


def test_the_page_does_not_ask_for_the_pin(desk):
    """Somebody altered the page: it asks the key for a touch alone, and gets it."""
    desk.ring.set("UserVerified", isUserVerified=False)
    desk.on_the_way(asked=lambda asked: asked.update(userVerification="discouraged"))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("not-verified", "The key did not ask for its PIN.", before=before)


@pytest.mark.parametrize(
    ("lie", "code", "sentence"),
    [
        ("isBadUP", "not-present", "The key was not touched."),
        ("isBadUV", "not-verified", "The key did not ask for its PIN."),
        ("isBogusSignature", "wrong-signature", "The signature of the key is wrong."),
    ],
)
def test_the_key_itself_answers_wrongly(desk, lie, code, sentence):
    desk.ring.set("ResponseOverrideBits", **{lie: True})
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused(code, sentence, before=before)


def test_the_key_was_never_enrolled(desk):
    """A key of the same make; the page was altered so that the browser takes it."""
    strange = SoftwareKey()
    desk.ring.unplug_all()
    desk.ring.plug_with(strange)
    wanted = {"type": "public-key", "id": encoded(strange.credential_id)}
    desk.on_the_way(asked=lambda asked: asked.update(allowCredentials=[wanted]))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("unknown-key", "This key is not enrolled.", before=before)


def test_the_key_is_a_colleagues(desk):
    sofie = apart(lambda: Account.objects.get(pk=desk.site.world.sofie.pk))
    sofie.roles = [Role.STATUS_EDITOR]
    apart(sofie.save)
    hers = desk.another_key(sofie)
    desk.ring.unplug_all()
    desk.ring.plug_with(hers)
    wanted = {"type": "public-key", "id": encoded(hers.credential_id)}
    desk.on_the_way(asked=lambda asked: asked.update(allowCredentials=[wanted]))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    last = desk.refused("other-persons-key", "This key belongs to somebody else.", before=before)
    assert apart(lambda: Attempt.objects.get(pk=last.pk).key.account) == sofie


def test_the_key_is_copied_between_devices(desk):
    desk.ring.unplug_all()
    desk.ring.plug_with(desk.keys[0], backupEligibility=True, backupState=True)
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("copied-key", "This key can be copied to other devices.", before=before)


def test_the_key_counts_backwards(desk):
    desk.ring.unplug_all()
    desk.ring.plug_with(desk.keys[0], count=4_000)
    desk.publish(WORKS)
    desk.clock.forward(seconds=1)
    desk.ring.unplug_all()
    desk.ring.plug_with(desk.keys[0], count=12)
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused(
        "counter-went-back",
        "The key has counted backwards: it may have been copied.",
        before=before,
    )


def test_the_key_was_revoked_while_it_was_looked_for(desk):
    lost = desk.another_key()
    desk.ring.unplug_all()
    desk.ring.plug_with(lost)

    def revoke():
        key = SecurityKey.objects.get(credential_id=lost.credential_id)
        revoke_key(key, by=desk.site.world.otto)

    desk.on_the_way(between=lambda: apart(revoke))
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("revoked-key", "This key is revoked.", before=before)


def test_a_revoked_key_is_not_even_asked_for(desk):
    lost = desk.another_key()
    key = apart(lambda: SecurityKey.objects.get(credential_id=lost.credential_id))
    apart(lambda: revoke_key(key, by=desk.site.world.otto))
    desk.ring.unplug_all()
    desk.ring.plug_with(lost)
    desk.review()
    before = desk.standing()
    confirm(desk.page)
    desk.refused("no-key", "No security key was used.", before=before)


def test_production_does_not_know_the_model_of_the_virtual_key(desk):
    desk.review()
    before = desk.standing()
    with override_settings(STATUS_KEY_MODELS=["ee882879-721c-4913-9775-3dfcce97072a"]):
        confirm(desk.page)
        desk.refused("key-model", "Keys of this model are not allowed.", before=before)
    assert str(apart(lambda: SecurityKey.objects.first().aaguid)) == VIRTUAL
