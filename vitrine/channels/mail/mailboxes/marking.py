"""What happens on the server to messages that are stored: read, moved, deleted, or nothing."""

from collections.abc import Sequence

from imapclient import DELETED, SEEN
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from vitrine.channels.mail.mailboxes.client import Client
from vitrine.channels.mail.mailboxes.failures import words_of
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.correspondence.choices import AfterFetching


def mark(client: Client, target: Target, *, uids: Sequence[int]) -> str:
    """Mark `uids` as the mailbox wants it; what the server said when it refused, else blank.

    Messages that are gone meanwhile are no matter. Raises when the connection is over.
    """
    try:
        if target.after == AfterFetching.SEEN:
            client.add_flags(uids, [SEEN], silent=True)
        elif target.after == AfterFetching.DELETE:
            _delete(client, uids=uids)
        elif target.after == AfterFetching.MOVE:
            _move(client, uids=uids, folder=target.move_to)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as refusal:
        return words_of(refusal)
    return ""


def _move(client: Client, *, uids: Sequence[int], folder: str) -> None:
    """MOVE, else copy and delete; a folder that does not exist is made."""
    if not client.folder_exists(folder):
        client.create_folder(folder)
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    _delete(client, uids=uids)


def _delete(client: Client, *, uids: Sequence[int]) -> None:
    """Delete exactly these.

    Without UIDPLUS an EXPUNGE would also take what a person has marked as deleted: then
    ours stay marked until only ours are.
    """
    client.add_flags(uids, [DELETED], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    elif set(client.search("DELETED")) <= set(uids):
        client.expunge()
