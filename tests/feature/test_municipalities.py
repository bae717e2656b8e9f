"""The three lists of municipalities, one after the other, and lists that are wrong."""

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from vitrine.directory.actions import (
    add_domain,
    create_organisation,
    import_municipalities,
    person_for_sender,
    prepare_categories,
)
from vitrine.directory.errors import UnreadableList
from vitrine.directory.models import Category, MunicipalityList, Organisation
from vitrine.directory.queries import (
    living_successor,
    municipality_with_code,
    organisation_of_domain,
    organisations_on,
    person_with_address,
    reply_language_for,
)
from vitrine.directory.rules import read_list
from vitrine.journal.models import Entry
from vitrine.kernel.languages import Language

LISTS = Path(__file__).parents[3] / "shared" / "data" / "communes"
NAMES = ("communes-2006-589.csv", "communes-2019-581.csv", "communes-2025-565.csv")
FILES = [LISTS / name for name in NAMES]
pytestmark = pytest.mark.skipif(not LISTS.exists(), reason="the lists of municipalities are away")
DAYS = [date(2006, 1, 1), date(2019, 1, 1), date(2025, 1, 1)]
HEAD = "nis,name_fr,name_nl,name_de,province_nis,region_nis,language_regime,main_zip,merged_from\n"
REGIMES = {
    "DE+fr": "Amel Büllingen Burg-Reuland Bütgenbach Eupen Kelmis Lontzen Raeren Sankt_Vith",
    "FR+de": "Malmedy Weismes",
    "NL+fr": "Drogenbos Kraainem Linkebeek Sint-Genesius-Rode Wemmel Wezembeek-Oppem "
    "Bever Herstappe Mesen Ronse Spiere-Helkijn Voeren",
    "FR+nl": "Comines-Warneton Enghien Flobecq Mouscron",
    "FR+NL": "Anderlecht Auderghem Berchem-Sainte-Agathe Bruxelles Etterbeek Evere Forest "
    "Ganshoren Ixelles Jette Koekelberg Molenbeek-Saint-Jean Saint-Gilles Saint-Josse-ten-Noode "
    "Schaerbeek Uccle Watermael-Boitsfort Woluwe-Saint-Lambert Woluwe-Saint-Pierre",
}
"""The 46 municipalities with a special regime, by the law; in German, Dutch or French."""


def run(*files, **options):
    out = StringIO()
    call_command("import_municipalities", *map(str, files), stdout=out, **options)
    return out.getvalue()


def bring_to(year):
    for file, day in zip(FILES, DAYS, strict=True):
        if day.year <= year:
            import_municipalities(file.read_bytes(), in_force_from=day, by=None)


def municipalities():
    return Organisation.objects.filter(category__code="COM")


def snapshot():
    return list(municipalities().order_by("pk").values_list())


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def three_lists(db):
    bring_to(2025)


def test_the_three_lists_follow_each_other_and_nothing_is_deleted(db):
    living = []
    for file, day in zip(FILES, DAYS, strict=True):
        import_municipalities(file.read_bytes(), in_force_from=day, by=None)
        living.append(municipalities().filter(valid_to__isnull=True).count())
    assert living == [589, 581, 565]
    assert municipalities().count() == 589 + 18 + 13
    ended = Counter(municipalities().values_list("valid_to", flat=True))
    assert ended == {None: 565, date(2019, 1, 1): 26, date(2025, 1, 1): 29}
    assert not municipalities().filter(valid_to__isnull=False, merged_into=None).exists()
    verbs = Counter(Entry.objects.values_list("verb", flat=True))
    assert verbs["organisation.created"] == 18 + 13  # the first list was there before
    assert (verbs["organisation.merged"], verbs["organisation.code_replaced"]) == (44, 11)


def test_on_each_day_the_municipalities_of_that_day_exist(three_lists):
    counts = [
        organisations_on(day).filter(category__code="COM").count()
        for day in (date(2006, 6, 1), date(2018, 12, 31), date(2019, 1, 1), date(2025, 1, 1))
    ]
    assert counts == [589, 589, 581, 565]
    regions = Counter(organisations_on(date(2025, 1, 1)).values_list("region_code", flat=True))
    assert regions == {"02000": 285, "03000": 261, "04000": 19}


