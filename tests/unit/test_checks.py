"""Every guard of `make check` bites on a bad example and leaves a good one alone."""

import shutil
import subprocess
import sysconfig
from pathlib import Path
from textwrap import dedent

import polib
import pytest

from tools import (
    check,
    check_access,
    check_purity,
    check_sizes,
    check_translations,
    check_words,
    check_writes,
)
from tools.messages import messages, messages_in_template, messages_of
from tools.sources import ROOT, Source

SCRIPTS = Path(sysconfig.get_path("scripts"))


def sentences(guard, text, *, path="vitrine/tickets/queries.py"):
    """What a guard says about a text that would stand at `path`."""
    return [finding.sentence for finding in guard.check(Source(path, dedent(text)))]


# ---------------------------------------------------------------- writes
@pytest.mark.parametrize(
    "line",
    [
        "ticket.save()",
        'ticket.save(update_fields=["state"])',
        "Ticket.objects.create(number='1')",
        "Ticket.objects.filter(pk=1).update(state='closed')",
        "Ticket.objects.filter(pk=1).delete()",
        "Ticket.objects.bulk_create(rows)",
        "Ticket.objects.get_or_create(number='1')",
        "await ticket.asave()",
        'cursor.execute("UPDATE tickets_ticket SET state = %s", [state])',
        'cursor.execute("  insert into journal_entry values (1)")',
    ],
)
def test_a_write_outside_actions_is_refused(line):
    text = f"async def late(): {line}" if line.startswith("await") else line
    assert sentences(check_writes, text)
    assert not sentences(check_writes, text, path="vitrine/tickets/actions/closing.py")
    assert not sentences(check_writes, text, path="vitrine/tickets/actions.py")
    assert not sentences(check_writes, text, path="vitrine/ops/demo/people.py")


@pytest.mark.parametrize(
    "line",
    [
        "names.update({'a': 1})",
        "digest.update(content)",
        "seen.update()",
        "storage.save(name, content)",
        "storage.delete(name)",
        "super().save()",
        'cursor.execute("SELECT 1")',
        "Ticket.objects.filter(pk=1).exists()",
    ],
)
def test_what_only_sounds_like_a_write_is_let_through(line):
    assert not sentences(check_writes, line)


# ---------------------------------------------------------------- access
@pytest.mark.parametrize(
    "line",
    [
        "Ticket.objects.get(pk=1)",
        "Ticket._default_manager.all()",
        "get_object_or_404(Ticket, number=number)",
        "from django.db import connection",
    ],
)
def test_a_surface_reaches_objects_only_through_access(line):
    assert sentences(check_access, line, path="vitrine/desk/views/tickets.py")
    assert not sentences(check_access, line, path="vitrine/tickets/access.py")


def test_a_queryset_of_access_is_the_way():
    line = "get_object_or_404(tickets_for(request.user), number=number)"
    assert not sentences(check_access, line, path="vitrine/desk/views/tickets.py")


# ---------------------------------------------------------------- purity
@pytest.mark.parametrize(
    "line",
    [
        "from vitrine.kernel.clock import now",
        "import os",
        "from time import monotonic",
        "moment = datetime.now(UTC)",
        "text = open('words.txt').read()",
        "import random",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "vitrine/tickets/rules.py",
        "vitrine/calendars/rules/closing_days.py",
        "vitrine/channels/mail/parse.py",
    ],
)
def test_a_pure_room_reads_only_its_arguments(line, path):
    assert sentences(check_purity, line, path=path)
    assert not sentences(check_purity, line, path="vitrine/tickets/queries.py")


def test_a_rule_may_know_the_time_zone():
    line = "from vitrine.kernel.clock import BRUSSELS"
    assert not sentences(check_purity, line, path="vitrine/tickets/rules.py")


# ---------------------------------------------------------------- sizes
def function_of(lines):
    """A function with so many statements under a docstring of three lines."""
    return 'def told(a, *, b):\n    """One.\n\n    Two.\n    """\n' + "    a = b\n" * lines


def test_a_function_over_forty_lines_is_refused():
    assert not sentences(check_sizes, function_of(40))
    assert sentences(check_sizes, function_of(41)) == ["`told` has 41 lines, at most 40"]


def test_a_file_over_four_hundred_lines_is_refused():
    assert not sentences(check_sizes, "a = 1\n" * 400)
    assert sentences(check_sizes, "a = 1\n" * 401)


