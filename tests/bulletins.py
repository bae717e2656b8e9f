"""Invented bulletins for the tests of what is published."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vitrine.publication.bulletin import (
    Availability,
    Bulletin,
    Component,
    Interruption,
    Maintenance,
    MaintenanceState,
    Phase,
    Position,
    Sentences,
    SubReason,
    Update,
)

AT = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
"""Monday 23 November 2026, 10:41 in Brussels."""
NAMES = {
    "fr": "Registre national",
    "nl": "Rijksregister",
    "de": "Nationalregister",
    "en": "National Register",
}
SENTENCES = {
    "works": {
        "fr": "Le Registre national fonctionne normalement.",
        "nl": "Het Rijksregister werkt normaal.",
        "de": "Das Nationalregister arbeitet störungsfrei.",
        "en": "The National Register is working normally.",
    },
    "slowed.slow": {
        "fr": "Le Registre national est ralenti.",
        "nl": "Het Rijksregister werkt vertraagd.",
        "de": "Das Nationalregister arbeitet verlangsamt.",
        "en": "The National Register is slow.",
    },
    "slowed.partial": {
        "fr": "Le Registre national fonctionne, mais certaines fonctionnalités sont perturbées.",
        "nl": "Het Rijksregister werkt, maar sommige functies zijn verstoord.",
        "de": "Das Nationalregister ist in Betrieb, einige Funktionen sind jedoch gestört.",
        "en": "The National Register is working, but some functions are disrupted.",
    },
    "interrupted": {
        "fr": "Le Registre national est momentanément interrompu.",
        "nl": "Het Rijksregister is momenteel onderbroken.",
        "de": "Das Nationalregister ist derzeit außer Betrieb.",
        "en": "The National Register is currently unavailable.",
    },
    "overrun": {
        "fr": "L’heure de fin prévue est dépassée ; une nouvelle estimation suivra.",
        "nl": "Het verwachte einde is verstreken; een nieuwe schatting volgt.",
        "de": "Das erwartete Ende ist überschritten; eine neue Schätzung folgt.",
        "en": "The expected end has passed; a new estimate will follow.",
    },
}
COMPONENTS = {
    "natural-persons": {
        "fr": "Accès aux personnes physiques",
        "nl": "Toegang tot de natuurlijke personen",
        "de": "Zugang zu natürlichen Personen",
        "en": "Access to natural persons",
    },
    "cards": {
        "fr": "Cartes d’identité",
        "nl": "Identiteitskaarten",
        "de": "Personalausweise",
        "en": "Identity cards",
    },
    "civil-status": {
        "fr": "Banque de données des actes de l’état civil",
        "nl": "Databank akten burgerlijke stand",
        "de": "Datenbank der Personenstandsurkunden",
        "en": "Database of civil status records",
    },
}
SINCE = AT - timedelta(minutes=29)


def in_all(text):
    """The same invented text in four languages, told apart."""
    return {language: f"{text} ({language})" for language in ("fr", "nl", "de", "en")}


def components(position, sub_reason):
    """Three components, the first in `position`."""
    return tuple(
        Component(
            code=code,
            names=names,
            order=order,
            position=Position.WORKS if order else position,
            sub_reason=SubReason.NONE if order else sub_reason,
            since=AT - timedelta(days=12) if order or position is Position.WORKS else SINCE,
            availability=((2025, 0.9991), (2026, 0.99873)),
            days=(Availability.UNKNOWN,) * 4
            + (Availability.WORKS,) * 60
            + (Availability.SLOWED, Availability.INTERRUPTED)
            + (Availability.WORKS,) * 24,
        )
        for order, (code, names) in enumerate(COMPONENTS.items())
    )


def an_interruption(*, worst=Position.SLOWED, code="2026-0007", ended=False):
    """One that began half an hour ago."""
    return Interruption(
        code=code,
        components=("natural-persons",),
        worst=worst,
        began_at=SINCE,
        ended_at=SINCE + timedelta(minutes=20) if ended else None,
        expected_end=AT + timedelta(minutes=49),
        meanwhile={
            "fr": "Les recherches par numéro de Registre national répondent normalement.",
            "nl": "Opzoekingen op rijksregisternummer antwoorden normaal.",
            "de": "Abfragen nach Nationalregisternummer antworten normal.",
            "en": "Searches by National Register number answer normally.",
        },
        review=in_all("A disk was full <&> replaced") if ended else {},
        updates=(
            Update(
                at=SINCE,
                phase=Phase.INVESTIGATING,
                position=worst,
                version=1,
                comments={
                    "fr": "Les recherches par adresse sont lentes.",
                    "nl": "Opzoekingen op adres zijn traag.",
                    "de": "Abfragen nach Adresse sind langsam.",
                    "en": "Searches by address are slow.",
                },
            ),
            Update(
                at=SINCE + timedelta(minutes=20),
                phase=Phase.RESOLVED if ended else Phase.IDENTIFIED,
                position=Position.WORKS if ended else worst,
                version=2,
                comments={},
            ),
        ),
    )


def a_maintenance(*, uid="cards-1@register.example", days=5, **more):
    """Saturday evening, two hours."""
    starts = datetime(2026, 11, 23, 19, 0, tzinfo=UTC) + timedelta(days=days)
    return Maintenance(
        **{
            "uid": uid,
            "components": ("cards",),
            "titles": {
                "fr": "Remplacement d’un serveur",
                "nl": "Vervanging van een server",
                "de": "Austausch eines Servers",
                "en": "Replacement of a server",
            },
            "texts": {
                "fr": "Pas d’accès aux cartes d’identité.",
                "nl": "Geen toegang tot de identiteitskaarten.",
                "de": "Kein Zugang zu den Personalausweisen.",
                "en": "No access to identity cards.",
            },
            "effect": Position.INTERRUPTED,
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "announced_at": AT - timedelta(days=3),
            "changed_at": AT - timedelta(days=3),
        }
        | more
    )


def a_bulletin(position=Position.WORKS, *, sub_reason=None, version=1, **more):
    """The state of an invented register at `AT`, with a past and a coming maintenance."""
    if sub_reason is None:
        sub_reason = SubReason.PARTIAL if position is Position.SLOWED else SubReason.NONE
    is_bad = position is not Position.WORKS
    ended = replace(
        an_interruption(code="2026-0006", ended=True, worst=Position.INTERRUPTED),
        began_at=AT - timedelta(days=24),
        ended_at=AT - timedelta(days=24) + timedelta(hours=2, minutes=5),
    )
    return Bulletin(
        **{
            "version": version,
            "published_at": AT,
            "hash": "ab" * 32,
            "register_names": NAMES,
            "components": components(position, sub_reason),
            "comments": {
                "fr": "Les recherches par adresse sont lentes.",
                "nl": "Opzoekingen op adres zijn traag.",
                "de": "Abfragen nach Adresse sind langsam.",
                "en": "Searches by address are slow.",
            }
            if is_bad
            else {},
            "expected_end": AT + timedelta(minutes=49) if is_bad else None,
            "interruptions": (*((an_interruption(worst=position),) if is_bad else ()), ended),
            "maintenances": (
                a_maintenance(
                    uid="past-1@register.example",
                    days=-20,
                    state=MaintenanceState.ENDED,
                    began_at=AT - timedelta(days=20),
                    ended_at=AT - timedelta(days=20) + timedelta(hours=1),
                ),
                a_maintenance(),
            ),
            "sentences": Sentences(revision=1, texts=SENTENCES),
            "desk": {
                "phone": "+32 2 555 01 00",
                "mail": "helpdesk@register.example",
                "url": "https://helpdesk.register.example/",
            },
        }
        | more
    )
