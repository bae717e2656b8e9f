"""Why something cannot be done with a ticket. Each says so to the person in a sentence."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


class TicketError(Exception):
    """Nothing was changed and nothing will be sent."""

    sentence: "str | LazyText" = _("This cannot be done.")

    def __init__(self, sentence: "str | LazyText | None" = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(str(self.sentence))


class AnswerMissing(TicketError):
    """No request is closed without an answer (S-18)."""

    sentence = _("Every request gets an answer: write it before you close the ticket.")


class AlreadyClosed(TicketError):
    """A colleague was faster."""

    sentence = _("The ticket is closed already. Nothing was changed.")


class NotOpen(TicketError):
    """The step needs a ticket that is still open."""

    sentence = _("The ticket is closed. Reopen it first.")


class NotClosed(TicketError):
    """The step needs a closed ticket."""

    sentence = _("The ticket is not closed.")


class Archived(TicketError):
    """Archived tickets are read-only (S-20)."""

    sentence = _("The ticket is archived and can only be read. Open a new linked ticket instead.")


class MotiveMissing(TicketError):
    """Every hand-over and every override has a motive (S-17, L-05)."""

    sentence = _("Say why: the motive is missing.")


class NextActionMissing(TicketError):
    """A ticket that is kept open has a next action (S-15)."""

    sentence = _("Say what happens next with this ticket.")


class DateInPast(TicketError):
    """A date promised to somebody lies before today."""

    sentence = _("The date lies in the past.")


class NotDelegated(TicketError):
    """There is no open hand-over to answer or to return."""

    sentence = _("The ticket is not with the second line any more.")


class CannotMerge(TicketError):
    """The two tickets cannot become one."""

    sentence = _("These two tickets cannot be merged.")


class RequesterMissing(TicketError):
    """There is nobody to answer in writing."""

    sentence = _("The requester has no e-mail address: add one or close with a call.")


class NobodyAvailable(TicketError):
    """Neither the designated person nor the deputy is there (S-16)."""

    sentence = _("Nobody of the second line is available.")


class CodeInUse(TicketError):
    """Another question type has the code."""

    sentence = _("This code is in use already.")
