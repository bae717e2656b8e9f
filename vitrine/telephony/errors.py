"""Why something cannot be done with the telephone. Each says so to the person in a sentence."""

from collections.abc import Sequence

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


class PhoneError(Exception):
    """Nothing was changed."""

    sentence: "str | LazyText" = _("This cannot be done.")

    def __init__(self, sentence: "str | LazyText | None" = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(str(self.sentence))


class NotANumber(PhoneError):
    """The text is no telephone number that can exist."""

    sentence = _("This is no telephone number.")


class NumberTaken(PhoneError):
    """The number is set up already."""

    sentence = _("This number is set up already.")


class NoColleague(PhoneError):
    """A direct number belongs to somebody, and only a direct number does."""

    sentence = _("Choose the colleague whose direct number this is.")


class AddressMissing(PhoneError):
    """A desk telephone or mobile needs its number."""

    sentence = _("A desk telephone or a mobile needs its number.")


class NotAPolicy(PhoneError):
    """The rules of distribution are not ones that can be followed."""

    sentence = _("These rules cannot be followed.")


class NotAMenu(PhoneError):
    """The phone menu is not one that can be followed."""

    sentence = _("This phone menu cannot be followed.")


class NoPhoneRight(PhoneError):
    """Only somebody who may answer calls, or supervise, may do this."""

    sentence = _("You may not do this at the telephone.")


class CallBackTaken(PhoneError):
    """A colleague was faster."""

    sentence = _("A colleague has taken this call-back already.")


class CallBackEnded(PhoneError):
    """It has its end already."""

    sentence = _("This call-back is done already. Nothing was changed.")


class MessageEmpty(PhoneError):
    """A message for a colleague says something."""

    sentence = _("Write what the caller wants to tell the colleague.")


class NotRecorded(PhoneError):
    """Conversations are recorded only where the house has said so, with a purpose (L-12)."""

    sentence = _("Conversations are not recorded here.")


class NumberNotDialled(PhoneError):
    """Numbers that cost, or lead where the house does not call, are never dialled."""

    code = "not-allowed"
    """As the process of the telephone calls it."""
    sentence = _(
        "This number is not called from here: it costs extra, or lies outside the destinations "
        "that the set-up of the telephone allows."
    )


class NoMoreCallsOut(PhoneError):
    """So many calls out a day, against whoever makes us dial (toll fraud)."""

    code = "no-more-calls-out"
    sentence = _(
        "As many numbers were dialled today as the set-up of the telephone allows. "
        "A supervisor can raise the limit there."
    )


class NotTheReceiver(PhoneError):
    """A message is acknowledged by the one for whom it is."""

    sentence = _("This message is for somebody else.")


class NoSuchPhrase(PhoneError):
    """The telephone does not say this, or not in this language."""

    sentence = _("The telephone does not say this phrase.")


class RecordingRefused(PhoneError):
    """A recording cannot be heard as it is; `sentences` say why, one for each reason."""

    sentence = _("This recording cannot be used.")

    def __init__(self, sentences: "Sequence[str | LazyText]") -> None:
        self.sentences = tuple(sentences)
        super().__init__(self.sentences[0] if self.sentences else None)


class RecordedMeanwhile(PhoneError):
    """Somebody else has recorded the phrase, or removed its recording, since it was shown."""

    sentence = _(
        "A colleague has changed this recording meanwhile. Listen to it, then decide again."
    )
