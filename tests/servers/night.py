"""What is arranged by day, with the database, for the night in which it is down."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.cast import account
from tests.feature.status_scene import enrolled
from vitrine.accounts.choices import Role
from vitrine.status.actions import begin_chain, export_for_console, publish_standing


def arrange(path, *, password):
    """Stan with two keys, a public state, an export; the keys' secrets go to `path`."""
    first, second = account("Otto", Role.ADMINISTRATOR), account("Ada", Role.ADMINISTRATOR)
    stan = account("Stan", Role.STATUS_EDITOR)
    stan.set_password(password)
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
