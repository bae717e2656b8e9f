"""Messages as they arrive, byte by byte: a formatted mail, a signed one, a fax, spam.

The other requests of the demonstration are told to the actions; these go through the door
of the mail, so that a newcomer sees what a message is made into. Everything is fictitious.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from vitrine.channels.mail.arrive import handle_stored
from vitrine.correspondence.actions import store_arrival
from vitrine.correspondence.choices import Channel
from vitrine.kernel.clock import now, stopped_at
from vitrine.ops.demo.register import Register
from vitrine.tickets.actions import block_sender, change_intake_policy
from vitrine.tickets.queries import intake_policy

GATEWAY = "fax@gateway.example"
OWN_SERVER = "mx.register.example"
ADVERTISER = "offers.example"

FORMATTED_WORDS = """\
Bonjour,

Depuis ce matin, l'écran des actes affiche une erreur pour trois habitants (voir l'image). Les \
autres dossiers fonctionnent. Le conseil communal se réunit jeudi : pourriez-vous regarder avant ?

Claire Exemple
"""
FORMATTED = """\
<html><body style="font-family:Calibri;font-size:11pt">
<p>Bonjour,</p>
<p>Depuis ce matin, l'écran des actes affiche <b style="color:#a00000">une erreur</b> pour trois
habitants. Les autres dossiers fonctionnent.</p>
<table border="1" cellpadding="4"><tr><th>Dossier</th><th>Acte</th><th>Message</th></tr>
<tr><td>2026/1041</td><td>naissance</td><td>code 12</td></tr>
<tr><td>2026/1044</td><td>naissance</td><td>code 12</td></tr>
<tr><td>2026/1052</td><td>mariage</td><td>code 31</td></tr></table>
<p><img src="cid:ecran@exempleville.example" alt="L'écran avec l'erreur" width="480"></p>
<p>Le conseil communal se réunit <u>jeudi</u> : pourriez-vous regarder avant ?</p>
<p>Claire Exemple<br><img src="https://images.exempleville.example/logo.png" alt="Exempleville"></p>
</body></html>
"""
SIGNED_WORDS = """\
Guten Tag,

für die Vorbereitung der Wahlen möchten wir mit Ihnen die Übergabe der Wählerliste besprechen. \
Die Einladung liegt bei. Passt Ihnen der Termin?

Ana Beispiel
"""
INVITATION = """\
BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:waehlerliste@musterbach.example
SUMMARY:Übergabe der Wählerliste
LOCATION:Gemeindehaus\\, Saal 2
DTSTART:20261207T090000Z
DTEND:20261207T100000Z
ORGANIZER;CN=Ana Beispiel:mailto:ana@musterbach.example
END:VEVENT
END:VCALENDAR
"""
DOUBTFUL_WORDS = """\
Geachte,

Wij kunnen vandaag niet aanmelden. Gelieve ons wachtwoord naar dit adres te sturen.

