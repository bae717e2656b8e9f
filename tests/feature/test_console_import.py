"""PostgreSQL is back: what the emergency console published is taken over, and nothing is lost."""

import json
from dataclasses import asdict, replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tests.feature.status_scene import INTERRUPTED, PASSWORD, WORKS, editor
from tests.software_key import ORIGIN
from vitrine.console import journal
from vitrine.console.deciding import Confirmation, Console
from vitrine.console.options import options_from
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.publication import current, verify_chain
from vitrine.publication.encoding import bulletin_from, event_from
from vitrine.publication.events import challenge_of, sealed
from vitrine.publication.replay import apply
from vitrine.status.actions import (
    check_chain,
    export_for_console,
    import_console_events,
    prepare_change,
    publish_standing,
    revoke_key,
    take_over_public,
)
from vitrine.status.actions.proving import actor_of
from vitrine.status.errors import BrokenHistory, Refused
from vitrine.status.models import Event, Interruption, SecurityKey, SetAside, Standing

SLOWED = {"components": {"register": {"position": "slowed", "sub_reason": "slow"}}}


@pytest.fixture
def stan(world):
    someone = editor(world)
    publish_standing()
    return someone


class Night:
    """The console, as Stan uses it while the rest is down."""

    def __init__(self, stan):
        self.stan, self.options = stan, options_from()
        self.console = Console(self.options)

    def publish(self, body, *, key=0):
        version = self.console.standing(self.console.knowledge()).bulletin.version
        actor = actor_of(self.stan.account)
        change = asdict(
            self.console.prepare("position", body=body, actor=actor, from_version=version)
        )
        return self.console.confirm(
            Confirmation(
                change=change,
                password=PASSWORD,
                answer=self.stan.keys[key].signed(challenge_of(change)),
                origins=[ORIGIN],
                address="127.0.0.1",
            )
        )

    @property
    def journal(self):
        return self.options.directory / journal.EVENTS


@pytest.fixture
def night(stan):
    export_for_console()
    return Night(stan)


def assert_one_chain():
    """Database, public files and the separate verifier agree."""
    standing = Standing.objects.get()
    public = current()
    assert (standing.version, standing.hash) == (public.version, public.hash)
    assert bulletin_from(standing.bulletin) == public
    check_chain()
    assert Standing.objects.get().fault == ""
    place = str(options_from().site.directory)
    found = verify_chain.verify(
        verify_chain.lines_of(place),
        expected=verify_chain.Expected(rp_id="localhost"),
        present=json.loads(verify_chain.fetch(place, "bulletin.json")),
    )
    assert not found.faults
    assert found.events == Event.objects.count()


def test_what_the_console_published_is_taken_over_in_the_same_chain(stan, night):
    night.publish(INTERRUPTED)
    night.publish(WORKS, key=1)
    assert Standing.objects.get().version == 1

    said = StringIO()
    call_command("import_journal", str(night.journal), stdout=said)

    assert said.getvalue().startswith("2 ")
    assert list(Event.objects.values_list("version", "place", "actor__email")) == [
        (1, "machine", None),
        (2, "console", stan.account.email),
        (3, "console", stan.account.email),
    ]
    assert Interruption.objects.get().ended_at is not None
    assert [key.sign_count for key in SecurityKey.objects.order_by("pk")] == [
        key.counter for key in stan.keys
    ]
    assert_one_chain()
    stan.publish(SLOWED)  # the desk goes on in the same chain
    publish_standing()
    assert_one_chain()

    call_command("import_journal", stdout=(again := StringIO()))
    assert again.getvalue().startswith("0 ")


def test_the_desk_takes_over_by_itself_before_anybody_changes_anything(stan, night):
    night.publish(INTERRUPTED)
    prepared = stan.prepare(WORKS)
    assert prepared.change["from_version"] == 2
    stan.confirm(prepared)
    publish_standing()
    assert_one_chain()


def test_a_change_that_was_being_confirmed_at_the_desk_is_refused(stan, night):
    prepared = stan.prepare(SLOWED)
    night.publish(INTERRUPTED)
    with pytest.raises(Refused) as refused:
        stan.confirm(prepared)
    assert refused.value.code == "console-ahead"
    take_over_public()
    assert_one_chain()


def test_what_the_desk_decided_and_never_published_is_set_aside_and_kept(stan, night):
    event = stan.publish(SLOWED)  # committed; then the machine dies before it is published
    assert current().version == 1
    night.publish(INTERRUPTED)  # with an export that does not know of it
    assert current().version == 2

    taken = take_over_public()

    assert taken.taken == (2,)
    [aside] = SetAside.objects.all()
    assert (aside.hash, aside.body, aside.version) == (event.hash, event.body, 2)
    assert current().position == "interrupted"
    assert_one_chain()
    entry = Entry.objects.filter(verb="status.imported").latest("pk")
    assert entry.facts["set_aside"] == [event.hash]


