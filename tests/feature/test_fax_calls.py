"""A fax that our own telephone took becomes a ticket as one from a gateway does, and only once."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.feature.faxes import WORDS, fax, page, tiff
from tests.feature.test_mail_arriving import arrived
from tests.threads import all_at_once
from vitrine.channels.fax.arrive import PROBLEMS, read_fax
from vitrine.channels.fax.calls import SENDER, FaxCall, take_fax_call
from vitrine.channels.mail.arrive import handle
from vitrine.correspondence.models import Arrival, Promise
from vitrine.desk.forms.sorting_rules import choices_of
from vitrine.directory.models import PhoneNumber
from vitrine.kernel.clock import now
from vitrine.tickets.models import Fax, Ticket
from vitrine.voice import faxes
from vitrine.voice.faxes import collect_faxes, read_note

NAME = "fax_1795519000_+3287555012_1795519000123"


@pytest.fixture
def office(world):
    """Ana's office has a machine."""
    PhoneNumber.objects.create(person=world.ana, number="+3287555012")
    return world


@pytest.fixture
def spool(tmp_path):
    """Where Asterisk leaves faxes."""
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


def kept(folder, *, note="+3287555012||2|SUCCESS|end", pages=None, name=NAME):
    """What Asterisk leaves: pages, and a note when the call is over."""
    (folder / f"{name}.tif").write_bytes(tiff() if pages is None else pages)
    if note is not None:
        (folder / f"{name}.fax").write_text(f"{note}\n")


def handled():
    """Every arrival has its outcome, every fax its pages."""
    for arrival in Arrival.objects.filter(handled_at=None):
        handle(arrival)
    for one in Fax.objects.filter(ready_at=None):
        read_fax(one.pk)


def test_a_fax_call_becomes_a_ticket_of_the_caller_with_its_pages(office, spool):
    kept(spool, pages=tiff(page(*WORDS), page("2")))

    assert collect_faxes(spool) == 1
    handled()

    [ticket] = Ticket.objects.all()
    assert (ticket.channel, ticket.requester) == ("fax", office.ana)
    assert ticket.subject == "Fax +32 87 55 50 12"
    one = Fax.objects.get()
    assert (one.number, one.page_count, one.problem) == ("+3287555012", 2, "")
    assert not Promise.objects.exists()
    assert list(spool.iterdir()) == []


def test_a_fax_that_broke_off_is_a_ticket_that_says_so(office, spool):
    kept(spool, note="+3287555012||1|FAILED|end")

    collect_faxes(spool)
    handled()

    assert Fax.objects.get().problem == PROBLEMS["broke off"]


def test_the_machine_s_own_number_serves_where_the_network_shows_none(office, spool):
    kept(spool, note="|+3287555012|1|SUCCESS|end")

    collect_faxes(spool)
    handled()

    assert Fax.objects.get().number == "+3287555012"


def test_a_withheld_number_is_a_ticket_of_nobody(world, spool):
    kept(spool, note="||1|SUCCESS|end")

    collect_faxes(spool)
    handled()

    [ticket] = Ticket.objects.all()
    assert (ticket.requester, ticket.subject) == (None, "Fax")


@pytest.mark.parametrize("note", [None, "", "+3287555012||1|SUCC"])
def test_a_fax_that_still_comes_is_not_touched(world, spool, note):
    kept(spool, note=note)
    before = sorted(spool.iterdir())

    assert collect_faxes(spool) == 0

    assert not Arrival.objects.exists()
    assert sorted(spool.iterdir()) == before


@pytest.mark.parametrize("note", [None, "", "+3287555012||1|SUCC"])
def test_pages_whose_asterisk_died_are_taken_after_a_while(office, spool, note):
    """Nobody has told how it ended, or the disk was full when it was told."""
    kept(spool, note=note)
    long_ago = time.time() - faxes.GIVEN_UP_AFTER - 1
    for file in spool.iterdir():
        os.utime(file, (long_ago, long_ago))

    assert collect_faxes(spool) == 1
    handled()

    one = Fax.objects.get()
    assert (one.problem, one.number) == (PROBLEMS["broke off"], "+3287555012")
    assert Ticket.objects.get().requester == office.ana
    assert list(spool.iterdir()) == []


