"""Answers as the mail programs of our correspondents write them, in text and in HTML."""

import pytest

from vitrine.channels.mail.parse import parse, split_quoted

NEW = "Ma réponse est ici."
INTRODUCTIONS = [
    "On Tue, 2011-03-01 at 18:02 +0530, Ana Beispiel wrote:",
    "2014-03-20 8:48 GMT+01:00 Ana Beispiel <ana@musterbach.example>:",
    "Le 19 mars 2014 10:37, Jean Exemple <jean@exempleville.example> a écrit :",
    "Le 19/03/2014 11:34, Jean Exemple a écrit :",
    "Le lun. 3 avr. 2017 à 10:00, Un Nom Assez Long Pour La Ligne <\nj@x.example> a écrit :",
    "Op ma 3 apr. 2017 om 10:00 schreef An Voorbeeld <an@voorbeeldegem.example>:",
    "Op 12 december 2016 19:05 schreef An Voorbeeld <\nan@voorbeeldegem.example>:",
    "Op 3 apr. 2017 om 10:00 heeft An Voorbeeld <an@x.example> het volgende geschreven:",
    "Am 25.06.2015 um 10:55 schrieb Ana Beispiel:",
    "Am Mo., 3. Apr. 2017 um 10:00 Uhr schrieb Ana Beispiel <ana@musterbach.example>:",
    "Am 01.02.2020 um 10:00 schrieb Ana <ana@x.example<mailto:ana@x.example>>:",
    "Ana Beispiel <ana@musterbach.example> schrieb:",
    "On Feb 1, 2020, at 10:00 AM, Ana <a@x.example<mailto:a@x.example>> wrote:",
    "El 19/03/2014 11:34, Juan <juan@x.example> escribió:",
    "Il giorno lun 3 apr 2017 alle ore 10:00 Anna <anna@x.example> ha scritto:",
    "Em seg., 3 de abr. de 2017 às 10:00, Ana <ana@x.example> escreveu:",
    "W dniu 7 stycznia 2015 15:24 użytkownik Anna <anna@x.example> napisał:",
    "Den 08/06/2015 kl. 21.21 skrev Anna <anna@x.example>:",
    "tir. 18. apr. 2017 kl. 13:09 skrev Anna <anna@x.example>:",
    "pe 3. maalisk. 2017 klo 10.05 Anna <anna@x.example> kirjoitti:",
    "po 3. 4. 2017 v 10:00 odesílatel Anna <anna@x.example> napsal:",
    "Anna <anna@x.example> ezt írta (időpont: 2017. ápr. 3., H, 10:00):",
    "În lun., 3 apr. 2017 la 10:00, Ana <ana@x.example> a scris:",
    "пн, 3 апр. 2017 г. в 10:00, Anna <anna@x.example>:",
    "2017年4月3日(月) 10:00 Anna <anna@x.example>:",
    "--- On Mon, 1/2/10, Ana <ana@x.example> wrote:",
    "--- En date de : Lun 1.2.10, Ana <ana@x.example> a écrit :",
    '-----"Ana Beispiel" <ana@x.example> wrote: -----',
    "-----Original Message-----",
    "-----Message d'origine-----",
    "----- Mail original -----",
    "-----Oorspronkelijk bericht-----",
    "-------- Oorspronkelijk bericht --------",
    "-----Ursprüngliche Nachricht-----",
    "Von: Ana <a@x.example>\nGesendet: Montag, 3. April 2017 10:00\nAn: B\nBetreff: Z",
    "De : Ana <a@x.example>\nEnvoyé : lundi 3 avril 2017 10:00\nÀ : B\nObjet : Z",
    "De: Ana [mailto:a@x.example]\nEnvoyé: lundi 3 avril 2017 10:00\nÀ: B\nCc: C\nObjet: Z",
    "*De :* Ana <a@x.example>\n*Envoyé :* lundi 3 avril 2017 10:00\n*À :* B\n*Objet :* Z",
    "From:\tAna/BRU\nTo:\tB\nDate:\t03/04/2017\nSubject:\tZ",
    "________________________________\nVan: An <a@x.example>\nVerzonden: maandag\nAan: B",
    "________________________________\n\nDe : Ana <a@x.example>\nEnvoyé : lundi 3 avril 2017",
    "Fra: Ana <a@x.example>\nSendt: 3. april 2017 10:00\nTil: B\nEmne: Z",
    "Envoyé de mon iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Von meinem iPhone gesendet",
    "Sent from Outlook for iOS<https://outlook.example/o0ukef>",
    "Obtenir Outlook pour iOS<https://outlook.example/o0ukef>",
    "Outlook voor iOS downloaden<https://outlook.example/o0ukef>",
    "Provenance : Courrier pour Windows 10",
    "Verzonden vanuit Mail voor Windows",
    "Gesendet von Mail für Windows",
    "Envoyé depuis mon appareil mobile Samsung.",
    "-- \nAn Voorbeeld\nDienst Bevolking",
]
WHOLE = [
    "An <a@x.example>\n23/11/2026 10:00\n\nA\nDesk <h@b.example>\ncc\n\nObjet\nx\n\nBonjour",
    "De :\tAn Voorbeeld/BRU\nA :\tDesk/BRU@REG\nDate :\t23/11/2026\nObjet :\tx\n\nBonjour",
    '> Message du 23/11/26 10:00\n> De : "An" <a@x.example>\n> A : b@x.example\n> Objet : x\n> y',
    "De: An <a@x.example>\nDate: lundi 3 avril 2017 à 10:00\nÀ: B\nObjet: Z\n\nBonjour",
    'Gesendet: Montag, 23. November 2026\nVon: "An" <a@x.example>\nAn: b\nBetreff: x\nHallo',
    "------- Message original -------\nLe lundi 23 novembre 2026 à 10:00, An a écrit :\n\n> x",
    "    Le lundi 23 novembre 2026 à 10:00:00 UTC+1, An <a@x.example> a écrit :  \n \n Bonjour",
    "    Op maandag 23 november 2026 10:00:00 CET schreef An <a@x.example>:  \n \n Dag",
    "    Am Montag, 23. November 2026 hat An <a@x.example> Folgendes geschrieben:  \n \n Hallo",
    "Am Montag, dem 23.11.2026 um 10:00 +0100 schrieb An:\n> x",
    "An schreef op 2026-11-23 10:00:\n> x",
    "Citaat van An <a@x.example>:\n\n> x",
    "Zitat von An <a@x.example>:\n\n> x",
    "An <a@x.example> a écrit :\n\n> x",
]
QUOTED = ["\n> Alte Frage\n> zwei Zeilen", "\n\nAlte Frage\nzwei Zeilen", "\n\n> Alte Frage"]


