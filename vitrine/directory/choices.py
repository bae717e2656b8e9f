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
