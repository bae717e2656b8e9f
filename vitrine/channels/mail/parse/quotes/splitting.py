"""What is new in a message: quotes and signatures at its end are folded, never lost.

Only what stands at the end is folded. An answer written between or below quoted
lines keeps them, for they are then part of what was meant. Linear: each line is
looked at a bounded number of times.
"""

import re

from vitrine.channels.mail.parse.quotes.blocks import (
    is_forward_mark,
    is_groupwise_mark,
    is_rule,
    starts_block,
)
from vitrine.channels.mail.parse.quotes.introductions import (
    MAX_LINES,
    QUOTED,
    introduction_above,
    introduction_length,
)
from vitrine.channels.mail.parse.quotes.signatures import is_device_line, signature_begin

MAX_TEXT = 1_000_000
MAX_CANDIDATES = 20_000
"""Lines that are looked at closely for the beginning of a quotation."""
MAX_ROUNDS = 200
"""Quotations and signatures that are taken away one above the other."""
_SIGNS = tuple(" \t>*-_=|")
_COLONS = (":", "：")
_TELEPHONE_WORDS = ("hone", "from", "Envoy", "erzonden", "erstuurd", "esendet")
_ANNOUNCED_WITHIN = 600
_IN_COLOUR = r"in\ (?:het\ )?(?:red|blue|green|bold|rot|blau|grün|rood|blauw|groen)"
_POINTS_BELOW = re.compile(
    rf"""\b(?:
      (?:see|find|read|cf\.?)\ (?:(?:my|our|the)\ )?
        (?:(?:answers?|comments?|repl(?:y|ies)|responses?|remarks?|e-?mail|mail|message)\ )?
        (?:below|in-?line|underneath|in\ the\ text|{_IN_COLOUR})
     |(?:answers?|comments?|repl(?:y|ies)|responses?|remarks?)\ (?:are\ )?
        (?:below|in-?line|{_IN_COLOUR})
     |(?:siehe|s\.)\ (?:(?:meine?|unsere?)\ )?
        (?:(?:antwort(?:en)?|anmerkung(?:en)?|kommentare?|nachricht|e-?mail|mail)\ )?
        (?:unten|weiter\ unten|im\ text|{_IN_COLOUR})
     |antwort(?:en)?\ (?:steh(?:en|t)\ )?(?:unten|im\ text|{_IN_COLOUR})
     |zie\ (?:(?:mijn|onze)\ )?
        (?:(?:antwoord(?:en)?|opmerking(?:en)?|reacties?|e-?mail|mail|bericht)\ )?
        (?:hieronder|onderaan|onder|in\ de\ tekst|{_IN_COLOUR})
     |antwoord(?:en)?\ (?:sta(?:an|at)\ )?(?:hieronder|in\ de\ tekst|{_IN_COLOUR})
     |(?:voir|cf\.?|lire|trouverez)\ (?:(?:mes|nos|ma|mon|la|le|les)\ )?
        (?:(?:réponses?|commentaires?|remarques?|mail|courriel|message)\ )?
        (?:ci-?dessous|plus\ bas|en\ (?:rouge|bleu|vert)|dans\ le\ (?:texte|corps))
     |(?:réponses?|commentaires?)\ (?:sont\ )?
        (?:ci-?dessous|en\ (?:rouge|bleu|vert)|dans\ le\ texte)
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What is below was meant to be read: answers stand between its lines, or it is the matter."""
_LONG = 50
"""Characters of a quoted line from which a program may have wrapped it."""


def split_quoted(
    text: str, *, is_forward: bool = False, new_until: int | None = None
) -> tuple[str, str]:
    """What is new in `text`, and what it repeats or signs with (at its end).

    When nothing else would be left to see, nothing is folded; nor is what was passed on
    (`is_forward`: the subject says so), nor what the sender points at. `new_until`: the
    length of what the markup says is new. What comes after the first `MAX_TEXT` characters
    is folded unread.
    """
    if new_until and not is_forward and text[:new_until].strip():
        visible, quoted = split_quoted(text[:new_until])
        if _POINTS_BELOW.search(visible[:_ANNOUNCED_WITHIN]):
            return text.strip("\n"), ""
        return visible, "\n\n".join(part for part in (quoted, text[new_until:].strip("\n")) if part)
    text, beyond = text[:MAX_TEXT], text[MAX_TEXT:]
    lines = text.split("\n")
    cut = len(lines) if is_forward else _fixed_cut(lines)
    cut = _without_trailing(lines, end=cut)
    visible = "\n".join(lines[:cut]).strip("\n")
    if not visible.strip() or _POINTS_BELOW.search(visible[:_ANNOUNCED_WITHIN]):
        return text.strip("\n"), beyond
    return visible.rstrip(), ("\n".join(lines[cut:]) + beyond).strip("\n")


def _fixed_cut(lines: list[str]) -> int:
    """Where something begins that folds all that follows: an unmarked quote."""
    own = (number for number, line in enumerate(lines) if line.strip() and not QUOTED.match(line))
    first = next(own, len(lines))
    if first < len(lines) and starts_block(lines, number=first):
        return len(lines)  # nothing but another message: it is what the sender shows
    near_colon, looked_at = -1, 0
    for number in range(first + 1, len(lines)):
        if number > near_colon:
            near_colon = _next_colon(lines, number=number)
        line = lines[number]
        if not line.strip():
            continue
        if near_colon - number >= MAX_LINES and line[:1] not in _SIGNS and not _may_sign(line):
            continue
        looked_at += 1
        if looked_at > MAX_CANDIDATES or is_forward_mark(line):
            return len(lines)
        if _starts_foreign_text(lines, number=number):
            return number
    return len(lines)


def _may_sign(line: str) -> bool:
    """Whether a telephone may have written this line: a cheap question asked before."""
    return len(line) < 120 and any(word in line for word in _TELEPHONE_WORDS)


def _next_colon(lines: list[str], *, number: int) -> int:
    """The next line from `number` on that has a colon: quotes are introduced by nothing else."""
    while number < len(lines) and ":" not in lines[number] and "：" not in lines[number]:
        number += 1
    return number


def _starts_foreign_text(lines: list[str], *, number: int) -> bool:
    if QUOTED.match(lines[number]):
        return is_groupwise_mark(lines[number])
    if starts_block(lines, number=number):
        return True
    if is_device_line(lines[number]):
        return not _text_goes_on(lines, number=number)
    length = introduction_length(lines, number=number)
    if not length:
        return False
    after = next(
        (each for each in lines[number + length : number + length + 4] if each.strip()), ""
    )
    return bool(after) and not QUOTED.match(after)


def _text_goes_on(lines: list[str], *, number: int) -> bool:
    """Whether the line of a telephone stands inside a text, not on a line of its own below it."""
    before = lines[number - 1].strip() if number else ""
    after = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return bool(before and after)


def _without_trailing(lines: list[str], *, end: int) -> int:
    """Where the last text of the sender ends: quotes, their introduction, signatures go."""
    for _round in range(MAX_ROUNDS):
        before = end
        end = _without_quote(lines, end=_without_blank(lines, end=end))
        end = signature_begin(lines, end=_without_blank(lines, end=end))
        end = _without_bare_introduction(lines, end=end)
        if end == before:
            break
    return end


def _without_blank(lines: list[str], *, end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _without_quote(lines: list[str], *, end: int) -> int:
    """The end without the quoted lines above it and what introduces them."""
    begin, top = end, end
    while begin:
        line = lines[begin - 1]
        if QUOTED.match(line):
            top = begin - 1
        elif line.strip() and not _is_wrapped_quote(lines, number=begin - 1):
            break
        begin -= 1
    if top == end:
        return end
    last = _without_blank(lines, end=top)
    above = introduction_above(lines[max(0, last - MAX_LINES) : last], quote=lines[top])
    return last - above if above else top


def _is_wrapped_quote(lines: list[str], *, number: int) -> bool:
    """Whether this line is the end of the quoted one above it, which was too long."""
    if not number or not QUOTED.match(lines[number - 1]) or len(lines[number - 1]) < _LONG:
        return False
    line, above = lines[number].strip(), lines[number - 1].rstrip()
    return line[:1].islower() or (above[-1:] not in ".?!:;>" and len(line) < _LONG)


def _without_bare_introduction(lines: list[str], *, end: int) -> int:
    """The end without a rule, or an introduction whose quote was taken away already."""
    if end and is_rule(lines[end - 1]):
        return end - 1
    for length in range(min(MAX_LINES, end), 0, -1):
        if introduction_length(lines, number=end - length) == length:
            return end - length
    return end
