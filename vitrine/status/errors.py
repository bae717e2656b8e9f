"""What the status refuses. `sentence` says why to the person, in the active language."""

from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vitrine.publication.refusals import SENTENCES

OF_THE_DESK: dict[str, str] = {
    "not-listed": gettext_noop("Only a listed status editor changes the state."),
    "too-few-keys": gettext_noop("Two keys are needed: ask an administrator for another one."),
    "wrong-password": gettext_noop("The password is wrong."),
    "no-key": gettext_noop("No security key was used."),
    "wrong-host": gettext_noop(
        "The key works only at %(host)s; this page was opened at another address."
    ),
    "used-before": gettext_noop("This confirmation was used before. Confirm again."),
    "too-often": gettext_noop("Too many attempts. Wait a few minutes."),
    "console-ahead": gettext_noop(
        "The emergency console has published a later state. It is being taken over: look again."
    ),
    "not-prepared": gettext_noop("This change was not shown to you for review."),
    "no-enrolment": gettext_noop("Two administrators must have allowed a new key, not long ago."),
    "known-key": gettext_noop("This key is enrolled already."),
}
"""What is refused at the desk before the key or the change is looked at."""


def sentence_of(code: str) -> str:
    """Why it was refused, in the active language; the code itself when it is unknown."""
    known = OF_THE_DESK.get(code) or SENTENCES.get(code)
    return _(known) % {"host": settings.STATUS_RP_ID} if known else code


class StatusError(Exception):
    """Nothing has changed. `sentence` is for the person, translated when it was raised."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(StatusError):
    """A change, a sign-in or an enrolment was refused.

    code  a key of `publication.refusals.SENTENCES` or of `OF_THE_DESK`
    """

    def __init__(self, code: str, *, about: str = "") -> None:
        super().__init__(sentence_of(code))
        self.code = code
        self.about = about


class BrokenHistory(StatusError):
    """An event does not follow from those that are here."""

    def __init__(self, *, version: int, reason: str) -> None:
        super().__init__(
            _("Version %(version)s does not follow from what is here.") % {"version": version}
        )
        self.version = version
        self.reason = reason


class AlreadyDecided(StatusError):
    """Somebody else accepted or dismissed the proposal, or confirmed the enrolment."""

    def __init__(self) -> None:
        super().__init__(_("A colleague was quicker: it is decided already."))


class SecondPersonNeeded(StatusError):
    """One administrator starts an enrolment, another confirms it; never the owner himself."""

    def __init__(self) -> None:
        super().__init__(
            _("A second administrator confirms; never the one who began or the owner.")
        )


class NotAnEditor(StatusError):
    """Keys are for status editors."""

    def __init__(self) -> None:
        super().__init__(_("Only a status editor has keys for the state of the register."))


class ReasonMissing(StatusError):
    """A proposal is dismissed with a reason."""

    def __init__(self) -> None:
        super().__init__(_("Say why: a colleague will ask."))


class Overlap(StatusError):
    """A duty begins before it ends."""

    def __init__(self) -> None:
        super().__init__(_("The end lies before the beginning."))


class InvalidComment(StatusError):
    """A comment that cannot be offered: `code` says what is wrong, `language` in which text."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "missing": gettext_noop("Needed in French, Dutch and German."),
        "slot": gettext_noop("Only {time} and {day} stand between braces."),
        "slots-differ": gettext_noop("The same {time} and {day} as in the French text."),
        "text": gettext_noop("It contains a letter that no page can show."),
        "comment-too-long": gettext_noop("A comment has at most 280 characters."),
    }

    def __init__(self, code: str, *, language: str) -> None:
        super().__init__(_(self.SENTENCES[code]))
        self.code = code
        self.language = language
