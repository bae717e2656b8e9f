"""Looking at what strangers sent: pages, pictures, files, languages; nothing of it acts."""

import io
import re
import uuid
import zipfile
import zlib
from email.message import EmailMessage

import pytest
from PIL import Image

from vitrine.channels.files import received_files
from vitrine.channels.mail.arrive import handle
from vitrine.channels.mail.parse import ParsedFile
from vitrine.correspondence.actions import store_arrival
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.models import Attachment, Message
from vitrine.tickets.rules import ReceivedFile

PAGE = """<p style="color:red" onclick="alert(1)">Guten <b>Tag</b></p><script>alert(1)</script>
<img src="cid:photo@x" alt="Foto"><img src="https://pictures.example/logo.png">
<img src="https://pictures.example/open.gif" width="1" height="1">
<a href="javascript:alert(1)">schlecht</a> <a href="https://musterbach.example/">gut</a>"""


def picture(form="PNG", size=(40, 30)):
    """A picture as bytes."""
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, form)
    return content.getvalue()


def letter(html=PAGE, **files):
    """A mail with a page, a picture inside it, and files."""
    message = EmailMessage()
    message["From"] = "Ana Beispiel <ana@musterbach.example>"
    message["To"] = "helpdesk@register.example"
    message["Subject"] = "Zugang <b>gesperrt</b>"
    message["Message-ID"] = f"<{uuid.uuid4()}@musterbach.example>"
    message.set_content("Guten Tag, wir können uns seit heute nicht anmelden.")
    message.add_alternative(html, subtype="html")
    [_text, page] = message.iter_parts()
    page.add_related(picture(), "image", "png", cid="<photo@x>", filename="photo.png")
    for name, content in files.items():
        message.add_attachment(
            content, maintype="application", subtype="x", filename=name.replace("_", ".")
        )
    return message.as_bytes()


def arrived(raw):
    """The message that a mail became."""
    arrival = store_arrival(
        raw,
        channel="mail",
        reception=uuid.uuid4(),
        envelope_from="ana@musterbach.example",
        envelope_to=["helpdesk@register.example"],
        received_at=now(),
    )
    handle(arrival)
    return Message.objects.get(arrival=arrival)


@pytest.fixture
def desk(client, world):
    """Bruno's browser, signed in; he reads English here."""
    world.bruno.ui_language = "en"
    world.bruno.save()
    client.force_login(world.bruno)
    return client


@pytest.fixture
def message(world):
    return arrived(letter())


def at(message, what):
    return f"/desk/messages/{message.pk}/{what}/"


def verbs(ticket):
    return list(Entry.objects.filter(subject_id=ticket.pk).values_list("verb", flat=True))


