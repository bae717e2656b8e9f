"""A fictitious history of the public state: an interruption, a slow afternoon, maintenance.

Nobody signs it: the events are the machine's, and the history says so.
"""

from datetime import datetime, time, timedelta

from vitrine.kernel.clock import BRUSSELS, now, stopped_at
from vitrine.publication.events import Json, instant
from vitrine.status.actions import append_event, begin_chain
from vitrine.status.actions.chain import machine_change
from vitrine.status.models import Standing

BEGAN = timedelta(days=75)
NAMES = {
    "register": ("Registre national", "Rijksregister", "Nationalregister", "National Register"),
    "web-services": ("Services web", "Webdiensten", "Webdienste", "Web services"),
    "identity-cards": (
        "Cartes d’identité",
        "Identiteitskaarten",
        "Personalausweise",
        "Identity cards",
    ),
}
LANGUAGES = ("fr", "nl", "de", "en")


def told(*texts: str) -> dict[str, str]:
    """The four texts by their language."""
    return dict(zip(LANGUAGES, texts, strict=True))


LOOKING = told(
    "Nous recherchons la cause et vous tenons informés ici.",
    "Wij zoeken de oorzaak en houden u hier op de hoogte.",
    "Wir suchen die Ursache und halten Sie hier auf dem Laufenden.",
    "We are looking for the cause and keep you informed here.",
)
KNOWN = told(
    "Cause identifiée, intervention en cours.",
    "Oorzaak bekend, interventie bezig.",
    "Ursache erkannt, Behebung läuft.",
    "Cause identified, fix under way.",
)
MEANWHILE = told(
    "Notez les demandes et encodez-les dès le retour du service.",
    "Noteer de aanvragen en voer ze in zodra de dienst er weer is.",
    "Notieren Sie die Anträge und geben Sie sie ein, sobald der Dienst zurück ist.",
    "Note the requests and enter them as soon as the service is back.",
)
REVIEW = told(
    "Un composant du réseau était défectueux. Il a été remplacé et doublé.",
    "Een netwerkcomponent was defect. Hij werd vervangen en dubbel uitgevoerd.",
    "Eine Netzwerkkomponente war defekt. Sie wurde ersetzt und doppelt ausgelegt.",
    "A component of the network was faulty. It was replaced and doubled.",
)
RENEWAL = told(
    "Renouvellement des serveurs",
    "Vernieuwing van de servers",
    "Erneuerung der Server",
    "Renewal of the servers",
)
OFF = told(
    "Le service ne sera pas disponible pendant la maintenance.",
    "De dienst is tijdens het onderhoud niet beschikbaar.",
    "Der Dienst ist während der Wartung nicht verfügbar.",
    "The service will not be available during the maintenance.",
)


def load_state() -> None:
    """Tell the history in the order of time, from the first version to the maintenance to come."""
    begin = now() - BEGAN
    with stopped_at(begin):
        begin_chain()
        say("components", {"components": components()}, at=begin + timedelta(seconds=1))
    tell_interruption(at_wall(days=-21, hour=9, minute=12))
    tell_past_maintenance(at_wall(days=-13, hour=20))
    tell_slow_afternoon(at_wall(days=-6, hour=14, minute=20))
    announce("renewal@vitrine.example", at_wall(days=6, hour=20), at=now() - timedelta(days=1))


def components() -> list[Json]:
    """The list of components."""
    return [
        {"code": code, "names": told(*names), "order": order}
        for order, (code, names) in enumerate(NAMES.items())
    ]


def at_wall(*, days: int, hour: int, minute: int = 0) -> datetime:
    """So many days from today, at a time of Brussels."""
    day = now().astimezone(BRUSSELS).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), tzinfo=BRUSSELS)


def say(kind: str, body: Json, *, at: datetime) -> None:
    """One change at a past moment, signed by nobody."""
    with stopped_at(at):
        version = Standing.objects.get().version
        append_event(machine_change(kind, body=body, version=version), place="machine", by=None)


def position(*codes: str, to: str, reason: str = "", **more: object) -> Json:
    """A change of position."""
    wanted = {code: {"position": to, "sub_reason": reason} for code in codes}
    return {"components": wanted, **more}


def tell_interruption(began: datetime) -> None:
    """52 minutes one morning, with its review the day after."""
    both = ("register", "web-services")
    later = {minutes: began + timedelta(minutes=minutes) for minutes in (19, 41, 52)}
    say("position", position(*both, to="interrupted", comments=LOOKING), at=began)
    code = f"{began:%Y-%m-%d}-1"
    known: Json = {
        "comments": KNOWN,
        "phase": "identified",
        "expected_end": instant(later[52]),
        "meanwhile": MEANWHILE,
    }
    say("comment", known, at=later[19])
    say("position", position("register", to="slowed", reason="slow"), at=later[41])
    say("position", position(*both, to="works"), at=later[52])
    review: Json = {"interruption": code, "review": REVIEW}
    say("review", review, at=began + timedelta(days=1))


def tell_slow_afternoon(began: datetime) -> None:
    """45 minutes during which one component was slow."""
    slow = position("web-services", to="slowed", reason="slow", comments=LOOKING)
    say("position", slow, at=began)
    say("position", position("web-services", to="works"), at=began + timedelta(minutes=45))


def tell_past_maintenance(starts: datetime) -> None:
    """A window that began and ended as planned, nearly."""
    uid = "past@vitrine.example"
    announce(uid, starts, at=starts - timedelta(days=4))
    begun = position("identity-cards", to="interrupted", comments=RENEWAL)
    ended = position("identity-cards", to="works")
    began = starts + timedelta(minutes=2)
    say("maintenance", {"action": "begin", "uid": uid, "position": begun}, at=began)
    over = starts + timedelta(minutes=104)
    say("maintenance", {"action": "end", "uid": uid, "position": ended}, at=over)


def announce(uid: str, starts: datetime, *, at: datetime) -> None:
    """Two hours of one component, announced at `at`."""
    body: Json = {
        "action": "announce",
        "uid": uid,
        "components": ["identity-cards"],
        "titles": RENEWAL,
        "texts": OFF,
        "effect": "interrupted",
        "starts_at": instant(starts),
        "ends_at": instant(starts + timedelta(hours=2)),
    }
    say("maintenance", body, at=at)
