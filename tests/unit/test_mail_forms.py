"""The forms in which programs send: dates, encodings, envelopes, Outlook files, invitations."""

import base64
import struct
from datetime import UTC, datetime

import pytest

from vitrine.channels.mail.parse import Seal, parse

HEAD = b"From: Ana <ana@musterbach.example>\r\nSubject: x\r\n"


def text_of(raw):
    return parse(raw).text


# --- dates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0100", "2026-11-23T10:00:00+01:00"),
        ("23 Nov 26 10:00 EST", "2026-11-23T10:00:00-05:00"),
        ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06+00:00"),
        ("Mon, 23 Nov 126 10:00:00 +0000", "2026-11-23T10:00:00+00:00"),
        ("Mon Nov 23 10:00:00 2026", "2026-11-23T10:00:00+00:00"),
        ("Mon Nov 23 10:00:00 CET 2026", "2026-11-23T10:00:00+01:00"),
        ("Mon, 23 Nov 2026 10:00:00 (CEST)", "2026-11-23T10:00:00+02:00"),
        ("Mon, 23 Nov 2026 10:00:00 +0200 (CEST)", "2026-11-23T10:00:00+02:00"),
        ("Mon, 23 Nov 2026 10:00:00 GMT+2", "2026-11-23T10:00:00+02:00"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00"),
        ("Wed, 4 May 2022 17:59:55 -0000", "2022-05-04T17:59:55+00:00"),
        ("Thu, 21 Dec 2000 16:01:07", "2000-12-21T16:01:07+00:00"),
        ("Mon, 23 Nov 2026 10:00:60 +0000", "2026-11-23T10:00:59+00:00"),
        ("Sat, 05 Mar 2005", "2005-03-05T00:00:00+00:00"),
        ("lun., 23 nov. 2026 10:00:00 +0100", "2026-11-23T10:00:00+01:00"),
        ("maandag 23 maart 2026 10:00", "2026-03-23T10:00:00+00:00"),
        ("Mo, 23 Mär 2026 10:00:00 +0100", "2026-03-23T10:00:00+01:00"),
        ("1er décembre 2026 10h05", "2026-12-01T10:05:00+00:00"),
        ("23/11/2026 10:00", "2026-11-23T10:00:00+00:00"),
        ("1/21/2006 9:40:12 PM", "2006-01-21T21:40:12+00:00"),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23 10:00:00 +0200", "2026-11-23T10:00:00+02:00"),
        ("Nov 23, 2026, at 10:00 AM", "2026-11-23T10:00:00+00:00"),
        ("yesterday", None),
        ("Mon, 99 Nov 2026 10:00:00 +0000", None),
        ("30 Feb 2020 10:00", None),
        ("1" * 5000, None),
    ],
)
def test_dates_however_they_are_written(written, instant):
    found = parse(HEAD + f"Date: {written}\r\n\r\nx".encode()).date

    assert found == (datetime.fromisoformat(instant) if instant else None)


# --- lines, marks and charsets ---------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\rSubject: y\r\rHallo\rWelt",
        b"\xef\xbb\xbfFrom: a@b.example\r\nSubject: y\r\n\r\nHallo\r\nWelt",
        "From: a@b.example\r\nSubject: y\r\n\r\nHallo\r\nWelt".encode("utf-16"),
        b"From a@b.example Mon Jan  1 2001\nFrom: a@b.example\nSubject: y\n\nHallo\nWelt",
        b"From: a@b.example\r\nSubject: y\r\nHallo\r\nWelt",
        b"From: a@b.example\r\nSubject: y\r\n \r\nX-More: z\r\n\r\nHallo\r\nWelt",
        b"From: a@b.example\r\r\nSubject: y\r\r\n\r\r\nHallo\r\r\nWelt",
    ],
)
def test_the_lines_of_a_message_however_they_end(raw):
    found = parse(raw)

    assert (found.sender.address, found.text.split()) == ("a@b.example", ["Hallo", "Welt"])


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "Äpfel und Öl und Übel".encode() + b" \xe9", "Äpfel und Öl und Übel é"),
        ("iso-8859-15", "é€".encode(), "é€"),
        ("iso-8859-2", "ąćę".encode("iso-8859-2"), "ąćę"),
        ("koi8-r", "привет".encode("koi8-r"), "привет"),
        ("gb2312", "中文".encode("gb18030"), "中文"),
        ("utf-7", b"Hi +Jjo-", "Hi ☺"),
        ("utf-16", b"not at all", "not at all"),
        ("", "Straße".encode("utf-16-le"), "Straße"),
        ("unknown-8bit", b"Stra\xdfe", "Straße"),
    ],
)
def test_a_charset_that_lies_is_found_out(charset, raw, text):
    header = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()

    assert text_of(HEAD + header + raw) == text