def test_what_writes_takes_one_argument_by_position():
    act = "def close(ticket, answer): ...\n"
    assert sentences(check_sizes, act, path="vitrine/tickets/actions.py")
    assert not sentences(check_sizes, act, path="vitrine/tickets/queries.py")
    assert sentences(check_sizes, "def wait(a, b, c): ...\n")
    assert not sentences(
        check_sizes, "def close(ticket, *, answer): ...\n", path="vitrine/tickets/actions.py"
    )


@pytest.mark.parametrize(
    "text",
    [
        "def ticket(request, number, pk): ...\n",
        "def seal(apps, schema_editor): ...\n",
        "async def application(scope, receive, send): ...\n",
        "class Door(Handler):\n    async def handle_RCPT(self, server, session, envelope): ...\n",
    ],
)
def test_a_signature_that_somebody_else_dictates_is_let_through(text):
    assert not sentences(check_sizes, text)


# ---------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "vitrine/tickets/utils.py"),
        ("", "vitrine/common/text.py"),
        ("class TicketManager: ...\n", "vitrine/tickets/queries.py"),
        ("def get_ticket_data(): ...\n", "vitrine/tickets/queries.py"),
        ("def helper(): ...\n", "tests/unit/test_closing.py"),
    ],
)
def test_a_drawer_is_refused(text, path):
    assert sentences(check_words, text, path=path)


def test_words_that_only_contain_a_drawer_are_let_through():
    text = "class Database: ...\ndef informed(): ...\ndef miscounted(): ...\n"
    assert not sentences(check_words, text)


def test_a_table_without_its_four_words_is_refused():
    told = check_words.glossary("| absence | afwezigheid | Abwesenheit | absence | `Absence` |\n")
    source = Source("vitrine/directory/models.py", "class Absence: ...\nclass Shift: ...\n")
    [finding] = check_words.check_terms(source, told=told)
    assert finding.sentence.startswith("`Shift` is not in glossary.md")
    assert not list(
        check_words.check_terms(Source("vitrine/ui/forms.py", "class A: ...\n"), told={})
    )


def test_a_line_of_the_glossary_that_lacks_a_language_does_not_count():
    told = check_words.glossary("| équipe | ploeg |  | shift | `Shift` |\n")
    source = Source("vitrine/directory/models.py", "class Shift: ...\n")
    assert list(check_words.check_terms(source, told=told))


