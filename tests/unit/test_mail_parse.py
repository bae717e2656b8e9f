"""`parse` reads what people and programs really send, and never raises."""

import base64
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vitrine.channels.mail.parse import Kind, ParsedMail, inert, parse, split_quoted, text_of

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


ENDS = {
    "github-reply/test/emails": {
        "correct_sig": "signature.",
        "email_1_1": "-Abhishek Kona",
        "email_1_4": "problem with it.",
        "email_1_5": "for a while.",
        "email_1_6": "proper rendering as well.",
        "email_1_7": ":+1:",
        "email_1_8": "and under this.",
        "email_2_1": "Outlook with a reply",
        "email_2_2": "directly above line",
        "email_2_3": "directly above line",
        "email_BlackBerry": "another email",
        "email_bullets": "and another",
        "email_iPhone": "another email",
        "email_long_quote": "running a test?",
        "email_multi_word_sent_from_my_mobile_device": "another email",
        "email_one_is_not_on": "when I run...",
        "email_sent_from_my_not_signature": "mobile phone.",
        "email_sig_delimiter_in_middle_of_line": "kthxbai",
        "greedy_on": "is not working.",
        "pathological": "to a computer.",
    },
    "willdurand-reply/tests/Fixtures": {
        "correct_sig": "signature.",
        "email_7": "dictum nec nibh.",
        "email_8": "varius aliquet nec nec nibh.",
        "email_9": "varius aliquet nec nec nibh.",
        "email_10": "varius aliquet nec nec nibh.",
        "email_11": "varius aliquet nec nec nibh.",
        "email_12": "varius aliquet nec nec nibh.",
        "email_13": "varius aliquet nec nec nibh.",
        "email_14": "varius aliquet nec nec nibh.",
        "email_15": "varius aliquet nec nec nibh.",
        "email_16": "varius aliquet nec nec nibh.",
        "email_17": "varius aliquet nec nec nibh.",
        "email_18": "varius aliquet nec nec nibh.",
        "email_19": "proper rendering.",
        "email_20": "On Thursday.",
        "email_22": "varius aliquet nec nec nibh.",
        "email_23": "varius aliquet nec nec nibh.",
        "email_custom_quote_header": "Thank you!",
        "email_customer_quote_header_2": "Thank you very much.",
        "email_customer_quote_header_3": "merci d'avance",
        "email_issue_77": "Text paragraph 2",
        "email_norwegian_gmail": "varius aliquet nec nec nibh.",
        "email_thread": "in thread from bellow.",
        "email_unquoted_reply": "This is my reply.",
        "email_w10_mail": "Braxton",
        "email_with_date_headers": "Thank you very much.",
        "email_zimbra_free_en": "Michael Scott",
        "email_zimbra_free_fr": "Michael Scott",
        "sig_no_empty_line": "no empty line above.",
    },
}


@needs_samples
def test_what_is_new_is_seen_in_nine_of_ten_samples():
    wrong = []
    count = 0
    for folder, ends in ENDS.items():
        for name, end in ends.items():
            text = (SAMPLES / folder / f"{name}.txt").read_text(errors="replace")
            visible, _quoted = split_quoted(text.replace("\r\n", "\n"))
            count += 1
            if not visible.rstrip().endswith(end):
                wrong.append(name)

    assert len(wrong) / count <= 0.1, wrong


@needs_samples
def test_folding_loses_no_word():
    for path in (*SAMPLES.glob("*/test/emails/*.txt"), *SAMPLES.glob("*/tests/Fixtures/*.txt")):
        text = path.read_text(errors="replace").replace("\r\n", "\n")
        visible, quoted = split_quoted(text)
        assert (visible + quoted).split() == text.split() or (
            f"{visible} {quoted}".split() == text.split()
        )


# --- what is new -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote",
    [
        "Le lun. 5 oct. 2026 à 10:00, Desk <d@register.example> a écrit :\n> Bonjour",
        "Op ma 5 okt. 2026 om 10:00 schreef Desk <d@register.example>:\n> Goedendag",
        "Am 05.10.26 um 10:00 schrieb Desk:\n> Guten Tag",
        "On Mon, 5 Oct 2026 at 10:00, Desk <d@register.example>\nwrote:\n\n> Hello",
        "-----Message d'origine-----\nDe : Desk\nBonjour",
        "-----Oorspronkelijk bericht-----\nVan: Desk\nGoedendag",
        "-----Ursprüngliche Nachricht-----\nVon: Desk\nGuten Tag",
        "________________________________\nVan: Desk\nVerzonden: maandag\nAan: Ana\nHallo",
        "Von: Desk\nGesendet: Montag\nAn: Ana\nBetreff: Zugang\n\nGuten Tag",
        "Envoyé de mon iPhone",
        "Verzonden vanaf mijn gsm",
        "Von meinem iPhone gesendet",
        "-- \nAna Beispiel\nGemeinde Musterbach",
    ],
)
def test_quotes_of_clients_in_four_languages_are_folded(quote):
    assert split_quoted(f"Meine Antwort.\n\n{quote}") == ("Meine Antwort.", quote)


