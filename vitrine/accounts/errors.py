"""What the accounts refuse. `sentence` says why to the person, in the active language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


class AccountError(Exception):
    """Nothing has changed. `sentence` is for the person, translated when it was raised."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class EmailTaken(AccountError):
    """Another account has the address."""

    def __init__(self, *, email: str) -> None:
        super().__init__(_("%(email)s already has an account.") % {"email": email})


class NotAMailAddress(AccountError):
    """The text is no mail address."""

    def __init__(self, *, email: str) -> None:
        super().__init__(_("“%(email)s” is not an e-mail address.") % {"email": email})


class NameMissing(AccountError):
    """An account has no name."""

    def __init__(self) -> None:
        super().__init__(_("Give a name."))


class UnknownRole(AccountError):
    """A role that does not exist, or no role at all."""

    def __init__(self) -> None:
        super().__init__(_("An account has at least one role, and only roles that exist."))


class UnknownLanguage(AccountError):
    """A language or a level that does not exist."""

    def __init__(self) -> None:
        super().__init__(_("This language or level does not exist."))


class SpokenLanguageMissing(AccountError):
    """A call taker answers in no language."""

    def __init__(self) -> None:
        super().__init__(_("A call taker speaks at least one language."))


class WeakPassword(AccountError):
    """The password breaks a rule; the sentence names every rule that it breaks."""

    def __init__(self, *, sentences: Iterable[str]) -> None:
        super().__init__(" ".join(sentences))


class LastAdministrator(AccountError):
    """Nobody could administer any more."""

    def __init__(self) -> None:
        super().__init__(_("This is the last administrator: name another one first."))
