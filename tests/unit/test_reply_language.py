"""The law of languages as a table (L-01, L-02; domain traps)."""

import pytest

from vitrine.directory.choices import LanguageReason as Reason
from vitrine.directory.choices import LanguageRegime as Regime
from vitrine.directory.rules import ReplyLanguage, reply_language
from vitrine.kernel.languages import Language

FR, NL, DE, EN = Language.FR, Language.NL, Language.DE, Language.EN
USED = (FR, NL, DE, EN, None)
REGION = {
    Regime.NL: NL,
    Regime.NL_FR: NL,
    Regime.FR: FR,
    Regime.FR_NL: FR,
    Regime.FR_DE: FR,
    Regime.DE: DE,
}


def answer(regime, used, *, recorded=None, **facts):
    facts = {"is_private": False} | facts
    found = reply_language(regime=regime, used=used, recorded=recorded, **facts)
    return found.language, found.reason


@pytest.mark.parametrize("regime", REGION)
@pytest.mark.parametrize("used", USED)
@pytest.mark.parametrize("recorded", USED)
def test_an_office_is_answered_in_the_language_of_its_region(regime, used, recorded):
    assert answer(regime, used, recorded=recorded) == (REGION[regime], Reason.REGION)


@pytest.mark.parametrize(
    ("used", "recorded", "expected"),
    [
        (FR, None, (FR, Reason.BRUSSELS)),
        (NL, None, (NL, Reason.BRUSSELS)),
        (NL, FR, (NL, Reason.BRUSSELS)),
        (FR, NL, (FR, Reason.BRUSSELS)),
        (DE, NL, (NL, Reason.PERSON_RECORD)),
        (EN, NL, (NL, Reason.PERSON_RECORD)),
        (None, NL, (NL, Reason.PERSON_RECORD)),
        (None, FR, (FR, Reason.PERSON_RECORD)),
        (DE, None, (FR, Reason.DEFAULT)),
        (EN, EN, (FR, Reason.DEFAULT)),
        (DE, DE, (FR, Reason.DEFAULT)),
        (None, None, (FR, Reason.DEFAULT)),
    ],
)
def test_brussels_is_answered_in_the_one_of_its_two_languages_that_the_office_used(
    used, recorded, expected
):
    assert answer(Regime.BILINGUAL, used, recorded=recorded) == expected


@pytest.mark.parametrize("regime", Regime.values)
@pytest.mark.parametrize(
    ("used", "recorded", "expected"),
    [
        (FR, NL, (FR, Reason.PERSON)),
        (NL, FR, (NL, Reason.PERSON)),
        (DE, None, (DE, Reason.PERSON)),
        (EN, NL, (EN, Reason.COURTESY)),
        (EN, None, (EN, Reason.COURTESY)),
        (None, NL, (NL, Reason.PERSON_RECORD)),
        (None, EN, (EN, Reason.COURTESY)),
        (None, None, (FR, Reason.DEFAULT)),
    ],
)
def test_a_private_person_is_answered_in_the_official_language_used_wherever_he_lives(
    regime, used, recorded, expected
):
    assert answer(regime, used, recorded=recorded, is_private=True) == expected


@pytest.mark.parametrize(
    ("used", "recorded", "expected"),
    [
        (FR, NL, (NL, Reason.PERSON_RECORD)),
        (FR, EN, (FR, Reason.PERSON)),
        (FR, None, (FR, Reason.PERSON)),
        (DE, None, (DE, Reason.PERSON)),
        (EN, DE, (DE, Reason.PERSON_RECORD)),
        (EN, None, (EN, Reason.COURTESY)),
        (None, EN, (EN, Reason.COURTESY)),
        (None, None, (FR, Reason.DEFAULT)),
    ],
)
def test_an_office_without_regime_is_answered_in_the_language_on_record(used, recorded, expected):
    assert answer(Regime.NONE, used, recorded=recorded) == expected


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        (Regime.NL, (NL, Reason.REGION)),
        (Regime.FR, (FR, Reason.REGION)),
        (Regime.NL_FR, (DE, Reason.PERSON)),
        (Regime.DE, (DE, Reason.PERSON)),
        (Regime.BILINGUAL, (DE, Reason.PERSON)),
        (Regime.NONE, (DE, Reason.PERSON)),
    ],
)
def test_a_company_in_a_place_without_facilities_is_answered_in_the_language_of_the_region(
    regime, expected
):
    assert answer(regime, DE, is_private=True, is_company=True) == expected


@pytest.mark.parametrize("regime", Regime.values)
@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("chosen", [FR, NL, DE, EN])
def test_what_the_agent_chose_wins(regime, is_private, chosen):
    assert answer(regime, NL, recorded=DE, is_private=is_private, chosen=chosen) == (
        chosen,
        Reason.CHOSEN,
    )


@pytest.mark.parametrize(
    ("used", "is_private", "expected"),
    [
        (NL, False, ReplyLanguage(NL, Reason.REGION)),
        (FR, False, ReplyLanguage(NL, Reason.REGION)),  # proposed with reason, changeable
        (FR, True, ReplyLanguage(FR, Reason.PERSON)),
    ],
)
def test_kraainem_is_dutch_as_an_office_and_french_for_a_french_inhabitant(
    used, is_private, expected
):
    found = reply_language(regime="NL+fr", is_private=is_private, used=used, recorded=None)
    assert found == expected


@pytest.mark.parametrize("regime", [r for r in Regime.values if r])
@pytest.mark.parametrize("recorded", USED)
def test_english_is_never_the_language_of_an_office_with_a_regime(regime, recorded):
    assert answer(regime, EN, recorded=recorded)[0] != EN
