"""What the telephone says in German."""

from vitrine.telephony.rules.phrases.tongue import Tongue, words

SENTENCES = {
    "welcome": "Willkommen beim Helpdesk des Registers.",
    "choose-language": "Für Deutsch drücken Sie die",
    "change-language": "Auf Deutsch: Stern.",
    "absent-colleague": "Die Person, die Sie anrufen, ist abwesend. Der Helpdesk nimmt Ihren Anruf "
    "entgegen.",
    "no-choice": "Wir haben Ihre Wahl nicht erhalten.",
    "wrong-choice": "Diese Wahl gibt es nicht.",
    "one-moment": "Einen Augenblick bitte, wir verbinden Sie.",
    "all-busy": "Alle Mitarbeiter sind im Gespräch.",
    "next": "Sie sind als Nächstes an der Reihe.",
    "place": "Ihr Platz in der Warteschlange ist Nummer",
    "many-before": "Mehr als fünfzig Personen warten vor Ihnen.",
    "wait": "Die voraussichtliche Wartezeit beträgt",
    "wait-long": "Die Wartezeit beträgt mehr als eine Stunde.",
    "nobody-there": "Zurzeit kann Ihnen niemand in Ihrer Sprache antworten.",
    "please-wait": "Vielen Dank für Ihre Geduld.",
    "or-wait": "Oder bleiben Sie in der Leitung.",
    "closing": "Der Helpdesk schließt. Wenn Sie in der Leitung bleiben, antworten wir Ihnen noch.",
    "long-wait": "Sie warten schon lange. Dafür bitten wir um Entschuldigung.",
    "offer-call-back": "Für einen Rückruf, ohne Ihren Platz zu verlieren, drücken Sie die",
    "offer-message": "Um eine Nachricht zu hinterlassen, drücken Sie die",
    "call-back-number": "Wir können Sie zurückrufen unter",
    "call-back-confirm": "Wenn diese Nummer stimmt, drücken Sie die",
    "call-back-other": "Für eine andere Nummer drücken Sie die",
    "call-back-enter": "Geben Sie die Nummer ein, unter der wir Sie zurückrufen können, und "
    "drücken Sie dann die Rautetaste.",
    "call-back-wrong": "Diese Nummer können wir nicht anrufen.",
    "call-back-noted": "Notiert: Sie behalten Ihren Platz und wir rufen Sie zurück. "
    "Auf Wiederhören.",
    "call-back-later": "Notiert: Wir rufen Sie zurück, sobald wir wieder da sind. Auf Wiederhören.",
    "message-invitation": "Hinterlassen Sie Ihre Nachricht nach dem Ton, mit Ihrem Namen und der "
    "Nummer, unter der wir Sie erreichen. Beenden Sie mit der Rautetaste.",
    "message-thanks": "Danke, wir haben Ihre Nachricht erhalten. Auf Wiederhören.",
    "message-empty": "Wir haben nichts gehört.",
    "closed": "Der Helpdesk ist geschlossen.",
    "opens-again": "Wir sind wieder für Sie da",
    "offer-call-back-later": "Für einen Rückruf, sobald wir wieder da sind, drücken Sie die",
    "loss-and-theft": "Bei Verlust oder Diebstahl erreichen Sie rund um die Uhr die Nummer",
    "online-form": "Sie können uns auch über das Online-Formular schreiben.",
    "goodbye": "Auf Wiederhören.",
    "state-works": "Das Register funktioniert.",
    "state-slowed": "Das Register ist verlangsamt oder teilweise gestört. Wir arbeiten daran.",
    "state-interrupted": "Das Register ist unterbrochen. Wir arbeiten daran.",
    "state-as-of": "Das ist der Stand um",
    "state-maintenance": "Wartungsarbeiten sind geplant",
    "state-hang-up": "Wenn das Ihre Frage beantwortet, können Sie auflegen.",
    "recording-notice": "Dieses Gespräch kann aufgezeichnet werden, um die Qualität unserer "
    "Antworten zu prüfen. Wenn Sie das nicht wünschen, sagen Sie es bitte.",
    "sorry-again": "Entschuldigung, Ihr Anruf war einen Augenblick unterbrochen.",
    "press-1-to-accept": "Anruf des Helpdesks. Zum Annehmen drücken Sie die eins.",
    "fallback": "Der Helpdesk nimmt Ihren Anruf so bald wie möglich an. "
    "Bleiben Sie in der Leitung.",
    "transferred": "Wir verbinden Sie weiter.",
    "at": "um",
    "from": "von",
    "until": "bis",
    "international": "null null",
    "pause": ",",
}

UNITS = words(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
TENS = words("zehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
IRREGULAR_DAYS = {1: "ersten", 3: "dritten", 7: "siebten", 8: "achten"}


def in_words(number: int) -> str:
    """A whole number from 0 to 999."""
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        said = f"{before(hundreds)}hundert"
        return f"{said}{in_words(rest)}" if rest else said
    if number < 20:
        return UNITS[number]
    tens, unit = divmod(number, 10)
    return f"{before(unit)}und{TENS[tens - 1]}" if unit else TENS[tens - 1]


def before(number: int) -> str:
    """A number that stands before another word: `ein`, not `eins`."""
    said = in_words(number)
    return "ein" if number == 1 else said


def minutes(number: int) -> str:
    """A duration."""
    return "eine Minute" if number == 1 else f"{in_words(number)} Minuten"


def hour(number: int) -> str:
    """An hour of the day."""
    return f"{before(number)} Uhr"


def day(number: int) -> str:
    """A day of the month, after `am Montag`."""
    ending = "ten" if number < 20 else "sten"
    return f"dem {IRREGULAR_DAYS.get(number, in_words(number) + ending)}"


GERMAN = Tongue(
    sentences=SENTENCES,
    number=in_words,
    minutes=minutes,
    hour=hour,
    sharp=hour,
    minute=in_words,
    day=day,
    weekdays=tuple(
        f"am {name}"
        for name in words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag")
    ),
    months=words(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    ),
    choice="Für {topic} drücken Sie die {key}.",
)
