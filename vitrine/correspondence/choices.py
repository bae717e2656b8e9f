"""The words for what comes in and what we owe in writing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The way by which a request or an answer travels."""

    PHONE = "phone", _("telephone")
    MAIL = "mail", _("e-mail")
    WEB = "web", _("web form")
    FAX = "fax", _("fax")
    LETTER = "letter", _("letter")
    COUNTER = "counter", _("at the counter")


class ArrivalOutcome(models.TextChoices):
    """What became of something that arrived."""

    TICKET = "ticket", _("new ticket")
    ENTRY = "entry", _("added to a ticket")
    BOUNCE = "bounce", _("delivery report")
    AUTOMATIC = "automatic", _("automatic message, not answered")
    OWN = "own", _("our own message, ignored")
    DUPLICATE = "duplicate", _("received before")
    QUARANTINED = "quarantined", _("in quarantine")
    DISMISSED = "dismissed", _("put aside")


class PromiseKind(models.TextChoices):
    """What we owe; each kind has its editable text in four languages."""

    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    ANSWER = "answer", _("answer")
    PROGRESS = "progress", _("message about progress")
    DELEGATION = "delegation", _("request to the second line")


class FailureClass(models.TextChoices):
    """Why a message was not delivered, as far as the other side's words tell."""

    NO_MAILBOX = "no_mailbox", _("this mailbox does not exist")
    NO_DOMAIN = "no_domain", _("there is no mail server for this domain")
    FULL = "full", _("the mailbox is full")
    TOO_LARGE = "too_large", _("the message is too large")
    SPAM = "spam", _("refused as unwanted mail")
    POLICY = "policy", _("refused by a rule of the other side")
    NOT_ALLOWED = "not_allowed", _("our mail server may not send this")
    AWAY = "away", _("the other side could not be reached for days")
    UNWRITABLE = "unwritable", _("the other side cannot take such an address")
    UNCERTAIN = "uncertain", _("it is not certain whether it arrived")
    OTHER = "other", _("the other side refused it")
