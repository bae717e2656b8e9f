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


class ChangedMeanwhile(TicketError):
    """A colleague changed the same thing while it stood open."""

    sentence = _("Somebody changed this while you had it open. Nothing of yours was kept.")


class RuleIncomplete(TicketError):
    """A sorting rule that would do nothing, or would be met by everything."""

    sentence = _("A rule needs a name, a condition, and something that it does.")


class NoSuchSender(TicketError):
    """What should be blocked is neither an address nor a domain."""

    sentence = _("Write an e-mail address, or a domain such as example.org.")


class CannotBlock(TicketError):
    """Blocking it would cut ourselves off."""

    sentence = _("This is our own address or domain: it cannot be blocked.")


class BlocksOthersToo(TicketError):
    """The block would also hit people whom nobody wants to block; needs a confirmation."""

    sentence = _("This would also block others.")


class AlreadyBlocked(TicketError):
    """The sender is blocked by an earlier entry."""

    sentence = _("This sender is blocked already.")


class NotSpam(TicketError):
    """The desk has answered or handed over the ticket: it was a request after all."""

    sentence = _("The ticket has been worked on: it cannot be closed as spam.")


class InterruptionOver(TicketError):
    """A ticket would join what is over and answered."""

    sentence = _("This interruption is over and everybody was answered.")


class AnswerTooEarly(TicketError):
    """An answer to all is for when it is over."""

    sentence = _("The interruption is not over: answer everybody when it is.")


class AnswerUnderWay(TicketError):
    """One answer to all at a time."""

    sentence = _("An answer to all is under way already.")


class NotFailed(TicketError):
    """Nothing says that the message did not arrive."""

    sentence = _("This message is not undelivered any more: nothing was sent.")
