"""The number of a fax, wherever a gateway wrote it; the same pages again; nothing ever raised."""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vitrine.channels.fax.parse import caller_of, content_digest, fax_of, is_document
from vitrine.channels.mail.parse import Address, ParsedFile, ParsedMail, parse

MUSTERBACH, DESK = "+3287555012", "+3225550100"


def mail(subject="", text="", *, sender="fax@gateway.example", name="", file="", headers=()):
    """What a gateway sends, as it is after parsing."""
    return ParsedMail(
        subject=subject,
        text=text,
        sender=Address(name, sender),
        headers=headers,
        attachments=(ParsedFile(file, "application/pdf", b"%PDF-"),) if file else (),
    )


@pytest.mark.parametrize(
    "message",
    [
        mail("FAX from +32 87 55 50 12"),
        mail("facsimile received from 3287555012", "Sender: 3287555012\nPages: 3"),
        mail("New fax from: 087555012", name="asterisk"),
        mail('New Fax Received from "Gemeinde" <087555012>', "To: 025550199"),
        mail("eFax message from 32-87-55-50-12 - 3 page(s), Caller-ID: 32-87-55-50-12"),
        mail("Telefax", file="24.11.26_10.15_Telefax.087555012.pdf"),
        mail("Fax von 087 555012 (3 Seiten) 24.11.2026 10:15"),
        mail("Fax received at 2026-11-24 10:15", "Remote ID: +32 87 55 50 12\nTo: 02 555 01 99"),
        mail("Incoming fax", sender="+3287555012@xmedius.example"),
        mail("Incoming fax", sender="fax=3287555012@gateway.example"),
        mail("Incoming fax", name="087/55.50.12"),
        mail("Fax de 087 55 50 12 pour 02 555 01 99"),
        mail("Fax van 087/55.50.12 op 24/11/2026 om 10h15"),
        mail("Fax: Absender: 0032 87 555012 Empfänger: 0032 2 5550199"),
        mail("Fax", "À : 02 555 01 99\nExpéditeur : 087 55 50 12\nPages : 2"),
        mail("Fax", headers=(("x-fax-caller", "+32 (0)87 55 50 12"), ("x-fax-to", "025550199"))),
        mail("Fax", "TSI: 32 87 555012"),
    ],
)
def test_the_number_is_found_wherever_a_gateway_writes_it(message):
    assert caller_of(message).number == MUSTERBACH


@pytest.mark.parametrize(
    "message",
    [
        mail("Incoming fax 11/24/2026 10:15", name="anonymous"),
        mail("3 page fax at 2026-11-24 10:15:33", "Reference number 20261124101533-8840."),
        mail("Fax", "To: 02 555 01 99"),
        mail("Fax 24.11.2026", "Rufnummer: unterdrückt"),
        mail("", ""),
    ],
)
def test_what_is_no_number_of_the_sender_is_not_taken(message):
    assert caller_of(message).number == ""


def test_our_own_number_is_never_the_senders():
    message = mail("Fax 02 555 01 00", "From 02 555 01 00\nCSID: 087 55 50 12")

    assert caller_of(message, ours=[DESK]).number == MUSTERBACH


def test_a_gateway_is_known_by_its_address_or_by_the_mailbox_it_fills():
    message = mail(file="fax.pdf")
    gateways = frozenset({"fax@gateway.example"})

    assert fax_of(message, gateways=gateways)
    assert fax_of(message, gateways=frozenset({"in@fax.example"}), envelope_to=["IN@fax.example"])
    assert fax_of(message, gateways=frozenset({"other@fax.example"})) is None
    assert fax_of(message, gateways=frozenset()) is None
    assert fax_of(mail("Line down"), gateways=gateways) is None


def packed(**options):
    """A page as a TIFF."""
    draft = io.BytesIO()
    page = Image.new("1", (1728, 300), 1)
    page.paste(0, (100, 100, 400, 200))
    page.save(draft, "TIFF", compression="group3", dpi=(204, 98), **options)
    return draft.getvalue()


def test_the_same_pages_packed_at_another_time_have_the_same_digest():
    again = packed(tiffinfo={306: "2026:11:24 10:15:00"})
    other = io.BytesIO()
    Image.new("1", (1728, 300), 1).save(other, "TIFF", compression="group3")

    assert again != packed()
    assert content_digest(again) == content_digest(packed())
    assert content_digest(other.getvalue()) != content_digest(packed())
    head = b"%PDF-1.4 x /CreationDate (D:2026"
    assert content_digest(head + b"1124) end") == content_digest(head + b"1125) end")


@given(st.binary(max_size=600))
@settings(max_examples=300, deadline=None)
def test_whatever_the_bytes_are_they_have_a_digest(content):
    assert len(content_digest(b"II*\x00" + content)) == 64
    assert len(content_digest(b"MM\x00*" + content)) == 64
    assert is_document(ParsedFile("x", "image/tiff", content))


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_a_gateway_writes_nothing_is_raised(subject, text, name):
    found = caller_of(mail(subject, text, name=name, file=name))

    assert found.number == "" or found.number.startswith("+")
    assert len(found.sent_as) <= 200


@pytest.mark.parametrize("piece", ["1 ", "(", "from ", "von 1", "0/", "1.1.", "tsi:(", "+1 "])
def test_a_hostile_text_takes_no_longer_than_an_ordinary_one(piece):
    raw = b"From: fax@gateway.example\nSubject: fax\n\n" + piece.encode() * 20_000
    message = parse(raw)

    began = time.process_time()
    caller_of(message)

    assert time.process_time() - began < 2
