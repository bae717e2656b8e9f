"""A fax becomes a ticket with pages, a PDF and words; the channel can be switched off (S-07)."""

import threading

import pytest
from django.db import connection

from tests.feature.faxes import GATEWAY, WORDS, fax, page, pdf, tiff
from tests.feature.test_mail_arriving import arrived
from vitrine.channels.fax.arrive import read_fax
from vitrine.channels.fax.reading import installed_languages
from vitrine.correspondence.actions import Claim, claimed
from vitrine.correspondence.models import Promise
from vitrine.directory.models import Person, PhoneNumber
from vitrine.journal.models import Entry
from vitrine.tickets.actions import change_intake_policy, create_sorting_rule
from vitrine.tickets.models import Attachment, Fax, FaxPage, IntakePolicy, Ticket
from vitrine.tickets.queries import search

needs_tesseract = pytest.mark.skipif(
    "deu" not in installed_languages(), reason="needs tesseract with German"
)


@pytest.fixture
def gateway(world):
    """The house takes faxes; Ana's office has a machine."""
    change_intake_policy(version=1, fax_gateways=[GATEWAY], by=world.marc)
    PhoneNumber.objects.create(person=world.ana, number="+3287555012")
    return world


def read():
    """Make the pages of every fax."""
    for one in Fax.objects.all():
        read_fax(one.pk)


def test_a_fax_becomes_a_ticket_of_the_sender_with_pages_and_a_pdf(client, gateway):
    two = tiff(page(*WORDS), page("2"), dpi=(204, 98))

    assert arrived(fax(two)).outcome == "ticket"
    read()

    [ticket] = Ticket.objects.all()
    assert (ticket.channel, ticket.requester, ticket.organisation) == (
        "fax",
        gateway.ana,
        gateway.musterbach,
    )
    assert ticket.subject == "Fax +32 87 55 50 12"
    assert not Promise.objects.exists()  # never acknowledged: nobody wrote from an address
    one = Fax.objects.get()
    assert (one.number, one.page_count, one.problem) == ("+3287555012", 2, "")
    assert one.document.content_type == "application/pdf"
    first = FaxPage.objects.first()
    assert 1.2 < first.height / first.width < 1.4  # as tall as it was before every second line
    names = list(Attachment.objects.order_by("id").values_list("name", flat=True))
    assert names == ["fax.tif", "Fax +3287555012.pdf"]
    client.force_login(gateway.bruno)
    picture = client.get(f"/desk/fax-pages/{first.pk}/")
    assert picture["Content-Type"] == "image/png"
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")
    shown = client.get(f"/desk/tickets/{ticket.number}/").text
    assert f"/desk/fax-pages/{first.pk}/?size=small" in shown


@needs_tesseract
def test_the_words_of_a_fax_are_read_found_and_marked(client, gateway):
    arrived(fax(tiff(), subject="Fax von 02 555 99 88"))
    read()

    [ticket] = Ticket.objects.all()
    message = ticket.messages.get()
    assert "entsperren" in message.text
    assert (ticket.language, ticket.reply_language, message.language) == ("de", "de", "de")
    assert Fax.objects.get().is_read_by_machine
    assert ticket.excerpt.startswith("Gemeinde Musterbach")
    assert [hit.row.number for hit in search(gateway.bruno, "entsperren")] == [ticket.number]
    client.force_login(gateway.bruno)
    page_ = client.get(f"/desk/tickets/{ticket.number}/?language=en", follow=True).text
    assert "Read by machine" in page_


def test_a_pdf_is_its_own_readable_document(gateway):
    arrived(fax(pdf(page("1"), page("2"), page("3")), name="fax.pdf"))
    read()

    one = Fax.objects.get()
    assert one.page_count == one.pages.count() == 3
    assert one.document == Attachment.objects.get()


@pytest.mark.parametrize("document", [b"II*\x00garbage", b"", b"%PDF-1.7 nothing", tiff()[:2000]])
def test_a_broken_fax_is_a_ticket_with_its_file_and_a_sentence(document, client, gateway):
    assert arrived(fax(document)).outcome == "ticket"
    read()

    one = Fax.objects.get()
    assert one.problem
    assert one.ready_at is not None
    assert Attachment.objects.count() == 1
    client.force_login(gateway.bruno)
    ticket = Ticket.objects.get()
    assert client.get(f"/desk/tickets/{ticket.number}/").status_code == 200


def test_the_same_pages_packed_again_are_one_ticket(gateway):
    again = tiff(tiffinfo={306: "2026:11:24 10:15:00"})
    assert again != tiff()

    assert arrived(fax(tiff())).outcome == "ticket"
    second = arrived(fax(again))

    assert (second.outcome, Ticket.objects.count()) == ("duplicate", 1)
    assert Ticket.objects.get().number in second.reason
    assert arrived(fax(tiff(), subject="Fax von 02 555 99 88")).outcome == "ticket"


