"""What the telephone says in Dutch."""

from vitrine.telephony.rules.phrases.tongue import Tongue, words

SENTENCES = {
    "welcome": "Welkom bij de helpdesk van het register.",
    "choose-language": "Voor Nederlands, druk op",
    "change-language": "In het Nederlands: sterretje.",
    "absent-colleague": "De persoon die u belt, is afwezig. De helpdesk neemt uw oproep aan.",
    "no-choice": "We hebben uw keuze niet ontvangen.",
    "wrong-choice": "Die keuze bestaat niet.",
    "one-moment": "Een ogenblik, we verbinden u door.",
    "all-busy": "Al onze medewerkers zijn in gesprek.",
    "next": "U bent de volgende die we antwoorden.",
    "place": "Uw plaats in de wachtrij is nummer",
    "many-before": "Meer dan vijftig mensen wachten voor u.",
    "wait": "De wachttijd wordt geschat op",
    "wait-long": "De wachttijd is langer dan een uur.",
    "nobody-there": "Op dit ogenblik kan niemand u in uw taal antwoorden.",
    "please-wait": "Dank u voor uw geduld.",
    "or-wait": "Of blijf aan de lijn.",
    "closing": "De helpdesk sluit. Als u aan de lijn blijft, antwoorden we u nog.",
    "long-wait": "U wacht al lang. Daarvoor onze excuses.",
    "offer-call-back": "Om teruggebeld te worden zonder uw plaats te verliezen, druk op",
    "offer-message": "Om een bericht in te spreken, druk op",
    "call-back-number": "We kunnen u terugbellen op",
    "call-back-confirm": "Als dit nummer juist is, druk op",
    "call-back-other": "Voor een ander nummer, druk op",
    "call-back-enter": "Toets het nummer in waarop we u kunnen terugbellen, gevolgd door het "
    "hekje.",
    "call-back-wrong": "Dit nummer kunnen we niet bellen.",
    "call-back-noted": "Genoteerd: u behoudt uw plaats en we bellen u terug. Tot ziens.",
    "call-back-later": "Genoteerd: we bellen u terug zodra we weer open zijn. Tot ziens.",
    "message-invitation": "Spreek uw bericht in na de toon, met uw naam en het nummer waarop we u "
    "kunnen bereiken. Druk op het hekje om te eindigen.",
    "message-thanks": "Dank u, we hebben uw bericht ontvangen. Tot ziens.",
    "message-empty": "We hebben niets gehoord.",
    "closed": "De helpdesk is gesloten.",
    "opens-again": "We antwoorden u opnieuw",
    "offer-call-back-later": "Om teruggebeld te worden zodra we weer open zijn, druk op",
    "loss-and-theft": "Bij verlies of diefstal belt u op elk uur naar",
    "online-form": "U kunt ons ook schrijven met het onlineformulier.",
    "goodbye": "Tot ziens.",
    "state-works": "Het register werkt.",
    "state-slowed": "Het register is vertraagd of gedeeltelijk verstoord. We werken eraan.",
    "state-interrupted": "Het register is onderbroken. We werken eraan.",
    "state-as-of": "Dat is de toestand om",
    "state-maintenance": "Er is onderhoud gepland",
    "state-hang-up": "Als dit uw vraag beantwoordt, kunt u inhaken.",
    "recording-notice": "Dit gesprek kan worden opgenomen om de kwaliteit van onze antwoorden te "
    "controleren. Wenst u dat niet, zeg het dan aan de medewerker.",
    "sorry-again": "Excuseer, uw oproep was een ogenblik onderbroken.",
    "press-1-to-accept": "Oproep van de helpdesk. Druk op één om hem aan te nemen.",
    "fallback": "De helpdesk neemt uw oproep zo snel mogelijk aan. Blijf aan de lijn.",
    "transferred": "We verbinden u door met een collega.",
    "at": "om",
    "from": "van",
    "until": "tot",
    "international": "nul nul",
    "pause": ",",
}

UNITS = words(
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "zestien zeventien achttien negentien"
)
TENS = words("tien twintig dertig veertig vijftig zestig zeventig tachtig negentig")


def in_words(number: int) -> str:
    """A whole number from 0 to 999."""
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        said = "honderd" if hundreds == 1 else f"{UNITS[hundreds]}honderd"
        return f"{said} {in_words(rest)}" if rest else said
    if number == 1:
        return "één"
    if number < 20:
        return UNITS[number]
    tens, unit = divmod(number, 10)
    if unit == 0:
        return TENS[tens - 1]
    joint = "ën" if UNITS[unit].endswith("e") else "en"
    return f"{UNITS[unit]}{joint}{TENS[tens - 1]}"


def minutes(number: int) -> str:
    """A duration."""
    return f"{in_words(number)} {'minuut' if number == 1 else 'minuten'}"


def hour(number: int) -> str:
    """An hour of the day."""
    return f"{in_words(number)} uur"


DUTCH = Tongue(
    sentences=SENTENCES,
    number=in_words,
    minutes=minutes,
    hour=hour,
    sharp=hour,
    minute=in_words,
    day=in_words,
    weekdays=tuple(
        f"op {day}" for day in words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag")
    ),
    months=words(
        "januari februari maart april mei juni juli augustus september oktober november december"
    ),
    choice="Voor {topic}, druk op {key}.",
)
