"""Words and sentences of invented register requests in four languages, by Zipf's law.

The first ranks are words that such requests really use; the tail is composed from
them and from syllables, so that rare words exist as they do in real archives.
Everything is fictitious.
"""

# ruff: noqa: SIM905 - a list of words is easiest to read, and to add to, as a text

import random
from dataclasses import dataclass
from itertools import accumulate

FRENCH = """de la le et à les des en un une pour que dans est nous vous pas du sur avec au ce par
qui il plus ne sont bonjour merci commune dossier accès personne adresse registre national demande
clé mot passe population certificat carte identité naissance erreur transaction code message service
utilisateur inscription domicile changement nom prénom date résidence composition ménage extrait
acte état civil étranger titre séjour radiation mutation fichier liste connexion réseau poste
écran système lent bloqué expiré nouveau ancien collègue responsable délégation courrier réponse
question problème urgent matin semaine depuis toujours encore possible recevoir envoyer vérifier
corriger annuler confirmer cordialement guichet agent formulaire autorisation notaire police
tribunal ambassade mariage divorce décès filiation nationalité élection électeur bureau
vote""".split()
DUTCH = """de van het een en in is dat op te zijn voor met die niet wij u ik aan er om ook naar bij
als nog kan geen wordt uit dag dank gemeente dossier toegang persoon adres register rijksregister
aanvraag sleutel wachtwoord bevolking certificaat kaart identiteit geboorte fout transactie code
bericht dienst gebruiker inschrijving woonplaats wijziging naam voornaam datum verblijf
samenstelling
gezin uittreksel akte burgerlijke stand vreemdeling verblijfstitel afvoering mutatie bestand lijst
verbinding netwerk toestel scherm systeem traag geblokkeerd vervallen nieuwe oude collega
verantwoordelijke volmacht brief antwoord vraag probleem dringend ochtend week sinds altijd mogelijk
ontvangen versturen nakijken verbeteren annuleren bevestigen groeten loket medewerker formulier
machtiging notaris politie rechtbank ambassade huwelijk echtscheiding overlijden afstamming
nationaliteit verkiezing kiezer kantoor stemming""".split()
GERMAN = """der die das und in zu den von mit ist wir nicht für auf eine einen im dem sich auch es
an
werden aus bei nach wie noch sind hat guten Tag danke Gemeinde Akte Zugang Person Adresse Register
Nationalregister Antrag Schlüssel Kennwort Bevölkerung Zertifikat Karte Ausweis Geburt Fehler
Transaktion Code Meldung Dienst Benutzer Eintragung Wohnsitz Änderung Name Vorname Datum Aufenthalt
Zusammensetzung Haushalt Auszug Urkunde Personenstand Ausländer Aufenthaltstitel Streichung Mutation
Datei Liste Verbindung Netzwerk Gerät Bildschirm System langsam gesperrt abgelaufen neue alte
Kollege Verantwortlicher Vollmacht Brief Antwort Frage Problem dringend Morgen Woche seit immer
möglich erhalten senden prüfen berichtigen annullieren bestätigen Grüße Schalter Mitarbeiter
Formular Ermächtigung Notar Polizei Gericht Botschaft Heirat Scheidung Sterbefall Abstammung
Staatsangehörigkeit Wahl Wähler Büro Stimmabgabe""".split()
ENGLISH = """the of to and a in is we for that it on with you this are not be have from as our by
can
please has your was at hello thank municipality file access person address register national request
key password population certificate card identity birth error transaction code message service user
registration residence change name surname date permit household composition extract deed civil
status foreigner removal mutation list connection network workstation screen system slow blocked
expired new old colleague officer delegation letter answer question problem urgent morning week
since always possible receive send check correct cancel confirm regards counter agent form
authorisation notary police court embassy marriage divorce death descent nationality election voter
office ballot""".split()
BASE = {"fr": FRENCH, "nl": DUTCH, "de": GERMAN, "en": ENGLISH}

