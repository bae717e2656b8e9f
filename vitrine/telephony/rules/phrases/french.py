"""What the telephone says in French, as it is spoken in Belgium: septante, nonante."""

from vitrine.telephony.rules.phrases.tongue import Tongue, words

SENTENCES = {
    "welcome": "Bienvenue au helpdesk du registre.",
    "choose-language": "Pour le français, tapez",
    "change-language": "En français : étoile.",
    "absent-colleague": "La personne que vous appelez est absente. Le helpdesk prend votre appel.",
    "no-choice": "Nous n’avons pas reçu votre choix.",
    "wrong-choice": "Ce choix n’existe pas.",
    "one-moment": "Un instant, s’il vous plaît. Nous vous mettons en communication.",
    "all-busy": "Tous nos collaborateurs sont en ligne.",
    "next": "Vous êtes la prochaine personne à qui nous répondons.",
    "place": "Dans la file d’attente, vous êtes en position",
    "many-before": "Plus de cinquante personnes attendent avant vous.",
    "wait": "Le temps d’attente est estimé à",
    "wait-long": "Le temps d’attente dépasse une heure.",
    "nobody-there": "Pour le moment, personne ne peut vous répondre dans votre langue.",
    "please-wait": "Merci de patienter.",
    "or-wait": "Ou restez en ligne.",
    "closing": "Le helpdesk ferme. Si vous restez en ligne, nous vous répondons encore.",
    "long-wait": "Vous attendez depuis longtemps. Nous vous prions de nous en excuser.",
    "offer-call-back": "Pour être rappelé sans perdre votre place, tapez",
    "offer-message": "Pour laisser un message, tapez",
    "call-back-number": "Nous pouvons vous rappeler au",
    "call-back-confirm": "Si ce numéro est correct, tapez",
    "call-back-other": "Pour un autre numéro, tapez",
    "call-back-enter": "Composez le numéro où nous pouvons vous rappeler, puis tapez dièse.",
    "call-back-wrong": "Nous ne pouvons pas appeler ce numéro.",
    "call-back-noted": "C’est noté : vous gardez votre place et nous vous rappelons. Au revoir.",
    "call-back-later": "C’est noté : nous vous rappelons dès la réouverture. Au revoir.",
    "message-invitation": "Laissez votre message après le signal sonore, avec votre nom et le "
    "numéro où vous joindre. Tapez dièse pour terminer.",
    "message-thanks": "Merci, nous avons reçu votre message. Au revoir.",
    "message-empty": "Nous n’avons rien entendu.",
    "closed": "Le helpdesk est fermé.",
    "opens-again": "Nous vous répondons de nouveau",
    "offer-call-back-later": "Pour être rappelé dès la réouverture, tapez",
    "loss-and-theft": "En cas de perte ou de vol, appelez à toute heure le",
    "online-form": "Vous pouvez aussi nous écrire au moyen du formulaire en ligne.",
    "goodbye": "Au revoir.",
    "state-works": "Le registre fonctionne.",
    "state-slowed": "Le registre est ralenti ou partiellement perturbé. Nous y travaillons.",
    "state-interrupted": "Le registre est interrompu. Nous y travaillons.",
    "state-as-of": "C’est la situation à",
    "state-maintenance": "Une maintenance est prévue",
    "state-hang-up": "Si cela répond à votre question, vous pouvez raccrocher.",
    "recording-notice": "Cet appel peut être enregistré pour contrôler la qualité de nos réponses. "
    "Si vous ne le souhaitez pas, dites-le au collaborateur.",
    "sorry-again": "Excusez-nous, votre appel a été interrompu un instant.",
    "press-1-to-accept": "Appel du helpdesk. Pour l’accepter, tapez un.",
    "fallback": "Le helpdesk prend votre appel dès que possible. Restez en ligne.",
    "transferred": "Nous transférons votre appel.",
    "at": "à",
    "from": "de",
    "until": "à",
    "international": "zéro zéro",
    "pause": ",",
}

UNITS = words(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
TENS = words("dix vingt trente quarante cinquante soixante septante quatre-vingt nonante")


def in_words(number: int) -> str:
    """A whole number from 0 to 999."""
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        said = "cent" if hundreds == 1 else f"{UNITS[hundreds]} cent"
        if not rest:
            return said if hundreds == 1 else f"{said}s"
        return f"{said} {in_words(rest)}"
    if number < 20:
        return UNITS[number]
    tens, unit = divmod(number, 10)
    word = TENS[tens - 1]
    if unit == 0:
        return "quatre-vingts" if tens == 8 else word
    if unit == 1 and tens != 8:
        return f"{word} et un"
    return f"{word}-{UNITS[unit]}"


def feminine(number: int) -> str:
    """A number of hours or minutes."""
    said = in_words(number)
    return f"{said}e" if said.endswith("un") else said


def minutes(number: int) -> str:
    """A duration."""
    return f"{feminine(number)} minute{'s' if number > 1 else ''}"


def hour(number: int) -> str:
    """The hour of a time that has minutes."""
    return f"{feminine(number)} heure{'s' if number > 1 else ''}"


FRENCH = Tongue(
    sentences=SENTENCES,
    number=in_words,
    minutes=minutes,
    hour=hour,
    sharp=hour,
    minute=feminine,
    day=lambda day: "premier" if day == 1 else in_words(day),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=words(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ),
    choice="Pour {topic}, tapez {key}.",
)
