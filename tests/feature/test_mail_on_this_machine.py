"""The development address shows what the sink took, and nothing in production."""

from vitrine.channels.mail.deliver import keep
from vitrine.correspondence.models import Promise, SinkMessage

URL = "/development/mail/"


def test_the_sink_can_be_read_by_mailbox(client, world):
    world.ticket()
    keep(Promise.objects.get())
    sent = SinkMessage.objects.get()

    listed = client.get(URL, {"mailbox": "ANA@musterbach.example"}).content.decode()
    nobody = client.get(URL, {"mailbox": "eve@elsewhere.example"}).content.decode()
    one = client.get(URL, {"message": sent.pk}).content.decode()

    assert f'data-message="{sent.pk}"' in listed
    assert "data-message" not in nobody
    assert "Auto-Submitted: auto-replied" in one
    assert "Sehr geehrte Damen und Herren" in one


def test_a_message_that_is_not_there_is_not_found(client, world):
    assert client.get(URL, {"message": "999"}).status_code == 404
    assert client.get(URL, {"message": "x' OR 1=1"}).status_code == 404


def test_in_production_there_is_no_such_address(client, world, settings):
    settings.PRODUCTION = True

    assert client.get(URL).status_code == 404
