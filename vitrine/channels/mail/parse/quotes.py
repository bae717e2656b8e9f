"""What is new in a message: quotes and signatures at its end are folded, never lost.

Only what stands at the end is folded. An answer written between or below quoted
lines keeps them, for they are then part of what was meant. Linear: each line is
looked at a bounded number of times.
"""

import re

MAX_INTRODUCTION_LINES = 5
MAX_TEXT = 2_000_000
_WINDOW = 600

_QUOTED = re.compile(r"\s{0,3}[>|»]")
_DATE = r"(?=[^\n]{0,300}?\d)"
_INTRODUCTION = re.compile(
    rf"""^\s*(?:
      (?:On|At|Am|Le|Op|Den|El|Il|Em|Dne|W\ dniu|Dnia|Vào|På|Il\ giorno|Pe|Quoting)\b{_DATE}
         .{{4,500}}?
         (?:wrote|writes|écrit|ecrit|schreef|schrieb|geschreven|skrev|skrifaði|scritto|escribió
           |escreveu|napisał\(?a?\)?|napsal\(?a?\)?|pisze|kirjoitti|viết|said|het\ volgende)
         [^:\n]{{0,120}}:
      | .{{2,200}}?[<\[(][^\s<>]{{2,100}}@[^\s<>]{{2,100}}[>\])].{{0,60}}?
         (?:wrote|writes|a\ écrit|schreef|schrieb|skrev|scritto|escribió|napisał)
         [^:\n]{{0,60}}:
      | \d{{4}}[-/.]\d\d?[-/.]\d\d?\b[^\n]{{0,200}}[<\[][^\s<>]{{2,100}}@[^\s<>]{{2,100}}[>\]]
         [^:\n]{{0,60}}:
    )\s*$""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BEGINS_INTRODUCTION = re.compile(
    r"\s*(?:(?:On|At|Am|Le|Op|Den|El|Il|Em|Dne|W dniu|Dnia|Vào|På|Pe|Quoting)\b"
    r"|\d{4}[-/.]\d|.{2,200}[<\[(]\S{2,100}@)",
    re.IGNORECASE,
)
_DIVIDER = re.compile(
    r"""^\s*[>*]?\s*(?:
      [-_=]{2,}\s*(?:(?:original|forwarded|oorspronkelijk|ursprüngliche|weitergeleitete|doorgestuurd
        |message\ d['’e ]\s*origin\w*|message\ (?:original|transféré|initial)|mensaje|messaggio
        |begin\ forwarded|reply|antwort|début)
        \b[^\n]{0,60}?)[-_=]{2,}
      | (?:begin\ forwarded\ message|début\ du\ message\ (?:transféré|réexpédié)
        |begin\ doorgestuurd\ bericht|anfang\ der\ weitergeleiteten\ nachricht)\s*:
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_FIELD = re.compile(
    r"""^\s*[*_]{0,2}(?:
      (?P<sender>From|De|Van|Von|Da|Expéditeur|Afzender|Absender)
     |(?P<date>Sent|Date|Envoyé(?:\ le)?|Verzonden|Gesendet|Datum|Verstuurd|Fecha|Data)
     |(?P<other>To|À|A|Aan|An|Para|Cc|Subject|Objet|Onderwerp|Betreff|Sujet|Reply-To|Répondre\ à)
    )[*_]{0,2}\s?:[*_]{0,2}\s*\S""",
    re.VERBOSE | re.IGNORECASE,
)
_DIVIDER_SIGNS = tuple(" \t>*-_=")
_UNDERLINE = re.compile(r"^\s*[_-]{10,}\s*$")
_ANY_FIELD = re.compile(r"^\s*[*_]{0,2}[^\s:：>][^:：\n]{0,24}[:：]\s*\S")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ANY_INTRODUCTION = re.compile(r"(?=.*(?:\S@\S|\d{4}[-./]|\d{1,2}[:.]\d\d)).{10,300}:$", re.DOTALL)
_RULE = re.compile(r"^\s*[-_=*]{5,}\s*$|^\s*Message du\s?:.{0,40}$")
_FOOTER = re.compile(r"^_{20,}\s*$")
_SIGNATURE = re.compile(r"^(?:--|__|—|-- )\s*$|^-- ?$")
_DEVICE = re.compile(
    r"""^\s*(?:
      sent\ (?:from|via|with)\ (?:my|an?|the|mail|outlook|yahoo|gmail|samsung|proton)\b[^\n,;]{0,45}
     |(?:envoyé|expédié)\ (?:de(?:puis)?|à\ partir\ de?|avec)\b[^\n,;]{0,45}
     |(?:verzonden|verstuurd)\ (?:vanaf|vanuit|van|met|via)\b[^\n,;]{0,45}
     |(?:von|vom)\ mein\w*\ [^\n]{1,40}\ gesendet | gesendet\ (?:von|mit|über)\b[^\n,;]{0,45}
     |(?:get|télécharger|obtenir|download|holen\ sie\ sich)\ outlook\ [^\n]{1,60}
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)


def split_quoted(text: str) -> tuple[str, str]:
    """What is new in `text`, and what it repeats or signs with (at its end).

    When nothing else would be left to see, nothing is folded. What comes after the first
    `MAX_TEXT` characters is folded unread.
    """
    text, beyond = text[:MAX_TEXT], text[MAX_TEXT:]
    lines = text.split("\n")
    cut = _fixed_cut(lines)
    cut = _without_trailing(lines, end=cut)
    visible = "\n".join(lines[:cut]).strip("\n")
    if not visible.strip():
        return text.strip("\n"), beyond
    return visible.rstrip(), ("\n".join(lines[cut:]) + beyond).strip("\n")


def _fixed_cut(lines: list[str]) -> int:
    """Where something begins that folds all that follows: a forwarded or unmarked quote."""
    own = (number for number, line in enumerate(lines) if line.strip() and not _QUOTED.match(line))
    first = next(own, len(lines))
    near_colon = -1
    for number in range(first + 1, len(lines)):
        if number > near_colon:
            near_colon = _next_colon(lines, number=number)
        is_near = near_colon - number < MAX_INTRODUCTION_LINES
        is_candidate = is_near or lines[number][:1] in _DIVIDER_SIGNS
        if is_candidate and lines[number].strip() and _starts_foreign_text(lines, number=number):
            return number
    return len(lines)


def _next_colon(lines: list[str], *, number: int) -> int:
    """The next line from `number` on that has a colon: quotes are introduced by nothing else."""
    while number < len(lines) and ":" not in lines[number] and "：" not in lines[number]:
        number += 1
    return number


def _starts_foreign_text(lines: list[str], *, number: int) -> bool:
    line = lines[number]
    if _DIVIDER.match(line):
        return True
    if _UNDERLINE.match(line):
        return _is_header_block(lines, number=number + 1)
    if _is_header_block(lines, number=number):
        return True
    length = _introduction_length(lines, number=number)
    if not length:
        return False
    after = next(
        (each for each in lines[number + length : number + length + 4] if each.strip()), ""
    )
    return bool(after) and not _QUOTED.match(after)


def _is_header_block(lines: list[str], *, number: int) -> bool:
    """Whether a copy of mail headers begins here: a sender, and two more fields near it."""
    if number >= len(lines) or not _ANY_FIELD.match(lines[number]):
        return False
    first = _FIELD.match(lines[number])
    if first is None or not (first["sender"] or first["date"]):
        return _is_foreign_block(lines, number=number)
    near = [_FIELD.match(line) for line in lines[number : number + 8]]
    kinds = {match.lastgroup for match in near if match}
    is_known = "sender" in kinds and len([match for match in near if match]) >= 3
    return is_known or _is_foreign_block(lines, number=number)


def _is_foreign_block(lines: list[str], *, number: int) -> bool:
    """The same in a language that we do not know: three fields, an address and a year."""
    if number and lines[number - 1].strip():
        return False
    block = lines[number : number + 4]
    if len([line for line in block if _ANY_FIELD.match(line)]) < 3:
        return False
    joined = "\n".join(block)
    return bool("@" in joined and _YEAR.search(joined))


def _introduction_length(lines: list[str], *, number: int) -> int:
    """How many lines from here on are `On ... wrote:`; 0 when they are not."""
    if not _BEGINS_INTRODUCTION.match(lines[number][:_WINDOW].removeprefix("- ")):
        return 0
    joined = ""
    for length, line in enumerate(lines[number : number + MAX_INTRODUCTION_LINES], start=1):
        if not line.strip() or len(joined) + len(line) > _WINDOW:
            return 0
        joined = f"{joined} {line.strip().removeprefix('- ')}"
        if line.rstrip().endswith(":") and _INTRODUCTION.match(joined):
            return length
    return 0


def _without_trailing(lines: list[str], *, end: int) -> int:
    """Where the last text of the sender ends: quotes, their introduction, signatures go."""
    while True:
        before = end
        end = _without_blank(lines, end=end)
        end = _without_quote(lines, end=end)
        end = _without_signature(lines, end=end)
        end = _without_bare_introduction(lines, end=end)
        if end == before:
            return end


def _without_blank(lines: list[str], *, end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _without_quote(lines: list[str], *, end: int) -> int:
    begin = end
    while begin and (_QUOTED.match(lines[begin - 1]) or not lines[begin - 1].strip()):
        begin -= 1
    if begin == end:
        return end
    for length in range(MAX_INTRODUCTION_LINES, 0, -1):
        if begin >= length and _introduction_length(lines, number=begin - length) == length:
            return begin - length
    if begin and lines[begin].strip() == ">:" and "<" in lines[begin - 1]:
        return begin - 1  # an address that was wrapped before its bracket
    if begin and _ANY_INTRODUCTION.match(lines[begin - 1].strip()[:400]):
        return begin - 1  # a language that we do not know, but a date or an address
    return begin


def _without_bare_introduction(lines: list[str], *, end: int) -> int:
    """The end without a rule, or an introduction whose quote was taken away already."""
    if end and _RULE.match(lines[end - 1]):
        return end - 1
    for length in range(MAX_INTRODUCTION_LINES, 0, -1):
        if end > length and _introduction_length(lines, number=end - length) == length:
            return end - length
    return end


def _without_signature(lines: list[str], *, end: int) -> int:
    """The end without a device's line, or a signature of at most 15 lines."""
    if end and _DEVICE.match(lines[end - 1]):
        return end - 1
    for number in range(end - 1, max(-1, end - 16), -1):
        if _SIGNATURE.match(lines[number]) or _FOOTER.match(lines[number]):
            return number
    return end
