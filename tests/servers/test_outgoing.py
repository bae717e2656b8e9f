"""Mail leaves over a real SMTP connection, and what the server says decides."""

import email
import email.policy
import socket

import pytest
from aiosmtpd.controller import Controller

from vitrine.channels.mail.deliver import keep
from vitrine.correspondence.models import Promise


class Mailbox:
    """A server that keeps what it takes, and refuses as it is told."""

    def __init__(self):
        self.taken = []
        self.answer = "250 2.0.0 queued as 42"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.answer


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


def owed_by(world):
    world.ticket()
    return Promise.objects.get()


def test_a_message_arrives_with_its_headers_and_umlauts(world, mailbox):
    owed = owed_by(world)

    keep(owed)

    owed.refresh_from_db()
    assert owed.proof == "250 2.0.0 queued as 42"
    [(sender, recipients, content)] = mailbox.taken
    assert sender == "<>"  # an automatic answer is never answered by a bounce (RFC 3834)
    assert recipients == ["ana@musterbach.example"]
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Message-ID"] == owed.message_id
    assert "Neuer Schlüssel" in message["Subject"]
    assert "Grüß" in message.get_content() or "Geöffnet" in message.get_content()


@pytest.mark.parametrize(
    ("answer", "is_over"), [("451 4.3.0 later, please", False), ("554 5.7.1 no", True)]
)
def test_a_refusal_is_temporary_or_not(world, mailbox, answer, is_over):
    mailbox.answer = answer
    owed = owed_by(world)

    keep(owed)

    owed.refresh_from_db()
    assert owed.sent_at is None
    assert (owed.failed_at is not None) == is_over
    if is_over:
        assert owed.failure == "554 5.7.1 no"
