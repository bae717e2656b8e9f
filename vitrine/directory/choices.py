"""The words of the directory."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LanguageRegime(models.TextChoices):
    """The legal language regime of an organisation (law of 18 July 1966)."""

    NL = "NL", _("Dutch")
    NL_FR = "NL+fr", _("Dutch, with French facilities")
    FR = "FR", _("French")
    FR_NL = "FR+nl", _("French, with Dutch facilities")
    FR_DE = "FR+de", _("French, with German facilities")
    DE = "DE+fr", _("German, with French facilities")
    BILINGUAL = "FR+NL", _("bilingual (Brussels)")
    NONE = "", _("none: the language of the person")


class LanguageReason(models.TextChoices):
    """Why a reply is written in a language; shown to the agent and journaled."""

    REGION = "region", _("language of the region")
    BRUSSELS = "brussels", _("Brussels: the language that the office used")
    PERSON = "person", _("language that the person used")
    PERSON_RECORD = "person_record", _("language on the person's record")
    ORGANISATION = "organisation", _("language of the organisation")
    COURTESY = "courtesy", _("English as a courtesy, not an official language")
    DEFAULT = "default", _("no language known")
    CHOSEN = "chosen", _("chosen by the agent")


class PersonKind(models.TextChoices):
    """A human being or a mailbox that several people read."""

    HUMAN = "human", _("person")
    SHARED = "shared", _("shared mailbox")


MUNICIPALITY = "COM"
"""Code of the category of municipalities, whose organisations have NIS codes."""

COMPANY = "ENT"
"""Code of the category of companies: private, yet bound to a region in some places."""


class ListFault(models.TextChoices):
    """What can be wrong with a list of municipalities, as a sentence to be filled in."""

    TOO_LARGE = "too_large", _("The file is too large for a list of municipalities.")
    ENCODING = "encoding", _("The file is not encoded in UTF-8.")
    COLUMN = "column", _("The column %(columns)s is missing.")
    NOT_CSV = "not_csv", _("Line %(line)s: this is not CSV.")
    WIDTH = "width", _("Line %(line)s: the number of columns is wrong.")
    CODE = "code", _("Line %(line)s: “%(code)s” is not a NIS code.")
    NAME = "name", _("Line %(line)s: the name is missing or unreadable.")
    REGIME = "regime", _("Line %(line)s: the language regime “%(regime)s” is unknown.")
    POSTAL_CODE = "postal_code", _("Line %(line)s: “%(code)s” is not a postal code.")
    EMPTY = "empty", _("The list is empty.")
    TWICE = "twice", _("The NIS code %(code)s stands twice in the list.")
    CONTRADICTION = (
        "contradiction",
        _("The list says that %(code)s merged into %(into)s, and elsewhere something else."),
    )
    VANISHED = (
        "vanished",
        _(
            "%(count)s municipalities are missing without a successor, "
            "the first is %(code)s %(name)s: is the list complete?"
        ),
    )
    RETURNED = "returned", _("The municipality %(code)s has ended and stands in the list again.")
    OLDER = (
        "older",
        _("This list is of %(day)s, and one of %(newest)s has been imported already."),
    )
    FUTURE = "future", _("This list takes effect on %(day)s: import it from that day on.")
    DATE = "date", _("From which day on does this list hold? Say it with --valid-from.")