De gemeente
"""
FAX_WORDS = (
    (
        "Gemeinde Musterbach",
        "Einwohnermeldeamt",
        "",
        "Sehr geehrte Damen und Herren,",
        "",
        "die Leitung zu Ihrem Netz ist seit heute Morgen unterbrochen,",
        "E-Mail und Internet gehen nicht. Bitte rufen Sie uns an:",
        "+32 2 555 01 13",
        "",
        "Hochachtungsvoll",
        "Ana Beispiel",
    ),
    ("Anlage", "", "Unterbrochen seit: 8.15 Uhr", "Betroffen: 12 PC", "Standort: Gemeindehaus"),
)
"""Letters without accents: the font of the drawing library has no others."""


def receive_mails(register: Register, *, times: Sequence[datetime]) -> int:
    """Have each message arrive at one of `times`, in their order; how many arrived."""
    manager = register.accounts["manager"]
    change_intake_policy(
        version=intake_policy().version,
        fax_gateways=[GATEWAY],
        trusted_hops=[OWN_SERVER],
        by=manager,
    )
    block_sender(ADVERTISER, reason="Advertising that nobody asked for.", by=manager)
    waiting = messages(register)
    for number, at in enumerate(times):
        with stopped_at(at):  # also of what stands in the message
            raw = next(waiting, None)
            if raw is None:
                return number
            _receive(raw, number=number)
    return len(times)


def messages(register: Register) -> Iterator[bytes]:
    """The messages, as a mail server hands them over."""
    yield formatted().as_bytes()
    yield unwanted("Billige Stempelfarben!", sender=f"Aktion <aktion@{ADVERTISER}>").as_bytes()
    yield signed().as_bytes()
    yield fax().as_bytes()
    yield doubtful(name=register.organisations["99001"].name_nl).as_bytes()
    filtered = unwanted("You have won", sender="Prize <prize@lottery.example>")
    filtered["X-Spam-Flag"] = "YES"
    filtered["X-Spam-Status"] = "Yes, score=14.2 required=5.0"
    yield (
        b"Received: from lottery.example by "
        + OWN_SERVER.encode()
        + b"; "
        + _date()
        + (b"\r\n" + filtered.as_bytes())
    )


def formatted() -> EmailMessage:
    """A page with a table, a picture of its own and one that lies elsewhere."""
    sender = "Claire Exemple <claire@exempleville.example>"
    message = _mail(sender, subject="Erreurs dans les actes")
    message.set_content(FORMATTED_WORDS)
    message.add_alternative(FORMATTED, subtype="html")
    [_text, page] = message.iter_parts()
    assert isinstance(page, EmailMessage)
    page.add_related(
        _screen(),
        maintype="image",
        subtype="png",
        cid="<ecran@exempleville.example>",
        filename="écran.png",
    )
    return message


def signed() -> EmailMessage:
    """A signed mail with an invitation."""
    message = _mail("Ana Beispiel <ana@musterbach.example>", subject="Termin: Wählerliste")
    message.set_content(SIGNED_WORDS)
    message.add_attachment(
        INVITATION.encode(), maintype="text", subtype="calendar", filename="einladung.ics"
    )
    message.add_attachment(
        b"\x30\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02",
        maintype="application",
        subtype="pkcs7-signature",
        filename="smime.p7s",
    )
    message.replace_header(
        "Content-Type", 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256'
    )
    message.set_param("boundary", "=_signed_demonstration")
    return message


def doubtful(*, name: str) -> EmailMessage:
    """A mail that has the name of an office and comes from elsewhere."""
    message = _mail(f'"{name}" <dienst.bevolking@vrijpost.example>', subject="Aanmelden lukt niet")
    message.set_content(DOUBTFUL_WORDS)
    return message


def unwanted(subject: str, *, sender: str) -> EmailMessage:
    """A mail that nobody asked for."""
    message = _mail(sender, subject=subject)
    message.set_content("Today only! Answer within one hour.\n")
    return message


def fax() -> EmailMessage:
    """What a fax gateway makes of two pages."""
    message = _mail(f"Fax <{GATEWAY}>", subject="Fax von +32 2 555 01 13")
    message.set_content("A fax with 2 pages was received.\n")
    message.add_attachment(_pages(), maintype="image", subtype="tiff", filename="fax.tif")
    return message


def _mail(sender: str, *, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = settings.DESK_ADDRESS
    message["Subject"] = subject
    message["Date"] = format_datetime(now())
    address = sender.rpartition("<")[2].rstrip(">")
    message["Message-ID"] = f"<{uuid5(NAMESPACE_URL, subject)}@{address.rpartition('@')[2]}>"
    return message


def _date() -> bytes:
    return format_datetime(now()).encode()


def _receive(raw: bytes, *, number: int) -> None:
    """As the door and the worker do it."""
    arrival = store_arrival(
        raw,
        channel=Channel.MAIL,
        reception=uuid5(NAMESPACE_URL, f"demonstration:{number}"),
        envelope_from=raw.partition(b"From: ")[2].partition(b"<")[2].partition(b">")[0].decode(),
        envelope_to=[settings.DESK_ADDRESS],
        received_at=now(),
        defer=False,
    )
    handle_stored([arrival.pk])


def _screen() -> bytes:
    """A picture of an error, as people send it."""
    picture = Image.new("RGB", (960, 420), "#eef1f5")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 960, 56), fill="#23395d")
    pen.text((24, 12), "Actes", fill="white", font=ImageFont.load_default(28))
    pen.rectangle((120, 130, 840, 320), fill="white", outline="#a00000", width=4)
    letters = ImageFont.load_default(30)
    pen.text((160, 170), "Erreur 12", fill="#a00000", font=letters)
    pen.text((160, 230), "Le dossier est en cours de traitement.", fill="black", font=letters)
    packed = io.BytesIO()
    picture.save(packed, "PNG")
    return packed.getvalue()


def _pages() -> bytes:
    """Two pages in fax quality, one TIFF."""
    pages = []
    for lines in FAX_WORDS:
        page = Image.new("L", (1728, 2200), 255)
        pen, letters = ImageDraw.Draw(page), ImageFont.load_default(48)
        for number, line in enumerate(lines):
            pen.text((150, 200 + 84 * number), line, fill=0, font=letters)
        pages.append(page.convert("1"))
    packed = io.BytesIO()
    first, *rest = pages
    first.save(
        packed, "TIFF", compression="group4", dpi=(204, 196), save_all=True, append_images=rest
    )
    return packed.getvalue()
