"""Whether anything is to be fetched, told to `vitrine run` by a file in the state directory.

The supervisor knows no Django and no database; it starts the process `fetch` while the
file is there, and spares the memory while it is not.
"""

from django.conf import settings

from vitrine.correspondence.queries import mailboxes_to_fetch


def note_whether_wanted() -> bool:
    """Make or remove the file; whether any mailbox is active. Raises OSError: disk."""
    sign = settings.FETCH_SIGN
    is_wanted = mailboxes_to_fetch().exists()
    if is_wanted:
        sign.parent.mkdir(parents=True, exist_ok=True)
        sign.touch(exist_ok=True)
    else:
        sign.unlink(missing_ok=True)
    return is_wanted
