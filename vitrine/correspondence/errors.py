"""What can go wrong with arrivals, promises and mailboxes."""

from django.utils.translation import gettext as _


class CorrespondenceError(Exception):
    """Something in the correspondence cannot be done."""


class NoAddress(CorrespondenceError):
    """The person has no mail address to write to."""


class AlreadySettled(CorrespondenceError):
    """The arrival has its outcome already, or the promise its end."""


class MailboxError(CorrespondenceError):
    """Nothing has changed. `sentence` is for the person, translated when it was raised."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NameTaken(MailboxError):
    """Another mailbox has the name."""

    def __init__(self, *, name: str) -> None:
        super().__init__(_("There is a mailbox called “%(name)s” already.") % {"name": name})


class FolderTaken(MailboxError):
    """The same folder of the same user is fetched already."""

    def __init__(self, *, folder: str, user: str) -> None:
        super().__init__(
            _("The folder “%(folder)s” of %(user)s is fetched already.")
            % {"folder": folder, "user": user}
        )
