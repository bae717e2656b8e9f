"""The catalogues are brought in line with the code, and compiled, without the gettext programs."""

import gettext
from textwrap import dedent

import polib
import pytest

from tools import translations
from tools.compile_translations import compile_all
from tools.messages import LANGUAGES, catalogue_path


@pytest.fixture
def product(tmp_path):
    """A product with one sentence in Python and one, in two numbers, in a template."""
    page = tmp_path / "vitrine" / "desk" / "templates" / "desk" / "list.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        "{% blocktranslate count n=n %}{{ n }} ticket"
        "{% plural %}{{ n }} tickets{% endblocktranslate %}"
    )
    errors = tmp_path / "vitrine" / "desk" / "errors.py"
    errors.write_text(
        dedent(
            """
            # Translators: said to an agent
            SENTENCE = _("The ticket is closed.")
            """
        )
    )
    return tmp_path


def entries(product, language="fr"):
    """The catalogue as sentence: entry."""
    return {
        entry.msgid: entry for entry in polib.pofile(str(catalogue_path(language, root=product)))
    }


def test_what_the_code_says_stands_in_every_catalogue(product):
    translations.extract(product)

    for language in LANGUAGES:
        found = entries(product, language)
        assert set(found) == {"The ticket is closed.", "%(n)s ticket"}
        assert found["%(n)s ticket"].msgid_plural == "%(n)s tickets"
        assert found["%(n)s ticket"].flags == ["python-format"]
        assert found["The ticket is closed."].comment == "Translators: said to an agent"
        assert not any(entry.translated() for entry in found.values())


def test_a_translation_survives_and_what_is_no_longer_said_goes(product):
    translations.extract(product)
    path = catalogue_path("fr", root=product)
    catalogue = polib.pofile(str(path))
    catalogue.find("The ticket is closed.").msgstr = "Le ticket est clôturé."
    catalogue.append(polib.POEntry(msgid="Long gone", msgstr="Disparu"))
    catalogue.save()

    translations.extract(product)

    found = entries(product)
    assert found["The ticket is closed."].msgstr == "Le ticket est clôturé."
    assert "Long gone" not in found


def test_extracting_twice_changes_nothing(product):
    translations.extract(product)
    first = catalogue_path("nl", root=product).read_text()
    translations.extract(product)
    assert catalogue_path("nl", root=product).read_text() == first


def test_a_compiled_catalogue_is_what_gettext_reads(product):
    translations.extract(product)
    path = catalogue_path("de", root=product)
    catalogue = polib.pofile(str(path))
    catalogue.find("The ticket is closed.").msgstr = "Das Ticket ist abgeschlossen."
    catalogue.save()

    assert compile_all(product / "vitrine" / "locale") == len(LANGUAGES)
    assert compile_all(product / "vitrine" / "locale") == 0

    with path.with_suffix(".mo").open("rb") as compiled:
        german = gettext.GNUTranslations(compiled)
    assert german.gettext("The ticket is closed.") == "Das Ticket ist abgeschlossen."


def test_the_report_tells_what_is_to_do(product, capsys):
    translations.extract(product)
    translations.report(product)
    said = capsys.readouterr().out
    assert "fr: 2 sentences, 2 to translate" in said
    assert "'The ticket is closed.'" in said
