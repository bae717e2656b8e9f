"""A hardware key at the USB port of this machine, with its PIN typed at the terminal."""

from collections.abc import Sequence
from getpass import getpass
from typing import Any

from fido2.client import ClientError, DefaultClientDataCollector, Fido2Client, UserInteraction
from fido2.hid import CtapHidDevice
from fido2.webauthn import (
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    PublicKeyCredentialType,
    UserVerificationRequirement,
)

from vitrine.console.refusals import ConsoleRefused
from vitrine.publication.events import Json
from vitrine.publication.proof import decode_bytes, encode_bytes

PATIENCE_MS = 60_000


class AtTheTerminal(UserInteraction):
    """Asks the person who sits in front of the key."""

    def __init__(self, *, touch: str, pin: str) -> None:
        self.touch, self.pin = touch, pin

    def prompt_up(self) -> None:
        """The key waits for a touch."""
        print(self.touch, flush=True)  # noqa: T201 - a terminal

    def request_pin(self, permissions: Any, rp_id: str | None) -> str | None:
        """The key wants its PIN."""
        return getpass(f"{self.pin} ") or None


def ask_key(
    challenge: bytes,
    *,
    keys: Sequence[str],
    rp_id: str,
    interaction: UserInteraction,
) -> Json:
    """The answer of the first key of this machine, with PIN. Raises ConsoleRefused.

    keys  credential ids that may answer
    """
    device = next(CtapHidDevice.list_devices(), None)
    if device is None:
        raise ConsoleRefused("no-usb-key")
    client = Fido2Client(
        device,
        client_data_collector=DefaultClientDataCollector(f"https://{rp_id}"),
        user_interaction=interaction,
    )
    wanted = PublicKeyCredentialRequestOptions(
        challenge=challenge,
        rp_id=rp_id,
        timeout=PATIENCE_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[
            PublicKeyCredentialDescriptor(
                type=PublicKeyCredentialType.PUBLIC_KEY, id=decode_bytes(key)
            )
            for key in keys
        ],
    )
    try:
        answer = client.get_assertion(wanted).get_response(0)
    except (ClientError, OSError) as error:
        raise ConsoleRefused("no-key", why=str(error)) from error
    return {
        "credential_id": encode_bytes(answer.raw_id),
        "client_data": encode_bytes(answer.response.client_data),
        "authenticator_data": encode_bytes(answer.response.authenticator_data),
        "signature": encode_bytes(answer.response.signature),
    }
