"""What is new in a mail is seen; what it repeats is folded, never lost."""

from pathlib import Path

import pytest

from vitrine.channels.mail.parse import split_quoted

SAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "mail"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples of real mails are not on this machine"
)

ENDS = {
    "github-reply/test/emails": {
        "correct_sig": "signature.",
        "email_1_1": "Java HTTP API.",
        "email_1_2": 'delete them all individually."',
        "email_1_3": "would be great.",
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
        "email_long_quote": "Java HTTP API.",
        "email_multi_word_sent_from_my_mobile_device": "another email",
        "email_one_is_not_on": "when I run...",
        "email_sent_from_my_not_signature": "mobile phone.",
        "email_sig_delimiter_in_middle_of_line": "kthxbai",
        "greedy_on": "is not working.",
        "pathological": "to a computer.",
    },
    "willdurand-reply/tests/Fixtures": {
        "correct_sig": "signature.",
        "email_1": "Java HTTP API.",
        "email_2": 'delete them all individually."',
        "email_2_1": "Outlook with a reply",
        "email_3": "would be great.",
        "email_4": "problem with it.",
        "email_5": "for a while.",
        "email_6": "proper rendering as well.",
        "email_7": "varius aliquet nec nec nibh.",
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
        "email_21": "id est laborum.",
        "email_23_1": "varius aliquet nec nec nibh.",
        "email_blackberry": "another email",
        "email_bullets": "and another",
        "email_custom_quote_header": "Thank you!",
        "email_customer_quote_header_2": "Thank you very much.",
        "email_customer_quote_header_3": "merci d'avance",
        "email_iphone": "another email",
        "email_issue_77": "Text paragraph 2",
        "email_ls-l": "sess_25tni1suqgasqk8osnmk098sc6",
        "email_multi_word_sent_from_my_mobile_device": "another email",
        "email_norwegian_gmail": "varius aliquet nec nec nibh.",
        "email_one_is_not_on": "when I run...",
        "email_sent_from_my_not_signature": "mobile phone.",
        "email_thread": "in thread from bellow.",
        "email_unquoted_reply": "This is my reply.",
        "email_w10_mail": "Braxton",
        "email_zimbra_free_en": "Michael Scott",
        "email_zimbra_free_fr": "Michael Scott",
        "sig_no_empty_line": "no empty line above.",
    },
}
"""The last words of what is new in each sample; everything before them is new too."""


@needs_samples
def test_the_new_text_of_nine_in_ten_samples_is_exactly_what_is_seen(record_property):
    wrong = []
    count = 0
    for folder, ends in ENDS.items():
        for name, end in ends.items():
            text = (SAMPLES / folder / f"{name}.txt").read_text(errors="replace")
            text = text.replace("\r\n", "\n")
            visible, _quoted = split_quoted(text)
            count += 1
            if visible.split() != text[: text.rindex(end) + len(end)].split():
                wrong.append(name)

    record_property("equal", f"{count - len(wrong)} of {count}")
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
