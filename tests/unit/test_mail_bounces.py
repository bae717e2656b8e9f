"""Reports of mail systems are told from people, and dead addresses from full mailboxes."""

from pathlib import Path

import pytest

from vitrine.channels.mail.parse import Kind, parse

CAPTURED = Path(__file__).parents[1] / "captured" / "mail"
AN = "an@voorbeeldegem.example"
BOB = "bob@voorbeeldegem.example"
JEAN = "jean@exempleville.example"
ANA = "ana@musterbach.example"
HARD, SOFT = True, False

BOUNCES = {
    "answer-of-a-gateway": [(AN, "", HARD)],
    "barracuda": [(AN, "", SOFT)],
    "communigate": [(AN, "", SOFT)],
    "copied-recipient": [(AN, "", HARD)],
    "courier": [(AN, "5.1.1", HARD)],
    "domino": [(AN, "", HARD)],
    "exchange-2000": [(AN, "", HARD)],
    "exchange-full-de": [(ANA, "5.2.2", SOFT)],
    "exchange-too-large-nl": [(AN, "5.2.3", SOFT)],
    "exim-old": [(AN, "", SOFT)],
    "exim-report": [(AN, "5.0.0", HARD)],
    "gmail": [(AN, "5.1.1", HARD)],
    "groupwise": [(AN, "", SOFT)],
    "hmailserver": [(AN, "", HARD)],
    "interscan": [(AN, "5.1.1", HARD)],
    "mdaemon": [(AN, "5.1.1", HARD)],
    "mimecast-text": [(AN, "", HARD)],
    "office365-access-denied-fr": [(JEAN, "5.4.1", HARD)],
    "office365-unknown-en": [(AN, "5.1.10", HARD)],
    "postfix-blocked": [(AN, "5.7.1", SOFT)],
    "postfix-expired": [(AN, "4.4.1", SOFT)],
    "postfix-sender-refused": [(AN, "5.1.8", SOFT)],
    "postfix-two-recipients": [(AN, "5.2.2", SOFT), (BOB, "5.4.4", HARD)],
    "postfix-unknown-user": [(AN, "5.1.1", HARD)],
    "provider-de": [(ANA, "", SOFT)],
    "provider-fr": [(JEAN, "", SOFT)],
    "provider-nl": [(AN, "", HARD)],
    "provider-unknown-fr": [(JEAN, "", HARD)],
    "qmail": [(AN, "5.1.1", HARD), (BOB, "", SOFT)],
    "sendmail-old": [(AN, "5.1.1", HARD)],
    "sieve-rejected": [(AN, "", SOFT)],
    "undisclosed-address": [(AN, "", SOFT)],
    "verp-only": [(AN, "", HARD)],
    "webmail-de": [(ANA, "", SOFT)],
    "webmail-fr": [(JEAN, "", SOFT)],
    "webmail-nl": [(AN, "", SOFT)],
    "words-only-person-like-sender": [(AN, "", SOFT)],
    "yahoo": [(AN, "", HARD), (BOB, "5.1.2", HARD)],
}
KINDS = {"complaint": Kind.COMPLAINT, "receipt-delivered": Kind.RECEIPT}
KINDS |= {"receipt-read": Kind.RECEIPT}


def captured(folder):
    return {path.stem: path.read_bytes() for path in sorted((CAPTURED / folder).glob("*.eml"))}


@pytest.mark.parametrize("name", captured("bounces"))
def test_a_bounce_tells_which_address_failed_and_whether_for_good(name):
    found = parse(captured("bounces")[name])

    assert found.kind == Kind.BOUNCE
    failed = [(each.address, each.status, each.permanent) for each in found.failed_recipients]
    assert failed == BOUNCES[name]


def test_no_expected_bounce_is_missing():
    assert set(captured("bounces")) == set(BOUNCES)


@pytest.mark.parametrize("name", captured("automatic"))
def test_what_no_person_wrote_is_no_person_and_no_bounce(name):
    found = parse(captured("automatic")[name])

    assert found.kind == KINDS.get(name, Kind.AUTOMATIC)
    assert not found.failed_recipients


