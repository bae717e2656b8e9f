"""Where we fetch, and as whom: the values of a mailbox with its secrets opened."""

from dataclasses import dataclass, field
from typing import Any

from vitrine.channels.mail.mailboxes.failures import Failed
from vitrine.correspondence.actions.mailboxes import FIELDS
from vitrine.correspondence.choices import (
    AfterFetching,
    MailboxFailure,
    MailboxSecurity,
    MailboxSignIn,
)
from vitrine.correspondence.models import Mailbox
from vitrine.correspondence.queries import secrets_of
from vitrine.kernel.sealing import SealBroken


@dataclass(frozen=True, kw_only=True)
class Target:
    """A folder on a server, and what opens it. Its text never shows a secret."""

    host: str
    port: int
    user: str
    security: str = MailboxSecurity.TLS
    authority: str = ""
    sign_in: str = MailboxSignIn.PASSWORD
    folder: str = "INBOX"
    after: str = AfterFetching.SEEN
    move_to: str = ""
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    @classmethod
    def of(cls, mailbox: Mailbox) -> "Target":
        """The target of a stored mailbox. Raises Failed when its secrets cannot be opened."""
        try:
            secrets = secrets_of(mailbox)
        except (SealBroken, ValueError) as error:
            raise Failed(MailboxFailure.SECRET) from error
        return cls.from_values({name: getattr(mailbox, name) for name in FIELDS} | secrets)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> "Target":
        """The target that `values` describe; other names in it are left out."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})