# ---------------------------------------------------------------- floors and rooms
@pytest.fixture
def house(tmp_path):
    """A copy of the packages (without what they hold) and of the contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path in sorted((ROOT / "vitrine").rglob("*.py")):
        if "migrations" not in path.parts:
            there = tmp_path / path.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.touch()
    return tmp_path


def kept(house):
    """Whether import-linter is content with this house, and what it says."""
    linter = [SCRIPTS / "lint-imports", "--no-logo", "--no-cache"]
    done = subprocess.run(linter, cwd=house, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout


def test_the_empty_house_is_kept(house):
    assert kept(house)[0]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("kernel/text.py", "import vitrine.tickets"),
        ("tickets/models.py", "from vitrine.desk import urls"),
        ("desk/urls.py", "from vitrine.portal import urls"),
        ("tickets/models.py", "from vitrine.tickets import actions"),
        ("tickets/access.py", "from vitrine.tickets import queries"),
        ("tickets/rules.py", "from vitrine.tickets import models"),
        ("tickets/rules.py", "from django.utils import timezone"),
        ("misc/__init__.py", ""),
        ("tickets/services.py", ""),
        ("desk/services.py", ""),
    ],
)
def test_a_wall_broken_or_a_room_invented_is_refused(house, path, line):
    there = house / "vitrine" / path
    there.parent.mkdir(exist_ok=True)
    there.write_text(f"{line}\n")
    is_kept, said = kept(house)
    assert not is_kept, said


# ---------------------------------------------------------------- translations
def test_sentences_are_found_in_python():
    text = dedent(
        """
        _("One ticket")
        ngettext("%(n)d ticket", "%(n)d tickets", n)
        pgettext("verb", "Open")
        print("not for people")
        """
    )
    found = {message.key: message.plural for message in messages_of(text, place="a.py")}
    assert found == {
        ("", "One ticket"): "",
        ("", "%(n)d ticket"): "%(n)d tickets",
        ("verb", "Open"): "",
    }


def test_sentences_are_found_in_templates_whatever_their_indentation():
    text = dedent(
        """
          <h1>{% translate "New call" %}</h1>
            {% if a %}
        {% blocktranslate trimmed count n=rows %}
          One of {{ all }} row
        {% plural %}
          {{ n }} of {{ all }} rows
        {% endblocktranslate %}
              {% endif %}
         <p title='{% translate "It's late" %}'>{{ _("Close") }}</p>
         {% translate "Open" context "verb" %}
        """
    )
    found = {message.key for message in messages_in_template(text, place="a.html")}
    assert found == {
        ("", "New call"),
        ("", "One of %(all)s row"),
        ("", "It's late"),
        ("", "Close"),
        ("verb", "Open"),
    }


def test_the_whole_product_is_read():
    assert ("", "waiting for requester") in messages()


def catalogue_of(**entry):
    """A catalogue with one sentence."""
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(**entry))
    return catalogue


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"msgid": "Hello %(name)s", "msgstr": ""}, "untranslated"),
        ({"msgid": "Hello %(name)s", "msgstr": "Bonjour %(name)s", "flags": ["fuzzy"]}, "fuzzy"),
        ({"msgid": "Hello %(name)s", "msgstr": "Bonjour %(nom)s"}, "placeholders differ"),
        ({"msgid": "Hello %(name)s", "msgstr": "Bonjour"}, "placeholders differ"),
        ({"msgid": "Hello %(name)s", "msgstr": "Bonjour : %(name)s"}, "no narrow space"),
        ({"msgid": "Hello %(name)s", "msgstr": "Bonjour %(name)s!"}, "no narrow space"),
        ({"msgid": "Hello %(name)s", "msgstr": " Bonjour %(name)s"}, "begins with a blank"),
        ({"msgid": "Gone", "msgstr": "Parti"}, "obsolete"),
        ({"msgid": "Hello %(name)s", "msgstr": "B %(name)s", "obsolete": True}, "obsolete"),
    ],
)
def test_an_incomplete_catalogue_is_refused(entry, complaint):
    said = {message.key: message for message in messages_of('_("Hello %(name)s")', place="a.py")}
    found = check_translations.check_catalogue(
        catalogue_of(**entry), path="fr.po", said=said, language="fr"
    )
    assert complaint in " ".join(finding.sentence for finding in found)


def test_a_stale_catalogue_is_refused():
    said = {message.key: message for message in messages_of('_("Hello")', place="a.py")}
    [finding] = check_translations.check_catalogue(
        polib.POFile(), path="nl.po", said=said, language="nl"
    )
    assert finding.sentence.startswith("stale")


def test_a_good_translation_is_let_through():
    said = {message.key: message for message in messages_of('_("Late: %(n)d")', place="a.py")}
    catalogue = catalogue_of(msgid="Late: %(n)d", msgstr="En retard\u202f: %(n)d à 16:30")
    assert not list(
        check_translations.check_catalogue(catalogue, path="fr.po", said=said, language="fr")
    )


@pytest.mark.parametrize(
    "text",
    [
        "<h1>New call</h1>",
        '<input aria-label="Search tickets">',
        '<a title="Back">{% icon "back" %}</a>',
        "{% if late %}\n  late\n{% endif %}",
    ],
)
def test_a_bare_word_in_a_template_is_refused(text):
    assert list(check_translations.check_template(text, path="a.html"))


@pytest.mark.parametrize(
    "text",
    [
        '<h1>{% translate "New call" %}</h1>',
        "{% blocktranslate %}New <b>call</b>{% endblocktranslate %}",
        '<input aria-label="{{ label }}" value="go">',
        "<kbd>Enter</kbd> {# a comment #} <!-- another -->",
        "<script>let x = 1</script>",
        '<span translate="no">Français</span> · 12',
    ],
)
def test_what_a_catalogue_can_translate_is_let_through(text):
    assert not list(check_translations.check_template(text, path="a.html"))


# ---------------------------------------------------------------- the runner
def test_the_runner_refuses_a_check_that_does_not_exist(capsys):
    assert check.main(["spelling"]) == 2
    assert "no such check: spelling" in capsys.readouterr().out


def test_the_runner_says_which_check_failed(capsys, monkeypatch):
    monkeypatch.setattr(check, "CHECKS", {"good": ("true",), "bad": ("false",)})
    assert check.main([]) == 1
    assert "2 checks" in (said := capsys.readouterr().out)
    assert said.strip().endswith("failed: bad")