@pytest.mark.parametrize("quoted", QUOTED, ids=["marked", "unmarked", "apart"])
@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_only_what_is_new_is_seen_and_the_rest_is_folded(introduction, quoted):
    visible, folded = split_quoted(f"{NEW}\n\n{introduction}{quoted}")

    assert visible == NEW
    assert folded == f"{introduction}{quoted}"


@pytest.mark.parametrize("quotation", WHOLE)
def test_quotations_of_webmail_and_old_programs_are_folded(quotation):
    visible, folded = split_quoted(f"{NEW}\n\n{quotation}")

    assert visible == NEW
    assert folded.split() == quotation.split()


@pytest.mark.parametrize(
    "text",
    [
        "Le 3 mars, mon collègue vous a écrit :\n\nLa carte est perdue.",
        "Voici la liste :\n\n- un\n- deux",
        "Bonjour,\n\nDe : la commune\nMerci",
        "Question:\nHow do I do x?\n\nAnswer:\nLike this",
        "Envoyé hier par la poste, sans réponse.",
        "-attestation\n-copie",
        "FYI\n\n---------- Forwarded message ---------\nFrom: An <a@x.example>\nDate: x\n\nHelp",
        "From: An <a@x.example>\nSent: Monday\nTo: desk\nSubject: x\n\nHelp me please",
        "> Frage eins?\nJa.\n\n> Frage zwei?\nNein.",
        "On Mon, 1 Jan 2024 at 10:00, An <a@x.example> wrote:\n> Frage?\n\nJa, sicher.",
    ],
)
def test_what_is_meant_is_not_folded(text):
    assert split_quoted(text) == (text, "")


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my cell, please excuse any typos.",
        "<<sent by galaxy>>",
        "(sent from a phone)",
        "Von Outlook für iOS gesendet",
        "Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
        "Envoyé depuis l'application Mail Orange",
        "Verzonden met Proton Mail",
        "Sent from my Windows 8 PC <http://windows.example/preview>",
    ],
)
def test_the_line_of_a_telephone_is_folded(line):
    assert split_quoted(f"{NEW}\n\n{line}") == (NEW, line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, is much easier then my mobile phone.",
        "Sent from Brussels yesterday by post",
        "Envoyé par la poste hier",
        "Verzonden met de post op 3 maart",
        "Gesendet von der Gemeinde Musterbach",
        "Sent with the form on your website, mail attached",
        "Envoyé depuis la commune par mail le 3 mars, sans réponse",
        "Outlook for the region",
    ],
)
def test_what_a_person_tells_about_sending_is_seen(line):
    assert split_quoted(f"{NEW}\n\n{line}")[0] == f"{NEW}\n\n{line}"