SUCCESSORS = [
    ("44029", "44084"),  # Knesselare -> Aalter, 2019
    ("44001", "44084"),
    ("44080", "44085"),  # Zomergem -> Lievegem, 2019
    ("71047", "72042"),  # Opglabbeek -> Oudsbergen, 2019
    ("52063", "55085"),  # Seneffe: another code, the same municipality
    ("54010", "57097"),  # Comines-Warneton, likewise
    ("11007", "11002"),  # Borsbeek -> Antwerp, which keeps its code, 2025
    ("11056", "46030"),  # Zwijndrecht -> Beveren-Kruibeke-Zwijndrecht, 2025
    ("44045", "46029"),  # Moerbeke -> Lokeren, 2025
    ("82005", "82039"),  # Bertogne -> Bastogne, 2025
    ("23099", "23099"),  # Kraainem, unchanged
    ("11002", "11002"),
]


def test_who_has_ended_leads_to_the_successor(three_lists):
    for old, new in SUCCESSORS:
        assert living_successor(municipality_with_code(old)).code == new


def test_the_46_special_regimes_are_those_of_the_law(three_lists):
    living = organisations_on(date(2025, 1, 1)).filter(category__code="COM")
    special = living.exclude(language_regime__in=["NL", "FR"])
    assert special.count() == 46
    for regime, names in REGIMES.items():
        found = {
            name.split(" (")[0].replace(" ", "_")
            for one in special.filter(language_regime=regime)
            for name in (one.name_de, one.name_nl, one.name_fr)
        }
        count = special.filter(language_regime=regime).count()
        assert set(names.split()) <= found
        assert count == len(names.split())
    regions = {"NL": "02000", "NL+fr": "02000", "FR+NL": "04000"}
    for one in living:
        assert one.region_code == regions.get(one.language_regime, "03000"), one


def test_six_postal_codes_that_are_wrong_in_the_source_are_corrected(three_lists):
    codes = {"24020": "3290", "42008": "9220", "44081": "9870", "85039": "6730", "91072": "5560"}
    for nis, postal_code in (codes | {"46003": "9120", "46030": "9120"}).items():
        assert municipality_with_code(nis).postal_code == postal_code


def test_the_same_list_again_changes_nothing(three_lists):
    before, entries = snapshot(), Entry.objects.count()
    import_municipalities(FILES[2].read_bytes(), in_force_from=DAYS[2], by=None)
    import_municipalities(FILES[2].read_bytes() + b"\n", in_force_from=DAYS[2], by=None)
    renewed = [row[:-1] for row in snapshot()]  # all but the list in which it stands
    assert renewed == [row[:-1] for row in before]
    assert Entry.objects.count() == entries + 1  # the second file had another digest


def test_the_command_reports_and_a_dry_run_reports_the_same_and_changes_nothing(db):
    rehearsal = run(*FILES, dry_run=True)
    assert not municipalities().exists()
    assert not MunicipalityList.objects.exists()
    real = run(*FILES)
    assert rehearsal.startswith(real)
    assert municipalities().filter(valid_to=None).count() == 565
    assert "44029 -> 44084 Aalter" in real
    assert "52043 = 55086 Manage" in real


def test_an_old_address_of_a_merged_municipality_leads_to_the_new_one_and_history_stays(db):
    bring_to(2019)
    borsbeek = municipality_with_code("11007")
    add_domain(borsbeek, domain="borsbeek.example", by=None)
    clerk = person_for_sender("an@borsbeek.example", name="An Voorbeeld", language=None)
    import_municipalities(FILES[2].read_bytes(), in_force_from=DAYS[2], by=None)

    known = person_with_address("AN@borsbeek.example")
    assert (known, known.organisation) == (clerk, borsbeek)
    antwerp = living_successor(known.organisation)
    assert antwerp.code == "11002"
    newcomer = person_for_sender("jan@borsbeek.example", name="", language=None)
    assert newcomer.organisation == antwerp == organisation_of_domain("x@borsbeek.example")
    assert reply_language_for(newcomer, antwerp, used=Language.FR).language == Language.NL


def test_names_and_regimes_follow_a_corrected_list_and_are_journaled(three_lists):
    corrected = (
        FILES[2].read_text(encoding="utf-8").replace("Kraainem,Kraainem", "Crainhem,Kraainem", 1)
    )
    report = import_municipalities(corrected.encode(), in_force_from=DAYS[2], by=None)
    assert report.plan.changed == {"23099": {"name_fr": "Crainhem"}}
    entry = Entry.objects.get(verb="organisation.changed")
    assert entry.facts == {"before": {"name_fr": "Kraainem"}, "after": {"name_fr": "Crainhem"}}


