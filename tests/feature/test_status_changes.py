"""The public state changes by password and key together, once, for exactly what was shown."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from tests.feature.status_scene import (
    INTERRUPTED,
    PASSWORD,
    WORKS,
    editor,
    enrolled,
    second_administrator,
)
from tests.software_key import BE, ORIGIN, UP, UV, SoftwareKey
from vitrine.accounts.choices import Role
from vitrine.kernel.clock import now, stopped_at
from vitrine.publication.bulletin import Position
from vitrine.publication.encoding import encoded
from vitrine.publication.events import FIRST, challenge_of, hash_of
from vitrine.status.actions import check_chain, draw_new_day, revoke_key
from vitrine.status.errors import Refused
from vitrine.status.models import Attempt, Event, Interruption, SecurityKey, Standing
from vitrine.status.queries import standing_bulletin


@pytest.fixture
def stan(world):
    return editor(world)


def refused(code, act):
    """`act` is refused with `code`, written down, and nothing has become public."""
    before = Event.objects.count()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert Event.objects.count() == before
    assert Attempt.objects.first().refusal == code


def test_password_and_key_together_make_it_public(stan, world):
    event = stan.publish()
    assert (event.version, event.actor, event.place) == (2, world.stan, "desk")
    assert standing_bulletin().position is Position.INTERRUPTED
    content = event.content
    assert hash_of({k: v for k, v in content.items() if k != "hash"}) == event.hash
    assert content["proof"]["origin"] == ORIGIN
    [interruption] = Interruption.objects.all()
    assert interruption.ended_at is None
    attempt = Attempt.objects.first()
    assert (attempt.refusal, attempt.version, attempt.account) == ("", 2, world.stan)
    assert PASSWORD not in json.dumps(attempt.facts)


def test_a_wrong_password_is_refused_though_the_key_is_right(stan):
    prepared = stan.prepare()
    refused("wrong-password", lambda: stan.confirm(prepared, password="guessed"))


def test_a_password_without_a_key_is_refused(stan):
    prepared = stan.prepare()
    refused("no-key", lambda: stan.confirm(prepared, answer={}))


def test_a_key_that_nobody_enrolled_is_refused(stan):
    prepared = stan.prepare()
    answer = SoftwareKey().signed(challenge_of(prepared.change))
    refused("unknown-key", lambda: stan.confirm(prepared, answer=answer))


def test_the_key_of_a_colleague_is_refused(stan, world):
    world.sofie.roles = [Role.STATUS_EDITOR]
    world.sofie.save()
    hers = enrolled(world.sofie, first=world.otto, second=second_administrator())
    prepared = stan.prepare()
    answer = hers.signed(challenge_of(prepared.change))
    refused("other-persons-key", lambda: stan.confirm(prepared, answer=answer))


def test_a_key_that_was_not_touched_is_refused(stan):
    prepared = stan.prepare()
    refused("not-present", lambda: stan.confirm(prepared, answer=stan.sign(prepared, flags=UV)))


def test_a_key_without_its_pin_is_refused(stan):
    prepared = stan.prepare()
    refused("not-verified", lambda: stan.confirm(prepared, answer=stan.sign(prepared, flags=UP)))


def test_a_key_that_is_copied_between_devices_is_refused(stan):
    prepared = stan.prepare()
    answer = stan.sign(prepared, flags=UP | UV | BE)
    refused("copied-key", lambda: stan.confirm(prepared, answer=answer))


def test_what_was_signed_is_good_for_one_change_only(stan):
    prepared = stan.prepare()
    answer = stan.sign(prepared)
    stan.confirm(prepared, answer=answer)
    refused("used-before", lambda: stan.confirm(prepared, answer=answer))


def test_a_signature_is_good_for_nothing_but_what_was_shown(stan):
    shown, other = stan.prepare(), stan.prepare(WORKS | {"comments": {"fr": "Autre."}})
    answer = stan.sign(shown)
    refused("other-change", lambda: stan.confirm(other, answer=answer))


def test_who_looked_at_an_older_version_is_told(stan):
    prepared = stan.prepare()
    stan.publish()
    refused("stale-version", lambda: stan.confirm(prepared))


def test_after_two_minutes_one_confirms_again(stan):
    prepared = stan.prepare()
    with stopped_at(now() + timedelta(seconds=121)):
        refused("too-old", lambda: stan.confirm(prepared))


@pytest.mark.parametrize("how", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}])
def test_a_signature_for_another_site_is_refused(stan, how):
    prepared = stan.prepare()
    answer = stan.sign(prepared, **how)
    refused("wrong-origin", lambda: stan.confirm(prepared, answer=answer))


def test_a_revoked_key_is_refused(stan, world):
    enrolled(world.stan, first=world.otto, second=second_administrator())
    prepared = stan.prepare()
    revoke_key(SecurityKey.objects.earliest("pk"), by=world.otto)
    refused("revoked-key", lambda: stan.confirm(prepared))


def test_a_key_that_counts_backwards_is_refused(stan):
    stan.keys[0].counter = 40
    stan.publish()
    prepared = stan.prepare(WORKS)
    answer = stan.sign(prepared, count=7)
    refused("counter-went-back", lambda: stan.confirm(prepared, answer=answer))


def test_a_false_signature_is_refused(stan):
    prepared = stan.prepare()
    answer = stan.sign(prepared)
    answer["signature"] = SoftwareKey().signed(b"0" * 32)["signature"]
    refused("wrong-signature", lambda: stan.confirm(prepared, answer=answer))


@pytest.mark.parametrize(
    "broken",
    [{"client_data": "e30"}, {"client_data": "%%"}, {"authenticator_data": ""}, {"signature": 7}],
)
def test_an_unreadable_answer_is_refused(stan, broken):
    prepared = stan.prepare()
    answer = stan.sign(prepared) | broken
    refused("malformed-proof", lambda: stan.confirm(prepared, answer=answer))


def test_who_is_no_longer_listed_is_refused(stan, world):
    prepared = stan.prepare()
    world.stan.roles = [Role.CALL_TAKER]
    world.stan.save()
    refused("not-listed", lambda: stan.confirm(prepared))
    with pytest.raises(Refused):
        stan.prepare()


def test_one_key_is_not_enough(world):
    stan = editor(world, keys=1)
    with pytest.raises(Refused) as refusal:
        stan.prepare()
    assert refusal.value.code == "too-few-keys"


def test_who_loses_a_key_after_the_review_is_refused(stan, world):
    prepared = stan.prepare()
    revoke_key(SecurityKey.objects.latest("pk"), by=world.otto)
    refused("too-few-keys", lambda: stan.confirm(prepared))


def test_after_five_failures_even_the_right_password_waits(stan):
    for _again in range(5):
        prepared = stan.prepare()
        refused("wrong-password", lambda it=prepared: stan.confirm(it, password="guessed"))
    last = stan.prepare()
    refused("too-often", lambda: stan.confirm(last))
    with stopped_at(now() + timedelta(minutes=6)):
        assert stan.publish().version == 2


def test_a_prepared_change_of_somebody_else_is_refused(stan, world):
    world.sofie.roles = [Role.STATUS_EDITOR]
    world.sofie.save()
    sofie = editor(world, who=world.sofie)
    prepared = stan.prepare()
    refused("used-before", lambda: sofie.confirm(prepared))


def test_production_allows_listed_models_only(stan, settings):
    settings.STATUS_KEY_MODELS = ["ee882879-721c-4913-9775-3dfcce97072a"]
    prepared = stan.prepare()
    refused("key-model", lambda: stan.confirm(prepared))


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_publishes_and_one_is_told(world):
    stan = editor(world)
    world.sofie.roles = [Role.STATUS_EDITOR]
    world.sofie.save()
    sofie = editor(world, who=world.sofie)
    prepared = [each.prepare() for each in (stan, sofie)]
    start = Barrier(2)

    def act(who, change):
        start.wait()
        try:
            return who.confirm(change).version
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(act, (stan, sofie), prepared))
    assert sorted(map(str, done)) == ["2", "stale-version"]


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_do_not_overtake_the_limit(world):
    stan = editor(world)
    prepared = [stan.prepare() for _each in range(8)]
    start = Barrier(8)

    def guess(change):
        start.wait()
        try:
            stan.confirm(change, password="guessed")
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(guess, prepared))
    assert done.count("wrong-password") == 5
    assert done.count("too-often") == 3


def test_the_chain_refuses_second_thoughts(stan):
    event = stan.publish()
    for statement in (
        "UPDATE status_event SET kind = 'comment'",
        "DELETE FROM status_event",
        "UPDATE status_attempt SET refusal = ''",
        "DELETE FROM status_attempt",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    for changes in (
        {"version": 5},
        {"prev_hash": FIRST},
        {"hash": "0" * 64},
        {"body": event.body.replace("Panne", "Fête")},
    ):
        values = {"version": 3, "prev_hash": event.hash, "hash": event.hash, "body": event.body}
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.create(
                **(values | changes), at=now(), kind="comment", place="desk", stored_at=now()
            )


def test_the_standing_is_what_the_replay_gives(stan):
    stan.publish()
    stan.publish(WORKS)
    assert check_chain() == 3
    standing = Standing.objects.get()
    assert (standing.fault, standing.checked_version) == ("", 3)
    bulletin = standing_bulletin()
    Standing.objects.update(bulletin=encoded(replace(bulletin, comments={"fr": "Faux."})))
    check_chain()
    assert Standing.objects.get().fault


def test_a_new_day_is_drawn_once(stan):
    assert draw_new_day() is None
    with stopped_at(now() + timedelta(days=1)):
        assert draw_new_day().kind == "day"
        assert draw_new_day() is None


def test_an_impossible_change_is_refused_at_the_review(stan):
    with pytest.raises(Refused) as refusal:
        stan.prepare({"components": {"register": {"position": "slowed", "sub_reason": ""}}})
    assert refusal.value.code == "sub-reason-missing"
    with pytest.raises(Refused) as refusal:
        stan.prepare(INTERRUPTED | {"comments": {"fr": "x" * 281}})
    assert refusal.value.code == "comment-too-long"
