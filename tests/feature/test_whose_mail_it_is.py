"""A mail finds its ticket by what we have signed or by whom we know, never by a guess."""

from datetime import timedelta

import pytest
from django.db.models import F

from tests.feature.test_mail_arriving import DESK, arrived, letter
from vitrine.channels.mail.addressing import reply_address, report_address
from vitrine.channels.mail.deliver import composed
from vitrine.correspondence.actions import promise
from vitrine.correspondence.models import Promise
from vitrine.directory.models import Person
from vitrine.journal.models import Entry
from vitrine.tickets.actions import archive, close_directly, merge, reply
from vitrine.tickets.models import Message, Participant, Ticket, TicketLink


@pytest.fixture
def ticket(world):
    return world.ticket()


def answer_about(ticket, world):
    """What Ana gets from us about the ticket, as a message."""
    world.bruno.refresh_from_db()
    owed = promise(
        "answer",
        about=ticket,
        to=world.ana,
        language="de",
        subject=f"[RN-{ticket.number}] Schlüssel",
        text="Welches Zimmer?",
        handler=world.bruno,
    )
    return composed(owed)


STRANGER = "Nachfolger <neu@elsewhere.example>"


def test_the_address_to_which_we_ask_for_an_answer_names_the_ticket(ticket, world):
    reply_to = str(answer_about(ticket, world)["Reply-To"])
    assert reply_to.startswith(f"helpdesk+{ticket.number}.")

    answer = letter("Zimmer 12.", sender=STRANGER, subject="ganz anderer Betreff")
    answer.replace_header("To", reply_to.upper())

    assert arrived(answer).outcome == "entry"
    assert Message.objects.latest("id").ticket == ticket


@pytest.mark.parametrize("where", ["envelope", "Cc", "Delivered-To"])
def test_our_address_counts_wherever_it_stands(ticket, where):
    address = reply_address(ticket.number)
    headers = {} if where == "envelope" else {where.replace("-", "_"): address}
    answer = letter("Zimmer 12.", sender=STRANGER, **headers)

    arrival = arrived(answer, envelope_to=[address if where == "envelope" else DESK])

    assert arrival.outcome == "entry"


@pytest.mark.parametrize("is_automatic", [True, False])
def test_what_comes_to_our_envelope_sender_is_about_the_message(ticket, world, is_automatic):
    """Absence notes go there, without any other sign of what they answer (RFC 3834)."""
    world.bruno.refresh_from_db()
    sent = reply(ticket, text="Zimmer?", by=world.bruno)
    headers = {"Auto_Submitted": "auto-replied"} if is_automatic else {}
    note = letter("Ich bin bis Montag nicht da.", sender=STRANGER, **headers)

    arrival = arrived(note, envelope_to=[report_address(sent.promise_id)])

    assert arrival.outcome == ("automatic" if is_automatic else "entry")
    assert Message.objects.latest("id").ticket == ticket


@pytest.mark.parametrize(
    "forged",
    [
        "helpdesk+{number}.aaaaaaaaaaaaaaaa@register.example",
        "helpdesk+{number}@register.example",
        "helpdesk+{other}.{token}@register.example",
    ],
)
def test_an_address_that_we_have_not_signed_names_nothing(ticket, world, forged):
    token = reply_address(world.ticket(message_id="<zwei@x.example>").number)
    token = token.partition(".")[2].partition("@")[0]
    address = forged.format(number=ticket.number, other=ticket.number, token=token)
    stranger = letter("Zeigen Sie mir das.", sender=STRANGER)
    stranger.replace_header("To", address)

    assert arrived(stranger).outcome == "ticket"


def test_a_message_id_made_up_in_our_form_names_nothing(ticket, world):
    forged = f"<ticket-{ticket.number}.0011223344.aaaaaaaaaaaaaaaa@register.example>"

    arrival = arrived(letter("Aha?", sender=STRANGER, In_Reply_To=forged))

    assert arrival.outcome == "ticket"


def test_what_an_earlier_key_has_signed_stays_valid(ticket, world, settings):
    message = answer_about(ticket, world)
    Promise.objects.all().delete()  # only the signature can tell
    answer = letter("Ja.", sender=STRANGER, In_Reply_To=str(message["Message-ID"]))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a fresh one, since the old one was seen"

    assert arrived(answer).outcome == "entry"

    settings.SECRET_KEY_FALLBACKS = []
    answer = letter("Noch ja.", sender=STRANGER, In_Reply_To=str(message["Message-ID"]))
    assert arrived(answer).outcome == "ticket"


@pytest.mark.parametrize("subject", ["AW: [RN-{}] Schlüssel", "Re: RN-{} Schlüssel", "RN {} ?"])
def test_the_number_opens_the_ticket_to_colleagues_of_the_office_only(ticket, world, subject):
    subject = subject.format(ticket.number)
    colleague = letter("Ich auch.", sender="Kollege <kollege@musterbach.example>", subject=subject)
    neighbour = letter("Ich nicht.", sender="pieter@voorbeeldegem.example", subject=subject)

    assert arrived(colleague).outcome == "entry"
    assert arrived(neighbour).outcome == "ticket"
    [link] = TicketLink.objects.all()
    assert link.first == ticket


