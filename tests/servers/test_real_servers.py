"""The servers that the tests speak with are real and work."""

import smtplib
import ssl

from imapclient import IMAPClient

from tests.servers.dovecot import PASSWORD, USER
from tests.servers.house import wait_until

MAIL = b"From: ana@musterbach.example\r\nSubject: %s\r\n\r\nGuten Tag\r\n"


def test_dovecot_takes_mail_and_tells_of_it_by_idle(dovecot):
    with dovecot.imap() as client:
        assert b"IDLE" in client.capabilities()
        client.idle()
        dovecot.deliver(MAIL % b"one")
        assert wait_until(lambda: client.idle_check(timeout=1))
        client.idle_done()
        assert client.search() == [1]


def test_dovecot_speaks_tls_with_a_certificate_of_the_test_authority(dovecot):
    trusting = ssl.create_default_context(cafile=str(dovecot.authority.file))
    with IMAPClient("localhost", port=dovecot.imap_tls, ssl_context=trusting) as client:
        client.login(USER, PASSWORD)


def test_postfix_passes_mail_on_to_dovecot(dovecot, postfix_at):
    way = f"lmtp:inet:127.0.0.1:{dovecot.lmtp_port}"
    postfix = postfix_at(transports={"dovecot.example": way})
    with smtplib.SMTP("127.0.0.1", postfix.port) as link:
        link.sendmail("ana@musterbach.example", ["helpdesk@dovecot.example"], MAIL % b"passed on")
    with dovecot.imap() as client:
        wait_until(lambda: client.noop() and client.search())