def test_a_number_of_several_people_tells_only_the_organisation(gateway):
    other = Person.objects.create(name="Otto", organisation=gateway.musterbach)
    PhoneNumber.objects.create(person=other, number="+3287555012")

    arrived(fax(tiff()))

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.organisation) == (None, gateway.musterbach)
    assert ticket.reply_language == "de"


def test_a_fax_without_a_number_is_a_ticket_of_nobody(gateway):
    arrived(fax(tiff(), subject="New fax", sender=f"anonymous <{GATEWAY}>"))

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.subject) == (None, "Fax anonymous")


def test_what_the_gateway_reports_without_a_document_is_a_mail(gateway):
    arrived(fax(None, subject="Your fax line is down"))

    assert Ticket.objects.get().channel == "mail"


def test_switched_off_the_channel_leaves_no_trace(client, gateway):
    policy = IntakePolicy.objects.get()
    change_intake_policy(version=policy.version, takes_fax=False, by=gateway.marc)

    arrived(fax(tiff()))

    assert Ticket.objects.get().channel == "mail"
    assert not Fax.objects.exists()
    client.force_login(gateway.marc)
    rules = client.get("/desk/settings/sorting-rules/new/").context
    assert "fax" not in dict(dict(rules["lists"])["channel"])


def test_an_automatic_answer_of_the_gateway_kind_is_a_fax_too(gateway):
    arrived(fax(tiff(), Auto_Submitted="auto-generated"))

    assert Ticket.objects.get().channel == "fax"


def test_a_rule_sorts_faxes_by_their_number(gateway):
    create_sorting_rule(
        name="Fax of Musterbach",
        conditions=[("channel", "is", ["fax"]), ("sender", "begins", ["+3287"])],
        question_type=gateway.access,
        by=gateway.marc,
    )

    arrived(fax(tiff()))

    ticket = Ticket.objects.get()
    assert ticket.question_type == gateway.access
    assert Entry.objects.filter(verb="ticket.sorted", subject_id=ticket.pk).exists()


@needs_tesseract
def test_a_rule_on_the_text_sorts_a_fax_once_it_is_read(gateway):
    create_sorting_rule(
        name="Locked",
        conditions=[("text", "words", ["zugang gesperrt"])],
        question_type=gateway.unblock,
        urgency=1,
        by=gateway.marc,
    )

    arrived(fax(tiff()))
    assert Ticket.objects.get().question_type is None
    read()

    ticket = Ticket.objects.get()
    assert (ticket.question_type, ticket.urgency, ticket.priority) == (gateway.unblock, 1, 2)
    assert Entry.objects.filter(verb="ticket.sorted", subject_id=ticket.pk).count() == 1


def test_a_fax_of_nobody_known_is_answered_by_a_printed_letter(client, gateway):
    arrived(fax(tiff(), subject="Fax von 02 555 99 88"))
    ticket = Ticket.objects.get()
    client.force_login(gateway.bruno)
    url = f"/desk/tickets/{ticket.number}/"
    page_ = client.get(url).text
    assert 'value="letter"' in page_
    assert 'value="close"' not in page_

    sent = client.post(f"{url}replies/", {"text": "Votre accès est ouvert.", "then": "letter"})

    assert sent.status_code == 303
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == ("closed", "direct")
    assert not Promise.objects.exists()
    message = ticket.messages.get(kind="reply")
    assert message.channel == "letter"
    assert f"/desk/messages/{message.pk}/letter/" in client.get(url).text
    printed = client.get(f"/desk/messages/{message.pk}/letter/").text
    assert "Votre accès est ouvert." in printed
    assert ticket.number in printed
    assert "Bruno Demo" in printed  # who is able to inform (L-11)


def test_reading_that_never_ends_well_is_given_up(gateway, monkeypatch):
    arrived(fax(tiff()))

    def killed(*_args, **_more):
        raise OSError("no space left on device")

    monkeypatch.setattr("vitrine.channels.fax.arrive.read_document", killed)
    one = Fax.objects.get()
    for _attempt in range(3):
        with pytest.raises(OSError, match="no space"):
            read_fax(one.pk)
    read_fax(one.pk)

    one.refresh_from_db()
    assert one.problem
    assert one.attempts == 4


@pytest.mark.django_db(transaction=True)
def test_a_fax_that_is_being_read_is_left_to_its_reader(gateway):
    """Two that read count as two attempts, and the last would call the fax unreadable."""
    arrived(fax(tiff()))
    one = Fax.objects.get()
    is_held, may_end = threading.Event(), threading.Event()

    def hold():
        with claimed(Claim.FAXES, ids=[one.pk]):
            is_held.set()
            may_end.wait(30)
        connection.close()

    reader = threading.Thread(target=hold)
    reader.start()
    try:
        assert is_held.wait(30)
        assert read_fax(one.pk) is None
    finally:
        may_end.set()
        reader.join()

    one.refresh_from_db()
    assert (one.attempts, one.ready_at) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_made_once_by_two_workers(gateway):
    arrived(fax(tiff()))
    one = Fax.objects.get()

    def work():
        try:
            read_fax(one.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert FaxPage.objects.count() == 1
    assert Attachment.objects.count() == 2
