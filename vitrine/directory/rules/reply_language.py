"""The language in which we must answer, and why (law of 18 July 1966).

Two different rules: an office is answered in the language of its region, whatever it
wrote in; a private person in the official language that the person used.
"""

from dataclasses import dataclass

from vitrine.directory.choices import LanguageReason, LanguageRegime
from vitrine.kernel.languages import OFFICIAL, Language

LANGUAGE_OF_REGION: dict[str, Language] = {
    LanguageRegime.NL: Language.NL,
    LanguageRegime.NL_FR: Language.NL,
    LanguageRegime.FR: Language.FR,
    LanguageRegime.FR_NL: Language.FR,
    LanguageRegime.FR_DE: Language.FR,
    LanguageRegime.DE: Language.DE,
}
"""Facilities are for inhabitants: an office with facilities keeps its region's language."""

WITHOUT_FACILITIES = (LanguageRegime.NL, LanguageRegime.FR)
LANGUAGES_OF_BRUSSELS = (Language.FR, Language.NL)


@dataclass(frozen=True)
class ReplyLanguage:
    """The language of the answer and the reason, which is shown and journaled."""

    language: Language
    reason: LanguageReason


def reply_language(
    *,
    regime: str,
    is_private: bool,
    used: Language | None,
    recorded: Language | None,
    chosen: Language | None = None,
    is_company: bool = False,
) -> ReplyLanguage:
    """The language of the answer to one request.

    regime      of the organisation, a `LanguageRegime`; blank: none
    is_private  a citizen or a company asks, not an office
    used        the language of the request; None: not known
    recorded    the language on the person's record; None: not known
    chosen      by the agent, who gives a motive; it wins over every rule
    is_company  a private company: in a place without facilities the region decides
    """
    if chosen:
        return ReplyLanguage(chosen, LanguageReason.CHOSEN)
    if is_private and is_company and regime in WITHOUT_FACILITIES:
        return ReplyLanguage(LANGUAGE_OF_REGION[regime], LanguageReason.REGION)
    if is_private:
        return _of_private_person(used=used, recorded=recorded)
    if regime == LanguageRegime.BILINGUAL:
        return _of_brussels_office(used=used, recorded=recorded)
    if regime:
        return ReplyLanguage(LANGUAGE_OF_REGION[regime], LanguageReason.REGION)
    return _of_office_without_regime(used=used, recorded=recorded)


def _of_private_person(*, used: Language | None, recorded: Language | None) -> ReplyLanguage:
    """The official language used; English as a courtesy; else what we know, else French."""
    if used in OFFICIAL:
        return ReplyLanguage(Language(used), LanguageReason.PERSON)
    if used:
        return ReplyLanguage(Language(used), LanguageReason.COURTESY)
    return _from_record(recorded)


def _of_brussels_office(*, used: Language | None, recorded: Language | None) -> ReplyLanguage:
    """French or Dutch: the one that the office used, else has on record, else French."""
    if used in LANGUAGES_OF_BRUSSELS:
        return ReplyLanguage(Language(used), LanguageReason.BRUSSELS)
    if recorded in LANGUAGES_OF_BRUSSELS:
        return ReplyLanguage(Language(recorded), LanguageReason.PERSON_RECORD)
    return ReplyLanguage(Language.FR, LanguageReason.DEFAULT)


def _of_office_without_regime(*, used: Language | None, recorded: Language | None) -> ReplyLanguage:
    """What stands on record, if official; else the official language used; else English, French."""
    if recorded in OFFICIAL:
        return _from_record(recorded)
    if used in OFFICIAL:
        return ReplyLanguage(Language(used), LanguageReason.PERSON)
    return _from_record(recorded or used)


def _from_record(recorded: Language | None) -> ReplyLanguage:
    if recorded in OFFICIAL:
        return ReplyLanguage(Language(recorded), LanguageReason.PERSON_RECORD)
    if recorded:
        return ReplyLanguage(Language(recorded), LanguageReason.COURTESY)
    return ReplyLanguage(Language.FR, LanguageReason.DEFAULT)