def test_headers_without_charset_are_read_in_that_of_the_body():
    kind = b"Content-Type: text/plain; charset=gb2312\r\n\r\nx"

    assert parse(b"From: a@b.example\r\nSubject: \xd6\xd0\xce\xc4\r\n" + kind).subject == "中文"


# --- transfer encodings ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (base64.encodebytes("Grüße".encode()), "Grüße"),
        (base64.encodebytes(b"Hallo Welt " * 20).replace(b"V", b"V\x00", 1), "Hallo Welt " * 20),
        (b"Hallo Welt, das ist gar nicht base64.", "Hallo Welt, das ist gar nicht base64."),
        (base64.b64encode(b"Hallo") + b"\r\n" + base64.b64encode(b" Welt"), "Hallo Welt"),
        (base64.b64encode(b"Hallo") + b"\r\n______\r\nliste\r\n", "Hallo\n______\nliste"),
    ],
)
def test_base64_that_is_damaged_added_to_or_none(body, text):
    found = text_of(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + body)

    assert found.split() == text.split()


def test_text_of_other_forms_is_plain():
    flowed = b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nein \r\nlan \r\nges Wort"
    rich = b"Content-Type: text/enriched\r\n\r\n<bold>a</bold> <color><param>red</param>b</color>"

    assert text_of(HEAD + flowed) == "einlanges Wort"
    assert text_of(HEAD + rich) == "a b"


def test_a_part_without_headers_is_text():
    body = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nNote: a text\r\n--b--\r\n"

    assert text_of(HEAD + body) == "Note: a text"


@pytest.mark.parametrize(
    "header",
    [
        b"multipart/mixed",
        b"multipart/mixed; boundary=x",
        b"multipart/mixed; boundary=x; boundary=c",
    ],
)
def test_a_boundary_that_is_missing_or_wrong_is_found_in_the_body(header):
    body = b"--c\r\nContent-Type: text/plain\r\n\r\nHallo\r\n--c--\r\n"

    assert text_of(HEAD + b"Content-Type: " + header + b"\r\n\r\n" + body) == "Hallo"


# --- sender ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "name", "address"),
    [
        (b"Sender: Jan <jan@b.example>\r\n", "Jan", "jan@b.example"),
        (b"From: Jan Peeters\r\nReply-To: jan@b.example\r\n", "Jan Peeters", "jan@b.example"),
        (b"From: \r\nReturn-Path: <jan@b.example>\r\n", "", "jan@b.example"),
        (b"From: A <a@b.example>\r\nSender: jan@b.example\r\n", "A", "a@b.example"),
    ],
)
def test_without_a_usable_from_somebody_else_is_answered(headers, name, address):
    found = parse(headers + b"Subject: x\r\n\r\nHallo").sender

    assert (found.name, found.address) == (name, address)


# --- envelopes -------------------------------------------------------------------------

SIGNED_ARMOUR = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHallo\r\n- --\r\nAna\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n"
)


def envelope(inner):
    """A signed S/MIME envelope of indefinite length, its content in two pieces."""
    half = len(inner) // 2
    pieces = b"".join(
        b"\x04" + bytes([len(piece)]) + piece for piece in (inner[:half], inner[half:])
    )
    head = bytes.fromhex("308006092a864886f70d010702a080308002010131003080")
    return head + bytes.fromhex("06092a864886f70d010701a0802480") + pieces + b"\0\0" * 6


def test_a_signature_is_told_and_the_text_is_read():
    mime = (
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nHallo\r\n--b\r\n"
        b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nx\r\n--b--\r\n"
    )
    opaque = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
    opaque += b"Content-Transfer-Encoding: base64\r\n\r\n"
    opaque += base64.encodebytes(envelope(b"Content-Type: text/plain\r\n\r\nHallo"))

    for body in (mime, opaque):
        found = parse(HEAD + body)
        assert (found.seal, found.text) == (Seal.SIGNED, "Hallo")
    inline = parse(HEAD + b"\r\n" + SIGNED_ARMOUR)
    assert (inline.seal, inline.text, inline.visible_text) == (
        Seal.SIGNED,
        "Hallo\n--\nAna",
        "Hallo",
    )


def test_an_envelope_that_is_cut_off_anywhere_is_borne():
    whole = envelope(b"Content-Type: text/plain\r\n\r\nHallo")
    for length in range(len(whole)):
        raw = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        assert parse(HEAD + raw + whole[:length]).quarantine is None


