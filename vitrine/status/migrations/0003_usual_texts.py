"""The official sentences (those of 2006 as history, the recommended ones in force), the usual
comments, the register as the first component, and the usual threshold of a surge."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

OFFICIAL_2006 = {
    "works": {
        "nl": "Rijksregister werkt stabiel",
        "fr": "Le Registre National fonctionne de manière stable",
        "de": "National Register arbeitet stabil",
    },
    "slowed.partial": {
        "nl": "Het Rijksregister (toegang tot de natuurlijke personen) is operationeel maar sommige functionaliteiten zijn verstoord",
        "fr": "Le Registre national (accès aux personnes physiques) est opérationnel mais certaines fonctionnalités sont perturbées",
        "de": "Das Nationalregister (Zugang zu natürlichen Personen) ist betriebsbereit, bei einigen Funktionen können allerdings Störungen auftreten.",
    },
    "slowed.slow": {},
    "interrupted": {
        "nl": "Rijksregister is momenteel buiten dienst",
        "fr": "Le Registre National est momentanément hors service",
        "de": "National Register ist momentan ausser Betrieb",
    },
    "overrun": {},
}

RECOMMENDED = {
    "works": {
        "fr": "Le Registre national fonctionne normalement.",
        "nl": "Het Rijksregister werkt normaal.",
        "de": "Das Nationalregister arbeitet störungsfrei.",
        "en": "The National Register is working normally.",
    },
    "slowed.partial": {
        "fr": "Le Registre national fonctionne, mais certaines fonctionnalités sont perturbées.",
        "nl": "Het Rijksregister werkt, maar sommige functies zijn verstoord.",
        "de": "Das Nationalregister ist in Betrieb, einige Funktionen sind jedoch gestört.",
        "en": "The National Register is working, but some functions are disrupted.",
    },
    "slowed.slow": {
        "fr": "Le Registre national est ralenti.",
        "nl": "Het Rijksregister werkt vertraagd.",
        "de": "Das Nationalregister arbeitet verlangsamt.",
        "en": "The National Register is slow.",
    },
    "interrupted": {
        "fr": "Le Registre national est momentanément interrompu.",
        "nl": "Het Rijksregister is momenteel onderbroken.",
        "de": "Das Nationalregister ist derzeit außer Betrieb.",
        "en": "The National Register is currently unavailable.",
    },
    "overrun": {
        "fr": "L’heure de retour prévue est dépassée ; une nouvelle estimation suivra.",
        "nl": "Het verwachte hersteltijdstip is voorbij; een nieuwe schatting volgt.",
        "de": "Der voraussichtliche Zeitpunkt der Behebung ist überschritten; eine neue Schätzung folgt.",
        "en": "The expected end has passed; a new estimate will follow.",
    },
}

TEMPLATES = [
    ("back-at", ["slowed", "interrupted"], {
        "fr": "Retour prévu vers {time}.",
        "nl": "Herstel verwacht rond {time}.",
        "de": "Behebung voraussichtlich gegen {time}.",
        "en": "Expected back around {time}.",
    }),
    ("cause-known", ["slowed", "interrupted"], {
        "fr": "Cause identifiée, intervention en cours.",
        "nl": "Oorzaak bekend, interventie bezig.",
        "de": "Ursache erkannt, Behebung läuft.",
        "en": "Cause identified, fix under way.",
    }),
    ("looking", ["slowed", "interrupted"], {
        "fr": "Nous recherchons la cause et vous tenons informés ici.",
        "nl": "Wij zoeken de oorzaak en houden u hier op de hoogte.",
        "de": "Wir suchen die Ursache und halten Sie hier auf dem Laufenden.",
        "en": "We are looking for the cause and keep you informed here.",
    }),
    ("watching", ["slowed", "works"], {
        "fr": "Le problème est corrigé ; nous surveillons la situation.",
        "nl": "Het probleem is verholpen; wij volgen de situatie op.",
        "de": "Das Problem ist behoben; wir beobachten die Lage.",
        "en": "The problem is fixed; we are watching the situation.",
    }),
    ("over", ["works"], {
        "fr": "L’incident est clos. Merci de votre patience.",
        "nl": "Het incident is afgesloten. Dank u voor uw geduld.",
        "de": "Die Störung ist behoben. Danke für Ihre Geduld.",
        "en": "The incident is over. Thank you for your patience.",
    }),
    ("maintenance", ["slowed", "interrupted"], {
        "fr": "Maintenance planifiée jusqu’à {time}.",
        "nl": "Gepland onderhoud tot {time}.",
        "de": "Geplante Wartung bis {time}.",
        "en": "Scheduled maintenance until {time}.",
    }),
]  # fmt: skip


def begin(apps: Any, _schema_editor: Any) -> None:
    """Write the usual texts."""
    revisions = apps.get_model("status", "SentenceRevision").objects
    made = datetime(2006, 1, 1, tzinfo=UTC)
    revisions.create(number=0, texts=OFFICIAL_2006, note="2006-2021", made_at=made)
    made = datetime(2026, 11, 23, tzinfo=UTC)
    revisions.create(number=1, texts=RECOMMENDED, note="Vitrine", made_at=made)
    for order, (code, positions, texts) in enumerate(TEMPLATES):
        apps.get_model("status", "CommentTemplate").objects.create(
            code=code, positions=positions, texts=texts, order=order
        )
    apps.get_model("status", "Component").objects.create(
        code="register",
        name_fr="Registre national",
        name_nl="Rijksregister",
        name_de="Nationalregister",
        name_en="National Register",
    )
    apps.get_model("status", "SurgeThreshold").objects.create()


class Migration(migrations.Migration):
    """What a new house begins with, editable afterwards."""

    dependencies = [("status", "0002_seal")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
