"""The scene of the tests about the public state: an editor with two keys, and a first version."""

from dataclasses import dataclass
from importlib import import_module

from django.apps import apps

from tests.cast import World, account
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

MAINTENANCE = {
    "action": "announce",
    "uid": "window@tests.example",
    "components": ["register"],
    "titles": {"fr": "Maintenance", "nl": "Onderhoud", "de": "Wartung", "en": "Maintenance"},
    "texts": {},
    "effect": "interrupted",
    "starts_at": "2199-03-01T20:00:00.000000Z",
    "ends_at": "2199-03-01T22:00:00.000000Z",
}


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


def enrolled(owner: Account, *, first: Account, second: Account) -> SoftwareKey:
    """A new key of `owner`, allowed by two administrators."""
    key = SoftwareKey()
    confirm_enrolment(begin_enrolment(owner, by=first), by=second)
    enrolment = challenge_enrolment(by=owner)
    answer = key.registered(bytes(enrolment.challenge))
    enrol_key(name="Schlüssel", answer=answer, origins=[ORIGIN], address=ADDRESS, by=owner)
    return key


def second_administrator() -> Account:
    """Another one beside Otto."""
    known = Account.objects.filter(email="ada@desk.example").first()
    return known or account("Ada", Role.ADMINISTRATOR)


def usual_texts() -> None:
    """What the migration wrote, also after a test has emptied every table."""
    if not SentenceRevision.objects.exists():
        import_module("vitrine.status.migrations.0003_usual_texts").begin(apps, None)


def editor(world: World, *, who: Account | None = None, keys: int = 2) -> Editor:
    """Stan with his keys, a password and a first public version."""
    person = who or world.stan
    person.set_password(PASSWORD)
    person.save()
    usual_texts()
    begin_chain()
    second = second_administrator()
    ring = [enrolled(person, first=world.otto, second=second) for _each in range(keys)]
    return Editor(account=person, keys=ring)
