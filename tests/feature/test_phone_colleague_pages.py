"""The pages on which a message for a colleague is written, read and acknowledged."""

from django.test import Client

from tests.cast import World
from tests.feature.test_phone_messages import sound
from tests.phone_journal import MORNING, Journal
from vitrine.telephony.actions import keep_events, leave_message, store_voicemail
from vitrine.telephony.models import Call, ColleagueMessage
from vitrine.telephony.rules.names import agent_name
from vitrine.voice import call_flow as core

LIST = "/desk/phone/messages/"


def called_for_dora(world: World) -> Call:
    """Somebody has called Dora's direct number and waits."""
    journal = Journal()
    offered = core.CallOffered(
        call="c-1", language="fr", for_colleague=agent_name(world.dora.pk), number=""
    )
    journal.happens(offered, at=10)
    keep_events(journal.entries)
    return Call.objects.select_related("ticket").get()


def test_the_ticket_of_a_diverted_call_says_for_whom_and_takes_the_message(
    world: World, client: Client
) -> None:
    ticket = called_for_dora(world).ticket
    assert ticket is not None
    client.force_login(world.bruno)
    page = f"/desk/tickets/{ticket.number}/"

    assert "Dora Demo" in client.get(page).text
    form = client.get(f"{page}colleague-message/")
    assert f'value="{world.dora.pk}" selected' in form.text
    refused = client.post(f"{page}colleague-message/", {"colleague": world.dora.pk, "text": " "})
    assert refused.status_code == 422
    said = {"colleague": world.dora.pk, "text": "Rappeler après 14 h."}
    assert client.post(f"{page}colleague-message/", said).status_code == 303

    message = ColleagueMessage.objects.get()
    assert (message.colleague, message.by, message.text) == (
        world.dora,
        world.bruno,
        "Rappeler après 14 h.",
    )


def test_the_colleague_reads_and_acknowledges_and_the_desk_sees_it(
    world: World, client: Client
) -> None:
    ticket = called_for_dora(world).ticket
    assert ticket is not None
    message = leave_message(world.dora, ticket=ticket, text="<b>Gras</b>", by=world.bruno)
    client.force_login(world.bruno)
    assert "Dora Demo" in client.get(LIST).text
    assert client.post(f"{LIST}{message.pk}/reading/").status_code == 404

    client.force_login(world.dora)
    mine = client.get(LIST).text
    assert "&lt;b&gt;Gras&lt;/b&gt;" in mine
    assert f"/desk/tickets/{ticket.number}/" not in mine, "she may not see the ticket"
    assert client.post(f"{LIST}{message.pk}/reading/").status_code == 302

    message.refresh_from_db()
    assert message.acknowledged_at is not None
    client.force_login(world.fanny)
    assert "Gras" not in client.get(LIST).text
    client.force_login(world.bruno)
    assert "Gras" not in client.get(LIST).text


def test_the_message_of_a_caller_is_played_in_the_ticket(world: World, client: Client) -> None:
    kept = store_voicemail("c-1", content=sound(), seconds=1.0, at=MORNING)
    client.force_login(world.bruno)

    page = client.get(f"/desk/tickets/{kept.message.ticket.number}/").text

    assert f'<audio controls preload="none" src="/desk/attachments/{kept.attachment_id}/"' in page
