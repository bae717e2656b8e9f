"""Reports, answers of machines and replies of shapes that were found to be misread."""

import pytest

from vitrine.channels.mail.parse import Kind, parse

HEAD = "From: {sender}\nTo: desk@register.example\nSubject: {subject}\nMessage-ID: <a@b.example>\n"
JAN = "Jan <jan@stad.example>"
TO_OURS = "In-Reply-To: <ours@register.example>\n"


def mail(text, *, sender=JAN, subject="Re: Vraag", more="", kind="plain"):
    """A message of one part, read."""
    head = HEAD.format(sender=sender, subject=subject)
    type_ = f"MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n"
    return parse(f"{head}{more}{type_}{text}".encode())


@pytest.mark.parametrize(
    ("text", "subject", "is_hard"),
    [
        (
            (
                "Votre message\n\nn'a pas été distribué à :\n\n  jan@stad.example\n\ncar :\n\n"
                "  L'utilisateur jan (jan@stad.example) n'est pas répertorié dans l'annuaire\n"
            ),
            "ECHEC DE LA DISTRIBUTION",
            True,
        ),
        (
            (
                "Ihre Nachricht\n\nwurde nicht zugestellt an:\n\n  jan@stad.example\n\nweil:\n\n"
                "  Benutzer jan (jan@stad.example) ist nicht im Domino-Verzeichnis aufgeführt\n"
            ),
            "ZUSTELLUNGSFEHLER: Benutzer nicht im Verzeichnis",
            True,
        ),
        (
            (
                "De volgende geadresseerde(n) kunnen niet worden bereikt:\n\n"
                "  jan@stad.example op 16-11-2026 9:01\n"
                "    Het e-mailaccount bestaat niet in de organisatie.\n"
                "    <mx.stad.example #5.1.1>\n"
            ),
            "Niet bestelbaar: Re: vraag",
            True,
        ),
        (
            (
                "The following message was undeliverable:\n\njan@stad.example\n"
                "  450-4.2.1 The user you are trying to contact is receiving mail at a rate that\n"
                "  prevents additional messages from being delivered.\n"
            ),
            "Undeliverable: Vraag",
            False,
        ),
    ],
)
def test_a_report_in_the_words_of_its_country_is_hard_or_soft(text, subject, is_hard):
    read = mail(text, sender="Postmaster <postmaster@stad.example>", subject=subject)

    assert read.kind == Kind.BOUNCE
    assert [(each.address, each.permanent) for each in read.failed_recipients] == [
        ("jan@stad.example", is_hard)
    ]


def test_each_address_of_a_report_is_judged_by_its_own_words():
    read = mail(
        "A message that you sent could not be delivered. The following address(es) failed:\n\n"
        "  jan@stad.example\n    Unrouteable address\n"
        "  marie@ville.example\n    host mx.ville.example [192.0.2.1]\n"
        "    SMTP error after RCPT TO:<marie@ville.example>:\n    552 5.2.2 mailbox full\n",
        sender="Mail Delivery System <Mailer-Daemon@mx.example>",
        subject="Mail delivery failed: returning message to sender",
        more="X-Failed-Recipients: jan@stad.example,\n marie@ville.example\n",
    )

    failed = {each.address: each.permanent for each in read.failed_recipients}
    assert failed == {"jan@stad.example": True, "marie@ville.example": False}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Delivery report rejected in the register",
            "Our delivery report for October was rejected with code TI 140.\n\njan@stad.example",
        ),
        (
            "Dossier rejected",
            "The file could not be sent for marie@stad.example. Could you look at it?",
        ),
        (
            "Réponse automatique du registre",
            "L'application renvoie une réponse automatique « 140 ».",
        ),
        ("Automatische Antworten im Register", "Die Antworten sind falsch übersetzt."),
        ("Message d'absence de données", "Bonjour, ce message apparaît depuis lundi."),
        ("Out of office hours", "Can we call you out of office hours?"),
        (
            "Contactformulier",
            (
                "Dit bericht werd automatisch verstuurd door het formulier op onze site.\n\n"
                "Naam: Jan\nVraag: hoe wijzig ik een adres?"
            ),
        ),
        (
            "Re: uw antwoord",
            "Wij krijgen telkens „Dit is een automatisch antwoord” te zien. Klopt dat?",
        ),
        (
            "Re: Vraag",
            "Bedankt!\n\n> Dit is een automatisch bericht van de helpdesk.\n> Uw nummer is 12.",
        ),
    ],
)
def test_a_person_who_writes_of_reports_and_machines_is_a_person(subject, text):
    for more in ("", TO_OURS) if subject.startswith("Re:") else ("",):
        assert mail(text, subject=subject, more=more).kind == Kind.PERSON


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[Auto-Reply] Re: ticket", "We have received your message."),
        ("Re: Votre demande", "Je suis absent.\n\nCeci est une réponse automatique."),
        ("Re: Uw vraag", "Ik ben afwezig tot 20/11. Dit is een automatisch antwoord."),
        ("AW: Ihre Frage", "Ich bin abwesend. Dies ist eine automatisch erstellte Nachricht."),
        ("Re: Your request", "I am away.\n\nThis is an automated response."),
        (
            "Eingangsbestätigung",
            "Ihre Nachricht ist eingegangen. Diese E-Mail wurde automatisch erzeugt.",
        ),
        ("Ontvangstbevestiging", "Goed ontvangen. Dit is een automatisch bericht."),
        ("Accusé de réception", "Ceci est un message automatique, merci de ne pas y répondre."),
        ("Accusé de réception automatique : Votre demande", "Bien reçu."),
        ("Ik ben met vakantie Re: Uw vraag", "Ik ben met vakantie tot 20/11."),
        ("Auto: Your request", "I am out of office until Friday."),
    ],
)
def test_a_machine_that_says_so_is_one_without_any_header(subject, text):
    assert mail(text, subject=subject).kind == Kind.AUTOMATIC