SYLLABLES = {
    "fr": "ba bou cha chi clo dou eau fleu gne jou lan leu mar mon net pré quoi ran ron sau tel",
    "nl": "aar bos dijk eik gel heu hof kam kerk laar lo maas meer oog poel rode sluis veen wijk",
    "de": "acker berg brück dorf eich feld gau heid hof kirch lauf mühl ober rain stein tal wald",
    "en": "ash burn dale fen field ford ham hurst leigh marsh mere moor shaw stoke thorpe wick",
}
ENDINGS = {
    "fr": ("", "s", "tion", "ment", "age", "ier", "eur"),
    "nl": ("", "en", "ing", "heid", "er", "s", "lijk"),
    "de": ("", "en", "ung", "keit", "er", "s", "lich"),
    "en": ("", "s", "ing", "ness", "er", "ed", "ly"),
}
TAIL = 40_000
"""Composed words per language, besides the real ones."""

SUBJECTS = {
    "fr": ("Clé d'accès bloquée", "Erreur {code} à la consultation", "Changement d'adresse refusé",
           "Nouvelle clé pour {name}", "Certificat expiré", "Composition de ménage incorrecte",
           "TI {code}: code inconnu", "Connexion lente depuis ce matin"),
    "nl": ("Toegangssleutel geblokkeerd", "Fout {code} bij raadpleging", "Adreswijziging geweigerd",
           "Nieuwe sleutel voor {name}", "Certificaat vervallen", "Gezinssamenstelling onjuist",
           "IT {code}: onbekende code", "Trage verbinding sinds vanmorgen"),
    "de": ("Zugangsschlüssel gesperrt", "Fehler {code} bei der Abfrage", "Adressänderung abgelehnt",
           "Neuer Schlüssel für {name}", "Zertifikat abgelaufen", "Haushaltszusammensetzung falsch",
           "IT {code}: unbekannter Code", "Langsame Verbindung seit heute Morgen"),
    "en": ("Access key blocked", "Error {code} when consulting", "Change of address refused",
           "New key for {name}", "Certificate expired", "Household composition wrong",
           "IT {code}: unknown code", "Slow connection since this morning"),
}  # fmt: skip

FIRST_NAMES = """Adèle Arno Bilal Britta Céline Cem Daan Delphine Elke Emiel Farid Femke Gaëlle Gerd
Hanne Hugo Ilse Imane Jonas Joke Katrin Kenza Lars Lotte Maëlle Maud Nele Noor Olaf Pauline Quentin
Rachid Rosa Sander Silke Thibaut Tine Ugo Veerle Wout Yara Yves Zoé""".split()


@dataclass(frozen=True)
class Voice:
    """One language: a vocabulary with Zipf weights, and sentences made of it."""

    code: str
    words: list[str]
    weights: list[float]
    """Cumulative."""
    sentences: list[str]

    def rare(self, chance: random.Random, *, many: int) -> str:
        """Words drawn by Zipf's law from the whole vocabulary."""
        return " ".join(chance.choices(self.words, cum_weights=self.weights, k=many))

    def text(self, chance: random.Random, *, sentences: int) -> str:
        """A message: some of the sentences, and a few words of its own."""
        body = " ".join(chance.choices(self.sentences, k=sentences))
        return f"{body} {self.rare(chance, many=6).capitalize()}."


def voice(code: str, *, seed: int = 2006) -> Voice:
    """The voice of a language, the same for the same seed."""
    chance = random.Random(f"{code}{seed}")
    words = list(dict.fromkeys([*BASE[code], *_composed(code, chance)]))
    weights = list(accumulate((rank + 2.7) ** -1.25 for rank in range(len(words))))
    sentences = [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(6, 16))).capitalize()
        + "."
        for _ in range(20_000)
    ]
    return Voice(code=code, words=words, weights=weights, sentences=sentences)


def _composed(code: str, chance: random.Random) -> list[str]:
    content = [word for word in BASE[code] if len(word) > 4]
    syllables = SYLLABLES[code].split()
    made = {}
    while len(made) < TAIL:
        stem = "".join(chance.choices(syllables, k=chance.randint(2, 4)))
        if code in ("nl", "de") and chance.random() < 0.4:
            stem = chance.choice(content).lower() + stem
        made[stem + chance.choice(ENDINGS[code])] = None
    return list(made)


def family_name(chance: random.Random) -> str:
    """An invented family name of two or three syllables of one language."""
    syllables = SYLLABLES[chance.choice("fr nl de en".split())].split()
    return "".join(chance.choices(syllables, k=chance.randint(2, 3))).capitalize()
