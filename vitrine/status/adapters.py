"""What allauth asks at sign-in: an editor of the public state uses his key too."""

from typing import Any

from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import headed_redirect_response

from vitrine.status.access import signs_in_with_key


class KeyStage(LoginStage):
    """After the password: the enrolled key, with its PIN. No code, no app, instead of it.

    An editor without a key yet signs in with his password alone, and can change nothing until
    two are enrolled.
    """

    key = "status_key"
    urlname = "desk:state-sign-in"

    def handle(self) -> tuple[Any, bool]:
        """Send to the page of the key, unless the account needs none."""
        account = self.login.user
        if account is None or not signs_in_with_key(account):
            return None, True
        return headed_redirect_response("desk:state-sign-in"), True