def test_a_municipality_entered_by_hand_is_not_missing_in_a_list(db):
    prepare_categories(by=None)
    category = Category.objects.get(code="COM")
    create_organisation("99001", category=category, name_fr="Essai", name_nl="Proef", by=None)
    bring_to(2025)
    assert municipality_with_code("99001").valid_to is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "column"),
        (HEAD.encode(), "empty"),
        (HEAD.replace("merged_from", "fusion").encode(), "merged_from"),
        ((HEAD + "11002,Bütgenbach,B,B,1,03000,FR,2000,\n").encode("latin-1"), "UTF-8"),
        ((HEAD + "11002,A,A,A,1,02000,NL,2000,\n" * 2).encode(), "11002"),
        ((HEAD + "11002,A,A,A,1,02000,Dutch,2000,\n").encode(), "Dutch"),
        ((HEAD + "11002,A,A,A,1,02000,,2000,\n").encode(), "regime"),
        ((HEAD + "1102,A,A,A,1,02000,NL,2000,\n").encode(), "Line 2"),
        ((HEAD + "11002,,A,A,1,02000,NL,2000,\n").encode(), "name"),
        ((HEAD + "11002,A\x00,A,A,1,02000,NL,2000,\n").encode(), "Line 2"),
        ((HEAD + "11002,A,A,A,1,02000,NL,20000,\n").encode(), "20000"),
        ((HEAD + "11002,A,A,A,1,02000,NL,2000,11001+x\n").encode(), "Line 2"),
        ((HEAD + "11002,A,A,A,1,02000,NL\n").encode(), "columns"),
        ((HEAD + "11002,A,A,A,1,02000,NL,2000,,more\n").encode(), "columns"),
        ((HEAD + '11002,"A,A,A,1,02000,NL,2000,\n').encode(), "Line"),
        (
            (
                HEAD
                + "1,A,A,A,1,2,NL,2000,\n".replace("1,A", "11001,A", 1)
                + "11002,B,B,B,1,2,NL,2000,11001\n"
            ).encode(),
            "11001",
        ),
        (b"%PDF-1.7\n" + bytes(range(256)), "UTF-8"),
        (b"x" * (6 * 2**20), "large"),
    ],
)
def test_a_wrong_file_gives_one_clear_sentence(content, words):
    with pytest.raises(UnreadableList) as error:
        read_list(content)
    assert words in error.value.sentence
    assert "\n" not in error.value.sentence


def test_a_list_that_lost_a_line_is_refused_because_nobody_vanishes_without_successor(db):
    bring_to(2006)
    before = snapshot()
    lines = FILES[1].read_text(encoding="utf-8").splitlines(keepends=True)
    truncated = "".join(line for line in lines if not line.startswith("23099,"))
    with pytest.raises(UnreadableList) as error:
        import_municipalities(truncated.encode(), in_force_from=DAYS[1], by=None)
    assert "23099 Kraainem" in error.value.sentence
    assert snapshot() == before


def test_an_older_list_after_a_newer_one_and_one_of_the_future_are_refused(three_lists):
    for file, day in ((FILES[1], DAYS[1]), (FILES[2], date(2125, 1, 1))):
        with pytest.raises(UnreadableList) as error:
            import_municipalities(file.read_bytes(), in_force_from=day, by=None)
        assert str(day) in error.value.sentence


def test_one_wrong_file_undoes_the_good_ones_before_it(db, tmp_path):
    wrong = tmp_path / "list-2019.csv"
    wrong.write_text("nis;name\n")
    with pytest.raises(CommandError, match=r"list-2019\.csv"):
        run(FILES[0], wrong)
    assert not municipalities().exists()


def test_the_command_asks_for_a_date_that_the_name_does_not_tell(db, tmp_path):
    nameless = tmp_path / "list.csv"
    nameless.write_bytes(FILES[0].read_bytes())
    with pytest.raises(CommandError, match="valid-from"):
        run(nameless)
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing-2019.csv")
    run(nameless, valid_from=[date(2006, 1, 1)])
    assert MunicipalityList.objects.get().in_force_from == date(2006, 1, 1)


def test_a_list_may_be_skipped_and_the_successors_are_still_right(db):
    bring_to(2006)
    import_municipalities(FILES[2].read_bytes(), in_force_from=DAYS[2], by=None)
    assert municipalities().filter(valid_to=None).count() == 565
    assert living_successor(municipality_with_code("44049")).code == "44083"
    assert living_successor(municipality_with_code("54007")).code == "57096"