@pytest.mark.parametrize("name", captured("people"))
def test_people_who_write_like_robots_stay_people(name):
    found = parse(captured("people")[name])

    assert found.kind == Kind.PERSON
    assert found.visible_text
    assert found.is_bulk == (name in ("list", "asks-to-suppress", "postmaster"))


def test_a_report_gives_back_the_message_that_it_is_about():
    found = parse(captured("bounces")["postfix-unknown-user"])

    assert found.returned_message_ids == ("<promise-77@register.example>",)


def report(*, status="5.0.0", said="550 no"):
    return (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nThe message was not delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n"
        b"\r\nFinal-Recipient: rfc822; an@voorbeeldegem.example\r\nAction: failed\r\n"
        + f"Status: {status}\r\nDiagnostic-Code: smtp; {said}\r\n--b--\r\n".encode()
    )


@pytest.mark.parametrize(
    ("status", "said", "permanent"),
    [
        ("5.1.1", "", HARD),
        ("5.1.2", "", HARD),
        ("5.1.6", "", HARD),
        ("5.2.1", "", HARD),
        ("5.2.2", "", SOFT),
        ("5.3.4", "", SOFT),
        ("5.4.4", "", HARD),
        ("5.4.7", "", SOFT),
        ("5.7.1", "", SOFT),
        ("4.2.2", "452 over quota", SOFT),
        ("4.1.1", "450 unknown user", SOFT),
        ("5.0.0", "550 User unknown", HARD),
        ("5.0.0", "550 Requested action not taken: mailbox unavailable", HARD),
        ("5.0.0", "551 not our customer", HARD),
        ("5.3.0", "553 5.3.0 <an@x.example>... Address does not exist", HARD),
        ("5.5.0", "550 5.5.0 The recipient has moved to another address", HARD),
        ("5.7.1", "550 5.7.1 No such user", HARD),
        ("5.7.1", "550 5.7.1 Unable to relay", HARD),
        ("5.7.1", "553 sorry, that domain isn't in my list of allowed rcpthosts", HARD),
        ("5.0.0", "550 l'utilisateur est inconnu", HARD),
        ("5.0.0", "550 de gebruiker is onbekend", HARD),
        ("5.0.0", "550 Empfänger unbekannt", HARD),
        ("5.0.0", "552 mailbox full", SOFT),
        ("5.0.0", "552 la boîte du destinataire est pleine", SOFT),
        ("5.0.0", "552 het postvak is vol", SOFT),
        ("5.0.0", "552 das Postfach ist voll", SOFT),
        ("5.0.0", "552 message too large", SOFT),
        ("5.0.0", "554 this message looks like spam", SOFT),
        ("5.0.0", "550 SPAM NOT ACCEPTED", SOFT),
        ("5.0.0", "550 too many connections, slow down", SOFT),
        ("5.0.0", "550 Sender address rejected: Domain not found", SOFT),
        ("5.0.0", "550 cannot find your reverse hostname", SOFT),
        ("5.1.1", "550 5.1.1 blocked using a block list", SOFT),
        ("5.0.0", "message expired after five days", SOFT),
        ("5.0.0", "554 transaction failed", SOFT),
    ],
)
def test_hard_and_soft_by_code_where_it_tells_and_by_words_where_not(status, said, permanent):
    [failed] = parse(report(status=status, said=said)).failed_recipients

    assert failed.permanent is permanent


def test_the_address_that_we_wrote_to_comes_before_the_one_it_was_passed_on_to():
    raw = report().replace(b"Final-", b"Original-Recipient: rfc822; list@x.example\r\nFinal-")

    assert [each.address for each in parse(raw).failed_recipients] == ["list@x.example"]


def test_a_person_who_encloses_a_report_is_a_person():
    raw = (
        b"From: An <an@voorbeeldegem.example>\r\nSubject: Wat is dit?\r\n"
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n"
        b"--m\r\nContent-Type: text/plain\r\n\r\nDit kreeg ik.\r\n"
        b"--m\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--m--\r\n"
    )

    assert parse(raw).kind == Kind.PERSON
