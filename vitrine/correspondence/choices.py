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
    SPAM = "spam", _("spam")
    ERASED = "erased", _("spam, erased after its time")


class Intake(models.TextChoices):
    """How we take in what arrives."""

    LIVE = "live", _("as it comes")
    QUIET = "quiet", _("imported, without acknowledgement")
    PAST = "past", _("imported as history, archived at once")


class PromiseKind(models.TextChoices):
    """What we owe; each kind has its editable text in four languages."""

    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    ANSWER = "answer", _("answer")
    PROGRESS = "progress", _("message about progress")
    DELEGATION = "delegation", _("request to the second line")
    COLLEAGUE = "colleague", _("message for a colleague")


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


class MailboxSecurity(models.TextChoices):
    """How the connection to a mail server is protected."""

    TLS = "tls", _("TLS from the first byte (usually port 993)")
    STARTTLS = "starttls", _("STARTTLS (usually port 143)")
    NONE = "none", _("none, only for a server on this machine")


class MailboxSignIn(models.TextChoices):
    """How we show a mail server who we are."""

    PASSWORD = "password", _("password")
    XOAUTH2 = "xoauth2", _("OAuth 2.0 (Microsoft 365, Google)")


class MailboxStart(models.TextChoices):
    """What we take of that which a mailbox holds when we look for the first time."""

    UNREAD = "unread", _("only what is unread")
    NEW = "new", _("nothing, only what comes from now on")
    ALL = "all", _("everything")


class AfterFetching(models.TextChoices):
    """What happens on the mail server to a message that we have stored."""

    SEEN = "seen", _("mark it as read")
    MOVE = "move", _("move it to another folder")
    DELETE = "delete", _("delete it")
    KEEP = "keep", _("leave it as it is")


class MailboxFailure(models.TextChoices):
    """Why we get nothing from a mailbox."""

    NO_HOST = "no_host", _("The name of the mail server is not known.")
    UNREACHABLE = "unreachable", _("The mail server cannot be reached.")
    SILENT = "silent", _("The mail server does not answer.")
    CERTIFICATE = "certificate", _("Refused: the certificate of the mail server is not valid.")
    NO_TLS = "no_tls", _("The mail server offers no protected connection.")
    SIGN_IN = "sign_in", _("The mail server refuses the user or the password.")
    TOKEN = "token", _("The token server refuses us.")
    SECRET = "secret", _("The stored password can no longer be read: type it in again.")
    FOLDER = "folder", _("The folder does not exist, or may not be opened.")
    CLOSED = "closed", _("The mail server ended the connection.")
    STRANGE = "strange", _("The mail server said something that we do not understand.")
    STORE = "store", _("Our own database or disk takes nothing at the moment.")