def test_a_fax_that_cannot_be_opened_stops_no_other(office, spool, monkeypatch, caplog):
    kept(spool, name="fax_1_+3287555012_1")
    kept(spool, name="fax_2_+3287555012_2", pages=tiff(page("2")))
    opened = Path.read_bytes

    def read_bytes(file):
        if file.name.startswith("fax_1_"):
            raise PermissionError(file)
        return opened(file)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)

    assert collect_faxes(spool) == 1

    assert len(list(spool.iterdir())) == 2
    assert "cannot be taken" in caplog.text


def test_a_call_without_a_page_leaves_nothing_and_is_logged(world, spool, caplog):
    kept(spool, note="+3287555012||0|FAILED|end", pages=b"")
    (spool / "fax_1_2.fax").write_text("||0|FAILED|end")

    assert collect_faxes(spool) == 0

    assert not Arrival.objects.exists()
    assert list(spool.iterdir()) == []
    assert caplog.text.count("brought no page") == 2


def test_pages_that_cannot_be_read_are_a_ticket_with_the_file(office, spool):
    kept(spool, pages=b"II*\x00" + b"\xff" * 200)

    collect_faxes(spool)
    handled()

    assert Fax.objects.get().problem == PROBLEMS["broken"]


def test_a_file_too_large_stays_and_is_told(world, spool, caplog, monkeypatch):
    monkeypatch.setattr(faxes, "MOST_BYTES", 100)
    kept(spool)

    assert collect_faxes(spool) == 0

    assert [one.name for one in spool.iterdir()] == [f"{NAME}.large"]
    assert "too large" in caplog.text


def test_a_process_killed_before_the_file_is_gone_finds_it_again_as_the_same_fax(
    office, spool, monkeypatch
):
    kept(spool)
    with monkeypatch.context() as killed:
        killed.setattr("pathlib.Path.unlink", lambda *_all, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            collect_faxes(spool)
    handled()
    assert collect_faxes(spool) == 1
    handled()

    assert Ticket.objects.count() == 1
    assert list(spool.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_collect_at_once_make_one_ticket(world, spool):
    kept(spool)

    all_at_once(collect_faxes, of=[spool] * 4)
    handled()

    assert Ticket.objects.count() == 1


def test_the_same_pages_from_the_same_number_are_one_ticket(office, spool):
    pages = tiff()
    for name in (NAME, "fax_1795519900_1"):
        kept(spool, name=name, pages=pages)

    assert collect_faxes(spool) == 2
    handled()

    assert Ticket.objects.count() == 1
    assert sorted(Arrival.objects.values_list("outcome", flat=True)) == ["duplicate", "ticket"]


def test_nobody_outside_can_pretend_to_be_our_telephone(world):
    arrived(fax(tiff(), sender=SENDER))

    assert Ticket.objects.get().channel == "mail"
    assert not Fax.objects.exists()


def test_a_fax_told_twice_is_one_arrival(world):
    call = FaxCall(name="fax_1_1", pages=tiff(), at=now() - timedelta(minutes=1))

    assert take_fax_call(call).pk == take_fax_call(call).pk


def test_a_note_is_read_as_it_stands():
    said = read_note("+3287555012|87555012|3|SUCCESS|end\n")

    assert said is not None
    assert (said.number, said.station, said.page_count, said.is_whole) == (
        "+3287555012",
        "87555012",
        3,
        True,
    )
    assert read_note("||many|FAILED|end").page_count == 0


def test_a_rule_may_ask_for_faxes_as_soon_as_one_has_come(office, spool):
    def offered():
        return [code for code, _name in choices_of("channel", account=office.marc)]

    assert "fax" not in offered()
    kept(spool)
    collect_faxes(spool)
    handled()
    assert "fax" in offered()
