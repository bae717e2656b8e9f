"""The words of a ticket: state and outcome are two different things."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where the ticket stands."""

    NEW = "new", _("new")
    OPEN = "open", _("in progress")
    WAITING = "waiting", _("waiting for requester")
    SECOND_LINE = "second_line", _("with the second line")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")


LIVE_STATES = (State.NEW, State.OPEN, State.WAITING, State.SECOND_LINE)
"""States in which somebody still owes something."""


class Outcome(models.TextChoices):
    """What the desk did with the request (S-14 to S-16); reported apart from the state."""

    DIRECT = "direct", _("answered at once")
    OPEN = "open", _("kept open")
    SECOND_LINE = "second_line", _("delegated to the second line")
    SPAM = "spam", _("spam, not answered")
    GONE = "gone", _("caller gone, nobody to answer")


class Impact(models.IntegerChoices):
    """How many are touched."""

    ALL = 1, _("everybody")
    CATEGORY = 2, _("one category of users")
    ORGANISATION = 3, _("one organisation")
    USER = 4, _("one user")


class Urgency(models.IntegerChoices):
    """How badly they are touched."""

    BLOCKED = 1, _("blocked now")
    DISTURBED = 2, _("disturbed")
    QUESTION = 3, _("question")


class Priority(models.IntegerChoices):
    """From impact and urgency; 1 is the highest. See `rules.priority`."""

    P1 = 1, _("priority 1")
    P2 = 2, _("priority 2")
    P3 = 3, _("priority 3")
    P4 = 4, _("priority 4")


class MessageKind(models.TextChoices):
    """What stands in the timeline as a text somebody wrote or said."""

    INCOMING = "incoming", _("message received")
    REPLY = "reply", _("reply")
    NOTE = "note", _("internal note")
    CALL = "call", _("call")
    SECOND_LINE = "second_line", _("answer of the second line")


class FileDanger(models.TextChoices):
    """Why one should think before opening a file; a sentence beside its name."""

    DISGUISED = "disguised", _("It is not what its name says: do not open it.")
    PROGRAM = "program", _("It is or holds a program: do not open it unless you asked for it.")
    SHORTCUT = "shortcut", _("It is a shortcut that starts something else: do not open it.")
    DISK_IMAGE = "disk_image", _("It is a disk image, which may hide programs.")
    PAGE = "page", _("It is a web page: it may imitate a sign-in.")
    MACROS = "macros", _("It holds macros or commands: do not let them run.")
    LOCKED = "locked", _("It is locked with a password: no virus scanner can look inside.")


class LinkKind(models.TextChoices):
    """Why two tickets belong together."""

    RELATED = "related", _("related")
    FOLLOW_UP = "follow_up", _("follow-up")
    SPLIT = "split", _("split off")


class SortingField(models.TextChoices):
    """What a condition of a sorting rule looks at."""

    SENDER = "sender", _("sender's address")
    DOMAIN = "domain", _("sender's domain, with its sub-domains")
    RECIPIENT = "recipient", _("recipient (our mailbox)")
    SUBJECT = "subject", _("subject")
    TEXT = "text", _("text")
    ORGANISATION = "organisation", _("organisation")
    CATEGORY = "category", _("category of the organisation")
    LANGUAGE = "language", _("language of the message")
    CHANNEL = "channel", _("channel")
    FILES = "files", _("has an attachment")
    HEADER = "header", _("header line")


class SortingOperator(models.TextChoices):
    """How a condition of a sorting rule compares."""

    CONTAINS = "contains", _("contains")
    LACKS = "lacks", _("does not contain")
    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    BEGINS = "begins", _("begins with")
    WORDS = "words", _("has all the words")


CALL_SUBJECT = _("Telephone call")
"""What the desk writes as subject of a call until somebody writes what it is about."""
