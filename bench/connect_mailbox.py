"""Give the product a mailbox to fetch from: NAME HOST PORT USER PASSWORD."""

import sys

import django

django.setup()

from vitrine.correspondence.actions import create_mailbox  # noqa: E402 - Django comes first
from vitrine.correspondence.choices import MailboxSecurity, MailboxStart  # noqa: E402

if __name__ == "__main__":
    name, host, port, user, password = sys.argv[1:]
    create_mailbox(
        name,
        host=host,
        port=int(port),
        user=user,
        security=MailboxSecurity.NONE,
        start=MailboxStart.ALL,
        secrets={"password": password},
        by=None,
    )
