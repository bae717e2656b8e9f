"""What a mail carries besides words: signatures, ciphers, invitations, told at the ticket."""

import html
from email.message import EmailMessage

import pytest

from tests.feature.test_looking_at_mail import arrived
from vitrine.channels.mail.arrive.together import handle_new_together, read_together
from vitrine.correspondence.actions import store_arrival
from vitrine.kernel.clock import now
from vitrine.tickets.models import Message

INVITATION = """BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VEVENT
SUMMARY:Wahlen\\, Vorbereitung
LOCATION:Saal <b>2</b>
DTSTART{begins}
DTEND{ends}
ORGANIZER;CN=Ana Beispiel:mailto:ana@musterbach.example
{people}
END:VEVENT
END:VCALENDAR
"""
IN_SUMMER = {"begins": ":20260706T080000Z", "ends": ":20260706T093000Z"}


def request(text="Guten Tag, bitte lesen Sie die beiliegende Nachricht vor Montag."):
    """A mail of Ana."""
    message = EmailMessage()
    message["From"] = "Ana Beispiel <ana@musterbach.example>"
    message["To"] = "helpdesk@register.example"
    message["Subject"] = "Termin"
    message["Message-ID"] = f"<{now().timestamp()}@musterbach.example>"
    message.set_content(text)
    return message


def invitation(*, method="REQUEST", people=1, **times):
    """A mail with an event of a calendar."""
    guests = "\n".join(
        f"ATTENDEE;CN=Gast {number}:mailto:g{number}@town.example" for number in range(people)
    )
    calendar = INVITATION.format(method=method, people=guests, **(IN_SUMMER | times))
    message = request()
    message.add_alternative(calendar, subtype="calendar", params={"method": method})
    return message.as_bytes()


def signed():
    """A mail with a detached S/MIME signature."""
    message = request()
    message.make_mixed()
    message.add_attachment(
        b"\x30\x80", maintype="application", subtype="pkcs7-signature", filename="smime.p7s"
    )
    message.replace_header(
        "Content-Type", 'multipart/signed; protocol="application/pkcs7-signature"'
    )
    message.set_param("boundary", "between")
    return message.as_bytes()


@pytest.fixture
def read(client, world):
    """Reads the page of the ticket that a mail became, as Bruno, in a language."""

    def page(raw, language="en"):
        message = arrived(raw)
        client.force_login(world.bruno)
        answer = client.get(f"/desk/tickets/{message.ticket.number}/?language={language}")
        return answer.content.decode()

    return page


def test_a_signature_is_told_and_that_nobody_checked_it(read):
    assert "Signed message (S/MIME); the signature was not checked." in read(signed())


def test_a_ciphered_message_says_that_only_its_key_opens_it(read):
    text = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n"

    page = read(request(text).as_bytes())

    assert "Encrypted message (OpenPGP): only the key of the addressee opens it." in page


def test_an_ordinary_message_says_nothing_of_it(read):
    page = read(request().as_bytes())

    for word in ("Signed message", "Encrypted message", "Invitation"):
        assert word not in page


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (IN_SUMMER, "July 6, 2026 10:00 – 11:30"),
        (
            {"begins": ";TZID=Romance Standard Time:20260112T140000", "ends": ":20260112T140000Z"},
            "Jan. 12, 2026 14:00",
        ),
        (
            {
                "begins": ";TZID=Europe/London:20260706T090000",
                "ends": ";TZID=Europe/London:20260706T093000",
            },
            "July 6, 2026 10:00 – 10:30",
        ),
        (
            {"begins": ";TZID=Our office:20260706T090000", "ends": ":20260706T100000"},
            "July 6, 2026 09:00 – 10:00 (Our office)",
        ),
        (
            {"begins": ";VALUE=DATE:20260706", "ends": ";VALUE=DATE:20260708"},
            "July 6, 2026 – July 7, 2026",
        ),
        ({"begins": ";VALUE=DATE:20260706", "ends": ";VALUE=DATE:20260707"}, "July 6, 2026 · Saal"),
        ({"begins": ":00010101T000000Z", "ends": ":99991231T235959Z"}, "Saal"),
        ({"begins": ":soon", "ends": ":later"}, "Wahlen, Vorbereitung · Saal"),
    ],
)
def test_an_invitation_shows_its_time_on_the_clocks_of_brussels(read, times, expected):
    page = html.unescape(read(invitation(**times)))

    assert "Invitation: Wahlen, Vorbereitung · " in page
    assert expected in page


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "Invitation : Wahlen, Vorbereitung · "),
        ("nl", "Uitnodiging: Wahlen, Vorbereitung · "),
        ("de", "Einladung: Wahlen, Vorbereitung · 6. Juli 2026 10:00"),
    ],
)
def test_an_invitation_is_read_in_the_language_of_the_reader(read, language, expected):
    assert expected in html.unescape(read(invitation(), language)).replace("\u202f", " ")


def test_what_strangers_wrote_in_a_calendar_is_text(read):
    page = read(invitation(people=13))

    assert "Saal &lt;b&gt;2&lt;/b&gt;" in page
    assert "Gast 9" in page
    assert "and 3 others" in page


@pytest.mark.parametrize(
    ("method", "expected"),
    [("CANCEL", "Invitation withdrawn: Wahlen"), ("REPLY", "Answer to an invitation: Wahlen")],
)
def test_what_an_event_wants_is_told(read, method, expected):
    assert expected in read(invitation(method=method))


def test_mails_handled_together_keep_what_they_carry(world):
    arrivals = [
        store_arrival(
            raw,
            channel="mail",
            reception=f"00000000-0000-4000-8000-00000000000{number}",
            envelope_from="ana@musterbach.example",
            envelope_to=["helpdesk@register.example"],
            received_at=now(),
        )
        for number, raw in enumerate((signed(), invitation()))
    ]

    assert len(handle_new_together(read_together([one.pk for one in arrivals]))) == 2

    kept = [Message.objects.get(arrival=one).arrival.authenticity for one in arrivals]
    assert kept[0]["seal"] == "signed"
    assert kept[1]["invitations"][0]["begins"] == "2026-07-06T08:00:00+00:00"