def test_free_mail_makes_nobody_a_colleague(ticket, world):
    """Somebody entered the private address of a clerk; the next one there is anybody."""
    arrived(letter("Privat.", sender="Anna Privat <anna@gmail.com>"))
    person = Person.objects.get(name="Anna Privat")
    person.organisation = world.musterbach
    person.save()

    again = letter("Nummer?", sender="anna@gmail.com", subject=f"[RN-{ticket.number}]")

    assert arrived(again).outcome == "ticket"


def test_never_by_the_subject_alone(ticket):
    assert arrived(letter(subject=ticket.subject)).outcome == "ticket"


def test_an_answer_to_a_closed_ticket_opens_it_again(ticket, world):
    message = answer_about(ticket, world)
    close_directly(ticket, answer="Erledigt.", by=world.bruno)

    arrived(letter("Noch nicht.", In_Reply_To=str(message["Message-ID"])))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened_count) == ("open", 1)


def test_an_answer_to_a_merged_ticket_goes_to_the_living_one(ticket, world):
    message = answer_about(ticket, world)
    living = world.ticket(message_id="<zwei@musterbach.example>")
    merge(ticket, into=living, by=world.bruno)

    arrived(letter("Zimmer 12.", In_Reply_To=str(message["Message-ID"])))

    assert Message.objects.latest("id").ticket == living


def test_an_answer_to_an_archived_ticket_is_a_new_linked_one(ticket, world):
    message = answer_about(ticket, world)
    close_directly(ticket, answer="Erledigt.", by=world.bruno)
    archive(ticket, by=world.bruno)
    before = list(Promise.objects.values_list("pk", flat=True))
    Promise.objects.update(promised_at=F("promised_at") - timedelta(minutes=2))

    arrived(letter("Doch nicht.", In_Reply_To=str(message["Message-ID"])))
    arrived(letter("Werbung", In_Reply_To=str(message["Message-ID"]), List_Id="<all.example>"))

    first, second = Ticket.objects.exclude(pk=ticket.pk).order_by("pk")
    assert TicketLink.objects.filter(first=ticket, second=first, kind="follow_up").exists()
    assert TicketLink.objects.filter(first=ticket, second=second).exists()
    [owed] = Promise.objects.exclude(pk__in=before)  # the person is acknowledged, the list is not
    assert owed.subject_id == first.pk


def test_who_stands_in_copy_takes_part_and_joins_by_writing(world):
    arrived(letter(Cc="Luc Exemple <LUC@courriel.example>, helpdesk+x@Register.example"))
    [ticket] = Ticket.objects.all()
    [participant] = Participant.objects.all()
    assert (participant.name, participant.wrote_at) == ("Luc Exemple", None)

    subject = f"Re: [RN-{ticket.number}] Zugang"
    assert arrived(
        letter("Moi aussi.", sender="luc@courriel.example", subject=subject)
    ).outcome == ("entry")

    [participant] = Participant.objects.filter(person=world.luc)
    assert participant.wrote_at
    [entry] = Entry.objects.filter(verb="ticket.participant_joined")
    assert entry.facts["was_copied"] is True


def test_a_circular_makes_no_participants(world):
    everybody = ", ".join(f"p{number}@voorbeeldegem.example" for number in range(60))

    arrived(letter(Cc=everybody))

    assert not Participant.objects.exists()


FORWARDED = """\
Kannst du das übernehmen?

-----Ursprüngliche Nachricht-----
Von: Petra Bürgerin <petra@courriel.example>
Gesendet: Montag, 23. November 2026 09:12
An: Kollege <kollege@musterbach.example>
Betreff: Ausweis

Guten Tag, mein Ausweis ist weg.
"""


@pytest.mark.parametrize("prefix", ["WG:", "Fwd:", "TR :", "Doorst:", "FW:"])
def test_who_wrote_a_forwarded_message_first_stays_visible(world, prefix):
    arrived(letter(FORWARDED, subject=f"{prefix} Ausweis", sender="kollege@musterbach.example"))

    message = Message.objects.get(kind="incoming")
    assert message.forwarded_from == "Petra Bürgerin <petra@courriel.example>"
    assert message.by_person.organisation == world.musterbach


def test_the_first_author_is_offered_as_requester(client, world):
    arrived(letter(FORWARDED, subject="WG: Ausweis", sender="kollege@musterbach.example"))
    [ticket] = Ticket.objects.all()
    message = ticket.messages.get(kind="incoming")
    client.force_login(world.bruno)

    page = client.get(f"/desk/tickets/{ticket.number}/").text
    form = client.get(f"/desk/tickets/{ticket.number}/requester/?message={message.pk}").text

    assert "Petra Bürgerin &lt;petra@courriel.example&gt;" in page
    assert 'value="Petra Bürgerin"' in form
    assert 'value="petra@courriel.example"' in form


def test_an_answer_to_all_goes_to_those_who_are_ticked(client, world):
    arrived(letter(Cc="Luc Exemple <luc@courriel.example>, Petra <petra@courriel.example>"))
    [ticket] = Ticket.objects.all()
    client.force_login(world.bruno)
    values = {"text": "Guten Tag", "then": "send", "cc": ["luc@courriel.example"]}

    client.post(f"/desk/tickets/{ticket.number}/replies/", values)
    stranger = values | {"cc": ["eve@elsewhere.example"]}
    refused = client.post(f"/desk/tickets/{ticket.number}/replies/", stranger)

    [owed] = Promise.objects.filter(kind="answer")
    assert owed.cc == ["luc@courriel.example"]
    assert str(composed(owed)["Cc"]) == "luc@courriel.example"
    assert refused.status_code == 422
