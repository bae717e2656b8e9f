"""Mailboxes on IMAP servers: waited on, fetched from, marked; each message exactly once.

`Fetcher` (the process `vitrine fetch`) keeps one `Watch` (a thread) for each mailbox;
`try_out` tells a person step by step how far one gets.
"""

from vitrine.channels.mail.mailboxes.failures import Failed
from vitrine.channels.mail.mailboxes.fetcher import Fetcher
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.channels.mail.mailboxes.trying import Step, try_out
from vitrine.channels.mail.mailboxes.wanted import note_whether_wanted

__all__ = ["Failed", "Fetcher", "Step", "Target", "note_whether_wanted", "try_out"]
