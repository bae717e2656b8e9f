"""The scene of the tests about the public state: an editor with two keys, and a first version."""

from dataclasses import dataclass
from importlib import import_module

from django.apps import apps

from tests.cast import World
from tests.software_key import ORIGIN, SoftwareKey
from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.publication.events import challenge_of
from vitrine.status.actions import (
    begin_chain,
    begin_enrolment,
    challenge_enrolment,
    confirm_change,
    confirm_enrolment,
    enrol_key,
    prepare_change,
)
from vitrine.status.models import SentenceRevision

PASSWORD = "une vitrine bien claire"
ADDRESS = "192.0.2.7"
INTERRUPTED = {
    "components": {"register": {"position": "interrupted", "sub_reason": ""}},
    "comments": {"fr": "Panne.", "nl": "Panne.", "de": "Ausfall.", "en": "Outage."},
}
WORKS = {"components": {"register": {"position": "works", "sub_reason": ""}}}


@dataclass
class Editor:
    """Somebody who may change the state, with the keys on his ring."""

    account: Account
    keys: list[SoftwareKey]

    def prepare(self, body=INTERRUPTED, *, kind="position", **more):
        """What he is shown for review."""
        return prepare_change(kind, body=body, by=self.account, **more)

    def sign(self, prepared, *, key=0, **how):
        """What his browser sends after the touch."""
        return self.keys[key].signed(challenge_of(prepared.change), **how)

    def confirm(self, prepared, *, answer=None, password=PASSWORD, origins=(ORIGIN,)):
        """Password and key."""
        return confirm_change(
            prepared.nonce,
            password=password,
            answer=self.sign(prepared) if answer is None else answer,
            origins=origins,
            address=ADDRESS,
            by=self.account,
        )

    def publish(self, body=INTERRUPTED, *, kind="position"):
        """All of it."""
        return self.confirm(self.prepare(body, kind=kind))


def enrolled(account: Account, *, first: Account, second: Account) -> SoftwareKey:
    """A new key of `account`, allowed by two administrators."""
    key = SoftwareKey()
    confirm_enrolment(begin_enrolment(account, by=first), by=second)
    enrolment = challenge_enrolment(by=account)
    answer = key.registered(bytes(enrolment.challenge))
    enrol_key(name="Schlüssel", answer=answer, origins=[ORIGIN], address=ADDRESS, by=account)
    return key


def second_administrator(world: World) -> Account:
    """Another one beside Otto."""
    world.paula.roles = [Role.PROJECT_LEADER, Role.ADMINISTRATOR]
    world.paula.save()
    return world.paula


def usual_texts() -> None:
    """What the migration wrote, also after a test has emptied every table."""
    if not SentenceRevision.objects.exists():
        import_module("vitrine.status.migrations.0003_usual_texts").begin(apps, None)


def editor(world: World, *, account: Account | None = None, keys: int = 2) -> Editor:
    """Stan with his keys, a password and a first public version."""
    account = account or world.stan
    account.set_password(PASSWORD)
    account.save()
    usual_texts()
    begin_chain()
    second = second_administrator(world)
    ring = [enrolled(account, first=world.otto, second=second) for _each in range(keys)]
    return Editor(account=account, keys=ring)