@pytest.mark.parametrize(
    "text",
    [
        "> nur ein Zitat",
        "Am Montag schrieb ich Ihnen: die Karte fehlt.",
        "> Frage eins?\nJa.\n> Frage zwei?\nNein.",
        "De 1 à 5 : oui. Objet : rien.",
        "Sent from my desk, I hope this helps.",
    ],
)
def test_what_is_meant_stays_visible(text):
    assert split_quoted(text)[0] == text


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
%s\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <1@register.example>\r\n"""


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


@pytest.mark.parametrize(
    "attack",
    [
        "<script>x()</script>",
        "<img src=x onerror=x()>",
        '<a href="javascript:x()">x</a>',
        "<svg/onload=x()>",
        '<iframe src="https://x.example">',
        '<p style="background:url(https://x.example)">',
        '<img src="https://x.example/track.png">',
        "<form action=https://x.example><input>",
        "<math><mtext></p><style><img src=x onerror=x()>",
    ],
)
def test_cleaned_html_is_inert(attack):
    clean = inert(attack).lower()

    for word in ("script", "onerror", "onload", "<iframe", "<form", "style=", 'src="http'):
        assert word not in clean


# --- size and rubbish ------------------------------------------------------------------

LARGE = base64.encodebytes(bytes(range(256)) * 90_000)
HOSTILE = {
    "thirty megabytes": mail(
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"--b\r\n\r\nhallo\r\n--b\r\nContent-Type: image/png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + LARGE + b"\r\n--b--",
    ),
    "long text": mail(b"", b"hallo welt dies ist text\r\n" * 1_000_000),
    "one line": mail(b"", b"x" * 30 * 2**20),
    "brackets": mail(b"Content-Type: text/html\r\n", b"<" * 3_000_000),
    "open tags": mail(b"Content-Type: text/html\r\n", b'<a "' * 100_000),
    "headers": mail(b"X: =?utf-8?q?\r\n " * 100_000),
    "nested": mail(
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
        b"x y z\r\n" * 500_000,
    ),
    "introductions": mail(b"", b"hi\r\n" + b"On a 1 wrote wrote:\r\n" * 200_000),
    "signatures": mail(b"", b"hi\r\n" + b"--\r\n" * 100_000),
    "comments": b"From: " + b"(" * 60_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_parsing_is_linear(name):
    before = time.process_time()

    parse(HOSTILE[name])

    assert time.process_time() - before < 5  # seconds of one core; usually below 1


PIECES = st.sampled_from(
    [
        b"From: ",
        b"a@b.example",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: text/html; charset=utf-7\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff\r\n",
        b"Subject: =?utf-8?b?",
        b"?=",
        b"--b\r\n",
        b"--b--\r\n",
        b"begin 644 x\r\n",
        b"\r\nend\r\n",
        b"Final-Recipient: rfc822; <",
        b"Action: failed\r\n",
        b"Status: 5.1.1\r\n",
        b"Date: Mon, 32 Foo 99999 25:61 +9999\r\n",
        b"Message-ID: <",
        b"<blockquote><a href='",
        b"> ",
        b"On 1 wrote:\n",
        b"-- \n",
        b"\xff\xfe\x00",
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.binary(max_size=20), max_size=60).map(b"".join))
def test_no_bytes_make_parse_raise(raw):
    found = parse(raw)

    assert isinstance(found, ParsedMail)
    assert "could not be read" not in (found.quarantine or "")
    for text in (found.subject, found.text, found.visible_text, found.html):
        assert "\x00" not in text
        text.encode()


@needs_samples
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_damage_to_a_real_mail_makes_parse_raise(data):
    paths = sorted(SAMPLES.rglob("*.eml"))
    raw = bytearray(data.draw(st.sampled_from(paths)).read_bytes()[:20_000])
    for _damage in range(data.draw(st.integers(0, 10))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))

    assert "could not be read" not in (parse(bytes(raw)).quarantine or "")
