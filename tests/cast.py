"""The named cast of the tests: who works at the desk, who asks, for which organisation."""

from dataclasses import dataclass
from datetime import time, timedelta

from vitrine.accounts.choices import Level, Role
from vitrine.accounts.models import Account, SpokenLanguage
from vitrine.calendars.models import OpeningHours
from vitrine.correspondence.choices import Channel
from vitrine.directory.choices import LanguageRegime
from vitrine.directory.models import (
    Category,
    MailAddress,
    Organisation,
    OrganisationDomain,
    Person,
    PhoneNumber,
    Service,
)
from vitrine.kernel.clock import now
from vitrine.tickets.actions import Request, receive_request
from vitrine.tickets.models import QuestionType, Ticket


@dataclass
class World:
    """Everybody and everything that the tests speak of."""

    bruno: Account
    """Call taker, French and Dutch."""
    carla: Account
    """Call taker, Dutch and German."""
    dora: Account
    """Designated second line of the service Applications."""
    emil: Account
    """Her deputy."""
    fanny: Account
    """Designated second line of another service, Elections."""
    sofie: Account
    """Supervisor."""
    marc: Account
    """Call-centre manager."""
    paula: Account
    """Project leader."""
    iris: Account
    """Auditor."""
    otto: Account
    """Administrator."""
    rita: Account
    """External relations."""
    stan: Account
    """Status editor."""
    applications: Service
    elections: Service
    municipality: Category
    citizen: Category
    voorbeeldegem: Organisation
    exempleville: Organisation
    musterbach: Organisation
    randdorp: Organisation
    """In the periphery: Dutch with French facilities."""
    modelbrussel: Organisation
    ana: Person
    """Clerk of Musterbach."""
    pieter: Person
    """Clerk of Voorbeeldegem."""
    luc: Person
    """A citizen who writes French."""
    access: QuestionType
    unblock: QuestionType
    address: QuestionType

    def ticket(self, **changes: object) -> Ticket:
        """A fresh request of Ana's by mail, in German."""
        values: dict[str, object] = {
            "requester": self.ana,
            "organisation": self.musterbach,
            "channel": Channel.MAIL,
            "subject": "Neuer Schlüssel noch nicht angekommen",
            "text": "Guten Tag, unser neuer Zugangsschlüssel ist noch nicht angekommen.",
            "language": "de",
            "received_at": now(),
            "message_id": "<erste@musterbach.example>",
        }
        return receive_request(Request(**(values | changes)))  # type: ignore[arg-type]


def account(name: str, role: Role, *, language: str = "fr", spoken: str = "fr nl") -> Account:
    """An account that signs in only by `force_login`."""
    one = Account.objects.create(
        email=f"{name.lower()}@desk.example",
        name=f"{name} Demo",
        function=role.label,
        phone="+3225550100",
        roles=[role],
        ui_language=language,
        password="!",
    )
    for code in spoken.split():
        SpokenLanguage.objects.create(account=one, language=code, level=Level.FLUENT)
    return one


def organisation(category: Category, code: str, name: str, regime: str) -> Organisation:
    """An organisation with one name in all languages and a mail domain."""
    one = Organisation.objects.create(
        category=category,
        code=code,
        name_fr=name,
        name_nl=name,
        name_de=name,
        name_en=name,
        language_regime=regime,
    )
    OrganisationDomain.objects.create(organisation=one, domain=f"{name.lower()}.example")
    return one


def person(name: str, address: str, *, at: Organisation | None, language: str) -> Person:
    """A person with one address and one number."""
    one = Person.objects.create(name=name, organisation=at, language=language)
    MailAddress.objects.create(person=one, address=address, is_primary=True)
    PhoneNumber.objects.create(person=one, number=f"+322555{one.pk % 10000:04d}")
    return one


def service(code: str, designated: Account, deputy: Account | None) -> Service:
    """A service whose second line has three working days."""
    name = code.title()
    return Service.objects.create(
        code=code,
        name_fr=name,
        name_nl=name,
        name_de=name,
        name_en=name,
        designated=designated,
        deputy=deputy,
        answer_within=timedelta(hours=24),
    )


def open_the_desk() -> None:
    """Working days 8:30-16:30, also after a test has emptied every table."""
    if not OpeningHours.objects.exists():
        for weekday in range(5):
            OpeningHours.objects.create(weekday=weekday, opens=time(8, 30), closes=time(16, 30))


def build_world() -> World:
    """The cast, fresh in the database."""
    open_the_desk()
    dora, emil = account("Dora", Role.SECOND_LINE), account("Emil", Role.SECOND_LINE)
    fanny = account("Fanny", Role.SECOND_LINE, language="nl")
    municipality, _made = Category.objects.get_or_create(
        code="COM", defaults={"name_fr": "Commune", "name_nl": "Gemeente"}
    )
    citizen, _made = Category.objects.get_or_create(
        code="CIT", defaults={"name_fr": "Citoyen", "name_nl": "Burger", "is_private": True}
    )
    musterbach = organisation(municipality, "99003", "Musterbach", LanguageRegime.DE)
    voorbeeldegem = organisation(municipality, "99001", "Voorbeeldegem", LanguageRegime.NL)
    access = QuestionType.objects.create(
        code="T-ACC", name_fr="Accès et clés", name_nl="Toegang en sleutels", is_key_request=True
    )
    unblock = QuestionType.objects.create(
        code="T-ACC-UNB",
        name_fr="Débloquer",
        name_nl="Deblokkeren",
        parent=access,
        is_key_request=True,
    )
    address = QuestionType.objects.create(code="T-ADR", name_fr="Adresse", name_nl="Adres")
    return World(
        bruno=account("Bruno", Role.CALL_TAKER),
        carla=account("Carla", Role.CALL_TAKER, language="nl", spoken="nl de"),
        dora=dora,
        emil=emil,
        fanny=fanny,
        sofie=account("Sofie", Role.SUPERVISOR, language="nl"),
        marc=account("Marc", Role.MANAGER),
        paula=account("Paula", Role.PROJECT_LEADER),
        iris=account("Iris", Role.AUDITOR),
        otto=account("Otto", Role.ADMINISTRATOR),
        rita=account("Rita", Role.EXTERNAL_RELATIONS),
        stan=account("Stan", Role.STATUS_EDITOR),
        applications=service("t-applications", dora, emil),
        elections=service("t-elections", fanny, None),
        municipality=municipality,
        citizen=citizen,
        musterbach=musterbach,
        voorbeeldegem=voorbeeldegem,
        exempleville=organisation(municipality, "99002", "Exempleville", LanguageRegime.FR),
        randdorp=organisation(municipality, "99004", "Randdorp", LanguageRegime.NL_FR),
        modelbrussel=organisation(municipality, "99005", "Modelbrussel", LanguageRegime.BILINGUAL),
        ana=person("Ana Beispiel", "ana@musterbach.example", at=musterbach, language="de"),
        pieter=person(
            "Pieter Voorbeeld", "pieter@voorbeeldegem.example", at=voorbeeldegem, language="nl"
        ),
        luc=person("Luc Exemple", "luc@courriel.example", at=None, language="fr"),
        access=access,
        unblock=unblock,
        address=address,
    )
