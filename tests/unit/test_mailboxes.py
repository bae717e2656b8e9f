"""The parts of fetching that need neither a server nor a database."""

import socket
import ssl

import pytest
from django.db import OperationalError
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from vitrine.channels.mail.importing import dated
from vitrine.channels.mail.mailboxes.envelopes import envelope_of, headers_of
from vitrine.channels.mail.mailboxes.failures import Failed, told, words_of
from vitrine.channels.mail.mailboxes.fetching import WINDOW, Listed, _batches, _windows
from vitrine.channels.mail.mailboxes.watching import pause_after
from vitrine.correspondence.choices import MailboxFailure
from vitrine.kernel.clock import now
from vitrine.kernel.sealing import SealBroken, seal, unseal


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no_host"),
        (ConnectionRefusedError(111, "Connection refused"), "unreachable"),
        (TimeoutError("timed out"), "silent"),
        (ssl.SSLError(1, "wrong version number"), "no_tls"),
        (ConnectionResetError(104, "reset"), "closed"),
        (LoginError(b"[AUTHENTICATIONFAILED] no"), "sign_in"),
        (IMAPClientAbortError("socket error: EOF"), "closed"),
        (IMAPClientError("BAD"), "strange"),
        (OperationalError("gone"), "store"),
        (OSError(28, "No space left on device"), "unreachable"),
    ],
)
def test_every_error_has_a_name(error, failure):
    with pytest.raises(Failed) as raised, told():
        raise error
    assert raised.value.failure == failure
    assert raised.value.words


def test_the_words_of_a_server_are_told_without_the_marks_of_python():
    assert words_of(LoginError("b'[AUTHENTICATIONFAILED] no'")) == "[AUTHENTICATIONFAILED] no"


def test_pauses_grow_and_are_longer_where_an_account_could_be_locked():
    usual = [pause_after(n, failure=MailboxFailure.CLOSED, luck=1.0) for n in (1, 2, 3, 30)]
    refused = [pause_after(n, failure=MailboxFailure.SIGN_IN, luck=1.0) for n in (1, 2, 3, 30)]
    assert usual == [1, 2, 4, 300]
    assert refused == [30, 60, 120, 900]
    assert pause_after(3, failure=MailboxFailure.CLOSED, luck=0.0) == 2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Return-Path: <a@b.example>\r\nFrom: c@d.example\r\n", ("a@b.example", ("m@x.example",))),
        (b"Return-Path: <>\r\nFrom: c@d.example\r\n", ("", ("m@x.example",))),
        (b"From: C <c@d.example>\r\n", ("c@d.example", ("m@x.example",))),
        (
            b"Delivered-To: one@x.example\r\nX-Original-To:\r\n two@x.example\r\n",
            ("", ("one@x.example", "two@x.example")),
        ),
        (b"\xff\xfe\x00", ("", ("m@x.example",))),
    ],
)
def test_the_envelope_is_read_from_what_servers_wrote_down(headers, expected):
    assert envelope_of(headers + b"\r\nbody", mailbox="m@x.example") == expected


def test_the_headers_of_a_cut_message_end_with_a_blank_line():
    assert headers_of(b"Subject: x\n\nbody") == b"Subject: x\n\n"
    assert headers_of(b"Subject: x\r\n\r\nbody\r\n\r\n") == b"Subject: x\r\n\r\n"
    assert len(headers_of(b"x" * 2**20)) == 2**18


def test_windows_cover_everything_once_and_are_few():
    assert list(_windows(1, 1)) == []
    covered = [uid for first, last in _windows(5, 2 * WINDOW) for uid in (first, last)]
    assert covered == [5, WINDOW + 4, WINDOW + 5, 2 * WINDOW - 1]
    assert list(_windows(1, 4_294_967_296)) == [(1, 4_294_967_295)]


def test_batches_are_bounded_and_troublesome_messages_stand_alone():
    listed = [Listed(uid, size=2**20, received_at=now(), is_seen=False) for uid in range(1, 21)]
    batches = list(_batches(listed, is_alone=lambda one: one.uid == 10))
    assert [one.uid for batch in batches for one in batch] == list(range(1, 21))
    assert max(len(batch) for batch in batches) == 8
    assert [one.uid for one in next(b for b in batches if b[0].uid == 10)] == [10]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Date: Tue, 4 Mar 2025 09:10:00 +0100\r\n\r\n", "2025-03-04T08:10:00+00:00"),
        (
            (
                b"Received: by mx; Tue, 4 Mar 2025 10:00:00 +0100\r\n"
                b"Date: Tue, 4 Mar 2025 09:10:00 +0100\r\n\r\n"
            ),
            "2025-03-04T09:00:00+00:00",
        ),
        (b"Date: Tue, 4 Mar 2225 09:10:00 +0100\r\n\r\n", None),
        (b"Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n\r\n", None),
        (b"Date: yesterday\r\n\r\n", None),
        (b"Date: Tue, 4 Mar 2025 99:99:99 +9999\r\n\r\n", None),
        (b"", None),
    ],
)
def test_a_message_is_dated_by_its_headers_when_they_can_be_true(raw, expected):
    at = dated(raw)
    assert (at.isoformat() if at else None) == expected


def test_a_sealed_secret_opens_only_for_its_purpose_and_key(settings):
    sealed = seal("pässwörd", purpose="mailbox.1")
    assert unseal(sealed, purpose="mailbox.1") == "pässwörd"
    assert "pässwörd".encode() not in sealed
    for broken in (sealed[:-1], b"", sealed[:5], sealed[:20] + b"x" + sealed[21:]):
        with pytest.raises(SealBroken):
            unseal(broken, purpose="mailbox.1")
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="mailbox.2")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new key"
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="mailbox.1")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed, purpose="mailbox.1") == "pässwörd"
