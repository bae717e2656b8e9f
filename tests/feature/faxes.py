"""Faxes for the tests: drawn here, packed as gateways pack them."""

import io
from email.message import EmailMessage

from PIL import Image, ImageDraw, ImageFont

GATEWAY = "fax@gateway.example"
WORDS = (
    "Gemeinde Musterbach",
    "",
    "Sehr geehrte Damen und Herren,",
    "unser Zugang ist seit gestern gesperrt.",
    "Bitte entsperren Sie ihn. Vielen Dank.",
    "",
    "Mit freundlichen Grüßen",
)


def page(*lines, height=2200):
    """A page of 1728 dots, black on white."""
    picture = Image.new("L", (1728, height), 255)
    pen, letters = ImageDraw.Draw(picture), ImageFont.load_default(48)
    for number, line in enumerate(lines):
        pen.text((150, 150 + 80 * number), line, fill=0, font=letters)
    return picture


def tiff(*pages, dpi=(204, 196), **options):
    """The pages as a G4 TIFF; in standard quality every second line is left out."""
    across, down = dpi
    first, *rest = (
        one.resize((one.width, round(one.height * down / across))).convert("1")
        for one in pages or (page(*WORDS),)
    )
    packed = io.BytesIO()
    first.save(
        packed,
        "TIFF",
        compression="group4",
        dpi=dpi,
        save_all=True,
        append_images=rest,
        **options,
    )
    return packed.getvalue()


def pdf(*pages):
    """The pages as a PDF of pictures."""
    first, *rest = pages or (page(*WORDS),)
    packed = io.BytesIO()
    first.save(packed, "PDF", resolution=204, save_all=True, append_images=rest)
    return packed.getvalue()


def fax(
    document=None,
    *,
    subject="Fax von 087 55 50 12",
    name="fax.tif",
    sender=GATEWAY,
    text="A fax with 1 page was received.",
    **headers,
):
    """What a gateway sends."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "fax@register.example", subject
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(text)
    if document is not None:
        kind = "application/pdf" if name.endswith("pdf") else "image/tiff"
        main, _slash, sub = kind.partition("/")
        message.add_attachment(document, maintype=main, subtype=sub, filename=name)
    return message
