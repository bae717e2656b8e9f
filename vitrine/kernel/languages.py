"""The languages of the house: three official ones and English as a courtesy.

Interface language, reply language and spoken language are three notions that
share these four codes. Regional variants (`fr-BE`) are folded onto them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """A language in which we read, speak and write."""

    FR = "fr", _("French")
    NL = "nl", _("Dutch")
    DE = "de", _("German")
    EN = "en", _("English")


OFFICIAL = (Language.FR, Language.NL, Language.DE)
"""Content is published only when it is complete in these."""

SEARCH_CONFIGURATIONS: dict[str, str] = {
    Language.FR: "vitrine_fr",
    Language.NL: "vitrine_nl",
    Language.DE: "vitrine_de",
    Language.EN: "vitrine_en",
}
"""The PostgreSQL text search configuration (with unaccent) of each language."""


def fold(tag: str | None, *, otherwise: Language = Language.FR) -> Language:
    """The language of a BCP 47 tag such as `nl-BE`; `otherwise` when it is none of ours.

    The primary subtag alone decides: `be` is Belarusian, never Belgian.
    """
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return Language(primary) if primary in Language.values else otherwise


class NamedInLanguages(models.Model):
    """A thing with a name in each language; a missing name falls back, never to blank."""

    name_fr = models.CharField(_("name in French"), max_length=200)
    name_nl = models.CharField(_("name in Dutch"), max_length=200)
    name_de = models.CharField(_("name in German"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def name_in(self, language: str) -> str:
        """The name in `language`, else in French, else in Dutch."""
        return getattr(self, f"name_{language}", "") or self.name_fr or self.name_nl
