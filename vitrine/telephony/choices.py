"""The words of the telephone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberPurpose(models.TextChoices):
    """What one of our numbers is for."""

    DESK = "desk", _("the help desk")
    COLLEAGUE = "colleague", _("the direct number of a colleague")
    FAX = "fax", _("fax")


class EndpointKind(models.TextChoices):
    """At which telephone an agent takes calls."""

    BROWSER = "browser", _("in the browser")
    DESK_PHONE = "desk_phone", _("desk telephone")
    MOBILE = "mobile", _("mobile telephone")


class CallOutcome(models.TextChoices):
    """How an offered call ended in the queue: exactly one for each."""

    ANSWERED = "answered", _("answered")
    ABANDONED = "abandoned", _("hung up while waiting")
    MESSAGE = "message", _("left a message")
    CALL_BACK = "call-back", _("chose to be called back")
    CLOSED_WHILE_WAITING = "closed-while-waiting", _("still waiting at closing time")
    LOST = "lost", _("lost by a breakdown")


class MenuExit(models.TextChoices):
    """How a call ended that never waited for a person."""

    GONE = "gone", _("hung up in the menu")
    CLOSED = "closed", _("was told that the desk is closed")
    MESSAGE = "message", _("left a message outside the opening hours")
    INFORMED = "informed", _("heard the state of the register")
    LOST = "lost", _("lost by a breakdown")


class CallBackReason(models.TextChoices):
    """Why somebody is to be called back."""

    ASKED = "asked", _("asked to be called back")
    LOST = "lost", _("was cut off by a breakdown")
    CLOSED = "closed", _("was still waiting at closing time")
    ABANDONED = "abandoned", _("hung up while waiting")


class CallBackEnd(models.TextChoices):
    """How a call-back came to its end."""

    REACHED = "reached", _("reached")
    CALLED_AGAIN = "called_again", _("called again and was answered")
    NOT_REACHED = "not_reached", _("tried in vain")
    NOT_NEEDED = "not_needed", _("not needed any more")


class InstructionKind(models.TextChoices):
    """What a page tells the telephone."""

    SIGN_IN = "sign-in", _("take a place at the telephone")
    READY = "ready", _("ready for calls")
    PAUSE = "pause", _("pause")
    SIGN_OUT = "sign-out", _("leave the telephone")
    EXTEND_WRAP_UP = "extend-wrap-up", _("more time to finish")
    END_WRAP_UP = "end-wrap-up", _("finished")
    ANSWER = "answer", _("answer")
    DECLINE = "decline", _("decline")
    HOLD = "hold", _("hold")
    RESUME = "resume", _("take the caller back")
    HANG_UP = "hang-up", _("hang up")
    TRANSFER = "transfer", _("transfer")
    CONSULT = "consult", _("ask a colleague first")
    COMPLETE_TRANSFER = "complete-transfer", _("complete the transfer")
    CANCEL_TRANSFER = "cancel-transfer", _("back to the caller")
    CONFERENCE = "conference", _("talk to both")
    LISTEN = "listen", _("listen")
    WHISPER = "whisper", _("speak to the agent")
    STOP_LISTENING = "stop-listening", _("stop listening")
    END_CALL = "end-call", _("end the call")
    DIAL = "dial", _("call a number")
    CONFIGURE = "configure", _("read the settings again")


class InstructionResult(models.TextChoices):
    """What became of an instruction."""

    DONE = "done", _("done")
    REFUSED = "refused", _("not possible")
    EXPIRED = "expired", _("the telephone did not react in time")