def test_what_the_console_wrote_down_but_the_desk_published_first_is_set_aside(
    stan, night, monkeypatch
):
    def dies(*_args, **_more):
        raise OSError("the machine dies between journal and publication")

    with monkeypatch.context() as patched:
        patched.setattr("vitrine.console.deciding.publish", dies)
        night.publish(SLOWED)
    stan.publish(INTERRUPTED)
    publish_standing()
    call_command("import_journal", str(night.journal), stdout=StringIO())
    [aside] = SetAside.objects.all()
    assert aside.place == "console"
    assert current().position == "interrupted"
    assert_one_chain()


def test_after_a_restore_the_desk_takes_its_own_published_changes_back(stan, night):
    stan.publish(INTERRUPTED)
    publish_standing()
    row = Event.objects.get(version=2)
    # The backup of yesterday: the event is gone, the public still reads it.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE status_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM status_event WHERE version = 2")
        cursor.execute("ALTER TABLE status_event ENABLE TRIGGER USER")
    first = event_from(Event.objects.get(version=1).content)
    before = apply(None, first)
    Standing.objects.update(version=1, hash=before.hash)
    assert take_over_public().taken == (2,)
    assert Event.objects.get(version=2).hash == row.hash
    assert_one_chain()


def test_an_event_that_no_key_of_ours_has_signed_is_refused_and_nothing_is_taken(stan, night):
    done = night.publish(INTERRUPTED)
    for forged in (
        replace(done.event, proof=None),
        replace(done.event, proof=done.event.proof | {"signature": "AAAA"}),
        replace(done.event, change=done.event.change | {"body": WORKS}),
        replace(done.event, proof=done.event.proof | {"credential_id": "AAAA"}),
        replace(done.event, proof=None, place="machine"),
    ):
        with pytest.raises(BrokenHistory):
            import_console_events([sealed(forged)], by=None)
    assert Standing.objects.get().version == 1
    with pytest.raises(CommandError):
        call_command("import_journal", "/nowhere/journal.jsonl")


def test_a_key_that_was_revoked_meanwhile_is_told_and_not_denied(stan, night, world):
    key = SecurityKey.objects.earliest("pk")
    revoke_key(key, by=world.otto)  # the console's export is older
    done = night.publish(INTERRUPTED)
    assert done.published
    take_over_public()
    assert Entry.objects.filter(verb="status.revoked_key_used").count() == 1
    assert_one_chain()


def test_the_database_lets_go_only_what_is_kept_aside_and_only_from_the_end(stan):
    stan.publish(INTERRUPTED)
    stan.publish(WORKS)
    for version in (2, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.get(version=version).delete()
    row = Event.objects.get(version=2)
    facts = {"kind": "position", "place": "desk", "public_hash": "0" * 64}
    SetAside.objects.create(
        hash=row.hash, version=2, at=row.at, body=row.body, set_aside_at=now(), **facts
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()  # it is not the last one
    with pytest.raises(IntegrityError), transaction.atomic():
        SetAside.objects.all().delete()


def test_the_export_holds_editors_keys_and_what_was_decided(stan, night, world):
    stan.publish(SLOWED)
    publish_standing()
    known = night.console.knowledge()
    [someone] = known.editors
    assert someone.email == world.stan.email
    assert [key.revoked for key in someone.keys] == [False, False]
    assert known.bulletin == current()
    assert known.events[-1].hash == current().hash
    assert len(known.templates) >= 3
    world.stan.is_active = False
    world.stan.save()
    export_for_console()
    assert night.console.knowledge().editors == ()


def test_a_disk_that_is_full_stops_no_publication(stan, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vitrine.status.actions.console.write_export", full)
    assert export_for_console() is False
    stan.publish(INTERRUPTED)
    [target] = publish_standing()
    assert target.error == ""


def test_only_those_who_are_listed_prepare_anything(world, stan):
    with pytest.raises(Refused):
        prepare_change("position", body=INTERRUPTED, by=world.bruno)


def test_what_is_public_names_nobody(stan, night):
    night.publish(INTERRUPTED)
    texts = [path.read_text() for path in options_from().site.directory.rglob("*.json")]
    texts += [path.read_text() for path in options_from().site.directory.rglob("*.jsonl")]
    assert any('"actor":"editor-' in text for text in texts)
    for text in texts:
        assert stan.account.email not in text
        assert stan.account.name not in text