def test_a_line_drawn_between_two_parts_of_an_answer_folds_neither():
    text = f"{NEW}\n\n{'_' * 60}\n\nUn autre point.\n\nCordialement\nJean"

    assert split_quoted(f"{text}\n\nLe 3/3/2024 10:00, An a écrit :\n> x")[0] == text


def test_the_end_of_a_quoted_line_that_a_program_wrapped_is_no_answer():
    long = (
        "> Beste, u kan dit doen via het menu Beheer en dan de knop Wijzigen van uw\neigen scherm."
    )

    assert split_quoted(f"Dank u.\n\nOp 1-2-2024 om 10:00 schreef An:\n{long}\n> Groet")[0] == (
        "Dank u."
    )


def test_an_answer_between_quoted_lines_is_seen_with_them():
    asked = "> Wann war das Problem zum ersten Mal da, und bei wem ist es passiert?"
    text = f"{asked}\nGestern.\n> Wo?\nHier"

    assert split_quoted(text) == (text, "")


# --- HTML ------------------------------------------------------------------------------


def page(html, *, subject="Re: x"):
    return parse(
        f"From: An <an@voorbeeldegem.example>\r\nSubject: {subject}\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    )


HTML_QUOTES = {
    "gmail": '<div class="gmail_quote"><div class="gmail_attr">Pe 3 foo 2024, X:</div>'
    "<blockquote class='gmail_quote'>Frage</blockquote></div>",
    "outlook web": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Od:</b> X<br>'
    "<b>Wysłano:</b> pon</div><div>Frage</div>",
    "outlook": "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>Från:</b> X<br>"
    "<b>Skickat:</b> mån</p></div><p>Frage</p>",
    "thunderbird": '<div class="moz-cite-prefix">Foo bar 2024 X:<br></div>'
    '<blockquote type="cite">Frage</blockquote>',
    "yahoo": '<div class="yahoo_quoted"><div>Foo X</div><div>Frage</div></div>',
    "proton": '<div class="protonmail_quote">Foo X<br><blockquote>Frage</blockquote></div>',
    "apple": "<br><blockquote type='cite'>Frage</blockquote>",
    "zimbra": '<hr id="zwchr"><b>Od: </b>X<br>Frage',
}


@pytest.mark.parametrize("client", HTML_QUOTES)
def test_a_quotation_that_the_markup_tells_is_folded_in_any_language(client):
    found = page(f"<html><body><div>{NEW}</div>{HTML_QUOTES[client]}</body></html>")

    assert found.visible_text == NEW
    assert "Frage" in found.quoted_text


def test_a_signature_that_the_markup_tells_is_folded():
    signature = '<div class="gmail_signature"><div>An Voorbeeld</div><div>Gemeente</div></div>'
    found = page(f"<div>{NEW}</div><br>{signature}{HTML_QUOTES['gmail']}")

    assert found.visible_text == NEW
    assert found.quoted_text.startswith("An Voorbeeld\nGemeente")


def test_answers_between_and_below_the_quoted_lines_of_a_page_are_seen():
    between = (
        '<div class="gmail_quote">X:<blockquote>Wann?</blockquote><div>Gestern.</div>'
        "<blockquote>Wo?</blockquote><div>Hier.</div></div>"
    )
    found = page(f"<div>Siehe unten.</div>{between}")

    assert "Gestern." in found.visible_text
    assert "Hier." in found.visible_text


def test_a_message_that_was_passed_on_is_seen():
    for subject in ("FW: x", "TR : x", "WG: x", "Doorst: x", "Fwd: x"):
        found = page(f"<div>Pour vous.</div>{HTML_QUOTES['outlook web']}", subject=subject)
        assert "Frage" in found.visible_text


def test_an_indented_paragraph_of_a_page_is_no_quotation():
    style = "margin:0 0 0 40px;border:none;padding:0px"
    found = page(f"<div>{NEW}</div><blockquote style='{style}'>Mein Text</blockquote>")

    assert found.visible_text == f"{NEW}\n\nMein Text"
