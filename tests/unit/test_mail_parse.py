"""`parse` reads what people and programs really send, and never raises."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vitrine.channels.mail.parse import Kind, parse, text_of

SAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "mail"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples of real mails are not on this machine"
)


def mail(headers=b"", body=b"Guten Tag"):
    return b"From: Ana Beispiel <ana@musterbach.example>\r\n" + headers + b"\r\n" + body


def sample(name):
    return (SAMPLES / "mikel-mail/spec/fixtures/emails" / name).read_bytes()


# --- real mails ------------------------------------------------------------------------


@needs_samples
def test_every_real_mail_is_read():
    """Those without a usable From are the only ones that go into quarantine."""
    read = {path.name: parse(path.read_bytes()) for path in SAMPLES.rglob("*.eml")}

    assert len(read) >= 100
    kept_back = {name for name, found in read.items() if found.quarantine}
    assert kept_back <= {"bad_encoded_subject.eml", "example13.eml"}


@needs_samples
@pytest.mark.parametrize(
    ("name", "sender", "subject"),
    [
        ("plain_emails/raw_email.eml", "jamis@37signals.com", "NOTE: 한국말로 하는 것"),
        ("multi_charset/japanese.eml", "raasdnil@gmail.com", "まみむめも"),
        ("multi_charset/japanese_iso_2022.eml", "raasdnil@gmail.com", "まみむめも"),
        ("rfc6532/utf8_headers.eml", "jdöe@mächine.example", "Säying Hello"),
        ("rfc2822/example10.eml", "pete@silly.test", ""),
    ],
)
def test_headers_of_real_mails(name, sender, subject):
    found = parse(sample(name))

    assert found.sender is not None
    assert (found.sender.address, found.subject) == (sender, subject)


@needs_samples
@pytest.mark.parametrize(
    ("name", "kind", "failed"),
    [
        ("multipart_report_emails/multi_address_bounce1.eml", Kind.BOUNCE, 5),
        ("multipart_report_emails/report_530.eml", Kind.BOUNCE, 1),
        ("multipart_report_emails/multipart_report_multiple_status.eml", Kind.BOUNCE, 1),
        ("multipart_report_emails/report_422.eml", Kind.AUTOMATIC, 0),  # a delay is no bounce
    ],
)
def test_kinds_of_real_reports(name, kind, failed):
    found = parse(sample(name))

    assert (found.kind, len(found.failed_recipients)) == (kind, failed)


@needs_samples
def test_files_of_real_mails_have_their_names():
    assert parse(sample("attachment_emails/attachment_nonascii_filename.eml")).attachments[
        0
    ].name == ("ciële.txt")
    [nested] = parse(sample("attachment_emails/attachment_message_rfc822.eml")).attachments
    assert (nested.name, nested.content_type) == ("ForwardedMessage.eml", "message/rfc822")


# --- damaged mails ---------------------------------------------------------------------


def test_nothing_is_nothing():
    assert parse(b"").quarantine
    assert parse(b"\r\n\r\n").quarantine
    assert parse(b"\x00\xff\xfe").quarantine


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        (b"utf-8", "Straße".encode(), "Straße"),
        (b"iso-8859-1", "Straße".encode("latin-1"), "Straße"),
        (b"us-ascii", "Straße".encode(), "Straße"),
        (b"utf-8", "Straße".encode("latin-1"), "Straße"),
        (b"iso-8859-1", "Straße".encode(), "Straße"),
        (b"klingon", "Straße".encode("cp1252"), "Straße"),
        (b"windows-1252", b"\x80 20", "€ 20"),
        (b"rot13", b"Hallo", "Hallo"),
        (b"zlib", b"Hallo", "Hallo"),
        (b"iso-2022-jp", "まみ".encode("iso2022_jp"), "まみ"),
        (b"utf-16", "Straße".encode("utf-16"), "Straße"),
    ],
)
def test_the_bytes_decide_about_the_charset(charset, raw, text):
    header = b"Content-Type: text/plain; charset=" + charset + b"\r\n"

    assert parse(mail(header, raw)).text == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"=?utf-8?q?Stra=C3=9Fe?=", "Straße"),
        (b"=?utf-8?b?U3RyYcOf?= =?utf-8?b?ZQ==?=", "Straße"),
        (b"=?utf-8?b?U3RyYcM=?=\r\n =?utf-8?b?n2U=?=", "Straße"),
        (b"=?utf-8?b?U3RyYcOfZQ?=", "Straße"),
        (b"=?klingon?q?Stra=DFe?=", "Straße"),
        (b"=?utf-8?q?ein zwei?= drei", "ein zwei drei"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"=?utf-8?x?b?=", "=?utf-8?x?b?="),
        (b"Stra\xdfe", "Straße"),
        (b"x\x00\x07y", "xy"),
    ],
)
def test_subjects_however_they_are_encoded(written, read):
    assert parse(mail(b"Subject: " + written + b"\r\n")).subject == read


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        (b"Ana <ana@x.example>", "Ana", "ana@x.example"),
        (b'"Beispiel, Ana" <ana@X.Example>', "Beispiel, Ana", "ana@x.example"),
        (b"ana@x.example (Ana (B))", "Ana (B)", "ana@x.example"),
        (b"=?utf-8?q?J=C3=BCrg?= <j@x.example>", "Jürg", "j@x.example"),
        (b'"ana@x.example" <ana@x.example>', "ana@x.example", "ana@x.example"),
        (b"Ana ana@x.example", "Ana", "ana@x.example"),
        (b"Team: ana@x.example, b@x.example;", "", "ana@x.example"),
        (b"<ana@x.example", "", "ana@x.example"),
        (b"J\xfcrg <j@x.example>", "Jürg", "j@x.example"),
    ],
)
def test_senders_however_they_are_written(written, name, address):
    found = parse(b"From: " + written + b"\r\n\r\nx").sender

    assert found is not None
    assert (found.name, found.address) == (name, address)


@pytest.mark.parametrize(
    "written", [b"", b"<>", b"nobody", b"undisclosed-recipients:;", b"@", b"a@"]
)
def test_without_a_usable_sender_there_is_a_reason(written):
    assert parse(b"From: " + written + b"\r\nX: y\r\n\r\nx").quarantine


def test_dates():
    assert parse(mail(b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n")).date == datetime(
        2026, 11, 23, 9, tzinfo=UTC
    )
    for wrong in (b"yesterday", b"Mon, 99 Nov 2026 99:99:99 +9999", b"", b"1" * 5000):
        parse(mail(b"Date: " + wrong + b"\r\n"))


def test_the_best_form_of_an_alternative_is_read():
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nGuten Tag\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Guten <b>Tag</b></p>\r\n--b--\r\n"
    )
    found = parse(mail(b"Content-Type: multipart/alternative; boundary=b\r\n", body))

    assert (found.text, found.html) == ("Guten Tag", "<p>Guten <b>Tag</b></p>")
    assert not found.attachments


def test_html_alone_becomes_text():
    page = """<html><head><style>p {}</style></head><body><p>Guten&nbsp;Tag,</p>
    <ul><li>eins<li>zwei</ul><a href="https://x.example/a">hier</a>
    <script>bad()</script><blockquote>alt</blockquote>"""
    found = text_of(page)

    assert found == "Guten Tag,\n\n- eins\n- zwei\n\nhier <https://x.example/a>\n\n> alt"


def test_winmail_and_uuencode_are_files():
    tnef = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
    [file] = parse(mail(tnef, b"\x78\x9f\x3e\x22")).attachments
    assert (file.name, file.content) == ("winmail.dat", b"\x78\x9f\x3e\x22")

    found = parse(mail(b"", b"Hier:\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"))
    [file] = found.attachments
    assert (file.name, file.content, found.text.strip()) == ("a.txt", b"Cat", "Hier:")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'filename="..\\..\\etc/passwd"', "passwd"),
        (b"filename*=utf-8''Stra%C3%9Fe.pdf", "Straße.pdf"),
        (b"filename*0=lang; filename*1=er.pdf", "langer.pdf"),
        (b'filename="=?utf-8?q?Stra=C3=9Fe.pdf?="', "Straße.pdf"),
        (b'filename="a\xe2\x80\xaefdp.exe"', "a_fdp.exe"),
    ],
)
def test_names_of_files_are_safe(written, read):
    headers = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + written
    [file] = parse(mail(headers + b"\r\n", b"x")).attachments

    assert file.name == read


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (b"Auto-Submitted: auto-replied\r\n", Kind.AUTOMATIC),
        (b"Auto-Submitted: no\r\n", Kind.PERSON),
        (b"Subject: Automatische Antwort: Zugang\r\n", Kind.AUTOMATIC),
        (b"Subject: =?utf-8?q?R=C3=A9ponse_automatique_:_x?=\r\n", Kind.AUTOMATIC),
        (b"Subject: Automatisch antwoord: toegang\r\n", Kind.AUTOMATIC),
        (b"Subject: Out of Office: x\r\n", Kind.AUTOMATIC),
        (b"Subject: Re: Automatic reply: x\r\n", Kind.PERSON),
        (b"Subject: Absence de courrier\r\n", Kind.PERSON),
        (b"Precedence: bulk\r\nList-Id: <x.example>\r\n", Kind.PERSON),
        (b"X-Failed-Recipients: a@b.example\r\n", Kind.BOUNCE),
    ],
)
def test_kinds(headers, kind):
    assert parse(mail(headers)).kind == kind


QMAIL = b"""From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n\
Hi. This is the qmail-send program at mx.example.\r\n\r\n<luc@courriel.example>:\r\n\
%s\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n\
Message-ID: <1@register.example>\r\n"""


@pytest.mark.parametrize(
    ("words", "permanent"),
    [
        (b"Sorry, no mailbox here by that name. (#5.1.1)", True),
        (b"User's mailbox is over quota", False),
        (b"552 5.2.2 mailbox full", False),
        (b"550 5.7.1 message rejected as spam", False),
        (b"Host or domain name not found", True),
    ],
)
def test_hard_and_soft_of_reports_that_follow_no_standard(words, permanent):
    found = parse(QMAIL % words)

    assert found.kind == Kind.BOUNCE
    [failed] = found.failed_recipients
    assert (failed.address, failed.permanent) == ("luc@courriel.example", permanent)
    assert found.returned_message_ids == ("<1@register.example>",)
