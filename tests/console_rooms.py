"""An emergency console on a fresh directory: two technicians, a published state, a clock."""

from dataclasses import asdict
from datetime import timedelta

from argon2 import PasswordHasher

from tests.keys import SoftKey
from tests.public_state import BEGIN, first_event, said
from vitrine.console.deciding import Confirmation, Console
from vitrine.console.export import Editor, Template, write_export
from vitrine.console.options import options_from
from vitrine.publication import publish
from vitrine.publication.replay import apply

PASSWORD = "correct horse battery"
HASH = "argon2" + PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
DOWN = {"components": {"core": {"position": "interrupted", "sub_reason": ""}}}
SLOW = {"components": {"core": {"position": "slowed", "sub_reason": "slow"}}}
WORKS = {"components": {"core": {"position": "works", "sub_reason": ""}}}
ORIGIN = "http://localhost"


class Room:
    """The machine room at night."""

    def __init__(self, folder, **environment):
        self.at = BEGIN + timedelta(hours=1)
        self.environment = {"VITRINE_STATE": str(folder), **environment}
        self.options = options_from(self.environment)
        self.ana = SoftKey(owner="editor-1")
        self.spare = SoftKey(owner="editor-1", algorithm="EdDSA")
        self.bert = SoftKey(owner="editor-2")
        self.event = first_event()
        self.bulletin = apply(None, self.event)
        publish(self.bulletin, at=BEGIN, event=self.event, site=self.options.site)
        self.export()
        self.console = Console(self.options, clock=lambda: self.at)

    def editors(self, **of_ana):
        mine = {"name": "Ana", "language": "fr", "password": HASH}
        keys = (self.ana.enrolled(**of_ana), self.spare.enrolled())
        return [
            Editor(actor="editor-1", email="ana@centre.example", keys=keys, **mine),
            Editor(
                actor="editor-2",
                email="bert@centre.example",
                keys=(self.bert.enrolled(),),
                **mine,
            ),
        ]

    def export(self, *, at=BEGIN, bulletin=None, events=None, **of_ana):
        write_export(
            self.options.export,
            editors=self.editors(**of_ana),
            templates=[Template(code="back", texts=said("Back at {time}"))],
            bulletin=bulletin or self.bulletin,
            events=[self.event] if events is None else events,
            at=at,
            key=self.options.signing_key,
        )

    def prepared(self, body=DOWN, *, actor="editor-1", kind="position"):
        version = self.console.standing(self.console.knowledge()).bulletin.version
        change = self.console.prepare(kind, body=body, actor=actor, from_version=version)
        return asdict(change)

    def confirmation(self, change, *, key=None, password=PASSWORD, answer=None, **other):
        return Confirmation(
            change=change,
            password=password,
            answer=(key or self.ana).sign(change) if answer is None else answer,
            origins=[ORIGIN],
            address=other.pop("address", "127.0.0.1"),
            **other,
        )

    def change(self, body=DOWN, **how):
        self.at += timedelta(seconds=2)
        return self.console.confirm(self.confirmation(self.prepared(body), **how))
