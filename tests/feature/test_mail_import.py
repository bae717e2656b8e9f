"""Mail in files becomes tickets: once, in its thread, dated as it came, nobody written to."""

import mailbox
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from vitrine.channels.mail import importing
from vitrine.channels.mail.importing import messages_in, sources_in
from vitrine.channels.management.commands import mail_import
from vitrine.correspondence.models import Arrival, Promise
from vitrine.tickets.models import Message, Ticket

LETTER = """\
Received: from mx.musterbach.example by mx.register.example; Tue, 4 Mar 2025 09:15:00 +0100
Date: Tue, 4 Mar 2025 09:10:00 +0100
From: Ana <ana@musterbach.example>
To: helpdesk@register.example
Subject: {subject}
Message-ID: <{number}@musterbach.example>
{more}
Guten Tag, wir können uns nicht anmelden.
From hier an geht es nicht weiter.

From Anfang an: das war so.
"""


def letter(number, *, more=""):
    text = LETTER.format(subject=f"Frage {number}", number=number, more=more)
    return text.encode()


def imported(*paths, **options):
    out = StringIO()
    call_command("mail_import", *map(str, paths), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def box(tmp_path):
    """An mbox with a question, its follow-up and another question."""
    place = tmp_path / "old.mbox"
    with place.open("wb") as stream:
        for raw in (
            letter(1),
            letter(2, more="In-Reply-To: <1@musterbach.example>\n"),
            letter(3),
        ):
            stream.write(b"From ana@musterbach.example Tue Mar  4 09:15:00 2025\n")
            stream.write(raw.replace(b"\nFrom hier", b"\n>From hier") + b"\n")
    return place


def test_an_mbox_becomes_tickets_with_their_threads_and_dates(world, box):
    told = imported(box)

    assert "Imported: 3 messages" in told
    assert Ticket.objects.count() == 2
    assert Message.objects.filter(ticket=Ticket.objects.earliest("pk")).count() == 2
    first = Ticket.objects.earliest("pk")
    assert first.opened_at == datetime(2025, 3, 4, 8, 15, tzinfo=UTC)
    assert first.number.startswith("2025-")
    assert first.state == "new"
    assert not Promise.objects.exists(), "nobody is written to"
    text = Message.objects.earliest("pk").text
    assert "From hier an" in text
    assert "From Anfang an" in text


def test_it_is_imported_once_however_often_and_from_whichever_file(world, box, tmp_path):
    imported(box)
    (tmp_path / "one.eml").write_bytes(letter(1))
    told = imported(tmp_path)
    assert Arrival.objects.count() == 3
    assert "4  imported before" in told


def test_history_is_archived_at_once_with_its_date(world, box):
    imported(box, history=True)
    tickets = Ticket.objects.all()
    assert {ticket.state for ticket in tickets} == {"archived"}
    assert {ticket.closed_at for ticket in tickets} == {datetime(2025, 3, 4, 8, 15, tzinfo=UTC)}
    assert not Promise.objects.exists()


def test_history_leaves_what_is_alive_alone(world, box):
    ticket = world.ticket()
    imported(box, history=True)
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_a_dry_run_counts_and_changes_nothing(world, box):
    told = imported(box, dry_run=True)
    assert "Nothing was changed. Read: 3 messages" in told
    assert "3  requests or answers of persons" in told
    assert not Arrival.objects.exists()


def test_an_interruption_is_told_and_continued(world, box, monkeypatch):
    take, taken = importing.take, []

    def cut(raw, **options):
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(raw)
        return take(raw, **options)

    with monkeypatch.context() as patch:
        patch.setattr(mail_import, "take", cut)
        with pytest.raises(CommandError, match="run the same command again"):
            imported(box)
    assert Arrival.objects.count() == 2
    told = imported(box)
    assert "2  imported before" in told
    assert Arrival.objects.count() == 3
    assert Ticket.objects.count() == 2


def test_a_message_that_was_stored_but_not_handled_is_handled_by_the_next_run(
    world, box, monkeypatch
):
    def killed(_pk):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("vitrine.channels.mail.importing.taking.handle_stored", killed)
        with pytest.raises(CommandError):
            imported(box)
    assert Arrival.objects.get().handled_at is None
    imported(box)
    assert not Arrival.objects.filter(handled_at=None).exists()
    assert Ticket.objects.count() == 2


def test_a_maildir_with_subfolders_is_read_and_its_own_files_are_not(world, tmp_path):
    place = mailbox.Maildir(tmp_path / "Maildir")
    place.add(letter(1))
    place.add_folder("Archive").add(letter(2))
    (tmp_path / "Maildir" / "dovecot-uidlist").write_text("3 V1 N3\n")
    (tmp_path / "Maildir" / "tmp" / "half").write_bytes(letter(9))
    imported(tmp_path / "Maildir")
    assert sorted(Arrival.objects.values_list("message_id", flat=True)) == [
        "<1@musterbach.example>",
        "<2@musterbach.example>",
    ]


def test_what_is_no_mail_or_too_large_is_told(world, tmp_path, settings):
    settings.MAX_MESSAGE_BYTES = 2**20
    (tmp_path / "notes.txt").write_text("nothing of interest here\n")
    (tmp_path / "huge.eml").write_bytes(letter(1) + b"x" * 2**21)
    (tmp_path / "good.eml").write_bytes(letter(2))
    with pytest.raises(CommandError, match="1 could not be imported"):
        imported(tmp_path)
    assert Arrival.objects.count() == 1


def test_a_path_that_does_not_exist_is_told(world, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        imported(tmp_path / "missing")


def test_a_large_mbox_is_read_message_by_message(tmp_path):
    place = tmp_path / "large"
    line = b"From a@b.example Tue Mar  4 09:15:00 2025\r\n"
    place.write_bytes(b"".join(line + b"Subject: %d\r\n\r\nx\r\n\r\n" % n for n in range(5_000)))
    [source], _others = sources_in([place])
    found = list(messages_in(source, at_most=10_000))
    assert len(found) == 5_000
    assert found[-1].read == source.size
    assert found[0].raw == b"Subject: 0\r\n\r\nx\r\n"
