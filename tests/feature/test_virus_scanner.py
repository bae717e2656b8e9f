"""With a virus scanner no file is given out before its verdict, and an infected one never."""

import pytest

from tests.scanner import FakeScanner
from vitrine.journal.models import Entry
from vitrine.kernel.virus_scanner import ScannerAway, is_there
from vitrine.tickets.actions.scanning import scan_files
from vitrine.tickets.jobs import scan_files_of, scan_waiting
from vitrine.tickets.models import Attachment
from vitrine.tickets.rules import ReceivedFile

NOT_YET = "Not yet looked at by the virus scanner"


@pytest.fixture
def scanner(settings):
    one = FakeScanner()
    settings.VIRUS_SCANNER = one.at
    yield one
    one.stop()


@pytest.fixture
def desk(client, world):
    world.bruno.ui_language = "en"
    world.bruno.save()
    client.force_login(world.bruno)
    return client


def with_files(world, *contents):
    """A ticket with a text file for each content."""
    files = [
        ReceivedFile(f"{number}.txt", content, content_type="text/plain")
        for number, content in enumerate(contents)
    ]
    return world.ticket(files=files)


def status(desk, file):
    return desk.get(f"/desk/attachments/{file.pk}/").status_code


def page_of(desk, ticket):
    return desk.get(f"/desk/tickets/{ticket.number}/").text


def test_without_a_scanner_files_are_given_out(desk, world):
    with_files(world, b"clean")

    assert status(desk, Attachment.objects.get()) == 200
    assert scan_files() == 0


def test_a_file_waits_for_its_verdict(desk, world, scanner):
    ticket = with_files(world, b"clean")
    file = Attachment.objects.get()

    assert NOT_YET in page_of(desk, ticket)
    assert status(desk, file) == 404
    assert status(desk, file) == desk.get(f"/desk/attachments/{file.pk}/thumbnail/").status_code

    scan_files_of(ticket.messages.get().pk)

    assert scanner.seen == [b"clean"]
    assert status(desk, file) == 200
    assert NOT_YET not in page_of(desk, ticket)


def test_an_infected_file_is_locked_away_and_told(desk, world, scanner, settings):
    ticket = with_files(world, b"infected", b"clean")
    bad, good = Attachment.objects.order_by("pk")

    scan_files()

    assert (status(desk, bad), status(desk, good)) == (404, 200)
    page = page_of(desk, ticket)
    assert "Infected with Test.Virus: it stays locked away." in page
    assert "0.txt is infected with Test.Virus: locked away" in page
    settings.VIRUS_SCANNER = ""
    assert status(desk, bad) == 404


def test_the_same_content_is_scanned_once_and_infects_every_ticket(world, scanner):
    with_files(world, b"infected", b"infected")
    with_files(world, b"infected")

    assert scan_files() == 1
    assert set(Attachment.objects.values_list("infection", flat=True)) == {"Test.Virus"}
    assert Entry.objects.filter(verb="ticket.file_infected").count() == 3


@pytest.mark.parametrize("mood", ["error", "hangs up", "nonsense"])
def test_no_verdict_is_no_leave(desk, world, scanner, mood):
    ticket = with_files(world, b"clean")
    scanner.mood = mood

    scan_files_of(ticket.messages.get().pk)

    assert status(desk, Attachment.objects.get()) == 404


def test_a_scanner_that_is_away_is_asked_again(desk, world, scanner, settings):
    with_files(world, b"clean")
    there, settings.VIRUS_SCANNER = settings.VIRUS_SCANNER, "/nowhere/clamd.ctl"

    with pytest.raises(ScannerAway):
        scan_files()
    scan_waiting(0)
    assert status(desk, Attachment.objects.get()) == 404

    settings.VIRUS_SCANNER = there
    scan_waiting(2**33)
    assert status(desk, Attachment.objects.get()) == 200


def test_a_file_that_gets_no_verdict_holds_up_no_other(desk, world, scanner, tmp_path):
    with_files(world, b"clean", b"lost")
    clean, lost = Attachment.objects.order_by("pk")
    place = tmp_path / "files" / lost.sha256[:2] / lost.sha256[2:4] / lost.sha256
    place.unlink()

    assert scan_files() == 1
    assert status(desk, clean) == 200


def test_a_large_file_reaches_the_scanner_whole(world, scanner):
    content = b"0123456789" * 100_000 + b"infected"
    with_files(world, content)

    scan_files()

    assert scanner.seen == [content]
    assert Attachment.objects.get().infection == "Test.Virus"


def test_one_knows_whether_the_scanner_is_there(scanner):
    assert is_there(scanner.at)
    scanner.stop()
    assert not is_there("/nowhere/clamd.ctl")