@pytest.mark.parametrize(
    "above",
    [
        ">>> Helpdesk <desk@register.example> 16.11.2026 09:12 >>>",
        "-------- Originele bericht --------\nVan: Helpdesk\nDatum: 16-11-2026 09:12\nAan: Jan",
    ],
)
def test_what_stands_below_this_mark_is_folded(above):
    read = mail(f"Bedankt, het werkt.\n\n{above}\n\nDag Jan,\n\nProbeer het opnieuw.")

    assert read.visible_text == "Bedankt, het werkt."
    assert "Probeer het opnieuw." in read.quoted_text


def test_a_page_whose_first_line_is_above_the_fields_of_a_quotation_is_folded():
    read = mail(
        "<div>Danke</div><div name='quote'><b>Gesendet:</b> Montag, 16. November 2026 09:12<br>"
        "<b>Von:</b> Helpdesk<br><b>An:</b> ana@ort.example<br><b>Betreff:</b> Frage</div>"
        "<div>Guten Tag</div>",
        kind="html",
    )

    assert read.visible_text == "Danke"


BLOCK = (
    "Van: Helpdesk <desk@register.example>\nVerzonden: maandag 16 november 2026 9:12\nAan: Jan\n"
)


@pytest.mark.parametrize(
    "words",
    [
        "Zie mijn antwoorden hieronder.",
        "Mijn antwoorden staan in het rood.",
        "Voir mes réponses ci-dessous.",
        "Siehe meine Antworten im Text.",
        "Antworten in blau.",
        "See my answers below.",
        "Please find my comments inline.",
        "Voir en rouge.",
    ],
)
def test_answers_that_the_sender_points_at_are_never_folded(words):
    text = f"{words}\n\nJan\n\n{BLOCK}Onderwerp: RE: Vraag\n\nWelk nummer?\n[Jan] Nummer 12."

    assert "[Jan] Nummer 12." in mail(text).visible_text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Punten:\n--\neerste\n--\ntweede, graag antwoord", "tweede, graag antwoord"),
        ("Ok.\n-- \nJan\n\nPS: graag voor vrijdag", "PS: graag voor vrijdag"),
        (
            (
                "Guten Tag,\n\nBetreff: Straße 12\nVon: Haus 1\nAn: Haus 9\nDatum: 1.1.2026\n\n"
                "Bitte eintragen."
            ),
            "Bitte eintragen.",
        ),
    ],
)
def test_what_only_looks_like_a_signature_or_a_quotation_stays(text, wanted):
    assert wanted in mail(text).visible_text