def test_the_page_of_a_mail_stands_under_its_own_policy(desk, message):
    answer = desk.get(at(message, "page"))

    assert '<p style="color: red">Guten <b>Tag</b></p>' in answer.text
    assert "alert" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy.replace("allow-same-origin", "")
    assert "sandbox allow-same-origin allow-popups" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_picture_inside_the_message_is_shown_from_our_own_address(desk, message):
    [source] = re.findall(r' src="([^"]+)"', desk.get(at(message, "page")).text)

    answer = desk.get(source)

    assert answer.headers["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content) == picture()


def test_the_ticket_offers_the_message_as_it_was_sent(desk, message):
    page = desk.get(f"/desk/tickets/{message.ticket.number}/").text
    part = desk.get(
        at(message, "as-sent"), headers={"HX-Request": "true", "HX-Target": f"sent-{message.pk}"}
    ).text

    assert at(message, "as-sent") in page
    assert "<iframe" not in page
    assert f'src="{at(message, "page")}"' in part
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in part
    assert "<html" not in part


def test_the_original_shows_headers_page_and_the_way_to_its_source(desk, message):
    page = desk.get(at(message, "original")).text

    assert "Zugang &lt;b&gt;gesperrt&lt;/b&gt;" in page
    assert "Ana Beispiel &lt;ana@musterbach.example&gt;" in page
    assert at(message, "page") in page
    assert "message-id: &lt;" in page
    source = desk.get(at(message, "source"))
    assert source.headers["Content-Type"].startswith("text/plain")
    assert source.content == bytes(message.arrival.raw)
    kept = desk.get(at(message, "file"))
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert kept.content == bytes(message.arrival.raw)


def test_pictures_from_outside_are_not_offered_where_nothing_goes_outside(desk, message):
    page = desk.get(at(message, "original")).text

    assert "1 picture from outside is not shown: nothing is fetched from outside here." in page
    assert "Show 1 picture" not in page
    desk.post(at(message, "pictures"))
    assert "ticket.pictures_fetched" not in verbs(message.ticket)


def test_pictures_from_outside_are_shown_to_who_asked_and_the_journal_says_so(
    desk, message, settings, monkeypatch, world
):
    settings.REMOTE_PICTURES = True
    asked = []
    fetch = "vitrine.desk.views.messages.fetch_picture"
    monkeypatch.setattr(fetch, lambda address: asked.append(address) or b"webp")

    assert "Show 1 picture from outside" in desk.get(at(message, "original")).text
    page = desk.post(at(message, "pictures"), follow=True).text
    [frame] = re.findall(r'<iframe class="sent-page" src="([^"]+)"', page)
    sources = re.findall(r' src="([^"]+)"', desk.get(frame).text)
    outside = [one.replace("&amp;", "&") for one in sources if "/picture/" in one]

    assert len(outside) == 1
    answer = desk.get(outside[0])
    assert (answer.content, answer.headers["Content-Type"]) == (b"webp", "image/webp")
    assert asked == ["https://pictures.example/logo.png"]
    assert verbs(message.ticket).count("ticket.pictures_fetched") == 1
    assert "pictures of a message fetched from pictures.example" in (
        desk.get(f"/desk/tickets/{message.ticket.number}/").text
    )
    desk.force_login(world.carla)
    assert desk.get(outside[0]).status_code == 400
    assert "/picture/" not in desk.get(frame).text


def test_nobody_makes_us_fetch_an_address_of_his_own(desk, message, settings, monkeypatch):
    settings.REMOTE_PICTURES = True
    monkeypatch.setattr("vitrine.desk.views.messages.fetch_picture", pytest.fail)

    for sign in ("", "http://evil.example/", "x:y:z"):
        assert desk.get(at(message, "picture"), {"of": sign}).status_code == 400


def test_the_second_line_sees_the_page_and_not_the_source(client, message, world):
    client.force_login(world.dora)
    assert client.get(at(message, "page")).status_code == 404

    client.force_login(world.iris)
    assert client.get(at(message, "page")).status_code == 200
    assert client.get(at(message, "source")).status_code == 404


def zipped(**files):
    """An archive as bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in files.items():
            archive.writestr(name.replace("_", "."), inner)
    return content.getvalue()


def received(name, content):
    """A file as a ticket would take it."""
    [file] = received_files((ParsedFile(name, "application/pdf", content),))
    return file


@pytest.mark.parametrize(
    ("name", "content", "danger"),
    [
        ("rechnung.pdf", b"%PDF-1.7 harmless", ""),
        ("brief.docx", zipped(document_xml=b"<w/>"), ""),
        ("werte.xml", b"<?xml version='1.0'?><werte/>", ""),
        ("setup.exe", b"MZ\x90\x00", "program"),
        ("rechnung.pdf.exe", b"MZ\x90\x00", "program"),
        ("rechnung.pdf          .scr", b"x", "program"),
        ("rechnung.pdf", b"MZ\x90\x00", "disguised"),
        ("foto.jpg", b"<html><form action=x>", "disguised"),
        ("makro.js", b"WScript.Shell", "program"),
        ("formular.html", b"<form>", "page"),
        ("bild.svg", b"<svg onload=alert(1)>", "page"),
        ("tabelle.xlsm", b"PK", "macros"),
        ("brief.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"),
         "macros"),
        ("brief.docx", zipped(vbaProject_bin=b"x"), "macros"),
        ("ordner.lnk", b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
        ("abbild.iso", b"x", "disk_image"),
        ("bilder.zip", zipped(foto_exe=b"MZ"), "program"),
        ("notiz.one", b"x", "program"),
        ("formular.pdf", b"%PDF-1.7 /OpenAction << /S /Launch >>", "macros"),
    ],
)  # fmt: skip
def test_a_dangerous_file_is_called_so(name, content, danger):
    assert received(name, content).danger == danger


def test_a_locked_archive_is_called_so():
    content = bytearray(zipped(foto_jpg=b"x"))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1

    assert received("bilder.zip", bytes(content)).danger == "locked"


def test_the_danger_stands_beside_the_file(desk, world):
    message = arrived(letter(rechnung_exe=b"MZ\x90"))

    page = desk.get(f"/desk/tickets/{message.ticket.number}/").text

    assert "It is or holds a program: do not open it unless you asked for it." in page


def test_an_archive_bomb_is_refused_with_a_sentence_and_stays_in_the_original(desk, world):
    bomb = zipped(null_txt=b"\0" * (120 * 2**20))
    assert len(bomb) < 200_000

    message = arrived(letter(bombe_zip=bomb))

    file = Attachment.objects.get(name="bombe.zip")
    assert (file.sha256, file.size) == ("", len(bomb))
    page = desk.get(f"/desk/tickets/{message.ticket.number}/").text
    assert "The archive would unpack to an absurd size; it stays in the original message." in page
    assert desk.get(f"/desk/attachments/{file.pk}/").status_code == 404


def test_archives_in_archives_in_archives_are_refused():
    content = b"x"
    for _level in range(6):
        content = zipped(inner_zip=content)

    assert received("tief.zip", content).refused


def test_a_directory_with_absurdly_many_files_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")

    assert received("viele.zip", content.getvalue()).refused


def test_a_picture_of_five_hundred_megapixels_is_refused_unopened():
    head = bytearray(picture("PNG"))
    head[16:24] = (25_000).to_bytes(4, "big") + (20_000).to_bytes(4, "big")
    head[29:33] = zlib.crc32(head[12:29]).to_bytes(4, "big")

    file = received("riesig.png", bytes(head))

    assert (file.content, file.refused) == (
        b"",
        "The picture has an absurd number of pixels; it stays in the original message.",
    )


def with_file(world, name, content, content_type):
    world.ticket(files=[ReceivedFile(name, content, content_type=content_type)])
    return Attachment.objects.latest("pk")


@pytest.mark.parametrize(
    ("content", "content_type", "shown"),
    [
        (picture("PNG"), "image/png", "image/png"),
        (picture("JPEG"), "image/jpeg", "image/jpeg"),
        (picture("WEBP"), "image/webp", "image/webp"),
        (picture("GIF"), "image/gif", "image/gif"),
        (b"Guten Tag", "text/plain", "text/plain; charset=utf-8"),
        (b"<script>alert(1)</script>", "image/png", None),
        (b"<svg onload=alert(1)>", "image/svg+xml", None),
        (b"<script>alert(1)</script>", "text/html", None),
        (b"%PDF-1.7", "application/pdf", None),
    ],
)
def test_a_browser_is_shown_only_what_it_cannot_run(desk, world, content, content_type, shown):
    file = with_file(world, "Ümläut \u201equer\u201c.x", content, content_type)

    answer = desk.get(f"/desk/attachments/{file.pk}/")

    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("inline" if shown else "attachment")
    assert "filename*=utf-8''" in disposition
    assert answer.headers["Content-Type"] == (shown or "application/octet-stream")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(answer.streaming_content) == content


def test_a_picture_has_a_small_form_and_nothing_else_has(desk, world):
    large = with_file(world, "foto.jpg", picture("JPEG", (4000, 3000)), "image/jpeg")
    other = with_file(world, "foto.jpg", b"\xff\xd8\xff no picture", "image/jpeg")

    answer = desk.get(f"/desk/attachments/{large.pk}/thumbnail/")

    assert answer.headers["Content-Type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert small.size == (240, 180)
    assert desk.get(f"/desk/attachments/{other.pk}/thumbnail/").status_code == 404


def test_a_name_that_misleads_is_shown_as_it_is(desk, world):
    message = arrived(letter().replace(b"photo.png", "rechnung\u202efdp.exe".encode()))

    [file] = message.attachments.all()

    assert "\u202e" not in file.name
    assert file.name.endswith("fdp.exe")
