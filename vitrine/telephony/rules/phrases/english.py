"""What the telephone says in English; the clock has 24 hours, as on the desk's pages."""

from vitrine.telephony.rules.phrases.tongue import Tongue, words

SENTENCES = {
    "welcome": "Welcome to the help desk of the register.",
    "choose-language": "For English, press",
    "change-language": "In English: star.",
    "absent-colleague": "The person you are calling is away. The help desk takes your call.",
    "no-choice": "We have not received your choice.",
    "wrong-choice": "There is no such choice.",
    "one-moment": "One moment please, we are putting you through.",
    "all-busy": "All our agents are on the telephone.",
    "next": "You are next.",
    "place": "Your place in the queue is number",
    "many-before": "More than fifty people are waiting before you.",
    "wait": "The expected waiting time is",
    "wait-long": "The waiting time is more than one hour.",
    "nobody-there": "Just now, nobody can answer you in your language.",
    "please-wait": "Thank you for waiting.",
    "or-wait": "Or stay on the line.",
    "closing": "The help desk is closing. If you stay on the line, we will still answer you.",
    "long-wait": "You have been waiting for a long time. We apologise.",
    "offer-call-back": "To be called back without losing your place, press",
    "offer-message": "To leave a message, press",
    "call-back-number": "We can call you back on",
    "call-back-confirm": "If this number is correct, press",
    "call-back-other": "For another number, press",
    "call-back-enter": "Dial the number on which we can call you back, then press the hash key.",
    "call-back-wrong": "We cannot call this number.",
    "call-back-noted": "Noted: you keep your place and we will call you back. Goodbye.",
    "call-back-later": "Noted: we will call you back as soon as we open again. Goodbye.",
    "message-invitation": "Leave your message after the tone, with your name and the number on "
    "which we can reach you. Press the hash key to finish.",
    "message-thanks": "Thank you, we have received your message. Goodbye.",
    "message-empty": "We have not heard anything.",
    "closed": "The help desk is closed.",
    "opens-again": "We will answer you again",
    "offer-call-back-later": "To be called back as soon as we open again, press",
    "loss-and-theft": "In case of loss or theft, call at any hour",
    "online-form": "You can also write to us with the online form.",
    "goodbye": "Goodbye.",
    "state-works": "The register works.",
    "state-slowed": "The register is slowed or partly disturbed. We are working on it.",
    "state-interrupted": "The register is interrupted. We are working on it.",
    "state-as-of": "This is the state at",
    "state-maintenance": "Maintenance is planned",
    "state-hang-up": "If this answers your question, you can hang up.",
    "recording-notice": "This call may be recorded to check the quality of our answers. If you do "
    "not want that, please tell the agent.",
    "sorry-again": "We are sorry, your call was interrupted for a moment.",
    "press-1-to-accept": "A call of the help desk. To accept it, press one.",
    "fallback": "The help desk takes your call as soon as possible. Stay on the line.",
    "transferred": "We are transferring your call.",
    "at": "at",
    "from": "from",
    "until": "until",
    "international": "zero zero",
    "pause": ",",
}

UNITS = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = words("ten twenty thirty forty fifty sixty seventy eighty ninety")
IRREGULAR_DAYS = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth"} | {
    12: "twelfth",
    20: "twentieth",
    30: "thirtieth",
}


def in_words(number: int) -> str:
    """A whole number from 0 to 999."""
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        said = f"{UNITS[hundreds]} hundred"
        return f"{said} and {in_words(rest)}" if rest else said
    if number < 20:
        return UNITS[number]
    tens, unit = divmod(number, 10)
    return f"{TENS[tens - 1]}-{UNITS[unit]}" if unit else TENS[tens - 1]


def minutes(number: int) -> str:
    """A duration."""
    return f"{in_words(number)} minute{'' if number == 1 else 's'}"


def sharp(number: int) -> str:
    """A time without minutes."""
    if number == 0:
        return "midnight"
    return f"{in_words(number)} o’clock" if number <= 12 else f"{in_words(number)} hundred hours"


def minute(number: int) -> str:
    """The minutes after the hour."""
    return f"oh {in_words(number)}" if number < 10 else in_words(number)


def ordinal(number: int) -> str:
    """`fourth`, `twenty-first`."""
    if number in IRREGULAR_DAYS:
        return IRREGULAR_DAYS[number]
    if number > 20:
        return f"{TENS[number // 10 - 1]}-{ordinal(number % 10)}"
    return f"{in_words(number)}th"


ENGLISH = Tongue(
    sentences=SENTENCES,
    number=in_words,
    minutes=minutes,
    hour=in_words,
    sharp=sharp,
    minute=minute,
    day=lambda day: f"the {ordinal(day)} of",
    weekdays=tuple(
        f"on {name}" for name in words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
    ),
    months=words(
        "January February March April May June July August September October November December"
    ),
    choice="For {topic}, press {key}.",
)
