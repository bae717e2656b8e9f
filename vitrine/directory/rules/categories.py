"""The categories that a fresh directory starts with; people rename and add to them."""

from typing import NamedTuple


class PlannedCategory(NamedTuple):
    """A category with its names, and whether its members are answered as private persons."""

    code: str
    name_fr: str
    name_nl: str
    name_de: str
    name_en: str
    is_private: bool = False


CATEGORIES = (
    PlannedCategory("COM", "Commune", "Gemeente", "Gemeinde", "Municipality"),
    PlannedCategory("POL", "Police", "Politie", "Polizei", "Police"),
    PlannedCategory("CPA", "CPAS", "OCMW", "ÖSHZ", "Public social welfare centre"),
    PlannedCategory("NOT", "Notaire", "Notaris", "Notar", "Notary"),
    PlannedCategory(
        "HUI", "Huissier de justice", "Gerechtsdeurwaarder", "Gerichtsvollzieher", "Bailiff"
    ),
    PlannedCategory(
        "TRI",
        "Cours, tribunaux et parquets",
        "Hoven, rechtbanken en parketten",
        "Gerichtshöfe, Gerichte und Staatsanwaltschaften",
        "Courts and public prosecution",
    ),
    PlannedCategory(
        "SPF",
        "Service public fédéral",
        "Federale overheidsdienst",
        "Föderaler öffentlicher Dienst",
        "Federal public service",
    ),
    PlannedCategory(
        "OIP",
        "Organisme d'intérêt public",
        "Instelling van openbaar nut",
        "Einrichtung öffentlichen Interesses",
        "Public-interest body",
    ),
    PlannedCategory(
        "SOC",
        "Institution de sécurité sociale",
        "Instelling van sociale zekerheid",
        "Einrichtung der sozialen Sicherheit",
        "Social security institution",
    ),
    PlannedCategory("MUT", "Mutualité", "Ziekenfonds", "Krankenkasse", "Health fund"),
    PlannedCategory(
        "REG",
        "Région ou communauté",
        "Gewest of gemeenschap",
        "Region oder Gemeinschaft",
        "Region or community",
    ),
    PlannedCategory(
        "PRO",
        "Province ou gouverneur",
        "Provincie of gouverneur",
        "Provinz oder Gouverneur",
        "Province or governor",
    ),
    PlannedCategory(
        "CON",
        "Ambassade ou consulat",
        "Ambassade of consulaat",
        "Botschaft oder Konsulat",
        "Embassy or consulate",
    ),
    PlannedCategory(
        "OE",
        "Office des étrangers ou CGRA",
        "Dienst Vreemdelingenzaken of CGVS",
        "Ausländeramt oder GKFS",
        "Aliens Office or CGRS",
    ),
    PlannedCategory(
        "EDI",
        "Fournisseur de logiciels des communes",
        "Softwareleverancier van gemeenten",
        "Softwareanbieter der Gemeinden",
        "Software supplier of municipalities",
    ),
    PlannedCategory(
        "ENT",
        "Entreprise ou hôpital autorisé",
        "Gemachtigd bedrijf of ziekenhuis",
        "Ermächtigtes Unternehmen oder Krankenhaus",
        "Authorised company or hospital",
        is_private=True,
    ),
    PlannedCategory("CIT", "Citoyen", "Burger", "Bürger", "Citizen", is_private=True),
    PlannedCategory(
        "INT",
        "Collègue du service",
        "Collega van de dienst",
        "Kollege des Dienstes",
        "Internal colleague",
    ),
    PlannedCategory(
        "AUT",
        "Autre ou inconnu",
        "Andere of onbekend",
        "Andere oder unbekannt",
        "Other or unknown",
        is_private=True,
    ),
)