def test_an_encrypted_message_is_told_and_kept():
    pgp = (
        b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n"
    )
    smime = (
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\n0"
    )

    for body in (pgp, smime):
        found = parse(HEAD + body)
        assert (found.seal, bool(found.attachments)) == (Seal.ENCRYPTED, True)
    assert parse(HEAD + b"\r\nHallo").seal == Seal.NONE


# --- Outlook files ---------------------------------------------------------------------


def attribute(level, name, value, *, kind=6):
    return struct.pack("<BHHI", level, name, kind, len(value)) + value + b"\0\0"


def prop(kind, name, value):
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHII", kind, name, 1, len(value)) + padded


def outlook_file(*, body=b"Goedendag", content=b"%PDF-1.7", packed=b""):
    props = struct.pack("<I", 1) + prop(0x1F, 0x3707, "Überblick.pdf\0".encode("utf-16-le"))
    message = struct.pack("<I", 1) + prop(0x102, 0x1009, packed)
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(1, 0x9007, struct.pack("<II", 1252, 0))
        + (attribute(1, 0x800C, body + b"\0") if body else b"")
        + (attribute(1, 0x9003, message) if packed else b"")
        + attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, b"UEBERB~1.PDF\0")
        + attribute(2, 0x800F, content)
        + attribute(2, 0x9005, props)
    )


def with_outlook(content):
    return parse(
        HEAD
        + b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
    )


def test_the_files_and_the_body_in_an_outlook_file_are_read():
    found = with_outlook(outlook_file())

    assert found.text == "Goedendag"
    assert [(file.name, file.content) for file in found.attachments] == [
        ("Überblick.pdf", b"%PDF-1.7")
    ]


def test_a_packed_body_of_an_outlook_file_becomes_a_file():
    plain = b"{\\rtf1\\ansi Hallo}"
    packed = struct.pack("<IIII", len(plain) + 12, len(plain), 0x414C454D, 0) + plain
    found = with_outlook(outlook_file(body=b"", packed=packed))

    assert [file.name for file in found.attachments] == ["Überblick.pdf", "message.rtf"]
    assert found.attachments[1].content == plain


def test_an_outlook_file_that_is_cut_off_or_none_is_kept_as_it_is():
    assert [file.name for file in with_outlook(b"\x78\x9f\x3e\x22").attachments] == ["winmail.dat"]
    assert [file.name for file in with_outlook(b"nothing").attachments] == ["winmail.dat"]
    for length in range(6, len(outlook_file())):
        assert with_outlook(outlook_file()[:length]).quarantine is None


# --- invitations -----------------------------------------------------------------------

CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Übergabe\\, Raum\r\n"
    "DTSTART;TZID=Europe/Brussels:20261123T100000\r\n"
    "DTEND;TZID=Europe/Brussels:20261123T113000\r\nLOCATION:Saal 3\r\n"
    'ORGANIZER;CN="Ana Beispiel":mailto:ana@musterbach.example\r\n'
    "ATTENDEE;CN=Jan:mailto:jan@voorbeeldegem.ex\r\n ample\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()


def test_an_invitation_tells_what_when_where_and_who():
    found = parse(HEAD + b"Content-Type: text/calendar; charset=utf-8\r\n\r\n" + CALENDAR)
    [event] = found.invitations

    assert (event.what, event.where, event.method) == ("Übergabe, Raum", "Saal 3", "REQUEST")
    assert event.people == ("Jan <jan@voorbeeldegem.example>",)
    assert found.text == (
        "Übergabe, Raum · 2026-11-23 10:00 – 11:30 (Europe/Brussels) · Saal 3"
        " · Ana Beispiel <ana@musterbach.example>"
    )
    assert [file.content_type for file in found.attachments] == ["text/calendar"]


def test_an_invitation_beside_a_text_leaves_the_text_alone():
    body = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nKomt u?\r\n--b\r\n"
        b"Content-Type: text/calendar\r\n\r\n" + CALENDAR + b"\r\n--b--\r\n"
    )
    found = parse(HEAD + body)

    assert found.text == "Komt u?"
    assert len(found.invitations) == 1


def test_an_invitation_in_utc_or_for_a_day_is_read():
    utc = CALENDAR.replace(b";TZID=Europe/Brussels:20261123T100000", b":20261123T100000Z")
    day = CALENDAR.replace(b";TZID=Europe/Brussels:20261123T100000", b";VALUE=DATE:20261123")
    head = HEAD + b"Content-Type: text/calendar; charset=utf-8\r\n\r\n"

    assert parse(head + utc).invitations[0].begins == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert parse(head + day).invitations[0].is_all_day
