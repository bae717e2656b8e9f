"""What is arranged by day, with the database, for the night in which it is down."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from tests.cast import account
from tests.feature.status_scene import PASSWORD, enrolled
from tests.software_key import SoftwareKey
from vitrine.accounts.choices import Role
from vitrine.status.actions import begin_chain, export_for_console, publish_standing

EMAIL = "stan@desk.example"
assert PASSWORD


def arrange(path):
    """An editor with two keys, a public state, an export; the keys' secrets go to `path`."""
    first, second = account("Otto", Role.ADMINISTRATOR), account("Ada", Role.ADMINISTRATOR)
    stan = account("Stan", Role.STATUS_EDITOR)
    stan.set_password(PASSWORD)
    stan.save()
    begin_chain()
    ring = [enrolled(stan, first=first, second=second) for _each in range(2)]
    publish_standing()
    assert export_for_console()
    secrets = [
        {
            "private": key.private.private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
            ).hex(),
            "credential_id": key.credential_id.hex(),
            "counter": key.counter,
        }
        for key in ring
    ]
    Path(path).write_text(json.dumps(secrets))


def key_ring(path):
    """The keys that `arrange` made."""
    return [
        SoftwareKey(
            private=load_der_private_key(bytes.fromhex(each["private"]), None),
            credential_id=bytes.fromhex(each["credential_id"]),
            counter=each["counter"],
        )
        for each in json.loads(Path(path).read_text())
    ]
